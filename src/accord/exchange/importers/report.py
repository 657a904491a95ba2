"""What a pass over a file found: the dry run's promise, or what was done."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from accord.engines.texts import Text, listed
from accord.exchange.errors import ImportFileError, ImportProblem, Problems

PREVIEWED = 10
WORDS = 50  # unknown ones that are listed for each field
_NAMED = 8


@dataclass(slots=True)
class Report:
    """``create``, ``update`` and ``skip`` count the file's main records; ``made`` counts all new records by their name.

    ``problems`` holds the first hundred of ``errors``; ``left_out`` counts the rows that go missing if only the valid
    rows are imported. ``preview`` is ``{"columns", "rows"}``. ``facts`` are label and value pairs about the whole file.
    ``warnings`` holds the first hundred of ``warned`` values that were left empty, ``unknown`` the words that stand for
    none of our values, by field, each with its count: the most frequent first.
    ``dates`` tells which dates of a plan would be others (:mod:`accord.exchange.importers.plan_dates`).
    """

    rows: int = 0
    create: int = 0
    update: int = 0
    skip: int = 0
    left_out: int = 0
    errors: int = 0
    created: dict[str, int] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: list[list[str]] = field(default_factory=list)
    preview: dict[str, Any] = field(default_factory=dict)
    dates: dict[str, Any] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    warned: int = 0
    unknown: dict[str, list[list[Any]]] = field(default_factory=dict)
    seconds: float = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_refusal(cls, error: ImportFileError) -> Report:
        """The report on a file of which nothing can be read."""
        return cls(errors=error.total, problems=[problem_json(problem) for problem in error.problems])


@dataclass(slots=True)
class ImportReport:
    """Where a pass writes down what it finds, row by row."""

    problems: Problems = field(default_factory=Problems)
    counts: Counter[str] = field(default_factory=Counter)
    created: Counter[str] = field(default_factory=Counter)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)
    facts: list[list[str]] = field(default_factory=list)
    totals: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    columns: list[str] = field(default_factory=list)
    shown: list[list[str]] = field(default_factory=list)
    dates: dict[str, Any] = field(default_factory=dict)
    warnings: Problems = field(default_factory=Problems)
    unknown: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, text: str, name: str = "") -> None:
        """Something worth knowing that is no problem; said once, with the ``names`` it is true of."""
        names = self.notes.setdefault(text, {})
        if name:
            names.setdefault(name)

    def show(self, values: dict[str, Any]) -> None:
        """A row of the preview, if it is one of the first."""
        if len(self.shown) < PREVIEWED:
            self.columns = self.columns or list(values)
            self.shown.append(["" if v is None else v if isinstance(v, Text) else str(v) for v in values.values()])

    def report(self) -> Report:
        return Report(
            rows=self.counts["rows"],
            create=self.counts["create"],
            update=self.counts["update"],
            skip=self.counts["skip"],
            left_out=self.counts["left_out"],
            errors=self.problems.total,
            created=dict(self.created),
            problems=[problem_json(problem) for problem in self.problems.kept],
            notes=[_with_names(text, list(names)) for text, names in self.notes.items()],
            facts=self.facts,
            preview={"columns": self.columns, "rows": self.shown},
            dates=self.dates,
            warnings=[problem_json(problem) for problem in self.warnings.kept],
            warned=self.warnings.total,
            unknown={name: [[*pair] for pair in words.most_common(WORDS)] for name, words in self.unknown.items()},
        )


def _with_names(text: str, names: list[str]) -> str:
    return (
        text.with_values(names=listed(names[:_NAMED], more=len(names) - _NAMED))
        if names and isinstance(text, Text)
        else text
    )


def problem_json(problem: ImportProblem) -> dict[str, Any]:
    """One problem as the page and the command line show it."""
    return asdict(problem)
