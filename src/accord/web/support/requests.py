"""How requests look in lists: their target, severity and status as cells."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.support.models import Request
from accord.support.queries import ServiceRecord
from accord.web.shell.cells.requests import SEVERITY_TONES, TONES
from accord.web.shell.parts import Fact
from accord.web.shell.templatetags.shell import ago, moment, percent
from accord.web.shell.views.lists import Cell, Column, Row

COLUMNS = [
    Column(gettext_lazy("Request"), "title", second=gettext_lazy("Type and account")),
    Column(gettext_lazy("Severity"), "severity", edit="severity"),
    Column(gettext_lazy("Status"), "status"),
    Column(gettext_lazy("Due"), "resolution_due", second=gettext_lazy("Due for")),
    Column(gettext_lazy("Owner"), "owner__name", edit="owner"),
    Column(gettext_lazy("Reported"), "reported_at"),
]


def request_row(row: Request, now: datetime, *, with_client: bool = True) -> Row:
    who = (row.account,) if with_client else (row.contact, ago(row.reported_at))
    about = (row.get_kind_display(), *who)
    cells = [
        Cell(f"{row.key}  {row.title}", sub=format_html_join(" · ", "{}", ((part,) for part in about if part))),
        Cell(row.get_severity_display(), badge=True, tone=SEVERITY_TONES[row.severity]),
        Cell(row.get_status_display(), badge=True, tone=TONES[Request.Status(row.status)]),
        target_cell(row, now),
        Cell(row.owner, who=str(row.owner)) if row.owner else Cell(gettext("Unassigned"), tone="warn"),
    ]
    if with_client:
        cells.append(Cell(ago(row.reported_at), raw=row.reported_at))
    return Row(row.pk, reverse("request", args=[row.pk]), cells)


def target_cell(row: Request, now: datetime) -> Cell:
    """What is due next: the first response until it is given, then the resolution."""
    if row.is_over:
        is_late = row.solution_is_late(now)
        kept = "" if row.resolution_due is None else gettext("late") if is_late else gettext("on time")
        return Cell(
            moment(row.resolved_at) if row.resolved_at else None,
            sub=kept,
            tone="bad" if is_late else "",
            raw=row.resolved_at,
        )
    if row.responded_at is None and row.first_response_due is not None:
        by, is_late = row.first_response_due, row.answer_is_late(now)
        what = gettext("first response, overdue") if is_late else gettext("first response")
    elif row.resolution_due is not None:
        by, is_late = row.resolution_due, row.solution_is_late(now)
        what = gettext("resolution, overdue") if is_late else gettext("resolution")
    else:
        return Cell(None)
    return Cell(moment(by), sub=what, tone="bad" if is_late else "", raw=by)


def record_facts(record: ServiceRecord) -> list[Fact]:
    """How targets of a year were met, as facts."""

    def kept(good: int, of: int) -> str | None:
        return (
            gettext("%(share)s (%(good)s of %(of)s)") % {"share": percent(good / of, 0), "good": good, "of": of}
            if of
            else None
        )

    return [
        Fact(gettext("Open"), str(record.open)),
        Fact(gettext("Overdue"), str(record.late), tone="bad" if record.late else ""),
        Fact(
            gettext("First response on time"),
            kept(record.answered_in_time, record.answered),
            missing=gettext("No target"),
        ),
        Fact(gettext("Resolved on time"), kept(record.solved_in_time, record.solved), missing=gettext("No target")),
    ]
