"""``accord web``: the pages, without the job worker."""

from __future__ import annotations

import click

from accord.cli.installation import (
    gather_static_files,
    listen_on,
    open_installation,
    reach_database,
    refuse_busy_port,
    refuse_doubtful_sqlite,
    refuse_unmigrated,
    refuse_unreachable,
)
from accord.cli.texts import gettext


@click.command(help=gettext("Serve the pages. Run `accord migrate` before, and `accord worker` beside it."))
@click.option("--host", default="127.0.0.1", show_default=True, help=gettext("Address to listen on."))
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=gettext("Port to listen on.")
)
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help=gettext("Number of web processes.")
)
@click.option(
    "--threads", default=4, show_default=True, type=click.IntRange(1, 64), help=gettext("Threads per process.")
)
def web(host: str, port: int, workers: int, threads: int) -> None:
    listen_on(host)
    open_installation()
    refuse_doubtful_sqlite()
    refuse_unreachable(host)
    reach_database()
    refuse_unmigrated()
    refuse_busy_port(host, port)
    gather_static_files()
    serve_pages(host, port, workers, threads)


def serve_pages(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "accord.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        log_level=LogLevels.warning,
    ).serve()
