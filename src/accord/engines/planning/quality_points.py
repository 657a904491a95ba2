"""The 14 points themselves: what each is called, what it counts, when it passes. `schedule_quality` measures them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accord.engines.planning.lengthened_path import ADDED
from accord.engines.planning.plan import Constraint
from accord.engines.texts import Text, gettext_lazy, gettext_noop

HIGH = 44  # working days: two months
HARD = {
    Constraint.MUST_START_ON: gettext_noop("must start on %(day)s"),
    Constraint.MUST_FINISH_ON: gettext_noop("must finish on %(day)s"),
    Constraint.START_NO_LATER_THAN: gettext_noop("start no later than %(day)s"),
    Constraint.FINISH_NO_LATER_THAN: gettext_noop("finish no later than %(day)s"),
}


class Verdict(StrEnum):
    PASSED = gettext_noop("passed")
    FAILED = gettext_noop("failed")
    NOT_APPLICABLE = gettext_noop("not applicable")


@dataclass(frozen=True, slots=True)
class Finding:
    """A task to look at, and why."""

    uid: int
    note: Text


@dataclass(frozen=True, slots=True)
class Point:
    """One of the 14. ``figure`` is ``numerator / denominator``: a share of 0 to 1, or an index.

    It passes when the figure is at most (``at_least``: at least) the ``threshold``. Where there was nothing to measure
    ``figure`` is ``None``, the verdict says so and ``reason`` tells what is missing.
    """

    number: int
    key: str
    name: Text
    definition: Text
    threshold: float
    at_least: bool
    numerator: float
    denominator: float
    verdict: Verdict
    reason: Text | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def figure(self) -> float | None:
        return None if self.verdict is Verdict.NOT_APPLICABLE else self.numerator / self.denominator

    @property
    def is_index(self) -> bool:
        """Written as a ratio (CPLI, BEI) and not as a percentage."""
        return self.key in ("cpli", "bei")

    @property
    def tasks(self) -> tuple[int, ...]:
        """The uids of the tasks found, each once."""
        return tuple(dict.fromkeys(finding.uid for finding in self.findings))


@dataclass(frozen=True, slots=True)
class Assessment:
    """The 14 points in the pamphlet's order, as of ``status_date`` against baseline ``baseline``."""

    status_date: datetime
    baseline: int
    points: tuple[Point, ...]

    def count(self, verdict: Verdict) -> int:
        return sum(point.verdict is verdict for point in self.points)

    def __getitem__(self, key: str) -> Point:
        return next(point for point in self.points if point.key == key)


# Key, name, definition, threshold, whether the figure must be at least that; numbered in this order.
POINTS: tuple[tuple[str, Text, Text, float, bool], ...] = (
    (
        "logic",
        gettext_lazy("Logic"),
        gettext_lazy("unfinished tasks without a predecessor or without a successor"),
        0.05,
        False,
    ),
    ("leads", gettext_lazy("Leads"), gettext_lazy("links of unfinished tasks with a negative lag"), 0, False),
    ("lags", gettext_lazy("Lags"), gettext_lazy("links of unfinished tasks with a lag"), 0.05, False),
    (
        "relationships",
        gettext_lazy("Relationship types"),
        gettext_lazy("links of unfinished tasks that go from finish to start"),
        0.90,
        True,
    ),
    (
        "constraints",
        gettext_lazy("Hard constraints"),
        gettext_lazy("unfinished tasks that must start or finish on or by a date"),
        0.05,
        False,
    ),
    (
        "high-float",
        gettext_lazy("High float"),
        gettext_lazy("unfinished tasks with a total float over %(days)s working days", days=HIGH),
        0.05,
        False,
    ),
    (
        "negative-float",
        gettext_lazy("Negative float"),
        gettext_lazy("unfinished tasks with a total float under zero"),
        0,
        False,
    ),
    (
        "high-duration",
        gettext_lazy("High duration"),
        gettext_lazy("unfinished tasks that take more than %(days)s working days", days=HIGH),
        0.05,
        False,
    ),
    (
        "dates",
        gettext_lazy("Invalid dates"),
        gettext_lazy("actual dates after the status date, or planned dates before it on unfinished tasks"),
        0,
        False,
    ),
    (
        "resources",
        gettext_lazy("Resources"),
        gettext_lazy("unfinished tasks of one day or more with no resource and no cost"),
        0,
        False,
    ),
    (
        "missed",
        gettext_lazy("Missed tasks"),
        gettext_lazy("tasks due by the status date that are unfinished or finished late"),
        0.05,
        False,
    ),
    (
        "critical-path-test",
        gettext_lazy("Critical path test"),
        gettext_lazy("%(days)s days added to a critical task reach the finish", days=ADDED),
        1,
        True,
    ),
    (
        "cpli",
        gettext_lazy("Critical path length index"),
        gettext_lazy("(remaining critical path + total float) ÷ remaining critical path"),
        0.95,
        True,
    ),
    (
        "bei",
        gettext_lazy("Baseline execution index"),
        gettext_lazy("tasks completed ÷ tasks due by the status date or not in the baseline"),
        0.95,
        True,
    ),
)
