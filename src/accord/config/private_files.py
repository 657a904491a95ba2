"""Whatever Accord keeps on disk is its own user's alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

FOLDER, FILE = 0o700, 0o600


def make_private(home: Path, *, database: Path | None = None) -> None:
    """Make ``home`` and the SQLite ``database`` if they are missing, readable by their owner only, now and later.

    SQLite gives its log and its index of the log the mode of the database. What another user owns is left alone.
    """
    home.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    _restrict(home, FOLDER)
    if database is None:
        return
    if database.parent.is_dir() and not database.exists():
        os.close(os.open(database, os.O_CREAT | os.O_WRONLY, FILE))
    for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm", "-journal"))):
        _restrict(path, FILE)


def _restrict(path: Path, mode: int) -> None:
    try:
        found = path.stat()
        is_shared = found.st_mode & stat.S_ISVTX  # /tmp, and what else is meant for everyone
        if found.st_uid == os.geteuid() and not is_shared and stat.S_IMODE(found.st_mode) & ~mode:
            path.chmod(mode)
    except FileNotFoundError:
        pass
