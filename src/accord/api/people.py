"""Who is calling, who works here, what they can do, when they are away, and how much of their time is taken."""

from __future__ import annotations

from datetime import date
from typing import Any, NotRequired

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from accord.api.answers import Day, Named, exactly, many, page_of, row_of
from accord.api.pages import MOST, Paging, page, values
from accord.core import editing
from accord.core.access import Permission, can
from accord.core.fetch import fetch
from accord.people.models import Absence, Person, PersonSkill, Skill, User
from accord.people.queries import present_people
from accord.projects.queries_capacity import load_of, monday_of, weeks_from

router = Router(tags=["people"])


ME = row_of("Me", User, ("name", "email", "roles", "time_zone"))
PERSON = row_of("PersonOut", Person, ("name", "email", "title", "team", "share"))
SKILL = row_of("SkillOut", Skill, ("version", "name", "field"))
LEVEL = row_of("LevelOut", PersonSkill, ("version", "person", "skill", "level"))
_ABSENCE = row_of("_", Absence, ("version", "person", "starts_on", "ends_on", "kind", "note")).__annotations__
# Why somebody is away is absent for those who may not know.
ABSENCE = exactly("AbsenceOut", _ABSENCE | {name: NotRequired[_ABSENCE[name]] for name in ("kind", "note")})
_WEEK = exactly(
    "CapacityWeek",
    {
        "week": Day, "capacity": int, "committed": int, "tentative": int, "free": int, "percent": int | None,
        "over": bool,
    },
)  # fmt: skip
CAPACITY = exactly("Capacity", {"id": int, "name": str, "team": Named | None, "weeks": many(_WEEK)})


class AbsenceIn(Schema):
    person: int
    starts_on: date
    ends_on: date
    kind: str = Absence.Kind.LEAVE
    note: str = ""


@router.get("/me", response=ME)
def me(request: HttpRequest) -> dict[str, Any]:
    return values(request.user, "name", "email", "roles", "time_zone", user=request.user)


@router.get("", response=page_of(PERSON))
def people(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return page(present_people(request.user), paging, ("name", "email", "title", "team", "share"), user=request.user)


@router.get("/skills", response=page_of(SKILL))
def skills(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return page(Skill.objects.visible_to(request.user), paging, ("version", "name", "field"), user=request.user)


@router.get("/levels", response=page_of(LEVEL))
def levels(request: HttpRequest, paging: Query[Paging], skill: int = 0, person: int = 0) -> dict[str, Any]:
    """Who has which skill at which level, 1 to 5."""
    rows = PersonSkill.objects.visible_to(request.user).select_related("person", "skill").order_by("pk")
    rows = rows.filter(skill=skill) if skill else rows
    rows = rows.filter(person=person) if person else rows
    return page(rows, paging, ("version", "person", "skill", "level"), user=request.user)


@router.get("/absences", response=page_of(ABSENCE))
def absences(request: HttpRequest, paging: Query[Paging], person: int = 0) -> dict[str, Any]:
    """Who is away when; why only for one's own, and for those who keep people."""
    rows = Absence.objects.visible_to(request.user).select_related("person").order_by("-starts_on", "pk")
    return page(
        rows.filter(person=person) if person else rows,
        paging,
        lambda row: _absence(row, request.user),
        user=request.user,
    )


@router.post("/absences", response={201: ABSENCE})
def create_absence(request: HttpRequest, body: AbsenceIn) -> tuple[int, dict[str, Any]]:
    person = fetch(Person, request.user, pk=body.person)
    row = Absence(person=person, **body.dict(exclude={"person"}))
    row.full_clean()
    return 201, _absence(editing.create(row, by=request.user), request.user)


def _absence(row: Absence, user: Any) -> dict[str, Any]:
    why = ("kind", "note") if can(user, Permission.CHANGE, row) else ()
    return values(row, "version", "person", "starts_on", "ends_on", *why, user=user)


@router.get("/capacity", response=page_of(CAPACITY))
def capacity(
    request: HttpRequest, paging: Query[Paging], start: date | None = None, weeks: int = 13, team: int = 0
) -> dict[str, Any]:
    """Minutes by person and week: capacity, committed, tentative, free; ``percent`` is null without capacity.

    The first week is that of ``start`` (today); at most 53 weeks.
    """
    today = timezone.localdate()
    first = monday_of(min(max(start or today, date(1900, 1, 1)), date(2200, 1, 1)))
    edges = weeks_from(first, min(max(weeks, 1), 53))
    rows = present_people(request.user).order_by("name", "pk")
    rows = rows.filter(team=team) if team else rows
    limit, offset = min(max(paging.limit, 1), MOST), max(paging.offset, 0)
    cells = load_of(list(rows[offset : offset + limit]), edges, today)

    def shape(person: Person) -> dict[str, Any]:
        return {
            **values(person, "name", "team", user=request.user),
            "weeks": [
                {
                    "week": monday.isoformat(),
                    "capacity": cell.capacity,
                    "committed": cell.committed,
                    "tentative": cell.tentative,
                    "free": cell.free,
                    "percent": cell.percent,
                    "over": cell.over,
                }
                for monday, cell in zip(edges, cells[person.pk], strict=False)
            ],
        }

    return page(rows, paging, shape, user=request.user)
