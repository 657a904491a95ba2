"""What nearly every page asks and hardly anybody changes: each process asks the database for it twice a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

SECONDS = 30.0  # how old a value may be that another process changed; the process that changes it forgets it at once


class Remembered(Generic[T]):
    """The value of ``fetch``, asked at most every :data:`SECONDS`: ``known = Remembered(fetch)``, then ``known()``."""

    def __init__(self, fetch: Callable[[], T]) -> None:
        self._fetch = fetch
        self._kept: tuple[float, T] | None = None
        _all.append(self)

    def __call__(self) -> T:
        now = time.monotonic()
        if self._kept is None or now - self._kept[0] > SECONDS:
            self._kept = (now, self._fetch())
        return self._kept[1]

    def forget(self) -> None:
        """Ask anew the next time."""
        self._kept = None


_all: list[Remembered[Any]] = []


def forget_all() -> None:
    """What a test begins with."""
    for each in _all:
        each.forget()
