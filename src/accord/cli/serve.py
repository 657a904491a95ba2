"""``accord serve``: the whole of Accord under one process."""

from __future__ import annotations

import os
import subprocess
import sys
from uuid import uuid4

import click

from accord.cli.installation import (
    gather_static_files,
    migrate,
    open_installation,
    reach_database,
    refuse_busy_port,
    refuse_doubtful_sqlite,
)
from accord.cli.supervisor import Child, Supervisor, die_with_parent


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def serve(host: str, port: int, workers: int) -> int:
    """Bring the database up to date, make the first administrator, then run the pages and the background jobs."""
    open_installation()
    refuse_doubtful_sqlite()
    reach_database()
    refuse_busy_port(host, port)
    migrate()
    gather_static_files()
    from accord.cli.admin import make_first_administrator

    make_first_administrator(address(host, port))
    click.echo(f"Accord is at {address(host, port)} (Ctrl-C stops it)")
    return supervise(host, port, workers)


def address(host: str, port: int) -> str:
    """The address to type into a browser on this machine, or the public one if the installation knows it."""
    origins = [origin.strip() for origin in os.environ.get("ACCORD_ORIGINS", "").split(",") if origin.strip()]
    if origins:
        return origins[0]
    shown = {"0.0.0.0": "localhost", "127.0.0.1": "localhost", "::": "localhost"}.get(host, host)
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def supervise(host: str, port: int, workers: int) -> int:
    """Keep one web server and one job worker running until told to stop; returns the exit code."""
    from django.db import connections

    connections.close_all()  # the children have their own
    os.environ.setdefault("ACCORD_ORIGINS", address(host, port))  # what links in mails begin with
    accord = [sys.executable, "-m", "accord.cli.main"]
    former = ""

    def worker_command() -> list[str]:
        """The next worker takes back the jobs of the one before, which is dead for certain when it is replaced."""
        nonlocal former
        died, former = former, uuid4().hex
        return [*accord, "worker", "--name", former, *(["--died", died] if died else [])]

    def web_command() -> list[str]:
        return [*accord, "web", "--host", host, "--port", str(port), "--workers", str(workers)]

    # In the background, so that the first simulation after an installation does not wait for the compiler.
    subprocess.Popen([sys.executable, "-m", "accord.engines.warm_up"], preexec_fn=die_with_parent)
    return Supervisor([Child("web", web_command), Child("worker", worker_command)]).run()
