"""Why a client's health is what it is, in words: one sentence for each signal, with what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext

from accord.core.dates import day_text
from accord.core.texts import gettext_lazy
from accord.engines.customers.signals import Component
from accord.insight.models import ClientFigure

COMPONENTS = {
    Component.RELATIONSHIP: gettext_lazy("Relationship"),
    Component.DELIVERY: gettext_lazy("Delivery"),
    Component.COMMERCIAL: gettext_lazy("Commercial"),
    Component.SATISFACTION: gettext_lazy("Satisfaction"),
    Component.ACTIVITY: gettext_lazy("Activity"),
}
WORTH_A_WORD = 1.0  # points of health that a signal must take to be named first
SMALLEST = 0.05  # points of health: what is less is not worth a line


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal: its text, its component, and what it makes of health (points) and of churn risk (0 to 1)."""

    signal: str
    text: str
    component: Component
    points: float
    chance: float
    moved: float | None = None


def reasons_of(row: ClientFigure, smallest: float = SMALLEST, before: ClientFigure | None = None) -> list[Reason]:
    """The signals of a client that count, the strongest first; with how many points each moved since ``before``.

    The movements add up to that of the health.
    """
    then = {} if before is None else {each["signal"]: each["points"] for each in before.contributions}
    found = [
        Reason(
            each["signal"],
            _text(row, each["signal"], each["facts"]),
            Component(each["component"]),
            each["points"],
            each["chance"],
            None if before is None else each["points"] - then.get(each["signal"], 0.0),
        )
        for each in row.contributions
    ]
    return [reason for reason in found if abs(reason.points) >= smallest]


def components_of(row: ClientFigure) -> dict[Component, float]:
    """Points of health by component, in their order; with 70 they add up to the health."""
    sums = dict.fromkeys(Component, 0.0)
    for each in row.contributions:
        sums[Component(each["component"])] += each["points"]
    return sums


def strongest(row: ClientFigure) -> str:
    """The signal that speaks most against the client, else what counts most; empty where nothing does. Of health that
    was set by hand it is the reason given.
    """
    if row.override is not None:
        return row.override.reason
    found = reasons_of(row)
    against = [each for each in found if each.points <= -WORTH_A_WORD and each.signal != "rhythm"]
    return (against or found)[0].text if found else ""


def _text(row: ClientFigure, signal: str, facts: dict[str, Any]) -> str:
    values = list(facts.values())
    if signal == "rhythm":
        return _rhythm(row, facts)
    if values[0] is None:
        return _UNKNOWN[signal]()
    return _TEXTS[signal](*values)


def _rhythm(row: ClientFigure, facts: dict[str, Any]) -> str:
    if row.kind == ClientFigure.Kind.CONTRACT:
        if not facts["until"]:
            return gettext("The contract can be ended at any time")
        return gettext("The contract can be ended by %(day)s") % {"day": day_text(date.fromisoformat(facts["until"]))}
    months = facts["months"] or 0
    if not months:
        return gettext("Ordered within the last month")
    return ngettext(
        "No new order for %(count)s month; counts as lost after %(window)s",
        "No new order for %(count)s months; counts as lost after %(window)s",
        months,
    ) % {"count": months, "window": facts["window"]}


def _contact(age: float) -> str:
    months = int(age)
    if not months:
        return gettext("In contact within the last month")
    return ngettext("No contact for %(count)s month", "No contact for %(count)s months", months) % {"count": months}


def _sponsor(gone: float) -> str:
    return gettext("The sponsor has left") if gone else gettext("The sponsor is still there")


def _answer(score: float, age: float | None) -> str:
    months = int(age or 0)
    if not months:
        return gettext("Last survey answer %(score)s out of 10, this month") % {"score": f"{score:.0f}"}
    return ngettext(
        "Last survey answer %(score)s out of 10, %(count)s month ago",
        "Last survey answer %(score)s out of 10, %(count)s months ago",
        months,
    ) % {"score": f"{score:.0f}", "count": months}


def _late_requests(late: float, requests: float) -> str:
    return gettext("%(late)s of %(requests)s requests late in six months") % {
        "late": int(late),
        "requests": int(requests),
    }


def _schedule(index: float) -> str:
    return gettext("Projects with a schedule performance index of %(index)s") % {"index": f"{index:.2f}"}


def _cost(index: float) -> str:
    return gettext("Projects with a cost performance index of %(index)s") % {"index": f"{index:.2f}"}


def _late_milestones(count: float) -> str:
    if not count:
        return gettext("No milestone late in six months")
    return ngettext("%(count)s milestone late in six months", "%(count)s milestones late in six months", int(count)) % {
        "count": int(count)
    }


def _broken(count: float) -> str:
    if not count:
        return gettext("No promised date missed in twelve months")
    return ngettext(
        "%(count)s promised date missed in twelve months",
        "%(count)s promised dates missed in twelve months",
        int(count),
    ) % {"count": int(count)}


def _overdue(days: float) -> str:
    if not days:
        return gettext("No invoice overdue")
    return ngettext("An invoice is %(count)s day overdue", "An invoice is %(count)s days overdue", int(days)) % {
        "count": int(days)
    }


def _revenue(now: float, before: float | None) -> str:
    if not before:
        return gettext("No revenue in the year before to compare with")
    change = now / before - 1
    text = (
        gettext("Revenue up %(share)s on the year before")
        if change >= 0
        else gettext("Revenue down %(share)s on the year before")
    )
    return text % {"share": f"{abs(change):.0%}"}


def _tenure(months: float) -> str:
    if months < 24:
        return ngettext("Client for %(count)s month", "Client for %(count)s months", int(months)) % {
            "count": int(months)
        }
    return gettext("Client for %(count)s years") % {"count": int(months // 12)}


_TEXTS: dict[str, Callable[..., str]] = {
    "contact": _contact,
    "sponsor": _sponsor,
    "answer": _answer,
    "late_requests": _late_requests,
    "schedule": _schedule,
    "cost": _cost,
    "late_milestones": _late_milestones,
    "broken_promises": _broken,
    "overdue": _overdue,
    "revenue_fall": _revenue,
    "tenure": _tenure,
}
_UNKNOWN: dict[str, Callable[[], str]] = {
    "contact": lambda: gettext("No contacts recorded"),
    "answer": lambda: gettext("No survey answer"),
    "schedule": lambda: gettext("No schedule performance index known"),
    "cost": lambda: gettext("No cost performance index known"),
    "overdue": lambda: gettext("No due dates of invoices recorded"),
}
