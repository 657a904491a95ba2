"""Compiled loops: one decorator, and a place to keep the machine code between runs.

numba compiles a function on its first call, which takes seconds; with a cache the next process loads it in
milliseconds. The cache holds executable code, so it must live where only this user can write. ``NUMBA_CACHE_DIR``
is honoured; otherwise the user's cache directory is used, and failing that a private one under the temporary
directory. Where none can be written the functions are compiled anew in each process and everything still works.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a numeric loop in numba's nopython mode, released from the interpreter's lock and cached on disk.

    Division by zero follows numpy and not Python: loops that divide by what may be zero must look first.
    """
    return cast(Function, numba.njit(cache=cache_directory() is not None, nogil=True, error_model="numpy")(function))


@lru_cache(maxsize=1)
def cache_directory() -> Path | None:
    """The directory of the cache (and tell numba), or None where there is no safe one."""
    settings = cast(Any, numba.config)
    if settings.CACHE_DIR:
        return Path(settings.CACHE_DIR)
    for root in _roots():
        # numba notices a change of the file a function is in, but not of the files it calls into: so does this name.
        directory = root / _fingerprint()
        if _is_private(root) and _is_private(directory):
            settings.CACHE_DIR = str(directory)
            return directory
    return None


def _roots() -> Iterator[Path]:
    if cache_home := os.environ.get("XDG_CACHE_HOME"):
        yield Path(cache_home) / "accord-numba"
    home = Path("~").expanduser()
    if home != Path("~"):
        yield home / ".cache" / "accord-numba"
    yield Path(tempfile.gettempdir()) / f"accord-numba-{os.getuid() if hasattr(os, 'getuid') else 'user'}"


def _fingerprint() -> str:
    texts = [source.read_bytes() for source in sorted(Path(__file__).parent.rglob("*.py"))]
    return hashlib.sha256(b"\0".join(text for text in texts if b"engines.compiled import" in text)).hexdigest()[:16]


def _is_private(directory: Path) -> bool:
    """Create the directory; whether it is ours, not a link, closed to others' writing, and can be written."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or not os.access(directory, os.W_OK | os.X_OK):
        return False
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
