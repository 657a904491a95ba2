"""A backup: one ``.tar.gz`` with the database, the uploaded files and a note of what it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files import File as DjangoFile

from accord import __version__
from accord.cli.installation import Refused, sqlite_module
from accord.cli.texts import gettext, said

NOTE = "backup.json"
FORMAT = 1
ATTACHED = "attached"  # the folder with the contents of files on records
COPY = {"sqlite": "accord.sqlite3", "postgresql": "accord.pgdump"}  # the database's name in the archive


def write(target: Path, work: Path) -> dict[str, Any]:
    """Write a backup to ``target``, using ``work`` for the copy of the database; returns the note.

    The copy is of one moment, though others go on writing. The files are gathered after it, so every file that the
    copy knows of is there unless it was deleted in between.
    """
    from django.conf import settings
    from django.db import connection

    copy = work / COPY[connection.vendor]
    if connection.vendor == "sqlite":
        _copy_sqlite(copy)
    else:
        _run(
            [
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--exclude-table-data=django_session",
                f"--file={copy}",
                _pg_name(),
            ]
        )
    note = {
        "format": FORMAT,
        "accord": __version__,
        "database": connection.vendor,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    (work / NOTE).write_text(json.dumps(note, indent=2))
    unfinished = target.with_name(target.name + ".part")
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as archive:
                archive.add(work / NOTE, NOTE)
                archive.add(copy, copy.name)
                for path in _files(settings.MEDIA_ROOT):
                    with suppress(FileNotFoundError):  # deleted since the copy was made, with the row that named it
                        archive.add(path, f"files/{path.relative_to(settings.MEDIA_ROOT).as_posix()}", recursive=False)
                _add_remote(archive)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return note


def unpack(source: Path, work: Path) -> dict[str, Any]:
    """Unpack a backup into ``work`` and return its note. Raises :class:`Refused` for what is not a backup of ours."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if not member.isreg() or path.is_absolute() or ".." in path.parts:
                    raise Refused(
                        gettext("%(source)s holds “%(name)s”, which is not part of an Accord backup")
                        % {"source": source, "name": member.name}
                    )
                to = work / path
                to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                content = archive.extractfile(member)
                assert content is not None  # it is a regular file
                with content, open(os.open(to, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
                    shutil.copyfileobj(content, out, 1 << 20)
        note: dict[str, Any] = json.loads((work / NOTE).read_text())
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise Refused(
            gettext("%(source)s is not a complete Accord backup: %(error)s") % {"source": source, "error": said(error)}
        ) from error
    if note.get("format") != FORMAT:
        raise Refused(
            gettext("%(source)s was made by Accord %(version)s, in a format this version cannot read")
            % {"source": source, "version": note.get("accord")}
        )
    return note


def put_back(work: Path, note: dict[str, Any]) -> None:
    """Make database and files what the unpacked backup says. Raises :class:`Refused` if it is of the other database."""
    from django.conf import settings
    from django.db import connection

    if note["database"] != connection.vendor:
        raise Refused(
            gettext("this is a %(backup)s backup, but the installation uses %(database)s")
            % {"backup": note["database"], "database": connection.vendor}
        )
    copy = work / COPY[connection.vendor]
    if connection.vendor == "sqlite":
        _put_back_sqlite(copy)
    else:
        _run(
            [
                "pg_restore",
                "--clean",
                "--if-exists",
                "--no-owner",
                "--single-transaction",
                f"--dbname={_pg_name()}",
                str(copy),
            ]
        )
    _put_back_remote(work)
    fresh, former = settings.MEDIA_ROOT.with_name("files.new"), settings.MEDIA_ROOT.with_name("files.old")
    for path in (fresh, former):
        shutil.rmtree(path, ignore_errors=True)
    if (work / "files").exists():
        shutil.copytree(work / "files", fresh)
    else:
        fresh.mkdir(parents=True)
    if settings.MEDIA_ROOT.exists():
        settings.MEDIA_ROOT.rename(former)
    fresh.rename(settings.MEDIA_ROOT)
    shutil.rmtree(former, ignore_errors=True)


def _add_remote(archive: tarfile.TarFile) -> None:
    """The contents of files that do not lie in the folder but in a bucket; in the archive they look the same."""
    from accord.core.files.contents import storage
    from accord.core.models import File

    store = storage()
    if is_local(store):
        return
    for name in File.objects.order_by("stored_as").values_list("stored_as", flat=True).distinct().iterator():
        with suppress(FileNotFoundError), store.open(name) as content:
            entry = tarfile.TarInfo(f"files/{ATTACHED}/{name}")
            entry.size, entry.mode = content.size, 0o600
            archive.addfile(entry, content)


def _put_back_remote(work: Path) -> None:
    """Contents of files go back into the bucket, where they are missing there, and not into the folder."""
    from accord.core.files.contents import storage

    store, folder = storage(), work / "files" / ATTACHED
    if is_local(store) or not folder.exists():
        return
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if not store.exists(name):  # a name is random and its content never changes
            with path.open("rb") as content:
                store.save(name, DjangoFile(content))
    shutil.rmtree(folder)


def is_local(store: Any) -> bool:
    """Whether the contents of files lie in a folder, as :data:`ATTACHED` within the files of the installation."""
    from django.core.files.storage import FileSystemStorage

    return isinstance(store, FileSystemStorage)


def _files(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())


def _copy_sqlite(copy: Path) -> None:
    """SQLite's online backup: a copy of one moment, taken while others write."""
    from django.db import connection

    connection.ensure_connection()
    with closing(sqlite_module().connect(str(copy))) as into:
        connection.connection.backup(into)
        into.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        # A session is a key to whoever reads it, and of no use in a backup: everyone signs in again.
        into.execute("PRAGMA secure_delete=ON")
        if into.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_session'").fetchone():
            into.execute("DELETE FROM django_session")
            into.commit()
        _examine(into, copy)


def _put_back_sqlite(copy: Path) -> None:
    """The same the other way round: running processes see the old content until the whole new one is there."""
    from django.db import connection

    connection.ensure_connection()
    with closing(sqlite_module().connect(str(copy))) as source:
        _examine(source, copy)
        try:
            source.backup(connection.connection)
        except sqlite_module().OperationalError as error:
            raise Refused(
                gettext("the database is in use (%(error)s); stop Accord before restoring") % {"error": said(error)}
            ) from error
    connection.close()


def _examine(database: Any, path: Path) -> None:
    try:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite_module().DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise Refused(gettext("the copy %(name)s is damaged: %(found)s") % {"name": path.name, "found": found})


def _pg_name() -> str:
    """The connection string of the database, without its password, which goes by the environment."""
    from psycopg.conninfo import make_conninfo

    return make_conninfo(**{k: v for k, v in _pg_parameters().items() if k != "password"})


def _pg_parameters() -> dict[str, Any]:
    from django.db import connection

    given = connection.settings_dict
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    options = {key: value for key, value in given["OPTIONS"].items() if key.startswith(("ssl", "service"))}
    return options | {key: given[name] for key, name in names.items() if given.get(name)}


def _run(command: list[str]) -> None:
    environment = os.environ | {"PGPASSWORD": str(_pg_parameters().get("password", ""))}
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    except FileNotFoundError as error:
        raise Refused(
            gettext("%(command)s is not installed here; install the PostgreSQL client tools") % {"command": command[0]}
        ) from error
    except subprocess.CalledProcessError as error:
        raise Refused(
            gettext("%(command)s failed: %(error)s") % {"command": command[0], "error": error.stderr.strip()}
        ) from error
