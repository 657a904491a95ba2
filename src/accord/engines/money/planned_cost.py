"""How one task's baseline cost falls due over time: the line that planned and earned value are read off.

- What people cost falls due over their own working time between the baseline's start and finish: in the calendar of
  each of them, with the task's where it has one. Who is away for a week is planned to cost nothing in it.
- A fixed cost, and the cost of a resource, falls due as its accrual says: with the start, over the working time, or
  with the finish.
- Where the baseline records its cost over time, that is taken for that part of it.
- All other cost is spread evenly over the working time of the task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, overload

from accord.engines.calendars.working_time import CalendarError, WorkCalendar
from accord.engines.planning.plan import Accrual, Assignment, BaselineValues, Plan, Resource, ResourceKind, Task

_ZERO = Decimal(0)


class _Due(NamedTuple):
    """An amount that falls due evenly over the working time of ``calendar`` between two moments."""

    start: datetime
    finish: datetime
    amount: Decimal
    calendar: WorkCalendar

    def until(self, moment: datetime) -> Decimal:
        if moment >= self.finish:
            return self.amount
        if moment <= self.start:
            return _ZERO
        whole = self.calendar.between(self.start, self.finish)
        return self.amount * self.calendar.between(self.start, moment) / whole if whole else _ZERO


class _Share(NamedTuple):
    """A resource's part of the cost of a task."""

    calendar: WorkCalendar
    amount: Decimal
    accrual: Accrual
    works: bool


class Costs:
    """Who works on what, and when, for the lines of a plan's tasks."""

    def __init__(self, plan: Plan, calendars: Mapping[int, WorkCalendar], places: int = 2) -> None:
        self.plan, self.places = plan, places
        self.calendars = calendars
        self.resources = {row.uid: row for row in plan.resources}
        self.assignments: dict[int, list[Assignment]] = defaultdict(list)
        for assignment in plan.assignments:
            self.assignments[assignment.task].append(assignment)
        self._shared: dict[tuple[int | None, int | None], WorkCalendar] = {}

    def line(self, task: Task, baseline: BaselineValues, cost: Decimal) -> Line:
        """The line of ``cost``, which is what ``baseline`` says, or the part of it that is a summary's own."""
        own = calendar_of(task, self.plan, self.calendars)
        shares = [] if task.elapsed else self._shares(task, baseline, own)
        hours = {id(share.calendar): share.calendar for share in shares if share.works}
        main = next(iter(hours.values())) if len(hours) == 1 else own
        return Line(task, baseline, cost, main, shares, self.places)

    def _shares(self, task: Task, baseline: BaselineValues, own: WorkCalendar) -> list[_Share]:
        """The calendar of everyone who works on the task, and how much of its cost is theirs; what else accrues."""
        found = []
        for row in self.assignments.get(task.uid, ()):
            resource = None if row.resource is None else self.resources.get(row.resource)
            if resource is not None:
                works = resource.kind is ResourceKind.WORK
                known = row.baseline_cost if baseline.number == 0 else None
                hours = self._hours(task, resource, own, baseline) if works else own
                found.append(_Share(hours, row.cost if known is None else known, resource.accrual, works))
        return found

    def _hours(self, task: Task, resource: Resource, own: WorkCalendar, baseline: BaselineValues) -> WorkCalendar:
        if task.calendar is not None and task.ignore_resource_calendars:
            return own
        pair = (task.calendar, resource.calendar)
        if pair not in self._shared:
            uid = self.plan.calendar if resource.calendar is None else resource.calendar
            theirs = self.calendars.get(uid, own)
            try:
                self._shared[pair] = theirs if task.calendar is None else own.intersect(theirs)
            except CalendarError:
                self._shared[pair] = own
        hours = self._shared[pair]
        if baseline.start is not None and baseline.finish is not None and baseline.start < baseline.finish:
            # Planned before the person's hours were what they are now: then the task's have to do.
            return hours if hours.between(baseline.start, baseline.finish) else own
        return hours


@overload
def rounded(amount: Decimal, places: int) -> Decimal: ...
@overload
def rounded(amount: None, places: int) -> None: ...
def rounded(amount: Decimal | None, places: int) -> Decimal | None:
    """Half up, as all amounts of the product."""
    return None if amount is None else amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


class Line:
    """How the cost of one task falls due."""

    def __init__(
        self,
        task: Task,
        baseline: BaselineValues,
        cost: Decimal,
        calendar: WorkCalendar,
        shares: list[_Share],
        places: int,
    ) -> None:
        self.calendar, self.places = calendar, places
        self.cost = cost
        self.start, self.finish = baseline.start, baseline.finish
        recorded = [_Due(row.start, row.finish, row.cost, calendar) for row in baseline.spread]
        rest = cost - sum((row.amount for row in recorded), _ZERO)
        if rest < 0:  # a summary's own part, or rows that say more than the total: believe the total
            recorded, rest = [], cost
        self.known = not rest or (self.start is not None and self.finish is not None)
        self.dues = recorded
        self.even = not recorded
        if self.start is not None and self.finish is not None and (rest or not recorded):
            self._add(task, rest, shares if not recorded else [])

    def _add(self, task: Task, rest: Decimal, shares: list[_Share]) -> None:
        assert self.start is not None and self.finish is not None
        start, finish = self.start, max(self.start, self.finish)
        fixed = min(task.fixed_cost, rest) if task.fixed_cost_accrual is not Accrual.PRORATED else _ZERO
        if fixed > 0:
            self._add_due(task.fixed_cost_accrual, start, finish, fixed, self.calendar)
            rest -= fixed
        theirs = sum((share.amount for share in shares), _ZERO)
        whole, left = min(theirs, rest), rest
        if whole > 0:
            for share in shares:
                part = whole * share.amount / theirs
                self._add_due(share.accrual, start, finish, part, share.calendar)
                left -= part
        if left or not self.dues:
            self.dues.append(_Due(start, finish, left, self.calendar))

    def _add_due(
        self, accrual: Accrual, start: datetime, finish: datetime, amount: Decimal, calendar: WorkCalendar
    ) -> None:
        if accrual is not Accrual.PRORATED:
            start = finish = start if accrual is Accrual.START else finish
            self.even = False
        self.dues.append(_Due(start, finish, amount, calendar))

    def planned(self, moment: datetime) -> Decimal | None:
        """Cost due up to ``moment``."""
        if not self.known:
            return None
        return rounded(sum((due.until(moment) for due in self.dues), _ZERO), self.places)

    def earned(self, task: Task) -> Decimal | None:
        """Cost earned by the task's progress: what is due by then where the cost does not fall due evenly."""
        if not self.known:
            return None
        physical = task.physical_percent_complete
        share = Decimal(str(task.percent_complete if physical is None else physical)) / 100
        if physical is None and not self.even and self.start is not None and self.finish is not None:
            whole = self.calendar.between(self.start, self.finish)
            if 0 < share < 1 and whole:
                return self.planned(self.calendar.add(self.start, int(whole * share)))
        return rounded(self.cost * share, self.places)


def calendar_of(task: Task, plan: Plan, calendars: Mapping[int, WorkCalendar]) -> WorkCalendar:
    """The calendar of a task without people: elapsed time, its own calendar, or the project's."""
    if task.elapsed:
        return WorkCalendar.around_the_clock()
    return calendars[plan.calendar if task.calendar is None else task.calendar]
