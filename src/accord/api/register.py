"""Risks, issues, changes, decisions and lessons of a project, each known by its number there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NotRequired

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Field, Query, Router, Schema

from accord.api.answers import Amount, page_of, row_of
from accord.api.pages import Paging, page, values
from accord.core.access import Permission, can, require
from accord.core.fetch import fetch
from accord.core.money import rounded
from accord.core.money_fields import money_fields_of
from accord.engines.uncertainty.risk_matrix import expected
from accord.people.models import User
from accord.projects.actions.decide_change import decide_change, finish_change, reopen_change, resume_change
from accord.projects.actions.raise_entry import change_entry, raise_entry
from accord.projects.models import ChangeRequest, Decision, Issue, Lesson, Project, Risk, Task

router = Router(tags=["register"])

RISK = (
    "version", "number", "title", "kind", "status", "owner", "raised_by", "cause", "event", "effect", "probability",
    "days_low", "days_likely", "days_high", "cost_low", "cost_likely", "cost_high", "client_impact", "response", "plan",
    "trigger", "residual_probability", "residual_days", "residual_cost", "due_on", "occurred_on",
)  # fmt: skip
ISSUE = (
    "version", "number", "title", "status", "severity", "owner", "raised_by", "description", "due_on", "risk",
    "resolution", "done_at",
)  # fmt: skip
CHANGE = (
    "version", "number", "title", "status", "owner", "raised_by", "description", "reason", "days", "cost", "price",
    "due_on", "decided_on", "decided_by", "answer", "implemented_on",
)  # fmt: skip
DECISION = (
    "version", "number", "title", "owner", "raised_by", "context", "decision", "reasons", "decided_on", "decided_by"
)  # fmt: skip
LESSON = ("version", "number", "title", "raised_by", "kind", "field", "happened", "advice")
NAMES: dict[type, tuple[str, ...]] = {
    Risk: RISK, Issue: ISSUE, ChangeRequest: CHANGE, Decision: DECISION, Lesson: LESSON
}  # fmt: skip
WITH_TASKS = (Risk, Issue, ChangeRequest)
PAGES: dict[type, str] = {Risk: "risk", Issue: "issue", ChangeRequest: "change"}


RISK_OUT = row_of("RiskOut", Risk, RISK, expected_days=Amount, expected_cost=NotRequired[Amount], tasks=list[int])
ISSUE_OUT = row_of("IssueOut", Issue, ISSUE, tasks=list[int])
CHANGE_OUT = row_of("ChangeRequestOut", ChangeRequest, CHANGE, tasks=list[int])
DECISION_OUT = row_of("DecisionOut", Decision, DECISION)
LESSON_OUT = row_of("LessonOut", Lesson, LESSON)


class Entry(Schema):
    """``owner`` is a user's id; ``tasks`` are ids of the project's tasks."""

    title: str
    owner: int | None = None


class RiskIn(Entry):
    kind: str = Risk.Kind.THREAT
    cause: str = ""
    event: str = ""
    effect: str = ""
    probability: int = 30
    days_low: Decimal = Decimal(0)
    days_likely: Decimal = Decimal(0)
    days_high: Decimal = Decimal(0)
    cost_low: Decimal = Decimal(0)
    cost_likely: Decimal = Decimal(0)
    cost_high: Decimal = Decimal(0)
    client_impact: int = 0
    response: str = ""
    plan: str = ""
    trigger: str = ""
    residual_probability: int | None = None
    residual_days: Decimal | None = None
    residual_cost: Decimal | None = None
    due_on: date | None = None
    tasks: list[int] = []


class IssueIn(Entry):
    description: str = ""
    severity: int = Issue.Severity.MEDIUM
    due_on: date | None = None
    tasks: list[int] = []


class ChangeIn(Entry):
    description: str = ""
    reason: str = ""
    days: Decimal | None = None
    cost: Decimal | None = None
    price: Decimal | None = None
    due_on: date | None = None
    tasks: list[int] = []


class Decided(Schema):
    """``status`` is ``approved`` or ``declined``; ``decided_by`` are names, of whoever calls where there are none."""

    version: int
    status: str
    answer: str = ""
    decided_by: str = Field("", max_length=200)


class DecisionIn(Entry):
    decision: str
    decided_by: str
    context: str = ""
    reasons: str = ""
    decided_on: date | None = None


class LessonIn(Schema):
    title: str
    happened: str
    advice: str
    kind: str = Lesson.Kind.AVOID
    field: str = ""


class Change(Schema):
    """The fields to change, as in a new entry, with the ``version`` they started from."""

    version: int
    fields: dict[str, Any]


def _listed(request: HttpRequest, pk: int, paging: Paging, model: Any) -> dict[str, Any]:
    project = fetch(Project, request.user, "account", pk=pk)
    money = can(request.user, Permission.VIEW_MONEY, project)
    rows = model.objects.filter(project=project).select_related("owner", "raised_by")
    if model in WITH_TASKS:
        rows = rows.prefetch_related("tasks")
    if model is Issue:
        rows = rows.select_related("risk")
    return page(rows, paging, lambda row: _shown(row, request.user, money=money), user=request.user)


def _one(request: HttpRequest, pk: int, number: int, model: Any) -> dict[str, Any]:
    project = fetch(Project, request.user, "account", pk=pk)
    row = fetch(model, request.user, "owner", "raised_by", project=project, number=number)
    return _shown(row, request.user, money=can(request.user, Permission.VIEW_MONEY, project))


def _shown(row: Any, user: Any, *, money: bool) -> dict[str, Any]:
    shown = values(row, *NAMES[type(row)], user=user, money=money)
    if isinstance(row, Risk):
        value = expected(row.figures)
        shown["expected_days"] = str(value.days.normalize())
        if money:
            shown["expected_cost"] = str(rounded(value.cost, row.project.currency))
    if isinstance(row, WITH_TASKS):
        shown["tasks"] = [task.pk for task in row.tasks.all()]
    return shown


def _raised(request: HttpRequest, pk: int, model: Any, body: Schema) -> dict[str, Any]:
    project = fetch(Project, request.user, "account", pk=pk)
    money = can(request.user, Permission.VIEW_MONEY, project)
    given, many = _given(request, model, project, body.dict(exclude_none=True), money=money)
    entry = model(project=project, **given)
    require(request.user, Permission.CREATE, entry)
    entry.full_clean()
    return _shown(raise_entry(entry=entry, by=request.user, many=many), request.user, money=money)


def _changed(
    request: HttpRequest, pk: int, number: int, model: Any, form: type[Schema], body: Change
) -> dict[str, Any]:
    project = fetch(Project, request.user, "account", pk=pk)
    row = fetch(model, request.user, "project__account", project=project, number=number)
    require(request.user, Permission.CHANGE, row)
    money = can(request.user, Permission.VIEW_MONEY, project)
    known = set(form.model_fields)
    unknown = sorted(set(body.fields) - known)
    if unknown:
        raise ValidationError({name: [gettext("Unknown field.")] for name in unknown})
    whole = {name: getattr(row, name) for name in known - {"owner", "tasks"}} | {"owner": row.owner_id}
    parsed = form(**{**whole, **body.fields}).dict(include=set(body.fields))
    given, many = _given(request, model, project, parsed, money=money)
    for name, value in given.items():
        setattr(row, name, value)
    row.full_clean()
    changed = change_entry(entry=row, by=request.user, version=body.version, **given, **many)
    return _shown(changed, request.user, money=money)


def _given(
    request: HttpRequest, model: Any, project: Project, values_: dict[str, Any], *, money: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns and tasks, with ids made records; money only from those who may see it."""
    hidden = frozenset() if money else money_fields_of(model)
    refused = sorted(name for name in hidden & values_.keys() if values_[name])
    if refused:
        reason = gettext("You don't have permission to see this project's amounts.")
        raise ValidationError({name: [reason] for name in refused})
    given = {name: value for name, value in values_.items() if name not in hidden}
    many: dict[str, Any] = {}
    if "tasks" in given:
        wanted = given.pop("tasks")
        many["tasks"] = list(Task.objects.filter(project=project, pk__in=wanted))
        if len(many["tasks"]) != len(set(wanted)):
            raise ValidationError({"tasks": [gettext("Some of these tasks don't belong to this project.")]})
    if given.get("owner") is not None:
        given["owner"] = fetch(User, request.user, pk=given["owner"])
    return given, many


