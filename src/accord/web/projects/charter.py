"""How deliverables and stakeholders are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.projects.forecast import DEFINITION as FORECAST_FINISH
from accord.projects.models import Acceptance, Deliverable, Project, Responsibility, Stakeholder
from accord.projects.queries_charter import Charter, State, Traced
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Fact
from accord.web.shell.templatetags.shell import day
from accord.web.shell.views.lists import Cell, Row

STATE_TONES = {
    State.PLANNED: "neutral",
    State.IN_WORK: "info",
    State.READY: "accent",
    State.HANDED_OVER: "accent",
    State.ACCEPTED: "good",
    State.CONDITIONAL: "warn",
    State.REJECTED: "bad",
}
STANCE_TONES = {
    Stakeholder.Engagement.SUPPORTS: "good",
    Stakeholder.Engagement.NEUTRAL: "neutral",
    Stakeholder.Engagement.DOUBTS: "warn",
    Stakeholder.Engagement.RESISTS: "bad",
}
VERDICT_TONES = {
    Acceptance.Verdict.ACCEPTED: "good",
    Acceptance.Verdict.CONDITIONAL: "warn",
    Acceptance.Verdict.REJECTED: "bad",
}
DELIVERABLE_COLUMNS = [
    Column(gettext_lazy("Deliverable")),
    Column(gettext_lazy("Status")),
    Column(gettext_lazy("Progress")),
    Column(gettext_lazy("Due date")),
    Column(gettext_lazy("Expected")),
]
STAKEHOLDER_COLUMNS = [
    Column(gettext_lazy("Stakeholder")),
    Column(gettext_lazy("Influence")),
    Column(gettext_lazy("Interest")),
    Column(gettext_lazy("Strategy")),
    Column(gettext_lazy("Engagement")),
    Column(gettext_lazy("Expectations")),
]


def lateness(traced: Traced, today: date) -> tuple[str, str]:
    """Against the promise, in words, with a tone: "9 days late", "2 days early", "on time"."""
    days = traced.days_late(today)
    if days is None:
        return ("", "") if traced.deliverable.due_on is None else (gettext("no linked tasks"), "")
    count = ngettext("%(days)s day", "%(days)s days", abs(days)) % {"days": abs(days)}
    if days > 0:
        return gettext("%(count)s late") % {"count": count}, "bad"
    return (gettext("%(count)s early") % {"count": count}, "good") if days else (gettext("on time"), "")


def expected(traced: Traced, today: date) -> Cell:
    """When the client got it or will get it, and how that stands to the promise."""
    words, tone = lateness(traced, today)
    given = traced.deliverable.delivered_on
    if given is not None:
        return Cell(day(given), sub=f"delivered{', ' if words else ''}{words}", tone=tone if tone == "bad" else "")
    shown = day(traced.finish) if traced.finish else None
    return Cell(shown, sub=words, tone=tone if tone == "bad" else "")


def state_cell(traced: Traced) -> Cell:
    """The state as a badge, with when the client spoke."""
    word = traced.verdict
    return Cell(
        traced.state.label,
        badge=True,
        tone=STATE_TONES[traced.state],
        sub=day(word.given_on) if word is not None and traced.state.value == word.verdict else "",
    )


def deliverable_rows(found: list[Traced], today: date) -> list[Row]:
    return [
        Row(
            traced.deliverable.pk,
            reverse("deliverable", args=[traced.deliverable.pk]),
            [
                Cell(traced.deliverable.name, sub=_shortened(traced.deliverable.criteria)),
                state_cell(traced),
                Cell(None) if traced.progress is None else Cell(traced.deliverable.name, progress=traced.progress),
                Cell(day(traced.deliverable.due_on) if traced.deliverable.due_on else None),
                expected(traced, today),
            ],
        )
        for traced in found
    ]


def _shortened(text: str, most: int = 110) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"


def stakeholder_rows(stakeholders: list[Stakeholder], *, may_change: bool) -> list[Row]:
    return [
        Row(
            s.pk,
            "",
            [
                Cell(s, url=reverse("stakeholder-edit", args=[s.pk]) if may_change else "", drawer=True, sub=_side(s)),
                Cell(s.get_influence_display()),
                Cell(s.get_interest_display()),
                Cell(s.strategy),
                Cell(s.get_engagement_display(), badge=True, tone=STANCE_TONES[Stakeholder.Engagement(s.engagement)]),
                Cell(s.expects or None),
            ],
        )
        for s in stakeholders
    ]


def _side(stakeholder: Stakeholder) -> str:
    side = "client" if stakeholder.contact_id else "colleague" if stakeholder.person_id else "external"
    return " · ".join(words for words in (stakeholder.part, side) if words)


def stakes(stakeholders: list[Stakeholder]) -> list[dict[str, Any]]:
    """The grid of influence (rows, most first) × interest (least first)."""
    influence, interest = (Stakeholder._meta.get_field(name).choices or [] for name in ("influence", "interest"))
    return [
        {
            "label": label,
            "cells": [
                {
                    "interest": words,
                    "who": [
                        {
                            "name": str(s),
                            "engagement": s.get_engagement_display(),
                            "tone": STANCE_TONES[Stakeholder.Engagement(s.engagement)],
                        }
                        for s in stakeholders
                        if (s.influence, s.interest) == (row, column)
                    ],
                }
                for column, words in interest
            ],
        }
        for row, label in reversed(list(influence))
    ]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One cell of the RACI matrix, and what was wrong with what was asked of it."""

    deliverable: Deliverable
    stakeholder: Stakeholder
    letter: str
    error: str = ""

    @property
    def url(self) -> str:
        return reverse("responsibility", args=[self.deliverable.pk, self.stakeholder.pk])

    @property
    def id(self) -> str:
        return f"raci-{self.deliverable.pk}-{self.stakeholder.pk}"

    @property
    def meaning(self) -> str:
        return Responsibility.Letter(self.letter).label if self.letter else ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("", "–"), *((letter.value, letter.value) for letter in Responsibility.Letter)]


def matrix(charter: Charter) -> list[dict[str, Any]]:
    """Rows of deliverables with a cell for each stakeholder, in the order of the columns."""
    rows = []
    for traced in charter.deliverables:
        row = traced.deliverable
        cells = [MatrixCell(row, s, charter.letters.get((row.pk, s.pk), "")) for s in charter.stakeholders]
        rows.append({"deliverable": row, "cells": cells, "accountable": any(cell.letter == "A" for cell in cells)})
    return rows


def charter_facts(project: Project) -> list[Fact]:
    """The head of the charter: for whom, by whom, from when to when."""
    finish, promised = project.finish, project.target_finish
    late = finish is not None and promised is not None and finish > promised
    return [
        Fact(gettext("Client"), project.account, url=reverse("account", args=[project.account_id])),
        Fact(gettext("Account manager"), project.account.owner, missing=gettext("Unassigned")),
        Fact(gettext("Project manager"), project.manager, missing=gettext("Unassigned")),
        Fact(gettext("Start"), day(project.start)),
        Fact(gettext("Promised finish"), day(promised) if promised else None, missing=gettext("Not set")),
        Fact(
            gettext("Forecast finish"),
            (gettext("%(date)s, late") % {"date": day(finish)} if late else day(finish)) if finish else None,
            hint=FORECAST_FINISH,
            missing=gettext("No tasks yet"),
            tone="bad" if late else "",
        ),
    ]
