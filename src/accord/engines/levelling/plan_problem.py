"""Several plans as one levelling problem, and its answer as plans again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import gcd

import numpy as np
from numpy.typing import NDArray

from accord.engines.calendars.working_time import MINUTES_PER_DAY, WorkCalendar, minute_of
from accord.engines.levelling.periods import COARSE, MOST_PERIODS, Axis, exact_period
from accord.engines.levelling.plan_member import Member, Wait
from accord.engines.levelling.problem import (
    Activity,
    Levelled,
    LevellingError,
    Part,
    Precedence,
    Problem,
)
from accord.engines.planning import passes
from accord.engines.planning.network import FROM_START, TO_FINISH
from accord.engines.planning.plan import LinkType, Plan, Resource, ResourceKind, Task
from accord.engines.planning.scheduling import Schedule
from accord.engines.texts import Text, gettext_lazy

_HUNDREDTHS = 100  # of one full resource
_TYPES = {
    0: LinkType.FS,
    FROM_START: LinkType.SS,
    TO_FINISH: LinkType.FF,
    FROM_START | TO_FINISH: LinkType.SF,
}


@dataclass(frozen=True, slots=True)
class Taken:
    """Time that other work holds of somebody: so many units of the person ``key`` from ``start`` to ``finish``."""

    key: str
    start: datetime
    finish: datetime
    units: float = 1.0


def _midnight(day: date) -> int:
    return day.toordinal() * MINUTES_PER_DAY


class Portfolio:
    """The members, the people they share and what else holds them, and the periods in which they are levelled."""

    def __init__(self, plans: Sequence[Plan], key: Callable[[Resource], str], taken: Sequence[Taken] = ()) -> None:
        self.members = [Member(plan) for plan in plans]
        self.remarks: list[Text] = []
        self.shared = len(plans) > 1 or bool(taken)
        self._share(key)
        self.taken = [(self.numbers[each.key], each) for each in taken if each.key in self.numbers]
        self.calendars = self._calendars()
        self.axis = self._axis()
        self.periods = self._horizon() // self.axis.minutes + 2

    # People

    def _share(self, key: Callable[[Resource], str]) -> None:
        """Number the people; the same key in another plan is the same person."""
        self.numbers: dict[str, int] = {}
        self.people: dict[tuple[int, int], int] = {}  # by member and uid
        self.capacities: list[int] = []
        self.names: list[str] = []
        self.available: dict[int, list[Resource]] = {}  # where each person stands in the plans
        for place, member in enumerate(self.members):
            taken: set[int] = set()
            for resource in member.plan.resources:
                if resource.kind is not ResourceKind.WORK:
                    continue
                name = key(resource) if self.shared else ""
                number = self.numbers.get(name) if name else None
                if number is None or number in taken:
                    number = len(self.capacities)
                    self.capacities.append(0)
                    self.names.append(resource.name)
                    if name:
                        self.numbers.setdefault(name, number)
                taken.add(number)
                self.people[place, resource.uid] = number
                most = max((row.units for row in resource.availability), default=resource.max_units)
                self.capacities[number] = max(self.capacities[number], round(most * _HUNDREDTHS))
                self.available.setdefault(number, []).append(resource)

    # Time

    def _calendars(self) -> list[WorkCalendar]:
        """Every calendar in which something is worked, rests or is counted."""
        found: dict[WorkCalendar, None] = {}
        for member in self.members:
            for row in range(len(member.net.order)):
                if member.task(row) is not None:
                    numbers = [calendar for calendar, minutes, _ in member.spans(row) if minutes]
                    found.update(dict.fromkeys(map(member.calendar, numbers or [int(member.work.calendar[row])])))
            found.update((member.calendar(wait.calendar), None) for wait in self._moving(member) if wait.lag)
        return list(found)

    def _axis(self) -> Axis:
        origin = min(member.origin for member in self.members)
        probe = Axis(self.calendars, origin, 1)
        last = max(int(member.dates.max()) for member in self.members)
        exact = exact_period(self.calendars, origin, last + 366 * 1440, self._lengths(probe))
        minutes = exact
        if self._horizon(probe) // exact > MOST_PERIODS:
            fitting = (length for length in COARSE if self._horizon(probe) // length <= MOST_PERIODS)
            minutes = next(fitting, COARSE[-1])
            self.remarks.append(
                gettext_lazy(
                    "Because the plan is long, levelling works in steps of %(minutes)s minutes and rounds durations "
                    "up.",
                    minutes=minutes,
                )
            )
        return Axis(self.calendars, origin, minutes)

    def _lengths(self, probe: Axis) -> Iterable[int]:
        """Everything that a period must divide: minutes of work and lags, and dates counted from the origin."""
        for resource in (each for rows in self.available.values() for each in rows):
            for period in resource.availability:
                edges = [period.starts] if period.starts else []
                edges += [period.ends + timedelta(days=1)] if period.ends else []
                yield from (probe.union.index(_midnight(edge)) - probe.zero for edge in edges)
        for member in self.members:
            yield probe.union.index(member.start) - probe.zero
            yield from (abs(wait.lag) for wait in self._moving(member))
            for row in range(len(member.net.order)):
                if member.is_held(row):
                    yield from (probe.union.index(int(date)) - probe.zero for date in member.dates[row])
                elif member.task(row) is not None:
                    yield from (minutes for _, minutes, _ in member.spans(row))
                    bounds = (int(bound) for bound in member.work.bounds[row, :4])
                    yield from (probe.union.index(b) - probe.zero for b in bounds if abs(b) < passes.EVER)

    def _horizon(self, axis: Axis | None = None) -> int:
        """Working minutes in which the work should find room: today's plan, and the most that anybody has to do."""
        union = (axis or self.axis).union
        zero = (axis or self.axis).zero
        last = max(int(member.dates.max()) for member in self.members)
        load = [0.0] * len(self.capacities)
        longest = 0
        for place, member in enumerate(self.members):
            for row in range(len(member.net.order)):
                for _, minutes, units in member.spans(row):
                    longest = max(longest, minutes)
                    for uid, share in units.items():
                        number = self.people[place, uid]
                        load[number] += minutes * share * _HUNDREDTHS / max(1, self.capacities[number])
        return int(2 * (max(0, union.index(last) - zero) + max(load, default=0) + longest))

    # The problem

    def problem(self) -> Problem:
        """The plans as they stand now; activities are numbered through all rows of all members."""
        activities: list[Activity] = []
        links: list[Precedence] = []
        for place, member in enumerate(self.members):
            first = len(activities)
            released, finishing = self._driven(member)
            for row in range(len(member.net.order)):
                make = self._fixed if member.is_held(row) else self._movable
                activities.append(make(place, row, first + row, released[row], finishing[row]))
            links += [
                Precedence(
                    first + wait.before,
                    first + wait.after,
                    _TYPES[wait.kind & 3],
                    self.axis.count(wait.lag),
                    self._number(member.calendar(wait.calendar)) if wait.lag else None,
                )
                for wait in self._moving(member)
            ]
        calendars: tuple[tuple[bool, ...], ...] = ()
        if len(self.calendars) > 1:
            calendars = tuple(tuple(mask.tolist()) for mask in self.axis.masks(self.periods))
        capacities, activities = self._in_whole_units(activities)
        return Problem(tuple(activities), tuple(links), capacities, calendars, self.periods)

    def _moving(self, member: Member) -> Iterable[Wait]:
        """Links whose predecessor may move; the others are dates."""
        return (wait for wait in member.waits() if not member.is_held(wait.before))

    def _driven(self, member: Member) -> tuple[list[int], list[int]]:
        """The minutes at which dates, and links from what is held, let each row start and finish."""
        floors = np.maximum(member.floors, member.origin)
        starts = np.maximum(floors, member.work.bounds[:, passes.START_FROM]).tolist()
        finishes = np.maximum(member.origin, member.work.bounds[:, passes.FINISH_FROM]).tolist()
        for wait in member.waits():
            if member.is_held(wait.before) and not member.is_held(wait.after):
                end = passes.START if wait.kind & FROM_START else passes.FINISH
                moment = member.shifted(wait, int(member.dates[wait.before, end]))
                moments = finishes if wait.kind & TO_FINISH else starts
                moments[wait.after] = max(moments[wait.after], moment)
        return starts, finishes

    def _number(self, calendar: WorkCalendar) -> int | None:
        return None if calendar == self.axis.union else self.calendars.index(calendar)

    def _parts(self, place: int, row: int) -> tuple[Part, ...]:
        member = self.members[place]
        parts: dict[int, Part] = {}
        for calendar, minutes, units in member.spans(row):
            number = self._number(member.calendar(calendar)) if minutes else None
            demands: dict[int, int] = {}
            for uid, share in units.items():
                resource = self.people[place, uid]
                demands[resource] = demands.get(resource, 0) + round(share * _HUNDREDTHS)
            twice = next((at for at, part in parts.items() if part.demands.keys() & demands.keys()), None)
            if twice is None:
                parts[len(parts)] = Part(self.axis.count(minutes), demands, number)
            else:
                part = parts[twice]
                resource, share = next(iter(demands.items()))
                together = {**part.demands, resource: part.demands[resource] + share}
                parts[twice] = Part(max(part.duration, self.axis.count(minutes)), together, part.calendar)
        return tuple(parts.values())

    def _movable(self, place: int, row: int, uid: int, start: int, finish: int) -> Activity:
        member, axis = self.members[place], self.axis
        task = member.task(row)
        parts = self._parts(place, row)
        start_by, finish_by = (int(member.work.bounds[row, column]) for column in (passes.START_BY, passes.FINISH_BY))
        rests = None
        if task is not None and not any(part.duration for part in parts):
            rests = self._number(member.calendar(int(member.work.calendar[row])))
        for part in parts:
            self._check_people(task, part)
        single = parts[0] if len(parts) == 1 else Part(0)
        return Activity(
            uid,
            single.duration,
            single.demands,
            rests if single.duration == 0 else single.calendar,
            release=axis.boundary(start),
            finish_from=axis.boundary(finish),
            latest_start=None if start_by >= passes.EVER else axis.last_start(start_by),
            deadline=None if finish_by >= passes.EVER else axis.boundary_before(finish_by),
            priority=500 if task is None else task.priority,
            parts=parts if len(parts) > 1 else (),
        )

    def _check_people(self, task: Task | None, part: Part) -> None:
        for person, share in part.demands.items():
            if part.duration and share > self.capacities[person] and task is not None:
                text = gettext_lazy(
                    "%(work)s needs %(share)s%% of %(person)s, but only %(most)s%% is available; reduce the units or "
                    "increase the capacity",
                    work=_named(task),
                    share=share,
                    person=self.names[person],
                    most=self.capacities[person],
                )
                raise LevellingError(text, task.uid)

    def _fixed(self, place: int, row: int, uid: int, start: int, finish: int) -> Activity:
        """Held work: what is still to come of it holds its people from where it stands to its end."""
        member, axis = self.members[place], self.axis
        begin, end = (int(date) for date in member.dates[row])
        resumes = int(member.work.progress[row, passes.RESUMES])
        if resumes > begin:
            begin = min(resumes, end)
        first = max(0, axis.boundary_before(begin))
        last = max(first, axis.boundary(end))
        parts = []
        for part in self._parts(place, row):
            length = last - first
            if part.calendar is not None:
                own = self.calendars[part.calendar]
                length = axis.count(max(0, own.index(end) - own.index(max(begin, axis.origin))))
            parts.append(Part(length, part.demands, part.calendar))
        whole = [part for part in parts if part.demands]
        return Activity(uid, start=first, finish=last, parts=tuple(whole))

    def _in_whole_units(self, activities: list[Activity]) -> tuple[tuple[int | tuple[int, ...], ...], list[Activity]]:
        """Hundredths of each person in the largest unit that all of their numbers divide into."""
        units = list(self.capacities)
        for number, rows in self.available.items():
            for row in (row for resource in rows for row in resource.availability):
                units[number] = gcd(units[number], round(row.units * _HUNDREDTHS))
        for activity in activities:
            for part in activity.all_parts():
                for resource, share in part.demands.items():
                    units[resource] = gcd(units[resource], share)
        units = [max(1, unit) for unit in units]

        def scaled(demands: Mapping[int, int]) -> dict[int, int]:
            return {resource: share // units[resource] for resource, share in demands.items()}

        made = [
            replace(
                activity,
                demands=scaled(activity.demands),
                parts=tuple(replace(part, demands=scaled(part.demands)) for part in activity.parts),
            )
            for activity in activities
        ]
        return tuple(self._left(number, unit) for number, unit in enumerate(units)), made

    def _left(self, number: int, unit: int) -> int | tuple[int, ...]:
        """What there is of a person, less what other work holds, in each period."""
        elsewhere = [each for person, each in self.taken if person == number]
        rows = self.available[number]
        if not elsewhere and not any(resource.availability for resource in rows):
            return self.capacities[number] // unit
        # The last period holds on: after all that is known, all is free.
        left = np.maximum.reduce([self._there(resource) for resource in rows])
        for each in elsewhere:
            first = max(0, self.axis.boundary_before(minute_of(each.start)))
            last = min(self.periods, self.axis.boundary(minute_of(each.finish)))
            left[first:last] -= round(each.units * _HUNDREDTHS)
        return tuple((np.maximum(left, 0) // unit).tolist())

    def _there(self, resource: Resource) -> NDArray[np.int64]:
        """Hundredths of a resource in each period: by its availability, or always what it has at most."""
        if not resource.availability:
            return np.full(self.periods + 1, round(resource.max_units * _HUNDREDTHS), np.int64)
        there = np.zeros(self.periods + 1, np.int64)
        for row in resource.availability:
            first, last = 0, self.periods + 1
            if row.starts is not None:
                first = min(max(0, self.axis.boundary(_midnight(row.starts))), self.periods)
            if row.ends is not None:
                last = min(max(0, self.axis.boundary_before(_midnight(row.ends) + MINUTES_PER_DAY)), self.periods)
            there[first:last] = np.maximum(there[first:last], round(row.units * _HUNDREDTHS))
        return there

    # The answer

    def delayed(self, found: Levelled) -> tuple[Plan, ...]:
        """The plans with the delays that bring about the starts found."""
        made, first = [], 0
        for place, member in enumerate(self.members):
            targets = {
                row: self.axis.start(found.starts[first + row])
                for row in range(len(member.net.order))
                if not member.is_held(row) and any(part.duration for part in self._parts(place, row))
            }
            made.append(member.delayed(targets))
            first += len(member.net.order)
        return tuple(made)

    def follow(self, schedules: Sequence[Schedule]) -> bool:
        """Note where the plans went; whether everything held stayed where it was."""
        moved = [member.take_dates(found) for member, found in zip(self.members, schedules, strict=True)]
        return not any(moved)

    def in_words(self, error: LevellingError) -> LevellingError:
        """A refusal in the words of the plan: its task by uid and name, its numbers explained."""
        first, tasks = 0, []
        for member in self.members:
            rows = (uid - first for uid in error.uids if first <= uid < first + len(member.net.order))
            tasks += [task for row in rows if (task := member.task(row)) is not None]
            first += len(member.net.order)
        if not tasks:
            return error
        text = gettext_lazy(
            "%(error)s (periods are %(minutes)s working minutes from the start of the plan)",
            error=error.text.with_values(work=_named(tasks[0])) if "work" in error.text.values else error.text,
            minutes=self.axis.minutes,
        )
        return LevellingError(text, *(task.uid for task in tasks))


def _named(task: Task) -> Text:
    return gettext_lazy("task %(uid)s (%(name)s)", uid=task.uid, name=task.name)
