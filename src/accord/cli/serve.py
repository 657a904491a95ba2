"""``accord serve``: the whole of Accord under one process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from uuid import uuid4

import click

from accord.cli.installation import (
    gather_static_files,
    listen_on,
    migrate,
    open_installation,
    reach_database,
    refuse_busy_port,
    refuse_doubtful_sqlite,
    refuse_unreachable,
)
from accord.cli.supervisor import Child, Supervisor, die_with_parent
from accord.cli.texts import gettext


@click.command(
    help=gettext("Update the database, create the first administrator, then run the web server and background worker.")
)
@click.option("--host", default="127.0.0.1", show_default=True, help=gettext("Address to listen on."))
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=gettext("Port to listen on.")
)
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help=gettext("Number of web processes.")
)
def serve(host: str, port: int, workers: int) -> int:
    listen_on(host)
    open_installation()
    refuse_doubtful_sqlite()
    refuse_unreachable(host)
    reach_database()
    refuse_busy_port(host, port)
    migrate()
    gather_static_files()
    from accord.cli.admin import make_first_administrator

    set_up = make_first_administrator(address(host, port))
    where = gettext("Accord is at %(address)s (Ctrl-C stops it)") % {"address": address(host, port)}
    return supervise(host, port, workers, [line for line in (set_up, where, reach_note()) if line])


def address(host: str, port: int) -> str:
    """The address to type into a browser: the public one if the settings name it, else the one on this machine."""
    from django.conf import settings

    if settings.PUBLIC_ADDRESS:
        return str(settings.PUBLIC_ADDRESS)
    shown = {"0.0.0.0": "localhost", "127.0.0.1": "localhost", "::": "localhost"}.get(host, host)
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def reach_note() -> str:
    """Who can open that address, where it is not the whole network: said in the terminal at every start."""
    from django.conf import settings

    if not settings.LOCAL_ONLY:
        return ""
    return gettext(
        "Only this machine can reach it, over plain HTTP. To let others in, put it behind a proxy with HTTPS and set "
        "ACCORD_ORIGINS=https://accord.example.com and ACCORD_BEHIND_PROXY=1."
    )


def supervise(host: str, port: int, workers: int, lines: Sequence[str]) -> int:
    """Keep one web server and one job worker running until told to stop; returns the exit code.

    ``lines`` are shown once the web server answers: whoever follows an address in them finds it working.
    """
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

    def announce() -> bool:
        if not is_listening(host, port):
            return False
        click.echo("\n".join(lines))
        return True

    return Supervisor([Child("web", web_command), Child("worker", worker_command)], once=announce).run()


def is_listening(host: str, port: int) -> bool:
    """Whether something takes connections at the address."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        socket.create_connection((reached, port), timeout=1).close()
    except OSError:
        return False
    return True
