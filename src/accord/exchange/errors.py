"""What was wrong with a file, where, and what to do about it.

Every reader collects :class:`ImportProblem` rows in a :class:`Problems` ledger and refuses the
file as a whole by raising one :class:`ImportFileError` that carries them: the page lists the
rows, the command line prints the first. Nothing is half-read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

KEPT = 100
SKIPPED_NAMED = 5
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One refusal: what is wrong (``message``), how to mend it (``remedy``) and where it stands.

    ``file`` and ``line`` place it in a text file, ``record`` and ``uid`` name the record of a project file (a task),
    ``field`` and ``value`` the cell. Whatever does not apply is empty or ``None``.
    """

    message: str
    remedy: str = ""
    field: str = ""
    value: str = ""
    uid: int | None = None
    line: int | None = None
    file: str = ""
    record: str = ""

    @property
    def place(self) -> str:
        """Where it is, in words: ``plan.xml, line 12, UID 7, field Duration``."""
        parts = [
            self.file,
            f"line {self.line}" if self.line is not None else "",
            f"{self.record} UID {self.uid}".strip() if self.uid is not None else "",
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
            return "The file can't be imported"
        more = self.total - 1
        tail = f" (and {more} more problem{'s' if more > 1 else ''})" if more > 0 else ""
        return f"{self.problems[0]}{tail}"


class PlanFileError(ImportFileError):
    """A project file is refused."""


class Problems:
    """The ledger a reader writes to while it reads on: the first hundred are kept, all are counted.

    ``skipped`` are values that could not be read but refuse nothing: they are read as absent and named in a note.
    """

    def __init__(self, file: str = "") -> None:
        self.file = file
        self.kept: list[ImportProblem] = []
        self.total = 0
        self.names: dict[str, int] = {}  # numbers for records that the file names otherwise
        self.skipped: Counter[tuple[str, str]] = Counter()
        self._skipped: dict[tuple[str, str], list[ImportProblem]] = {}

    def add(self, message: str, remedy: str = "", **where: Any) -> None:
        """Note one problem; ``where`` takes the other fields of :class:`ImportProblem`."""
        self.total += 1
        if len(self.kept) < KEPT:
            self.kept.append(replace(ImportProblem(message, remedy, **where), file=self.file))

    def skip(self, message: str, **where: Any) -> None:
        """Note a value that is read as absent; of each kind (message and field) the first few are kept."""
        problem = ImportProblem(message, **where)
        kind = message, problem.field
        if kind not in self.skipped and len(self.skipped) >= KEPT:
            kind = "can't be read", ""
        self.skipped[kind] += 1
        named = self._skipped.setdefault(kind, [])
        if len(named) < SKIPPED_NAMED:
            named.append(problem)

    def apart(self) -> Problems:
        """A ledger for one record, of which it is not known yet whether anything depends on it."""
        other = Problems(self.file)
        other.names = self.names
        return other

    def merge(self, other: Problems, *, refuse: bool = True, record: str = "") -> None:
        """Take over what another ledger holds; without ``refuse``, its problems become notes on ``record``."""
        for problem in other.kept:
            if refuse and len(self.kept) < KEPT:
                self.kept.append(problem)
            if not refuse:
                where = {name: getattr(problem, name) for name in ("field", "value", "uid", "line")}
                self.skip(problem.message, record=record, **where)
        self.total += other.total if refuse else 0
        for kind, count in other.skipped.items():
            self.skipped[kind] += count
            named = self._skipped.setdefault(kind, [])
            named += other._skipped[kind][: SKIPPED_NAMED - len(named)]

    def notes(self) -> list[str]:
        """A sentence for each skipped value; where one fault recurs, the first few and how many more."""
        found = []
        for kind, named in self._skipped.items():
            found += [f"Skipped a value that can't be read: {problem}." for problem in named]
            if more := self.skipped[kind] - len(named):
                field = f"{kind[1]} " if kind[1] else ""
                found.append(f"Skipped {more:,} more {field}value{'s' if more > 1 else ''} of this kind.")
        return found

    def raise_if_any(self, error: type[ImportFileError] = ImportFileError) -> None:
        """Refuse the file when anything was noted."""
        if self.total:
            raise error(self.kept, self.total)