@router.get("/{int:pk}/risks", response=page_of(RISK_OUT))
def risks(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    """The register; amounts only for those who may see the project's money."""
    return _listed(request, pk, paging, Risk)


@router.post("/{int:pk}/risks", response={201: RISK_OUT})
def create_risk(request: HttpRequest, pk: int, body: RiskIn) -> tuple[int, dict[str, Any]]:
    return 201, _raised(request, pk, Risk, body)


@router.get("/{int:pk}/risks/{int:number}", response=RISK_OUT)
def risk(request: HttpRequest, pk: int, number: int) -> dict[str, Any]:
    return _one(request, pk, number, Risk)


@router.patch("/{int:pk}/risks/{int:number}", response=RISK_OUT)
def change_risk(request: HttpRequest, pk: int, number: int, body: Change) -> dict[str, Any]:
    return _changed(request, pk, number, Risk, RiskIn, body)


@router.get("/{int:pk}/issues", response=page_of(ISSUE_OUT))
def issues(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    return _listed(request, pk, paging, Issue)


@router.post("/{int:pk}/issues", response={201: ISSUE_OUT})
def create_issue(request: HttpRequest, pk: int, body: IssueIn) -> tuple[int, dict[str, Any]]:
    return 201, _raised(request, pk, Issue, body)


@router.get("/{int:pk}/issues/{int:number}", response=ISSUE_OUT)
def issue(request: HttpRequest, pk: int, number: int) -> dict[str, Any]:
    return _one(request, pk, number, Issue)


@router.patch("/{int:pk}/issues/{int:number}", response=ISSUE_OUT)
def change_issue(request: HttpRequest, pk: int, number: int, body: Change) -> dict[str, Any]:
    return _changed(request, pk, number, Issue, IssueIn, body)


@router.get("/{int:pk}/change-requests", response=page_of(CHANGE_OUT))
def change_requests(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    return _listed(request, pk, paging, ChangeRequest)


@router.post("/{int:pk}/change-requests", response={201: CHANGE_OUT})
def create_change_request(request: HttpRequest, pk: int, body: ChangeIn) -> tuple[int, dict[str, Any]]:
    return 201, _raised(request, pk, ChangeRequest, body)


@router.get("/{int:pk}/change-requests/{int:number}", response=CHANGE_OUT)
def change_request(request: HttpRequest, pk: int, number: int) -> dict[str, Any]:
    return _one(request, pk, number, ChangeRequest)


@router.patch("/{int:pk}/change-requests/{int:number}", response=CHANGE_OUT)
def edit_change_request(request: HttpRequest, pk: int, number: int, body: Change) -> dict[str, Any]:
    return _changed(request, pk, number, ChangeRequest, ChangeIn, body)


@router.post("/{int:pk}/change-requests/{int:number}/decision", response=CHANGE_OUT)
def decide_change_request(request: HttpRequest, pk: int, number: int, body: Decided) -> dict[str, Any]:
    project = fetch(Project, request.user, "account", pk=pk)
    row = fetch(ChangeRequest, request.user, "project__account", project=project, number=number)
    decided = decide_change(change=row, by=request.user, **body.dict())
    return _shown(decided, request.user, money=can(request.user, Permission.VIEW_MONEY, project))


@router.delete("/{int:pk}/change-requests/{int:number}/decision", response=CHANGE_OUT)
def reopen_change_request(request: HttpRequest, pk: int, number: int) -> dict[str, Any]:
    return _with_change(request, pk, number, reopen_change)


@router.post("/{int:pk}/change-requests/{int:number}/completion", response=CHANGE_OUT)
def finish_change_request(request: HttpRequest, pk: int, number: int) -> dict[str, Any]:
    return _with_change(request, pk, number, finish_change)


@router.delete("/{int:pk}/change-requests/{int:number}/completion", response=CHANGE_OUT)
def resume_change_request(request: HttpRequest, pk: int, number: int) -> dict[str, Any]:
    return _with_change(request, pk, number, resume_change)


def _with_change(request: HttpRequest, pk: int, number: int, action: Callable[..., ChangeRequest]) -> dict[str, Any]:
    project = fetch(Project, request.user, "account", pk=pk)
    row = fetch(ChangeRequest, request.user, "project__account", project=project, number=number)
    done = action(change=row, by=request.user)
    return _shown(done, request.user, money=can(request.user, Permission.VIEW_MONEY, project))


@router.get("/{int:pk}/decisions", response=page_of(DECISION_OUT))
def decisions(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    return _listed(request, pk, paging, Decision)


@router.post("/{int:pk}/decisions", response={201: DECISION_OUT})
def create_decision(request: HttpRequest, pk: int, body: DecisionIn) -> tuple[int, dict[str, Any]]:
    return 201, _raised(request, pk, Decision, body)


@router.get("/{int:pk}/lessons", response=page_of(LESSON_OUT))
def lessons(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    return _listed(request, pk, paging, Lesson)


@router.post("/{int:pk}/lessons", response={201: LESSON_OUT})
def create_lesson(request: HttpRequest, pk: int, body: LessonIn) -> tuple[int, dict[str, Any]]:
    return 201, _raised(request, pk, Lesson, body)
