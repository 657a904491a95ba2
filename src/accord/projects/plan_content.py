"""What of a plan can begin another one: all that was decided about the work, without dates, people or client.

The result is plain JSON, so that a template can keep it:

- ``tasks``: in outline order, each with its ``uid``, the ``parent``'s uid, the fields of :data:`COPIED` and its dates
- ``links``: ``predecessor``, ``successor`` (uids), ``type``, ``lag``, ``lag_unit``
- ``roles``: who or what the plan counts on; a person of the firm becomes their job title
- ``assignments``: ``task``, ``role`` (uids), ``units``, ``work_minutes``, ``cost``
- ``objectives``, ``charter``, ``deliverables``, ``risks``

Dates are counted from the plan's start: ``{"days", "minute"}`` are working days of the project's calendar and the
minute of the day, ``{"days"}`` whole days. So they move to any start and step over its holidays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from accord.engines.calendars.working_days import day_after, days_between
from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.planning.plan import Constraint
from accord.projects.fields import FIELDS
from accord.projects.models import (
    Assignment,
    CharterItem,
    Deliverable,
    Link,
    Objective,
    Project,
    Resource,
    Risk,
    Task,
)
from accord.projects.outline import outline
from accord.projects.plan_hours import PlanHours
from accord.projects.queries import PLAN_OPTIONS

FORM = 1  # of the content: raised when an older one could not be read any more
COPIED = tuple(each.name for each in FIELDS if each.copied)
RISK_TEXTS = ("title", "kind", "cause", "event", "effect", "response", "plan", "trigger")
RISK_FIGURES = (
    "probability",
    "client_impact",
    "residual_probability",
    "days_low",
    "days_likely",
    "days_high",
    "residual_days",
)
RISK_COSTS = ("cost_low", "cost_likely", "cost_high", "residual_cost")
# A constraint on a finish counts to the end of the working day before, where its day turns out to be off.
ABOUT_FINISH = {Constraint.FINISH_NO_EARLIER_THAN, Constraint.FINISH_NO_LATER_THAN, Constraint.MUST_FINISH_ON}


@dataclass(frozen=True, slots=True)
class DateOffsets:
    """Tells dates as distances from a start, and distances as dates."""

    start: date
    calendar: WorkCalendar

    def distance(self, moment: datetime | None, *, finish: bool = False) -> dict[str, int] | None:
        """``moment`` as working days after the start and a minute of the day."""
        if moment is None:
            return None
        if not self.calendar.is_working_day(moment.date()):
            moment = self.calendar.previous_working(moment) if finish else self.calendar.next_working(moment)
        return {
            "days": days_between(self.calendar, self.start, moment.date()),
            "minute": moment.hour * 60 + moment.minute,
        }

    def days(self, day: date | None) -> dict[str, int] | None:
        """``day``, or the working day before it, as working days after the start."""
        if day is None:
            return None
        while not self.calendar.is_working_day(day):
            day -= timedelta(days=1)
        return {"days": days_between(self.calendar, self.start, day)}

    def moment(self, distance: dict[str, int] | None) -> datetime | None:
        if distance is None:
            return None
        day = day_after(self.calendar, self.start, distance["days"])
        return datetime.combine(day, time()) + timedelta(minutes=distance["minute"])

    def day(self, distance: dict[str, int] | None) -> date | None:
        return None if distance is None else day_after(self.calendar, self.start, distance["days"])


def clock_of(project: Project) -> DateOffsets:
    """Distances from this project's start in its own calendar."""
    return DateOffsets(project.start.date(), PlanHours(project).of_calendar(None))


def content_of(project: Project, *, with_costs: bool = True) -> dict[str, Any]:
    """All that can begin another plan; in nine queries.

    Left out are progress, actual values, baselines, hours, people, whatever a person costs, stakeholders, the
    client's word, and what was measured at the client. ``with_costs=False`` leaves out every amount of money.
    """
    clock = clock_of(project)
    rows = outline(Task.objects.filter(project=project).select_related("calendar"))
    uid = {row.task.pk: row.task.uid for row in rows}
    resources = list(Resource.objects.filter(project=project).select_related("person").order_by("uid"))
    deliverables = list(Deliverable.objects.filter(project=project))
    place = {row.pk: number for number, row in enumerate(deliverables)}
    return {
        "form": FORM,
        "plan_options": {k: v for k, v in project.plan_options.items() if k in PLAN_OPTIONS},
        "tasks": [_task(row.task, uid, place, clock, with_costs=with_costs) for row in rows],
        "links": [
            {
                "predecessor": uid[link.predecessor_id],
                "successor": uid[link.successor_id],
                "type": link.type,
                "lag": link.lag,
                "lag_unit": link.lag_unit,
            }
            for link in Link.objects.filter(project=project).order_by("pk")
            if link.predecessor_id in uid and link.successor_id in uid
        ],
        "roles": _roles(resources, with_costs=with_costs),
        "assignments": _assignments(project, uid, resources, with_costs=with_costs),
        "objectives": [
            {"name": o.name, "measure": o.measure, "target": o.target, "due": clock.days(o.due_on)}
            for o in Objective.objects.filter(project=project)
        ],
        "charter": [{"kind": item.kind, "text": item.text} for item in CharterItem.objects.filter(project=project)],
        "deliverables": [
            {"name": d.name, "description": d.description, "criteria": d.criteria, "due": clock.days(d.due_on)}
            for d in deliverables
        ],
        "risks": [
            _risk(risk, uid, clock, with_costs=with_costs)
            for risk in Risk.objects.filter(project=project).prefetch_related("tasks")
        ],
    }


