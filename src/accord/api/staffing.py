"""Time promised to projects, and whom they look for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from accord.api.answers import exactly, many, page_of, row_of
from accord.api.pages import Paging, page, values
from accord.core.fetch import fetch
from accord.money.pricing import planned_cost_of
from accord.people.models import Person
from accord.projects.actions.allocate import allocate
from accord.projects.models import Allocation, Project, StaffingRequest
from accord.projects.queries_staffing import open_requests

of_project = Router(tags=["staffing"])
requests_router = Router(tags=["staffing"])

ALLOCATION = ("version", "project", "person", "starts_on", "ends_on", "share", "confirmed", "note")


REQUEST = ("version", "project", "role", "starts_on", "ends_on", "share", "status")
_SKILL = exactly("NeededSkill", {"skill": int, "name": str, "level": int})
ALLOCATION_OUT = row_of("AllocationOut", Allocation, ALLOCATION)
REQUEST_OUT = row_of("StaffingRequestOut", StaffingRequest, REQUEST, skills=many(_SKILL))


class AllocationIn(Schema):
    person: int
    starts_on: date
    ends_on: date
    share: int = 100
    confirmed: bool = False
    note: str = ""


@of_project.get("/{int:pk}/allocations", response=page_of(ALLOCATION_OUT))
def allocations(request: HttpRequest, pk: int, paging: Query[Paging]) -> dict[str, Any]:
    project = fetch(Project, request.user, pk=pk)
    rows = Allocation.objects.filter(project=project).select_related("project", "person")
    return page(rows, paging, ALLOCATION, user=request.user)


@of_project.post("/{int:pk}/allocations", response={201: ALLOCATION_OUT})
def create_allocation(request: HttpRequest, pk: int, body: AllocationIn) -> tuple[int, dict[str, Any]]:
    """A confirmed allocation makes the person available to the plan and lets them see the project."""
    project = fetch(Project, request.user, "account", pk=pk)
    person = fetch(Person, request.user, "user", pk=body.person)
    row = Allocation(project=project, person=person, **body.dict(exclude={"person"}))
    row.full_clean()
    rate = planned_cost_of(project, person, body.starts_on)
    return 201, values(allocate(allocation=row, by=request.user, rate=rate), *ALLOCATION, user=request.user)


@requests_router.get("", response=page_of(REQUEST_OUT))
def staffing_requests(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Open requests of the projects one sees, with the skills asked for and the least level of each."""
    return page(open_requests(request.user), paging, lambda row: _request(row, request.user), user=request.user)


def _request(row: StaffingRequest, user: Any) -> dict[str, Any]:
    needs = [{"skill": need.skill_id, "name": need.skill.name, "level": need.level} for need in row.needs.all()]
    return values(row, *REQUEST, user=user) | {"skills": needs}
