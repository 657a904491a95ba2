"""Traffic lights of a status report: one for each area, by rules with thresholds that the firm sets.

A rule turns one measured value into a colour. The light of an area is the worst of its rules whose value is known; it
is not known where none is. The rule that decides is named with its value and its threshold.

>>> light_of(Area.COST, {"cpi": Decimal("0.93")}, standard_limits()).colour
<Colour.AMBER: 'amber'>
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy


class Area(TextChoices):
    SCOPE = "scope", gettext_lazy("Scope")
    SCHEDULE = "schedule", gettext_lazy("Schedule")
    COST = "cost", gettext_lazy("Cost")
    RISK = "risk", gettext_lazy("Risk")
    CLIENT = "client", gettext_lazy("Client")


class Colour(TextChoices):
    GREEN = "green", gettext_lazy("Green")
    AMBER = "amber", gettext_lazy("Amber")
    RED = "red", gettext_lazy("Red")
    UNKNOWN = "unknown", gettext_lazy("Not known")


Limits = Mapping[str, tuple[Decimal, Decimal]]  # by rule: from where amber, from where red
_RANK = (Colour.UNKNOWN, Colour.GREEN, Colour.AMBER, Colour.RED)


def _index(name: str) -> Callable[[Decimal], str]:
    return lambda value: f"{name} {value:.2f}"


def _after_baseline(value: Decimal) -> str:
    if value <= 0:
        return gettext("forecast finish not after the baseline")
    return gettext("forecast finish %(days)s d after the baseline") % {"days": _plain(value)}


def _after_promise(value: Decimal) -> str:
    if value <= 0:
        return gettext("forecast finish not after the promised date")
    return gettext("forecast finish %(days)s d after the promised date") % {"days": _plain(value)}


def _plain(value: Decimal) -> str:
    """Without zeros at the end: 5, 7.5."""
    return f"{value.normalize():f}" if value else "0"


def _share_added(value: Decimal) -> str:
    return gettext("%(share)s%% of tasks added since the baseline") % {"share": _plain(value)}


def _overdue_decisions(value: Decimal) -> str:
    return ngettext(
        "%(count)s change request past its decision date",
        "%(count)s change requests past their decision date",
        int(value),
    ) % {"count": int(value)}


def _high_risks(value: Decimal) -> str:
    return ngettext("%(count)s open high risk", "%(count)s open high risks", int(value)) % {"count": int(value)}


def _critical_issues(value: Decimal) -> str:
    return ngettext("%(count)s open critical issue", "%(count)s open critical issues", int(value)) % {
        "count": int(value)
    }


def _rejected(value: Decimal) -> str:
    return ngettext(
        "%(count)s deliverable rejected by the client", "%(count)s deliverables rejected by the client", int(value)
    ) % {"count": int(value)}


def _overdue_requests(value: Decimal) -> str:
    return ngettext("%(count)s overdue client request", "%(count)s overdue client requests", int(value)) % {
        "count": int(value)
    }


@dataclass(frozen=True, slots=True)
class Rule:
    """How one value is judged. ``falls``: it is worse below its thresholds; else it is worse from them on."""

    name: str
    area: Area
    label: str
    amber: Decimal
    red: Decimal
    measured: Callable[[Decimal], str]  # the value in words
    falls: bool = False

    def colour(self, value: Decimal | None, amber: Decimal, red: Decimal) -> Colour:
        """The colour of ``value``; not known where that is not.

        >>> [rule_of("cpi").colour(Decimal(v), Decimal("0.95"), Decimal("0.9")).value for v in ("0.95", "0.9", "0.89")]
        ['green', 'amber', 'red']
        """
        if value is None:
            return Colour.UNKNOWN
        if self.falls:
            return Colour.RED if value < red else Colour.AMBER if value < amber else Colour.GREEN
        return Colour.RED if value >= red else Colour.AMBER if value >= amber else Colour.GREEN

    def said(self, colour: Colour, value: Decimal, amber: Decimal, red: Decimal) -> str:
        """The value with the threshold that decided: "CPI 0.93, below 0.95"."""
        limit = red if colour == Colour.RED else amber
        if self.falls:
            text = gettext("%(measured)s, at least %(limit)s") if colour == Colour.GREEN else ""
            text = text or gettext("%(measured)s, below %(limit)s")
            return text % {"measured": self.measured(value), "limit": f"{limit:.2f}"}
        text = gettext("%(measured)s, red from %(limit)s") if colour == Colour.RED else ""
        text = text or gettext("%(measured)s, amber from %(limit)s")
        return text % {"measured": self.measured(value), "limit": _plain(limit)}


RULES = (
    Rule(
        "added_tasks", Area.SCOPE, gettext_lazy("Tasks added since the baseline (%)"), Decimal(5), Decimal(15),
        _share_added,
    ),
    Rule(
        "overdue_decisions", Area.SCOPE, gettext_lazy("Change requests past their decision date"), Decimal(1),
        Decimal(3), _overdue_decisions,
    ),
    Rule("spi_t", Area.SCHEDULE, "SPI(t)", Decimal("0.95"), Decimal("0.90"), _index("SPI(t)"), falls=True),
    Rule(
        "baseline_days", Area.SCHEDULE, gettext_lazy("Days after the baseline finish"), Decimal(5), Decimal(20),
        _after_baseline,
    ),
    Rule("cpi", Area.COST, "CPI", Decimal("0.95"), Decimal("0.90"), _index("CPI"), falls=True),
    Rule("high_risks", Area.RISK, gettext_lazy("Open high risks"), Decimal(1), Decimal(3), _high_risks),
    Rule("critical_issues", Area.RISK, gettext_lazy("Open critical issues"), Decimal(1), Decimal(2), _critical_issues),
    Rule(
        "promise_days", Area.CLIENT, gettext_lazy("Days after the promised finish"), Decimal(1), Decimal(10),
        _after_promise,
    ),
    Rule(
        "rejected_deliverables", Area.CLIENT, gettext_lazy("Deliverables rejected by the client"), Decimal(1),
        Decimal(2), _rejected,
    ),
    Rule(
        "overdue_requests", Area.CLIENT, gettext_lazy("Overdue client requests that the project works on"), Decimal(1),
        Decimal(3), _overdue_requests,
    ),
)  # fmt: skip
_BY_NAME = {rule.name: rule for rule in RULES}


def rule_of(name: str) -> Rule:
    """The rule of that name."""
    return _BY_NAME[name]


def standard_limits() -> dict[str, tuple[Decimal, Decimal]]:
    """The thresholds of a firm that set none."""
    return {rule.name: (rule.amber, rule.red) for rule in RULES}


def limits_of(stored: Mapping[str, Any]) -> dict[str, tuple[Decimal, Decimal]]:
    """The firm's thresholds: those ``stored`` as ``{"cpi": ["0.97", "0.92"]}`` instead of the standard ones."""
    found = standard_limits()
    for name in found.keys() & stored.keys():
        try:
            amber, red = (Decimal(str(value)) for value in stored[name])
        except (InvalidOperation, TypeError, ValueError):
            continue
        found[name] = amber, red
    return found


