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

from accord.engines.texts import Text, gettext_lazy, listed, ngettext_lazy

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
        parts: list[str] = [self.file] if self.file else []
        if self.line is not None:
            parts.append(gettext_lazy("line %(line)s", line=self.line))
        if self.uid is not None and self.record:
            parts.append(gettext_lazy("%(record)s UID %(uid)s", record=self.record, uid=self.uid))
        elif self.uid is not None:
            parts.append(gettext_lazy("UID %(uid)s", uid=self.uid))
        if self.field:
            parts.append(gettext_lazy("field %(field)s", field=self.field))
        return listed(parts) if parts else ""

    @property
    def text(self) -> str:
        """Place, problem, value and remedy as one text."""
        text, place = self.message, self.place
        if place:
            text = gettext_lazy("%(place)s: %(problem)s", place=place, problem=text)
        if self.value:
            shown = self.value if len(self.value) <= _SHOWN else self.value[: _SHOWN - 1] + "…"
            text = gettext_lazy("%(problem)s (found %(value)s)", problem=text, value=repr(str(shown)))
        if self.remedy:
            text = gettext_lazy("%(problem)s. %(remedy)s", problem=text, remedy=self.remedy)
        return text

    def __str__(self) -> str:
        return str(self.text)


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

    @property
    def text(self) -> str:
        """The first reason, and how many more there are."""
        if not self.problems:
            return gettext_lazy("The file can't be imported")
        first, more = self.problems[0].text, self.total - 1
        if more <= 0:
            return first
        counted = ngettext_lazy(
            "%(problem)s (and %(count)s more problem)", "%(problem)s (and %(count)s more problems)", more
        )
        return counted.with_values(problem=first, count=more)

    def __str__(self) -> str:
        return str(self.text)


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
            kind = gettext_lazy("can't be read"), ""
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
        found: list[str] = []
        for kind, named in self._skipped.items():
            skipped = gettext_lazy("Skipped a value that can't be read: %(problem)s.")
            found += [skipped.with_values(problem=problem.text) for problem in named]
            if more := self.skipped[kind] - len(named):
                found.append(_more_skipped(kind[1], more))
        return found

    def raise_if_any(self, error: type[ImportFileError] = ImportFileError) -> None:
        """Refuse the file when anything was noted."""
        if self.total:
            raise error(self.kept, self.total)


def _more_skipped(field: str, more: int) -> Text:
    if not field:
        counted = ngettext_lazy(
            "Skipped %(more)s more value of this kind.", "Skipped %(more)s more values of this kind.", more
        )
        return counted.with_values(more=f"{more:,}")
    counted = ngettext_lazy(
        "Skipped %(more)s more %(field)s value of this kind.",
        "Skipped %(more)s more %(field)s values of this kind.",
        more,
    )
    return counted.with_values(more=f"{more:,}", field=field)
