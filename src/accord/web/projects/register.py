"""Risks, issues, changes, decisions and lessons as the pages show them: their addresses, cells and the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.engines.uncertainty.risk_matrix import (
    BANDS,
    COST_ENDS,
    DELAY_ENDS,
    PROBABILITY_ENDS,
    Expected,
    Level,
    level,
)
from accord.projects.models import ChangeRequest, Impact, Issue, Project, Risk
from accord.projects.queries_risks import RatedRisk, Register
from accord.web.shell.list_parts import Cell, Column, Row
from accord.web.shell.templatetags.shell import UNKNOWN, money_short, number

IMPACTS = (
    gettext_lazy("Very low"),
    gettext_lazy("Low"),
    gettext_lazy("Moderate"),
    gettext_lazy("High"),
    gettext_lazy("Very high"),
)
LEVELS = {
    Level.HIGH: (gettext_lazy("High"), "bad"),
    Level.MODERATE: (gettext_lazy("Moderate"), "warn"),
    Level.LOW: (gettext_lazy("Low"), "good"),
}
RISK_TONES = {Risk.Status.OPEN: "info", Risk.Status.OCCURRED: "bad", Risk.Status.CLOSED: "neutral"}
ISSUE_TONES = {Issue.Status.OPEN: "warn", Issue.Status.IN_WORK: "info", Issue.Status.RESOLVED: "good"}
CHANGE_TONES = {
    ChangeRequest.Status.PROPOSED: "warn",
    ChangeRequest.Status.APPROVED: "info",
    ChangeRequest.Status.DECLINED: "neutral",
    ChangeRequest.Status.DONE: "good",
}
SEVERITY_TONES = {1: "neutral", 2: "info", 3: "warn", 4: "bad"}


def status_of(risk: Risk) -> str:
    if risk.status == Risk.Status.OCCURRED and risk.kind == Risk.Kind.OPPORTUNITY:
        return gettext("Occurred")
    return risk.get_status_display()


def days_of(value: Decimal | None) -> str:
    """Working days with their sign where they are saved: 2.5 d."""
    return UNKNOWN if value is None else f"{number(value, 1)}\N{NARROW NO-BREAK SPACE}d"


def level_cell(rated: RatedRisk) -> Cell:
    chance = f"{rated.risk.probability}%"
    if rated.level is None or rated.impact is None:
        return Cell(
            gettext("Not rated"),
            badge=True,
            tone="unknown",
            sub=gettext("%(chance)s, impact not rated") % {"chance": chance},
        )
    label, tone = LEVELS[rated.level]
    if rated.risk.kind == Risk.Kind.OPPORTUNITY:
        label, tone = gettext("%(label)s opportunity") % {"label": label}, "accent"
    return Cell(
        label,
        badge=True,
        tone=tone,
        sub=gettext("%(chance)s · %(impacts)s impact")
        % {"chance": chance, "impacts": IMPACTS[rated.impact - 1].lower()},
    )


def expected_cell(value: Expected | None, currency: str, *, sees_money: bool) -> Cell:
    """Days over money; a residual that nobody has estimated says so."""
    if value is None:
        return Cell(gettext("Not estimated"), tone="unknown", numeric=True)
    return Cell(
        days_of(value.days), raw=value.days, sub=money_short(value.cost, currency) if sees_money else "", numeric=True
    )


def effect_cell(change: ChangeRequest, currency: str, *, sees_money: bool) -> Cell:
    """What a change does to the finish, over what the client pays for it."""
    if change.days is None and (change.price is None or not sees_money):
        return Cell(gettext("Not estimated"), tone="unknown", numeric=True)
    price = signed_money(change.price, currency) if sees_money and change.price is not None else ""
    return Cell(signed_days(change.days), sub=price, numeric=True, raw=change.days)


def signed_days(value: Decimal | None) -> str:
    """What is added to the plan, or taken from it: +2.5 d."""
    return f"+{days_of(value)}" if value is not None and value > 0 else days_of(value)


def signed_money(value: Decimal, currency: str) -> str:
    return f"+{money_short(value, currency)}" if value > 0 else money_short(value, currency)


def agreed(changes: QuerySet[ChangeRequest], currency: str, *, sees_money: bool) -> str:
    """What the approved ones of ``changes`` add in all, in words; empty where none is approved. One query."""
    found = changes.filter(status__in=(ChangeRequest.Status.APPROVED, ChangeRequest.Status.DONE))
    sums = found.order_by().aggregate(days=Sum("days"), price=Sum("price"))
    parts = [signed_days(sums["days"])] if sums["days"] is not None else []
    if sees_money and sums["price"] is not None:
        parts.append(signed_money(sums["price"], currency))
    return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of the matrix: how many threats and opportunities lie in it, and where they are listed."""

    tone: str
    label: str
    name: str
    threats: int
    chances: int
    threats_url: str
    chances_url: str
    chosen: bool


