"""What makes a client's health, as pages show it: five components, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.accounts.models import Account
from accord.engines.customers.client_health import TYPICAL_HEALTH
from accord.insight.models import ClientFigure
from accord.insight.reasons import COMPONENTS, SMALLEST, Reason, components_of, reasons_of
from accord.web.shell.numbers import signed

TYPICAL = round(100 * TYPICAL_HEALTH)
HALF, SHORTEST = 40.0, 20.0  # a bar's length to either side; points for which it stands at the least

# Where the records behind a signal are listed, one click away.
EVIDENCE = {
    "contact": "account-timeline",
    "sponsor": "account-people",
    "answer": "account-satisfaction",
    "late_requests": "account-requests",
    "schedule": "account-projects",
    "cost": "account-projects",
    "late_milestones": "account-projects",
    "broken_promises": "account-projects",
    "overdue": "account-invoices",
    "revenue_fall": "account-invoices",
}
RHYTHM = {ClientFigure.Kind.CONTRACT: "account-agreements", ClientFigure.Kind.PROJECTS: "account-opportunities"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A signal: what is known, where it is listed, and its points with their movement."""

    text: str
    url: str
    points: str
    moved: str


@dataclass(frozen=True, slots=True)
class Driver:
    """A component of health with its evidence; the bar begins at ``left`` of 80 and is ``width`` wide."""

    label: str
    points: str
    moved: str
    tone: str
    left: float
    width: float
    evidence: tuple[Evidence, ...]


def calculated_health(row: ClientFigure) -> float:
    """Health without what was set by hand: what signals make and move."""
    return float(row.calculated.get("health", row.health) or 0.0)


def drivers(account: Account, row: ClientFigure, before: ClientFigure | None, most: int | None = None) -> list[Driver]:
    """The five components, each with its signals (at ``most`` so many), the strongest first; all points add up to the
    health less 70.
    """
    sums, then = components_of(row), {} if before is None else components_of(before)
    found = reasons_of(row, 0.0, before)
    reasons = [reason for reason in found if abs(reason.points) >= SMALLEST or reason.signal == "rhythm"]
    scale = HALF / max(SHORTEST, *(abs(points) for points in sums.values()))
    return [
        Driver(
            str(COMPONENTS[component]),
            signed(points),
            "" if before is None else signed(points - then[component]),
            "bad" if points <= -0.05 else "good" if points >= 0.05 else "neutral",
            left=HALF + min(scale * points, 0.0),
            width=scale * abs(points),
            evidence=tuple(evidence_of(account, row, r) for r in reasons if r.component == component)[:most],
        )
        for component, points in sums.items()
    ]


def evidence_of(account: Account, row: ClientFigure, reason: Reason) -> Evidence:
    route = RHYTHM.get(ClientFigure.Kind(row.kind)) if reason.signal == "rhythm" else EVIDENCE.get(reason.signal)
    url = reverse(route, args=[account.pk]) if route else ""
    return Evidence(reason.text, url, signed(reason.points), "" if reason.moved is None else signed(reason.moved))


def why(row: ClientFigure) -> str:
    """How far health is from the typical client's, as the title of what makes it."""
    value = round(calculated_health(row))
    apart = abs(value - TYPICAL)
    if not apart:
        return gettext("Why %(health)s: as healthy as a typical client") % {"health": value}
    text = (
        ngettext(
            "Why %(health)s: %(count)s point below a typical client",
            "Why %(health)s: %(count)s points below a typical client",
            apart,
        )
        if value < TYPICAL
        else ngettext(
            "Why %(health)s: %(count)s point above a typical client",
            "Why %(health)s: %(count)s points above a typical client",
            apart,
        )
    )
    return text % {"health": value, "count": apart}


def warnings_of(row: ClientFigure) -> list[str]:
    """What must be said beside a forecast: that it is mostly expectation, or that nobody is ranked by it."""
    half = row.analysis.model.get("contracts" if row.kind == ClientFigure.Kind.CONTRACT else "projects")
    if half is None or not row.kind:
        return []
    found = []
    if half["mostly_expectation"]:
        found.append(
            ngettext(
                "Mostly expectation: there is %(clients)s client of this kind, and %(leavings)s left so far.",
                "Mostly expectation: there are %(clients)s clients of this kind, and %(leavings)s left so far.",
                half["clients"],
            )
            % {"clients": half["clients"], "leavings": half["leavings"]}
        )
    if not half["ranks"]:
        found.append(gettext("Signals haven't predicted leaving in this firm, so every client has the firm's rate."))
    return found
