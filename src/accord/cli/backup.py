"""``accord backup`` and ``accord restore``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from accord.cli.installation import Refused, migrate, open_installation, reach_database
from accord.cli.texts import gettext


@click.command(
    help=gettext("Write database and uploaded files to FILE (a .tar.gz). Accord may go on running meanwhile.")
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help=gettext("Overwrite FILE if it exists."))
def backup(file: Path, force: bool) -> None:
    from accord.cli import archive

    open_installation()
    reach_database()
    if file.exists() and not force:
        raise Refused(gettext("%(file)s already exists; choose another name or use --force") % {"file": file})
    if not file.parent.is_dir():
        raise Refused(gettext("folder %(folder)s does not exist") % {"folder": file.parent})
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".accord-backup-") as work:
        archive.write(file, Path(work))
    click.echo(gettext("Wrote %(file)s (%(size)s MB).") % {"file": file, "size": f"{file.stat().st_size / 1e6:,.1f}"})


@click.command(
    help=gettext(
        "Make database and uploaded files what they were when FILE was written, then bring them to this version."
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help=gettext("Overwrite the current database."))
def restore(file: Path, force: bool) -> None:
    from django.conf import settings

    from accord.cli import archive

    open_installation()
    reach_database()
    if holds_something() and not force:
        raise Refused(gettext("the database is not empty; use --force to overwrite it"))
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".accord-restore-") as work:
        note = archive.unpack(file, Path(work))
        archive.put_back(Path(work), note)
    migrate()
    click.echo(
        gettext("Restored the backup of %(made_at)s (Accord %(version)s).")
        % {"made_at": note["made_at"], "version": note["accord"]}
    )


def holds_something() -> bool:
    """Whether anybody has a sign-in here, or anything was done: a database that is merely migrated is empty."""
    from django.db import connection

    from accord.core.models import Event
    from accord.people.models import User

    present = set(connection.introspection.table_names())
    return any(model._meta.db_table in present and model._base_manager.exists() for model in (User, Event))
