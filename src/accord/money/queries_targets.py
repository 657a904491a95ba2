"""How long people are to work, by their calendars and absences, and how their hours compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from accord.engines.planning.capacity import load
from accord.money.models import TimeEntry
from accord.people.models import Person
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


def overtime(person: Person, until: date) -> int | None:
    """Minutes logged less those to be worked, from the year's first entry up to ``until``; None without entries."""
    year = date(until.year, 1, 1)
    logged = (
        TimeEntry.objects.filter(person=person, day__range=(year, until)).order_by("day").values_list("day", "minutes")
    )
    found = list(logged)
    if not found:
        return None
    target = targets_of([person], found[0][0], until)[person.pk]
    return sum(minutes for _, minutes in found) - sum(target.values())
