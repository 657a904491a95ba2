"""What somebody may log time on, found by words."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from accord.money.models import TimeEntry, WorkType
from accord.money.queries_weeks import RowKey, WeekRow
from accord.people.models import Person
from accord.projects.models import Assignment, Project, Task

MOST = 12


def bookable(person: Person, reader: Any, words: str = "", most: int = MOST) -> list[WeekRow]:
    """Rows whose task, project, client or type of work have all the ``words``: one's own tasks first.

    Of projects that are planned or under way and that ``reader`` sees; finished tasks come last. Three queries.
    """
    terms = words.split()
    projects = Project.objects.visible_to(reader).filter(
        status__in=(Project.Status.ACTIVE, Project.Status.PLANNED), archived_at=None
    )
    rows = [WeekRow(RowKey(work_type=kind.pk), [], work_type=kind) for kind in _types(terms)]
    tasks = (
        Task.objects.filter(project__in=projects, active=True)
        .exclude(kind__in=(Task.Kind.SUMMARY, Task.Kind.MILESTONE))
        .filter(*(_has(term, "name", "project__name", "project__account__name") for term in terms))
        .annotate(
            is_own=Exists(Assignment.objects.filter(task=OuterRef("pk"), resource__person=person)),
            was_own=Exists(TimeEntry.objects.filter(task=OuterRef("pk"), person=person)),
            is_done=Q(percent_complete__gte=100),
        )
        .select_related("project__account")
        .order_by("-is_own", "-was_own", "is_done", "name", "pk")[:most]
    )
    rows += [WeekRow(RowKey(task.project_id, task.pk), [], task.project, task) for task in tasks]
    if terms and len(rows) < most:
        found = projects.filter(*(_has(term, "name", "account__name") for term in terms)).select_related("account")
        rows += [WeekRow(RowKey(project.pk), [], project) for project in found.order_by("name")[: most - len(rows)]]
    return rows[:most]


def _types(terms: list[str]) -> list[WorkType]:
    """Types of work without a project that have all the words; none where nothing was typed."""
    if not terms:
        return []
    return list(WorkType.objects.filter(*(_has(term, "name") for term in terms), internal=True, active=True)[:3])


def _has(term: str, *columns: str) -> Q:
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": term})
    return found
