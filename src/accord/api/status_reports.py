"""Status reports of projects: listed, created, edited while they are drafts, and published."""

from __future__ import annotations

from datetime import date
from typing import Any, NotRequired

from django.http import HttpRequest
from ninja import Query, Router, Schema

from accord.api.answers import Amount, Day, WallTime, exactly, many, page_of, row_of
from accord.api.pages import Paging, page, values
from accord.core import editing
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.insight.actions.report_status import publish_status_report, report_status
from accord.insight.models import StatusReport
from accord.insight.status_parts import lights_of
from accord.projects.models import Project

of_project = Router(tags=["reports"])
router = Router(tags=["reports"])

HEAD = ("version", "number", "revision", "as_of", "status", "published_at", "published_by")
REPORT = (
    *HEAD, "project", "previous", "summary", "decisions_wanted", "next_steps", "contents", "amounts",
    "scope_override", "scope_reason", "schedule_override", "schedule_reason", "cost_override", "cost_reason",
    "risk_override", "risk_reason", "client_override", "client_reason",
)  # fmt: skip

LIGHT_OUT = exactly(
    "StatusLight", {"area": str, "colour": str, "calculated": str, "sentence": str, "reason": str, "before": str | None}
)
_CHECKS = dict[str, list[list[str | None]]]  # by area: rule, value, and from where amber and red
_CAUSE = exactly("StatusCause", {"task": int | None, "name": str, "amount": Amount})
_CONTENTS = exactly(
    "StatusContents",
    {
        "status_date": WallTime, "status_source": str, "progress": Amount | None, "finish": Day | None,
        "baseline_finish": Day | None, "promised_finish": Day | None, "spi_t": Amount | None, "lights": _CHECKS,
        "slipped": many(exactly("StatusSlip", {"task": int, "name": str, "days": int, "critical": bool})),
        "milestones": many(exactly("StatusMilestone", {
            "task": int, "name": str, "baseline": Day | None, "forecast": Day | None, "before": Day | None,
            "days": int | None, "met": bool,
        })),
        "risks": many(exactly("StatusRisk", {
            "pk": int, "key": str, "title": str, "kind": str, "probability": int, "level": str | None, "days": Amount,
            "owner": str, "moved": str,
        })),
        "gone_risks": many(exactly("StatusGoneRisk", {"pk": int, "key": str, "title": str, "status": str})),
        "changes": many(exactly("StatusChange", {
            "pk": int, "key": str, "title": str, "status": str, "decided_on": Day | None, "due_on": Day | None,
            "days": Amount | None,
        })),
    },
)  # fmt: skip
_AMOUNTS = exactly(
    "StatusAmounts",
    {
        "currency": str, "totals": dict[str, Amount | None], "missing": list[str], "lights": _CHECKS,
        "cost_causes": many(_CAUSE), "schedule_causes": many(_CAUSE), "risks": dict[str, Amount],
        "changes": dict[str, list[Amount | None]],
    },
)  # fmt: skip
HEAD_OUT = row_of("StatusReportRow", StatusReport, HEAD)
REPORT_OUT = row_of(
    "StatusReportOut", StatusReport, REPORT, lights=many(LIGHT_OUT), contents=_CONTENTS, amounts=NotRequired[_AMOUNTS]
)


class ReportIn(Schema):
    """Without ``as_of``, the report is as of the project's status date, or of today."""

    as_of: date | None = None


class ReportChange(Schema):
    """What a person writes of a draft. A colour (``green``, ``amber``, ``red``) needs a reason; empty: by rule."""

    version: int
    summary: str | None = None
    decisions_wanted: str | None = None
    next_steps: str | None = None
    scope_override: str | None = None
    scope_reason: str | None = None
    schedule_override: str | None = None
    schedule_reason: str | None = None
    cost_override: str | None = None
    cost_reason: str | None = None
    risk_override: str | None = None
    risk_reason: str | None = None
    client_override: str | None = None
    client_reason: str | None = None


class Publication(Schema):
    """The version of the draft that is published."""

    version: int


def _shown(report: StatusReport, user: Any) -> dict[str, Any]:
    """The report with its lights as they are read; without amounts for who may not see them."""
    money = report.shows_money_to(user)
    lights = [
        {
            "area": part.area.value,
            "colour": part.colour.value,
            "calculated": part.calculated.value,
            "sentence": part.sentence,
            "reason": part.reason,
            "before": part.before.value if part.before is not None else None,
        }
        for part in lights_of(report, money=money)
    ]
    return values(report, *REPORT, user=user, money=money) | {"lights": lights}


def _fetched(request: HttpRequest, pk: int) -> StatusReport:
    return fetch(StatusReport, request.user, "project__account", "previous", "published_by", pk=pk)


@of_project.get("/{int:pk}/status-reports", response=page_of(HEAD_OUT))
def status_reports(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    """The newest first; drafts only for those who may change the project."""
    project = fetch(Project, request.user, pk=pk)
    rows = StatusReport.objects.visible_to(request.user).filter(project=project).select_related("published_by")
    return page(rows, paging, HEAD, user=request.user)


@of_project.post("/{int:pk}/status-reports", response={201: REPORT_OUT})
def create_status_report(request: HttpRequest, pk: int, body: ReportIn) -> tuple[int, dict[str, Any]]:
    """Create the draft of the next report: its figures are computed, its texts filled from what is due."""
    project = fetch(Project, request.user, "account", pk=pk)
    made = report_status(project=project, by=request.user, as_of=body.as_of)
    return 201, _shown(_fetched(request, made.pk), request.user)


@router.get("/{int:pk}", response=REPORT_OUT)
def status_report(request: HttpRequest, pk: int) -> dict[str, Any]:
    """``contents`` are the figures without amounts, ``amounts`` the rest: absent for who may not see money."""
    return _shown(_fetched(request, pk), request.user)


@router.patch("/{int:pk}", response=REPORT_OUT)
def change_status_report(request: HttpRequest, pk: int, body: ReportChange) -> dict[str, Any]:
    """Change the fields given of a draft, if it is still at ``version``."""
    report = _fetched(request, pk)
    require(request.user, Permission.CHANGE, report)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    version = given.pop("version")
    for name, value in given.items():
        setattr(report, name, value)
    report.full_clean(validate_unique=False, validate_constraints=False)
    editing.change(report, by=request.user, version=version, **given)
    return _shown(_fetched(request, pk), request.user)


@router.post("/{int:pk}/publication", response=REPORT_OUT)
def publish(request: HttpRequest, pk: int, body: Publication) -> dict[str, Any]:
    """Publish the draft; it doesn't change any more, and recipients of the project's schedule get it by email."""
    report = _fetched(request, pk)
    require(request.user, Permission.CHANGE, report.project)
    publish_status_report(report=report, by=request.user, version=body.version)
    return _shown(_fetched(request, pk), request.user)
