"""How long people are to work, by their calendars and absences, and how their hours compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Max, Min, Sum

from accord.engines.planning.capacity import load
from accord.money.models import TimeEntry, Timesheet
from accord.people.models import Firm, Person
from accord.projects.queries_capacity import workers_of

DAY = timedelta(days=1)
Targets = dict[date, int]


def targets_of(people: Sequence[Person], first: date, last: date) -> dict[int, Targets]:
    """Minutes that each person (by primary key) is to work on each day: their calendar's, less absences.

    Nothing before they joined or after they left. Four queries, however many people and days.
    """
    days = [first + n * DAY for n in range((last - first).days + 1)]
    edges = [*days, last + DAY]
    if not people:
        return {}
    # What plans may count on says nothing about what is to be worked.
    workers = [replace(worker, availability=()) for worker in workers_of(people, edges)]
    cells = load(workers, [], [], edges)
    return {
        person.pk: {day: cell.capacity for day, cell in zip(days, cells[person.pk], strict=True)} for person in people
    }


@dataclass(frozen=True, slots=True)
class Balance:
    """Minutes logged less those to be worked, from ``since`` to ``until``, both days included."""

    minutes: int
    since: date
    until: date


def overtime(person: Person, upto: date) -> Balance | None:
    """The balance of the weeks up to that of ``upto``, the last of them one that ``person`` has submitted.

    It begins with the first week that they submitted, or on the day that the firm has set; None before that. Weeks that
    wait to be submitted after the last one do not count: their hours are still being typed.
    """
    submitted = Timesheet.objects.filter(person=person, week__lte=upto).exclude(status=Timesheet.Status.DRAFT)
    span = submitted.order_by().aggregate(first=Min("week"), last=Max("ends_on"))
    if span["first"] is None:
        return None
    since, until = Firm.current().overtime_from or span["first"], span["last"]
    if since > until:
        return None
    rows = TimeEntry.objects.filter(person=person, day__range=(since, until)).order_by()
    logged = rows.aggregate(total=Sum("minutes"))["total"] or 0
    return Balance(logged - _target(person, since, until), since, until)


def _target(person: Person, first: date, last: date) -> int:
    """Minutes to work from ``first`` to ``last``: as :func:`targets_of` sums them, in one period."""
    edges = [first, last + DAY]
    (worker,) = (replace(worker, availability=()) for worker in workers_of([person], edges))
    (cell,) = load([worker], [], [], edges)[person.pk]
    return cell.capacity
