"""The installation a command works on: Django set up, the database reached, its versions safe."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from accord.cli.texts import gettext, ngettext, said

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.loader import MigrationLoader

SAFE_SQLITE = (3, 51, 3)


class Refused(click.ClickException):
    """The command cannot be carried out as things are: exit 1 and one line saying why."""

    exit_code = 1


def open_installation() -> None:
    """Set Django up. Raises :class:`Refused` when the settings cannot be read."""
    os.umask(0o077)  # what this process and its children write is their user's alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, PermissionError, ValueError) as error:
        raise Refused(gettext("invalid settings: %(error)s") % {"error": said(error)}) from error


def listen_on(host: str) -> None:
    """Let the settings know where the pages are served: they speak plain HTTP where only this machine can listen."""
    os.environ["ACCORD_LISTEN"] = host


def refuse_unreachable(host: str) -> None:
    """Raises :class:`Refused` when the pages would be served to a network that the settings shut out.

    Without a name of its own an installation answers to ``localhost`` alone, and beyond this machine over HTTPS alone:
    nobody could open a page.
    """
    from django.conf import settings

    from accord.core.exposure import is_loopback

    if settings.HTTPS and not is_loopback(host) and not settings.PUBLIC_ADDRESS:
        raise Refused(
            gettext(
                "cannot serve %(host)s without a name; set ACCORD_ORIGINS=https://accord.example.com (behind a proxy "
                "with HTTPS, with ACCORD_BEHIND_PROXY=1), or ACCORD_HTTPS=0 and ACCORD_HOSTS in a closed network"
            )
            % {"host": host}
        )


def reach_database() -> None:
    """Make sure that the database answers. Raises :class:`Refused` otherwise."""
    from django.db import Error, connection

    try:
        connection.ensure_connection()
    except Error as error:
        raise Refused(gettext("cannot connect to the database: %(error)s") % {"error": said(error)}) from error


def sqlite_doubt() -> str:
    """Why this machine's SQLite should not be trusted with a write-ahead log; empty when it may, or on PostgreSQL.

    Before 3.51.3, two connections that checkpoint at the wrong moment can corrupt the database.
    """
    from django.db import connection

    if connection.vendor != "sqlite":
        return ""
    sqlite = sqlite_module()
    version: tuple[int, ...] = sqlite.sqlite_version_info
    if version >= SAFE_SQLITE:
        return ""
    safe = ".".join(map(str, SAFE_SQLITE))
    return gettext("SQLite %(version)s can corrupt a database in WAL mode (fixed in %(safe)s); install pysqlite3") % {
        "version": sqlite.sqlite_version,
        "safe": safe,
    }


def sqlite_module() -> Any:
    """The module through which Django speaks to SQLite; it need not be Python's own."""
    from django.db import connection

    return connection.Database  # type: ignore[attr-defined]


def refuse_doubtful_sqlite() -> None:
    """Raises :class:`Refused` for such a SQLite, unless ``ACCORD_ALLOW_OLD_SQLITE=1``."""
    doubt = sqlite_doubt()
    if doubt and os.environ.get("ACCORD_ALLOW_OLD_SQLITE") != "1":
        raise Refused(
            gettext("%(doubt)s, use PostgreSQL, or accept the risk with ACCORD_ALLOW_OLD_SQLITE=1") % {"doubt": doubt}
        )


def _executor() -> MigrationExecutor:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection)


def unapplied_migrations(executor: MigrationExecutor | None = None) -> list[str]:
    """Names of the migrations that this version has and the database has not."""
    executor = executor or _executor()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def refuse_foreign_migrations(loader: MigrationLoader) -> None:
    """Raises :class:`Refused` where the database has migrations of Accord that this version does not have."""
    from django.apps import apps

    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("accord.")}
    foreign = [key for key in loader.applied_migrations if key[0] in ours and key not in loader.disk_migrations]
    if foreign:
        raise Refused(
            gettext(
                "the database was created by another version of Accord, which this version cannot read. Use that "
                "version, or start with a new database (for the demo firm: accord demo --fresh)"
            )
        )


def migrate(echo: Callable[[str], Any] = click.echo) -> None:
    """Bring the database to this version. Raises :class:`Refused` where another version created it."""
    from django.core.management import call_command

    executor = _executor()
    refuse_foreign_migrations(executor.loader)
    if pending := unapplied_migrations(executor):
        text = ngettext(
            "Updating the database: %(count)s migration.", "Updating the database: %(count)s migrations.", len(pending)
        )
        echo(text % {"count": len(pending)})
        call_command("migrate", interactive=False, verbosity=0)


def gather_static_files() -> None:
    """Put scripts, styles and pictures where the web server takes them from, if they changed since the last time.

    Naming by content and compressing takes seconds, hence the note of what was gathered. Raises :class:`Refused` when
    the front end was never built.
    """
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = hashlib.sha256()
    names = set()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda item: str(item[0])):
            state = Path(storage.path(name)).stat()
            found.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
            names.add(str(name))
    if "build/app.js" not in names:
        raise Refused(gettext("the front end is not built; reinstall Accord with pip"))
    note = settings.STATIC_ROOT / ".gathered"
    if note.exists() and note.read_text() == found.hexdigest():
        return
    click.echo(gettext("Collecting static files."))
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(found.hexdigest())


def refuse_unmigrated() -> None:
    """Raises :class:`Refused` when the database is of another version than the program."""
    if pending := unapplied_migrations():
        text = ngettext(
            "%(count)s migration is pending; run `accord migrate` first",
            "%(count)s migrations are pending; run `accord migrate` first",
            len(pending),
        )
        raise Refused(text % {"count": len(pending)})


def refuse_busy_port(host: str, port: int) -> None:
    """Raises :class:`Refused` when something listens at ``host:port`` already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise Refused(
                gettext("cannot listen on %(host)s:%(port)s: %(error)s; choose another with --port")
                % {"host": host, "port": port, "error": error.strerror}
            ) from error
