"""``accord worker``: the background jobs, without the pages."""

from __future__ import annotations

import signal

import click

from accord.cli.installation import open_installation, reach_database, refuse_doubtful_sqlite, refuse_unmigrated
from accord.cli.texts import gettext


@click.command(
    help=gettext(
        "Run background jobs. SIGTERM lets it finish the job in hand; a second one makes it hand the job back."
    )
)
@click.option("--name", default="", help=gettext("Unique worker name. Random by default."))
@click.option("--died", default="", help=gettext("Name of a dead worker whose jobs to requeue now."))
@click.option("--drain", is_flag=True, help=gettext("Exit when the queue is empty."))
def worker(name: str, died: str, drain: bool) -> None:
    open_installation()
    refuse_doubtful_sqlite()
    reach_database()
    refuse_unmigrated()
    run_jobs(name, died=died, drain=drain)


def run_jobs(name: str, *, died: str = "", drain: bool = False) -> None:
    from accord.core.jobs.worker import Worker

    worker = Worker(name)

    def stop(number: int, frame: object) -> None:
        if worker.stopping:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # handing the job back is not to be interrupted
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            raise SystemExit(128 + number)
        worker.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run(died=died, drain=drain)
