"""What was wrong with a file, where, and what to do about it.

Every reader collects :class:`ImportProblem` rows in a :class:`Problems` ledger and refuses the
file as a whole by raising one :class:`ImportFileError` that carries them: the page lists the
rows, the command line prints the first. Nothing is half-read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

KEPT = 100
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One refusal: what is wrong (``message``), how to mend it (``remedy``) and where it stands.

    ``file`` and ``line`` place it in a text file, ``uid`` names the record of a project file, ``field``
    and ``value`` the cell. Whatever does not apply is empty or ``None``.
    """

    message: str
    remedy: str = ""
    field: str = ""
    value: str = ""
    uid: int | None = None
    line: int | None = None
    file: str = ""

    @property
    def place(self) -> str:
        """Where it is, in words: ``plan.xml, line 12, UID 7, field Duration``."""
        parts = [
            self.file,
            f"line {self.line}" if self.line is not None else "",
            f"UID {self.uid}" if self.uid is not None else "",
            f"field {self.field}" if self.field else "",
        ]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= _SHOWN else self.value[: _SHOWN - 1] + "…"
        text = f"{self.place}: {self.message}" if self.place else self.message
        if shown:
            text += f" (found {shown!r})"
        return f"{text}. {self.remedy}" if self.remedy else text


class ImportFileError(ValueError):
    """A file is refused. ``problems`` holds the first hundred reasons, ``total`` counts them all.

    >>> error = ImportFileError([ImportProblem("is not a date", field="Start", value="soon", uid=7)])
    >>> str(error)
    "UID 7, field Start: is not a date (found 'soon')"
    """

    def __init__(self, problems: Iterable[ImportProblem], total: int | None = None) -> None:
        found = tuple(problems)
        self.problems = found[:KEPT]
        self.total = len(found) if total is None else total
        super().__init__(self.problems, self.total)

    def __str__(self) -> str:
        if not self.problems:
            return "The file was refused"
        more = self.total - 1
        tail = f" (and {more} more problem{'s' if more > 1 else ''})" if more > 0 else ""
        return f"{self.problems[0]}{tail}"


class PlanFileError(ImportFileError):
    """A project file is refused."""


class Problems:
    """The ledger a reader writes to while it reads on: the first hundred are kept, all are counted."""

    def __init__(self, file: str = "") -> None:
        self.file = file
        self.kept: list[ImportProblem] = []
        self.total = 0

    def add(self, message: str, remedy: str = "", **where: Any) -> None:
        """Note one problem; ``where`` takes the other fields of :class:`ImportProblem`."""
        self.total += 1
        if len(self.kept) < KEPT:
            self.kept.append(replace(ImportProblem(message, remedy, **where), file=self.file))

    def raise_if_any(self, error: type[ImportFileError] = ImportFileError) -> None:
        """Refuse the file when anything was noted."""
        if self.total:
            raise error(self.kept, self.total)
