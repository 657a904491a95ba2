"""The plans edited last, kept by this process between edits.

A drag on a plan of 5,000 tasks touches a handful of rows, yet needs all of them to be rescheduled: reading 20,000 rows
anew for every edit takes longer than all the rest. What is kept is used only while :func:`fingerprint` says that the
database still holds exactly these rows, whichever process wrote last; otherwise the plan is read again.

Whoever takes a plan owns it until it is given back: an edit that fails leaves nothing behind.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from accord.people.models import Absence, Calendar, Firm, Person
from accord.projects.models import Assignment, Baseline, Link, Plan, Project, Resource, Task
from accord.projects.queries import LoadedPlan, PlanFrame, PlanParts, Specs, calendar_source, load_plan

MOST_TASKS = 20_000  # about 150 MB

_plans: OrderedDict[int, tuple[tuple[Any, ...], CachedPlan]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The rows of a plan by primary key, tasks also those put aside."""

    tasks: dict[int, Task]
    links: dict[int, Link]
    assignments: dict[int, Assignment]

    @classmethod
    def of(cls, plan: Plan) -> StoredRows:
        """Read from the database, in three queries."""
        assignments = Assignment.all_objects.filter(plan=plan).select_related("resource").order_by("pk")
        return cls(
            {t.pk: t for t in Task.all_objects.filter(plan=plan)},
            {link.pk: link for link in Link.all_objects.filter(plan=plan).order_by("pk")},
            {a.pk: a for a in assignments},
        )


@dataclass(slots=True)
class CachedPlan:
    """A plan's rows by primary key (tasks also those put aside), and what was made of them."""

    tasks: dict[int, Task]
    links: dict[int, Link]
    assignments: dict[int, Assignment]
    frame: PlanFrame
    specs: Specs
    loaded: LoadedPlan | None = None

    @classmethod
    def stored(cls, plan: Plan) -> CachedPlan:
        """All of it read from the database."""
        rows = StoredRows.of(plan)
        return cls(rows.tasks, rows.links, rows.assignments, PlanFrame.stored(plan), Specs())

    def load(self, plan: Plan) -> LoadedPlan:
        """The plan of these rows, as the engines take it, worked out anew."""
        living = [task for task in self.tasks.values() if task.deleted_at is None]
        parts = PlanParts(living, _in_order(self.links), _in_order(self.assignments))
        self.loaded = load_plan(plan, parts=parts, frame=self.frame, specs=self.specs)
        return self.loaded


def _in_order(rows: dict[int, Any]) -> list[Any]:
    """As the database gives them: what undo brought back stands where it stood."""
    return [rows[pk] for pk in sorted(rows)]


@contextmanager
def shown(plan: Plan) -> Iterator[LoadedPlan]:
    """The plan to be read, and kept for what follows: the next page finds it, and the first edit its rows.

    It belongs to the reader, who changes nothing of it, until the end of the ``with``. Nothing is locked: the mark is
    taken before the rows are read, so that rows among which somebody wrote meanwhile are never found to be true.
    """
    mark = fingerprint(plan)
    with _lock:
        kept = _plans.pop(plan.pk, None)
    remembered = CachedPlan.stored(plan) if kept is None or kept[0] != mark else kept[1]
    yield remembered.loaded or remembered.load(plan)
    _put(plan, mark, remembered)


def _put(plan: Plan, mark: tuple[Any, ...], remembered: CachedPlan) -> None:
    with _lock:
        _plans[plan.pk] = (mark, remembered)
        _plans.move_to_end(plan.pk)
        while len(_plans) > 1 and sum(len(each.tasks) for _, each in _plans.values()) > MOST_TASKS:
            _plans.popitem(last=False)


def take(plan: Plan) -> CachedPlan:
    """The rows of ``plan``, which the caller has locked: those kept if they are still true, else read anew."""
    with _lock:
        kept = _plans.pop(plan.pk, None)
    if kept is not None and kept[0] == fingerprint(plan):
        return kept[1]
    return CachedPlan.stored(plan)


def save(plan: Plan, remembered: CachedPlan) -> None:
    """Keep the rows for the next edit, once the transaction has made them true."""
    mark = fingerprint(plan)
    transaction.on_commit(lambda: _put(plan, mark, remembered))


# What the plan is made of, and which rows of it: each line of the answer is a table's count, latest row and edit.
_PARTS: tuple[tuple[type[Model], str], ...] = (
    (Task, "plan_id = %(plan)s"),
    (Link, "plan_id = %(plan)s"),
    (Assignment, "plan_id = %(plan)s"),
    (Resource, "plan_id = %(plan)s"),
    (Baseline, "project_id = %(project)s"),
    (Calendar, "shared OR source = %(source)s"),
    (Person, "id IN (SELECT person_id FROM projects_resource WHERE plan_id = %(plan)s)"),
    (Absence, "person_id IN (SELECT person_id FROM projects_resource WHERE plan_id = %(plan)s)"),
    (Firm, "1 = 1"),
    (Project, "id = %(project)s"),
    (Plan, "id = %(plan)s"),
)
_QUESTION = " UNION ALL ".join(
    f"SELECT {number} AS part, COUNT(*), MAX(id), SUM(version), MAX({latest}) FROM {model._meta.db_table} WHERE {rows}"
    for number, (model, rows, latest) in enumerate(
        [*((*each, "updated_at") for each in _PARTS), (*_PARTS[-1], "changed_at")]
    )
)


def fingerprint(plan: Plan) -> tuple[Any, ...]:
    """What differs as soon as anybody has changed a row that the plan is made of; one query."""
    with connection.cursor() as cursor:
        places: dict[str, Any] = {"plan": plan.pk, "project": plan.project_id, "source": calendar_source(plan.project)}
        cursor.execute(_QUESTION + " ORDER BY part", places)
        return tuple(cursor.fetchall())
