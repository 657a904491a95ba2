"""``accord demo``: a firm to look around in, apart from any real installation."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import click

from accord.cli.installation import (
    gather_static_files,
    migrate,
    open_installation,
    reach_database,
    refuse_busy_port,
    sqlite_doubt,
)
from accord.cli.serve import address, supervise
from accord.cli.tables import print_table
from accord.cli.texts import gettext

SIGN_INS = "sign-ins.json"  # written last: without it the firm was not finished


@click.command(
    help=gettext("Create a demo firm in a database of its own (var/demo, or ACCORD_DEMO_HOME) and serve it.")
)
@click.option("--seed", default=7, show_default=True, help=gettext("Random seed of the demo data."))
@click.option(
    "--scale",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.02, 1.0),
    help=gettext("Size of the demo firm, up to 1."),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=gettext("Address to listen on."))
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=gettext("Port to listen on.")
)
@click.option("--fresh", is_flag=True, help=gettext("Delete the existing demo first."))
@click.option("--no-serve", is_flag=True, help=gettext("Create the demo without serving it."))
def demo(seed: int, scale: float, host: str, port: int, fresh: bool, no_serve: bool) -> int:
    home = Path(os.environ.get("ACCORD_DEMO_HOME", "var/demo")).resolve()
    os.environ.update(ACCORD_HOME=str(home), ACCORD_ENV="development")
    os.environ.setdefault("ACCORD_LOG_LEVEL", "WARNING")  # the terminal shows the way in, not every request
    for foreign in (
        "DATABASE_URL", "ACCORD_ORIGINS", "ACCORD_HOSTS", "ACCORD_BEHIND_PROXY", "ACCORD_HTTPS", "ACCORD_SMTP_HOST"
    ):  # fmt: skip
        os.environ.pop(foreign, None)
    if not no_serve:
        refuse_busy_port(host, port)
    if fresh or not (home / SIGN_INS).exists():
        forget(home)
    open_installation()
    reach_database()
    if doubt := sqlite_doubt():
        click.echo(f"accord: {doubt}", err=True)
    migrate()
    if not (home / SIGN_INS).exists():
        make_firm(home, seed, scale)
    show_sign_ins(home)
    if no_serve:
        return 0
    gather_static_files()
    return supervise(
        host, port, 2, [gettext("The demo firm is at %(address)s (Ctrl-C stops it)") % {"address": address(host, port)}]
    )


def forget(home: Path) -> None:
    """Remove a demo, and nothing else that may lie in ``home``."""
    for name in (SIGN_INS, "accord.sqlite3", "accord.sqlite3-wal", "accord.sqlite3-shm"):
        (home / name).unlink(missing_ok=True)
    for name in ("files", "static"):
        shutil.rmtree(home / name, ignore_errors=True)


def make_firm(home: Path, seed: int, scale: float) -> None:
    """Build the firm and note how to get in."""
    from accord.demo import build

    sign_ins = [
        {"role": str(way.role), "name": way.name, "email": way.email, "password": way.password}
        for way in build(seed, click.echo, scale=scale)
    ]
    (home / SIGN_INS).touch(mode=0o600)
    (home / SIGN_INS).write_text(json.dumps(sign_ins, ensure_ascii=False, indent=2) + "\n")


def show_sign_ins(home: Path) -> None:
    """A table of the ways in, one for each role; narrow, so that a terminal of 80 columns breaks no address."""
    ways = json.loads((home / SIGN_INS).read_text())
    print_table(
        gettext("Sign in as"),
        [(gettext("Role"), "left"), (gettext("Email"), "left")],
        [[way["role"], way["email"]] for way in ways],
    )
    click.echo(gettext("The password is %(password)s for all of them.") % {"password": ways[0]["password"]})
