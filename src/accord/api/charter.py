"""Charters, deliverables with the client's word, and templates."""

from __future__ import annotations

from datetime import date
from typing import Any, NotRequired

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from accord.accounts.models import Contact
from accord.api.answers import Amount, WallTime, exactly, many, page_of, row_of
from accord.api.pages import Paging, page, values
from accord.core import editing
from accord.core.access import Permission, can, require, require_create
from accord.core.fetch import fetch
from accord.projects.actions.record_acceptance import record_acceptance
from accord.projects.models import (
    Acceptance,
    CharterItem,
    Deliverable,
    Objective,
    PlanTemplate,
    Project,
    Stakeholder,
)
from accord.projects.queries_charter import Traced, charter_of, traced_deliverables

of_project = Router(tags=["charter"])
deliverable_router = Router(tags=["charter"])
template_router = Router(tags=["charter"])

DELIVERABLE = ("version", "name", "description", "criteria", "due_on", "delivered_on")
WORD = ("deliverable", "verdict", "contact", "given_on", "note", "recorded_by")


OBJECTIVE = ("version", "name", "measure", "baseline", "target", "due_on", "achieved")
LINE = ("version", "kind", "text")
STAKEHOLDER = ("version", "contact", "person", "name", "part", "influence", "interest", "engagement", "expects")
TEMPLATE = ("version", "name", "description")

DELIVERABLE_OUT = row_of("DeliverableOut", Deliverable, DELIVERABLE)
TRACED = row_of(
    "TracedDeliverable", Deliverable, DELIVERABLE, state=str, progress=str | None, finish=WallTime | None,
    work_minutes=int, tasks=list[int], cost=NotRequired[Amount],
)  # fmt: skip
DELIVERABLES = exactly("Deliverables", {"items": many(TRACED)})
WORD_OUT = row_of("AcceptanceOut", Acceptance, WORD)
TEMPLATE_OUT = row_of("TemplateOut", PlanTemplate, TEMPLATE)
CHARTER = exactly(
    "Charter",
    {
        "purpose": str,
        "objectives": many(row_of("ObjectiveOut", Objective, OBJECTIVE)),
        "lines": many(row_of("CharterLine", CharterItem, LINE)),
        "deliverables": many(TRACED),
        "stakeholders": many(row_of("StakeholderOut", Stakeholder, STAKEHOLDER)),
        "responsibilities": many(exactly("RaciCell", {"deliverable": int, "stakeholder": int, "letter": str})),
    },
)


class DeliverableIn(Schema):
    name: str
    description: str = ""
    criteria: str = ""
    due_on: date | None = None


class DeliverableChange(Schema):
    version: int
    name: str | None = None
    description: str | None = None
    criteria: str | None = None
    due_on: date | None = None
    delivered_on: date | None = None


class AcceptanceIn(Schema):
    """The client's word: ``verdict`` is accepted, conditional or rejected."""

    contact: int
    verdict: str
    given_on: date | None = None
    note: str = ""


@of_project.get("/{int:pk}/charter", response=CHARTER)
def charter(request: HttpRequest, pk: int) -> dict[str, Any]:
    """All parts of the charter; ``responsibilities`` are the cells of the RACI matrix."""
    project = fetch(Project, request.user, "account", pk=pk)
    found = charter_of(project)
    money = can(request.user, Permission.VIEW_MONEY, project)
    return {
        "purpose": project.objective,
        "objectives": [values(o, *OBJECTIVE, user=request.user) for o in found.objectives],
        "lines": [values(i, *LINE, user=request.user) for items in found.items.values() for i in items],
        "deliverables": [_traced(t, request.user, money=money) for t in found.deliverables],
        "stakeholders": [values(s, *STAKEHOLDER, user=request.user) for s in found.stakeholders],
        "responsibilities": [
            {"deliverable": deliverable, "stakeholder": stakeholder, "letter": letter}
            for (deliverable, stakeholder), letter in sorted(found.letters.items())
        ],
    }


@of_project.get("/{int:pk}/deliverables", response=DELIVERABLES)
def deliverables(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Every deliverable with its state, and the progress and finish of the tasks that make it."""
    project = fetch(Project, request.user, "account", pk=pk)
    money = can(request.user, Permission.VIEW_MONEY, project)
    return {"items": [_traced(t, request.user, money=money) for t in traced_deliverables(project)]}


@of_project.post("/{int:pk}/deliverables", response={201: DELIVERABLE_OUT})
def create_deliverable(request: HttpRequest, pk: int, body: DeliverableIn) -> tuple[int, dict[str, Any]]:
    project = fetch(Project, request.user, "account", pk=pk)
    row = Deliverable(project=project, **body.dict())
    require(request.user, Permission.CREATE, row)
    row.full_clean()
    return 201, values(editing.create(row, by=request.user), *DELIVERABLE, user=request.user)


@deliverable_router.get("/{int:pk}", response=TRACED)
def deliverable(request: HttpRequest, pk: int) -> dict[str, Any]:
    row = fetch(Deliverable, request.user, "project__account", pk=pk)
    found = next(t for t in traced_deliverables(row.project) if t.deliverable.pk == pk)
    return _traced(found, request.user, money=can(request.user, Permission.VIEW_MONEY, row.project))


@deliverable_router.patch("/{int:pk}", response=DELIVERABLE_OUT)
def change_deliverable(request: HttpRequest, pk: int, body: DeliverableChange) -> dict[str, Any]:
    """Change the fields given, if the deliverable is still at ``version``."""
    row = fetch(Deliverable, request.user, "project__account", pk=pk)
    given = body.dict(exclude_unset=True)
    version = given.pop("version")
    for name, value in given.items():
        setattr(row, name, value)
    row.full_clean()
    return values(editing.change(row, by=request.user, version=version, **given), *DELIVERABLE, user=request.user)


@deliverable_router.get("/{int:pk}/acceptances", response=page_of(WORD_OUT))
def acceptances(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    """The client's words, the latest first."""
    row = fetch(Deliverable, request.user, pk=pk)
    found = Acceptance.objects.visible_to(request.user).filter(deliverable=row)
    found = found.select_related("contact", "recorded_by", "deliverable")
    return page(found, paging, WORD, user=request.user)


@deliverable_router.post("/{int:pk}/acceptances", response={201: WORD_OUT})
def create_acceptance(request: HttpRequest, pk: int, body: AcceptanceIn) -> tuple[int, dict[str, Any]]:
    """Record the client's word; it cannot be changed afterwards."""
    row = fetch(Deliverable, request.user, "project__account", pk=pk)
    require_create(request.user, Acceptance, project=row.project, deliverable=row)
    word = record_acceptance(
        deliverable=row,
        by=request.user,
        verdict=body.verdict,
        contact=fetch(Contact, request.user, pk=body.contact),
        given_on=body.given_on or timezone.localdate(),
        note=body.note,
    )
    return 201, values(word, *WORD, user=request.user)


@template_router.get("", response=page_of(TEMPLATE_OUT))
def templates(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The plans that projects may begin with; none for those who may not start projects."""
    rows = PlanTemplate.objects.visible_to(request.user)
    return page(rows, paging, TEMPLATE, user=request.user)


def _traced(traced: Traced, user: Any, *, money: bool) -> dict[str, Any]:
    row = values(traced.deliverable, *DELIVERABLE, user=user) | {
        "state": traced.state.value,
        "progress": None if traced.progress is None else str(traced.progress),
        "finish": traced.finish.isoformat() if traced.finish else None,
        "work_minutes": traced.work_minutes,
        "tasks": [task.pk for task in traced.attached],
    }
    return row | {"cost": str(traced.cost)} if money else row