def heat_map(register: Register, chosen: tuple[int | None, int | None]) -> list[dict[str, Any]]:
    """Rows of the matrix, the most probable first: ``{"label", "cells"}``."""
    counts = {kind: register.cells(kind) for kind in Risk.Kind}
    rows = []
    for p in reversed(BANDS):
        cells = []
        for i in BANDS:
            label, tone = LEVELS[level(p, i)]
            name = gettext("probability %(p)s, %(impacts)s impact: %(label)s") % {
                "p": probability_range(p),
                "impacts": IMPACTS[i - 1].lower(),
                "label": label.lower(),
            }
            at = f"?p={p}&i={i}&kind="
            cells.append(
                HeatCell(
                    tone,
                    label,
                    name,
                    counts[Risk.Kind.THREAT][p, i],
                    counts[Risk.Kind.OPPORTUNITY][p, i],
                    f"{at}threat#list",
                    f"{at}opportunity#list",
                    (p, i) == chosen,
                )
            )
        rows.append({"label": probability_range(p), "cells": cells})
    return rows


def probability_range(band: int) -> str:
    ends = (0, *PROBABILITY_ENDS, 100)
    return f"{ends[band - 1] + (band > 1)}–{ends[band]}%"


def bands(register: Register, currency: str, *, sees_money: bool) -> dict[str, Any]:
    """What each band means for this project, as a table."""
    frame = register.frame
    columns = [
        gettext("Band"),
        gettext("Probability"),
        gettext("Delay"),
        *([gettext("Cost")] if sees_money else []),
        gettext("The client"),
    ]

    def span(band: int, ends: tuple[Decimal, ...], whole: Decimal | None, written: Any) -> str:
        shares = [f"{end * 100:.0f}%" for end in ends]
        words = (
            gettext("below %(shares)s") % {"shares": shares[0]}
            if band == 1
            else gettext("above %(shares)s") % {"shares": shares[3]}
            if band == 5
            else ""
        )
        words = words or f"{shares[band - 2]}–{shares[band - 1]}"
        if whole is None:
            return words
        amounts = [written(end * whole) for end in ends]
        told = (
            gettext("below %(amounts)s") % {"amounts": amounts[0]}
            if band == 1
            else gettext("above %(amounts)s") % {"amounts": amounts[3]}
            if band == 5
            else ""
        )
        return f"{words}: {told or f'{amounts[band - 2]}–{amounts[band - 1]}'}"

    rows = []
    for band in BANDS:
        cells = [
            Cell(IMPACTS[band - 1]),
            Cell(probability_range(band)),
            Cell(span(band, DELAY_ENDS, frame.days, days_of)),
            Cell(Impact(band).label),
        ]
        if sees_money:
            cells.insert(3, Cell(span(band, COST_ENDS, frame.budget, lambda v: money_short(v, currency))))
        rows.append(Row(0, "", cells))
    return {"columns": [Column(c) for c in columns], "rows": rows}


def why_unmeasured(register: Register, project: Project) -> str:
    """Why delays or cost cannot be placed in the matrix; empty when they can."""
    frame = register.frame
    if frame.days is None and frame.budget is None:
        return gettext("The plan has no working days and no cost yet, so impacts can't be rated against it.")
    if frame.days is None:
        return gettext("The plan has no working days yet, so impacts can't be rated against it.")
    if frame.budget is None:
        return gettext("The plan has no cost yet, so impacts can't be rated against it.")
    return ""
