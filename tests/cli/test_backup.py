"""Backup and restore: equal afterwards, taken under load, and nothing but a backup is accepted."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.installation import Installation, Template, wait_until

ROWS = "SELECT id, kind, subject_name FROM core_event ORDER BY id"
PAIRS = "SELECT kind FROM core_event GROUP BY kind HAVING count(*) <> 2"
WRITE = """
import django; django.setup()
from pathlib import Path
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from accord.core.events import record_event
subject = ContentType.objects.first()
for number in range(100_000):
    with transaction.atomic():
        record_event(by=None, kind=f"pair {number}", subject=subject)
        record_event(by=None, kind=f"pair {number}", subject=subject)
    Path("writing").touch()
"""


@pytest.fixture
def empty(template: Template, tmp_path: Path) -> Iterator[Installation]:
    made = template.copy(tmp_path / "other-home")
    yield made
    made.remove()


def add_event(installation: Installation, verb: str) -> None:
    installation.python(f"from tests.core.jobs_to_run import land; land({verb!r})")


def test_backup_restores_database_and_files(installation: Installation, tmp_path: Path) -> None:
    add_event(installation, "first")
    files = installation.home / "files"
    (files / "imports").mkdir(parents=True)
    (files / "imports" / "plan.xml").write_bytes(b"<Project/>")
    before = installation.query(ROWS)
    archive = tmp_path / "backup.tar.gz"
    done = installation.run("backup", str(archive))
    assert done.returncode == 0, done.stderr
    assert archive.stat().st_mode & 0o077 == 0  # it holds everything: nobody else may read it
    assert installation.run("backup", str(archive)).returncode == 1

    add_event(installation, "second")
    (files / "imports" / "plan.xml").write_bytes(b"changed")
    (files / "stray").touch()
    refused = installation.run("restore", str(archive))
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert len(installation.query(ROWS)) == 2

    done = installation.run("restore", "--force", str(archive))
    assert done.returncode == 0, done.stderr
    assert installation.query(ROWS) == before
    assert [path.name for path in files.rglob("*") if path.is_file()] == ["plan.xml"]
    assert (files / "imports" / "plan.xml").read_bytes() == b"<Project/>"
    assert not [path for path in installation.home.iterdir() if path.name.startswith(".accord-")]


def test_backup_under_load_is_of_one_moment(installation: Installation, empty: Installation, tmp_path: Path) -> None:
    """A writer adds rows in pairs; the copy, restored elsewhere, holds whole pairs only."""
    writer = subprocess.Popen([sys.executable, "-c", WRITE], env=installation.environment(), cwd=installation.home)
    try:
        wait_until((installation.home / "writing").exists, what="the writer")
        archive = tmp_path / "backup.tar.gz"
        done = installation.run("backup", str(archive))
        assert done.returncode == 0, done.stderr
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    done = empty.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert empty.query("SELECT count(*) FROM core_event")[0][0] >= 2
    assert empty.query(PAIRS) == []


def forged(folder: Path, name: str, content: bytes, **note: object) -> Path:
    """A backup with one member of one's own making."""
    path = folder / f"forged-{uuid4().hex}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        whole = {"format": 1, "accord": "0", "database": "sqlite", "made_at": "2026-01-01"} | note
        for member, data in (("backup.json", json.dumps(whole).encode()), (name, content)):
            info = tarfile.TarInfo(member)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_what_is_no_backup_is_refused_and_nothing_changes(installation: Installation, tmp_path: Path) -> None:
    add_event(installation, "kept")
    whole = tmp_path / "whole.tar.gz"
    assert installation.run("backup", str(whole)).returncode == 0
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    before = installation.query(ROWS)
    cases = [
        (cut, "not a complete Accord backup"),
        (picture, "not a complete Accord backup"),
        (forged(tmp_path, "../../outside", b"x"), "not part of an Accord backup"),
        (forged(tmp_path, "x", b"x", format=99), "in a format this version cannot read"),
        (forged(tmp_path, "x", b"x", database="oracle"), "oracle"),
    ]
    if not installation.url:
        cases.append((forged(tmp_path, "accord.sqlite3", b"no database at all" * 99), "damaged"))
    for file, reason in cases:
        done = installation.run("restore", "--force", str(file))
        assert done.returncode == 1, file
        assert reason in done.stderr
        assert done.stderr.count("\n") == 1
    assert installation.query(ROWS) == before
    assert not (tmp_path / "outside").exists()


ATTACH = """
import django; django.setup()
from django.core.files.base import ContentFile
from accord.accounts.models import Account
from accord.core.files.actions import attach_file
account = Account.objects.create(name="Brewery")
attach_file(subject=account, content=ContentFile(b"hops"), name="plan.txt", by=None)
"""
READ = """
import django; django.setup()
from accord.core.files.contents import storage
from accord.core.models import File
for file in File.objects.all():
    with storage().open(file.stored_as) as content:
        print(file.name, content.read().decode())
"""


def test_files_on_records_come_back(installation: Installation, empty: Installation, tmp_path: Path) -> None:
    installation.python(ATTACH)
    archive = tmp_path / "backup.tar.gz"
    done = installation.run("backup", str(archive))
    assert done.returncode == 0, done.stderr
    done = empty.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert "plan.txt hops" in empty.python(READ)
    contents = [path for path in (empty.home / "files" / "attached").rglob("*") if path.is_file()]
    assert [path.stat().st_mode & 0o077 for path in contents] == [0]


def test_contents_in_a_bucket_are_in_the_backup_and_go_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    """A storage in memory stands for the bucket: neither has a folder."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import InMemoryStorage

    from accord.cli import archive
    from accord.core.files import contents
    from accord.core.models import File

    bucket = InMemoryStorage()
    monkeypatch.setattr(contents, "storage", lambda: bucket)
    bucket.save("ab/kept", ContentFile(b"hops"))
    row: dict[str, object] = {"subject_type": "accounts.account", "subject_id": 1, "root_type": "accounts.account"}
    for name in ("ab/kept", "cd/missing"):
        File.objects.create(**row, root_id=1, name="a", stored_as=name, size=4, media_type="text/plain", sha256="")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as made:
        archive._add_remote(made)
    packed.seek(0)
    work = tmp_path / "work"
    with tarfile.open(fileobj=packed) as made:
        assert made.getnames() == ["files/attached/ab/kept"]
        made.extractall(work, filter="data")
    bucket.delete("ab/kept")
    archive._put_back_remote(work)
    with bucket.open("ab/kept") as content:
        assert content.read() == b"hops"
    assert not (work / "files" / "attached").exists()
