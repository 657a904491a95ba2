"""Trouble with disk or database that passes: told apart from what is wrong with the program."""

from __future__ import annotations

import errno
from enum import Enum
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError

from accord.core.texts import gettext_lazy


class Trouble(Enum):
    """What is the matter, in words for whoever asked for something meanwhile."""

    FULL = (
        gettext_lazy("The disk is full"),
        gettext_lazy("Nothing was saved. Ask your administrator to free some space, then try again."),
    )
    BUSY = (
        gettext_lazy("The database is busy"),
        gettext_lazy("Nothing was saved, because another change took longer than 20 seconds. Try again in a moment."),
    )
    AWAY = (gettext_lazy("The database can't be reached"), gettext_lazy("Nothing was saved. Try again in a moment."))

    def __init__(self, title: str, text: str) -> None:
        self.title, self.text = title, text


_FULL_ERRNO = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# SQLite's result codes, by their lower byte: BUSY, LOCKED; READONLY, IOERR, CANTOPEN; FULL.
_SQLITE = {5: Trouble.BUSY, 6: Trouble.BUSY, 8: Trouble.AWAY, 10: Trouble.AWAY, 14: Trouble.AWAY, 13: Trouble.FULL}
_SQLITE_TEXTS = {
    "database or disk is full": Trouble.FULL,
    "database is locked": Trouble.BUSY,
    "database table is locked": Trouble.BUSY,
    "disk I/O error": Trouble.AWAY,
    "unable to open database file": Trouble.AWAY,
    "attempt to write a readonly database": Trouble.AWAY,
}
# PostgreSQL's: disk full; lock not available, query cancelled, deadlock; too many connections.
_SQLSTATES = {
    "53100": Trouble.FULL,
    "55P03": Trouble.BUSY,
    "57014": Trouble.BUSY,
    "40P01": Trouble.BUSY,
    "53300": Trouble.AWAY,
}


class Unanswered(Exception):
    """The database did not answer a question whose asker takes every error of the database for an answer."""


def refuse_to_guess(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Around a query (`connection.execute_wrapper`): raise trouble as what no handler of database errors catches.

    Django takes a unique constraint that it could not check for violated; a lock is no violation.
    """
    try:
        return execute(sql, params, many, context)
    except OperationalError as error:
        raise Unanswered from error


def trouble_of(error: BaseException | None) -> Trouble | None:
    """The trouble that ``error`` tells of, or what it came from; ``None`` for every other error."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in _FULL_ERRNO:
            return Trouble.FULL
        if isinstance(error, DatabaseError | InterfaceError):
            found = _of_database(error)
            if found is not None:
                return found
        error = error.__cause__ or error.__context__
    return None


def _of_database(error: DatabaseError | InterfaceError) -> Trouble | None:
    driver = error.__cause__ or error
    state = getattr(driver, "sqlstate", None)
    if state:
        # Classes 08 and 57P: the connection was lost, or the server is starting or stopping.
        return _SQLSTATES.get(state) or (Trouble.AWAY if state[:2] == "08" or state[:3] == "57P" else None)
    code = getattr(driver, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)
    if found := _SQLITE_TEXTS.get(str(error)):
        return found
    # psycopg has no code for a server that does not answer at all.
    is_lost = type(driver).__module__.startswith("psycopg") and isinstance(error, OperationalError | InterfaceError)
    return Trouble.AWAY if is_lost else None
