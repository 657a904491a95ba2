"""What Accord keeps on disk is readable by its own user only."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from accord.config.private_files import make_private
from tests.installation import Installation


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in [folder, *folder.rglob("*")] if not path.is_symlink() and mode(path) & 0o077]


def test_a_new_home_is_private_whatever_the_umask(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    fresh = Installation(home)
    home.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "accord.cli.main", "migrate"],
        env=fresh.environment(), cwd=tmp_path, preexec_fn=lambda: os.umask(0), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert mode(home) == 0o700
    assert mode(home / "accord.sqlite3") == 0o600
    assert mode(home / "secret.key") == 0o600
    assert open_to_others(home) == []


def test_files_written_while_it_runs_are_private_too(installation: Installation) -> None:
    if not installation.url:
        os.chmod(installation.home / "accord.sqlite3", 0o644)  # as an earlier version left it
    os.chmod(installation.home, 0o755)
    said = installation.python(
        "import os; os.umask(0o022)\n"
        "from django.core.files.base import ContentFile\n"
        "from accord.exchange.actions.upload import upload\n"
        "from accord.people.models import Role, User\n"
        "ada = User.objects.create(email='a@firm.test', name='Ada', roles=[Role.ADMINISTRATOR])\n"
        "run = upload(kind='accounts', file=ContentFile(b'Name\\nA\\n'), file_name='a.csv', source_name='x', by=ada,"
        " now=True)\n"
        "import pathlib, stat\n"
        "from django.conf import settings\n"
        "home = pathlib.Path(settings.HOME)\n"
        "for path in [home, run.path, run.path.parent, *home.glob('*.sqlite3*')]:\n"
        "    print(path.name, oct(stat.S_IMODE(path.stat().st_mode) & 0o077))\n"
    )
    assert len(said.splitlines()) >= (3 if installation.url else 6)
    assert {line.split()[-1] for line in said.splitlines()} == {"0o0"}


def test_a_backup_is_private_and_has_no_sessions(installation: Installation, tmp_path: Path) -> None:
    installation.python(
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "store = SessionStore(); store['canary'] = 1; store.save()"
    )
    sessions = "SELECT count(*) FROM django_session"
    assert installation.query(sessions) == [(1,)]
    archive = tmp_path / "backup.tar.gz"
    assert installation.run("backup", str(archive)).returncode == 0
    assert mode(archive) == 0o600
    assert installation.query(sessions) == [(1,)], "who works now goes on"
    assert installation.run("restore", str(archive), "--force").returncode == 0
    assert installation.query(sessions) == [(0,)]
    assert open_to_others(installation.home / "files") == []


def test_what_is_shared_or_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    make_private(shared)
    assert mode(shared) == 0o1777 & 0o7777
    own = tmp_path / "own"
    own.mkdir(mode=0o755)
    make_private(own, database=own / "accord.sqlite3")
    assert (mode(own), mode(own / "accord.sqlite3")) == (0o700, 0o600)
    (own / "accord.sqlite3-wal").touch(0o644)
    make_private(own, database=own / "accord.sqlite3")
    assert mode(own / "accord.sqlite3-wal") == 0o600