@dataclass(frozen=True, slots=True)
class Check:
    """One rule with its value and the thresholds it was held against."""

    rule: str
    value: Decimal | None
    amber: Decimal
    red: Decimal

    @property
    def colour(self) -> Colour:
        return rule_of(self.rule).colour(self.value, self.amber, self.red)

    def said(self) -> str:
        """Value and threshold in words; empty where the value is not known."""
        if self.value is None:
            return ""
        return rule_of(self.rule).said(self.colour, self.value, self.amber, self.red)


@dataclass(frozen=True, slots=True)
class Light:
    """The light of an area with every rule that was asked."""

    area: Area
    checks: tuple[Check, ...]

    @property
    def deciding(self) -> Check | None:
        """The first of the worst; ``None`` where nothing is known."""
        known = [check for check in self.checks if check.value is not None]
        return max(known, key=lambda check: _RANK.index(check.colour), default=None)

    @property
    def colour(self) -> Colour:
        return Colour.UNKNOWN if self.deciding is None else self.deciding.colour

    def sentence(self) -> str:
        """Why it has its colour: "Cost is amber: CPI 0.93, below 0.95."."""
        if self.deciding is None:
            return gettext("%(area)s isn't known: nothing to measure it by.") % {"area": self.area.label}
        return gettext("%(area)s is %(colour)s: %(why)s.") % {
            "area": self.area.label,
            "colour": str(self.colour.label).lower(),
            "why": self.deciding.said(),
        }


def light_of(area: Area, values: Mapping[str, Decimal | None], limits: Limits) -> Light:
    """The light of ``area`` by its rules."""
    return Light(area, tuple(Check(r.name, values.get(r.name), *limits[r.name]) for r in RULES if r.area == area))


def as_stored(light: Light) -> list[list[str | None]]:
    """The checks of a light as JSON keeps them: rule, value, amber, red."""
    return [
        [check.rule, None if check.value is None else str(check.value), str(check.amber), str(check.red)]
        for check in light.checks
    ]


def from_stored(area: Area, checks: list[list[Any]]) -> Light:
    """The light that :func:`as_stored` kept; rules that no version has any more are left out."""
    found = [
        Check(rule, None if value is None else Decimal(value), Decimal(amber), Decimal(red))
        for rule, value, amber, red in checks
        if rule in _BY_NAME
    ]
    return Light(area, tuple(found))
