"""The people of a project's Work tab: who is promised to it, whom it looks for, and who is promised too much."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch

from accord.core.dates import MONTHS
from accord.people.models import Person
from accord.projects.models import Allocation, NeededSkill, Project, StaffingRequest
from accord.projects.queries_capacity import overbooked_on

SHOWN = 3


def team_context(project: Project, planned: Iterable[Person | None], today: date) -> dict[str, Any]:
    """Allocations that are not over, open requests, and over-allocation in the next 13 weeks of anybody of them."""
    allocations = list(
        Allocation.objects.filter(project=project, ends_on__gte=today)
        .select_related("person")
        .order_by("starts_on", "pk")
    )
    needs = Prefetch("needs", NeededSkill.objects.select_related("skill"))
    requests = StaffingRequest.objects.filter(project=project, status=StaffingRequest.Status.OPEN)
    people = {person.pk: person for person in [*planned, *(a.person for a in allocations)] if person is not None}
    return {
        "allocations": allocations,
        "staffing_requests": list(requests.prefetch_related(needs)),
        "overbooked": [
            {
                "person": row.person,
                "weeks": [_week(monday, percent) for monday, percent in row.weeks[:SHOWN]],
                "more": max(0, len(row.weeks) - SHOWN),
            }
            for row in (overbooked_on(project, list(people.values()), today) if people else [])
        ],
    }


def _week(monday: date, percent: int | None) -> dict[str, str]:
    load = "away" if percent is None else f"{percent}%"
    return {"day": monday.isoformat(), "text": f"{monday.day} {MONTHS[monday.month - 1]} ({load})"}