def _task(
    task: Task, uid: dict[int, int], place: dict[int, int], clock: DateOffsets, *, with_costs: bool
) -> dict[str, Any]:
    finish = Constraint(task.constraint) in ABOUT_FINISH
    row: dict[str, Any] = {name: getattr(task, name) for name in COPIED}
    row |= {
        "uid": task.uid,
        "parent": uid.get(task.parent_id) if task.parent_id else None,
        "deliverable": place.get(task.deliverable_id) if task.deliverable_id else None,
        "calendar": task.calendar_id if task.calendar is not None and task.calendar.shared else None,
        "constraint_at": clock.distance(task.constraint_date, finish=finish),
        "deadline_at": clock.distance(task.deadline, finish=True),
        "start_at": clock.distance(task.start) if task.manual else None,
    }
    if with_costs:
        row |= {"fixed_cost": str(task.fixed_cost), "fixed_cost_accrual": task.fixed_cost_accrual}
    return row


def _is_person(resource: Resource) -> bool:
    return resource.person_id is not None or bool(resource.email)


def _roles(resources: Iterable[Resource], *, with_costs: bool) -> list[dict[str, Any]]:
    """Roles, materials and cost items as they are; people by their job titles, numbered where several share one."""
    resources = list(resources)
    titles = {
        r.uid: ((r.person.title if r.person else "") or r.group or gettext("Role")) for r in resources if _is_person(r)
    }
    shared, seen = Counter(titles.values()), Counter[str]()
    roles = []
    for r in resources:
        name = r.name
        if (title := titles.get(r.uid)) is not None:
            seen[title] += 1
            name = f"{title} {seen[title]}" if shared[title] > 1 else title
        role: dict[str, Any] = {
            "uid": r.uid,
            "name": name,
            "kind": r.kind,
            "group": r.group,
            "max_units": r.max_units,
            "material_label": r.material_label,
            "job_role": r.person.job_role_id if r.person else r.job_role_id,
        }
        if with_costs and not _is_person(r):
            role |= {"rate": str(r.rate), "cost_per_use": str(r.cost_per_use)}
        roles.append(role)
    return roles


def _assignments(
    project: Project, uid: dict[int, int], resources: Iterable[Resource], *, with_costs: bool
) -> list[dict[str, Any]]:
    known = {r.pk: r for r in resources}
    rows = []
    for a in Assignment.objects.filter(project=project).order_by("uid"):
        resource = known.get(a.resource_id) if a.resource_id else None
        if resource is None or a.task_id not in uid:
            continue
        row = {"task": uid[a.task_id], "role": resource.uid, "units": a.units, "work_minutes": a.work_minutes}
        if with_costs and not _is_person(resource):
            row["cost"] = str(a.cost)
        rows.append(row)
    return rows


def _risk(risk: Risk, uid: dict[int, int], clock: DateOffsets, *, with_costs: bool) -> dict[str, Any]:
    figures = RISK_FIGURES + (RISK_COSTS if with_costs else ())
    row: dict[str, Any] = {name: getattr(risk, name) for name in RISK_TEXTS}
    row |= {name: _plain(getattr(risk, name)) for name in figures}
    row["tasks"] = sorted(uid[task.pk] for task in risk.tasks.all() if task.pk in uid)
    row["review"] = clock.days(risk.due_on)
    return row


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def mentions(content: dict[str, Any], words: Iterable[str]) -> list[str]:
    """The texts of ``content`` in which one of ``words`` occurs, each once, in the order of the plan."""
    sought = [word.casefold() for word in words if len(word) > 3]
    return list(dict.fromkeys(text for text in _texts(content) if any(word in text.casefold() for word in sought)))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
