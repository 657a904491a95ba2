"""What somebody may log time on, found by words."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from accord.money.actions.save_cell import CellRow
from accord.money.models import TimeEntry, WorkType
from accord.money.queries_evidence import RowKey
from accord.money.queries_weeks import WeekRow
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


def rows_of_work() -> list[WeekRow]:
    """The types of work that need no project."""
    kinds = WorkType.objects.filter(internal=True, active=True)
    return [WeekRow(RowKey(work_type=kind.pk), [], work_type=kind) for kind in kinds]


def row_of_code(code: str, reader: Any) -> CellRow | None:
    """What ``12-34-0`` names, where ``reader`` sees all of it."""
    parts = code.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 19 for part in parts):
        return None
    keys = [int(part) for part in parts]
    project = Project.objects.visible_to(reader).select_related("account").filter(pk=keys[0]).first()
    task = Task.objects.visible_to(reader).filter(pk=keys[1], project=project).first() if project else None
    kind = WorkType.objects.filter(pk=keys[2]).first()
    found = CellRow(project, task, kind)
    given = [record.pk if record is not None else 0 for record in (project, task, kind)]
    return found if given == keys and any(keys) else None


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
