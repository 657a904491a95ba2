"""Staffing requests and who fits them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accord.engines.planning.staffing import Candidate, Need, Ranked, rank
from accord.people.models import Level, Person, PersonSkill, Role
from accord.projects.models import NeededSkill, Project, ProjectMember, StaffingRequest
from accord.projects.queries_capacity import called, load_of, weeks_between

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Proposal:
    """A person with how well they fit; ``missing`` in words, ``weeks`` the Mondays (or first day) of the period."""

    person: Person
    ranked: Ranked
    missing: list[str]
    weeks: list[date]


def projects_to_staff(user: Any) -> QuerySet[Project]:
    """The open projects that ``user`` may change, and so promise people's time to."""
    rows: QuerySet[Project] = Project.objects.visible_to(user).filter(archived_at=None)
    rows = rows.exclude(status=Project.Status.CLOSED)
    if user.has_role(Role.ADMINISTRATOR):
        return rows
    mine = Q(manager=user)
    if user.has_role(Role.PROJECT_MANAGER):
        mine |= Q(pk__in=ProjectMember.objects.filter(user=user).values("project"))
    return rows.filter(mine)


def names_and_staffed(projects: Iterable[int], user: Any) -> tuple[dict[int, str], set[int]]:
    """The names of those of ``projects`` that ``user`` sees (:func:`names_of`), and which they may staff; one query."""
    rows = Project.objects.visible_to(user).filter(pk__in=set(projects))
    rows = rows.annotate(to_staff=Exists(projects_to_staff(user).filter(pk=OuterRef("pk")).order_by()))
    found = list(rows.values_list("pk", "name", "account__name", "to_staff"))
    return {pk: called(name, client) for pk, name, client, _ in found}, {pk for pk, *_, to_staff in found if to_staff}


def open_requests(user: Any) -> QuerySet[StaffingRequest]:
    """What projects that ``user`` may see look for, the most urgent first."""
    return (
        StaffingRequest.objects.visible_to(user)
        .filter(status=StaffingRequest.Status.OPEN, project__archived_at=None)
        .select_related("project", "asked_by")
        .prefetch_related("needs__skill")
        .order_by("starts_on", "pk")
    )


def candidates(request: StaffingRequest, needs: list[NeededSkill], today: date) -> list[Proposal]:
    """The people who fit ``request`` best (:mod:`accord.engines.planning.staffing`); none once its period is over.

    Where skills are asked for, those who have none of them are left out. Six queries, however many people there are.
    """
    first = max(request.starts_on, today)
    if request.ends_on < first:
        return []
    edges = weeks_between(first, request.ends_on)
    wanted = {need.skill_id for need in needs}
    rows = Person.objects.filter(Q(left_on=None) | Q(left_on__gte=first)).select_related("team")
    if wanted:
        rows = rows.filter(pk__in=PersonSkill.objects.filter(skill__in=wanted).values("person"))
    people = {person.pk: person for person in rows}
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    held = PersonSkill.objects.filter(skill__in=wanted, person__in=people).values_list("person_id", "skill_id", "level")
    for person, skill, level in held:
        levels[person][skill] = level
    cells = load_of(list(people.values()), edges, today)
    asked = [Need(need.skill_id, need.level) for need in needs]
    found = rank([Candidate(pk, levels[pk], cells[pk]) for pk in people], asked, share=request.share)
    names = {need.skill_id: need.skill.name for need in needs}
    return [
        Proposal(people[row.key], row, [_missing(need, names, levels[row.key]) for need in row.missing], edges[:-1])
        for row in found[:SHOWN]
    ]


def _missing(need: Need, names: dict[int, str], levels: dict[int, int]) -> str:
    level = levels.get(need.skill)
    return f"{names[need.skill]}: {Level(level).label.lower() if level else 'none'}"
