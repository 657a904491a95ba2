"""``accord check``: is this installation fit to be used?"""

from __future__ import annotations

import platform

import click

from accord.cli.installation import (
    open_installation,
    reach_database,
    sqlite_doubt,
    sqlite_module,
    unapplied_migrations,
)
from accord.cli.tables import print_table
from accord.cli.texts import gettext, ngettext


@click.command(help=gettext("Examine settings, database and versions; exit 1 when something is wrong."))
def check() -> int:
    open_installation()
    reach_database()
    doubts = [*_settings(), *_database()]
    print_table(
        "Accord",
        [(gettext("Part"), "left"), (gettext("Version"), "left")],
        [[part, version] for part, version in versions()],
    )
    for doubt in doubts:
        click.echo(f"✗ {doubt}")
    click.echo(gettext("Some checks failed.") if doubts else gettext("All checks passed."))
    return 1 if doubts else 0


def versions() -> list[tuple[str, str]]:
    """What runs here."""
    import django
    from django.db import connection

    from accord import __version__

    if connection.vendor == "sqlite":
        database = f"SQLite {sqlite_module().sqlite_version}"
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            database = f"PostgreSQL {cursor.fetchone()[0]}"
    return [
        ("Accord", __version__),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        (gettext("Database"), database),
    ]


def _settings() -> list[str]:
    """What Django's own checks for production find."""
    from django.core import checks

    found = checks.run_checks(include_deployment_checks=True)
    return [f"{entry.msg} ({entry.id})" for entry in found if entry.level >= checks.WARNING and not entry.is_silenced()]


def _database() -> list[str]:
    pending = unapplied_migrations()
    missing = []
    if pending:
        text = ngettext(
            "%(count)s migration is pending; run `accord migrate`",
            "%(count)s migrations are pending; run `accord migrate`",
            len(pending),
        )
        missing.append(text % {"count": len(pending)})
    return [doubt for doubt in (sqlite_doubt(), *missing) if doubt]
