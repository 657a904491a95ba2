"""The plans edited last, kept by this process between gestures.

A drag on a plan of 5,000 tasks touches a handful of rows, yet needs all of them to be rescheduled: reading 20,000 rows
anew for every gesture takes longer than all the rest. What is kept is used only while :func:`fingerprint` says that the
database still holds exactly these rows, whichever process wrote last; otherwise the plan is read again.

Whoever takes a plan owns it until it is given back: a gesture that fails leaves nothing behind.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Sum

from accord.people.models import Absence, Firm, Person
from accord.projects.models import Assignment, Baseline, Link, Project, Resource, Task
from accord.projects.queries import LoadedPlan, PlanFrame, Specs, calendars_of

MOST_TASKS = 20_000  # about 150 MB

_plans: OrderedDict[int, tuple[tuple[Any, ...], Remembered]] = OrderedDict()
_lock = Lock()


@dataclass(slots=True)
class Remembered:
    """A plan's rows by primary key (tasks also those put aside), and what was made of them."""

    tasks: dict[int, Task]
    links: dict[int, Link]
    assignments: dict[int, Assignment]
    frame: PlanFrame
    specs: Specs
    loaded: LoadedPlan | None = None

    @classmethod
    def stored(cls, project: Project) -> Remembered:
        """All of it read from the database."""
        assignments = Assignment.objects.filter(project=project).select_related("resource")
        return cls(
            {t.pk: t for t in Task.everything.filter(project=project)},
            {link.pk: link for link in Link.objects.filter(project=project)},
            {a.pk: a for a in assignments},
            PlanFrame.stored(project),
            Specs(),
        )


def take(project: Project) -> Remembered:
    """The rows of ``project``, which the caller has locked: those kept if they are still true, else read anew."""
    with _lock:
        kept = _plans.pop(project.pk, None)
    if kept is not None and kept[0] == fingerprint(project):
        return kept[1]
    return Remembered.stored(project)


def keep(project: Project, remembered: Remembered) -> None:
    """Keep the rows for the next gesture, once the transaction has made them true."""
    mark = fingerprint(project)

    def put() -> None:
        with _lock:
            _plans[project.pk] = (mark, remembered)
            _plans.move_to_end(project.pk)
            while len(_plans) > 1 and sum(len(each.tasks) for _, each in _plans.values()) > MOST_TASKS:
                _plans.popitem(last=False)

    transaction.on_commit(put)


def fingerprint(project: Project) -> tuple[Any, ...]:
    """What differs as soon as anybody has changed a row that the plan is made of."""
    of_project: list[tuple[Any, dict[str, Any]]] = [
        (Task.everything.filter(project=project), {"versions": Sum("version")}),
        (Link.objects.filter(project=project), {}),
        (Assignment.objects.filter(project=project), {}),
        (Resource.objects.filter(project=project), {}),
        (Baseline.objects.filter(project=project), {}),
        (calendars_of(project), {}),
        (Person.objects.filter(resources__project=project), {}),
        (Absence.objects.filter(person__resources__project=project), {}),
    ]
    found: list[Any] = [
        tuple(rows.order_by().aggregate(rows=Count("pk"), last=Max("pk"), at=Max("updated_at"), **more).values())
        for rows, more in of_project
    ]
    fresh = Project.objects.filter(pk=project.pk).values_list("version", "updated_at", "plan_changed_at").get()
    return (*found, *fresh, Firm.current().updated_at)
