"""Earned value of a plan at a status date, with the row of every task behind it.

Budget, planned and earned value come from one baseline, task by task, as MS Project measures them (its fields BAC,
BCWS, BCWP and ACWP). Only tasks that carry cost of their own count: leaves, and summary tasks for the part of their
cost that is not their children's (a fixed cost, or people assigned to the summary itself).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from accord.engines.calendars.working_time import compile_calendars
from accord.engines.money.earned_value import (
    NO_ACTUAL_COST,
    NO_BASELINE,
    EarnedSchedule,
    EarnedValue,
    Point,
    difference,
    earned_schedule,
    ratio,
)
from accord.engines.money.planned_cost import Costs, Line, rounded
from accord.engines.planning.plan import BaselineValues, Plan, Task
from accord.engines.planning.plan_fit import misfits
from accord.engines.texts import Text, gettext_lazy, ngettext_lazy

_WEEK = timedelta(weeks=1)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaskValue:
    """One row behind the totals. Unknown parts are ``None``: no baseline, or no actual cost recorded."""

    uid: int
    name: str
    percent_complete: float
    bac: Decimal | None
    pv: Decimal | None
    ev: Decimal | None
    ac: Decimal | None

    @property
    def cv(self) -> Decimal | None:
        return difference(self.ev, self.ac)

    @property
    def sv(self) -> Decimal | None:
        return difference(self.ev, self.pv)

    @property
    def cpi(self) -> Decimal | None:
        return ratio(self.ev, self.ac)

    @property
    def spi(self) -> Decimal | None:
        return ratio(self.ev, self.pv)


@dataclass(frozen=True, slots=True)
class PlanValue:
    """Earned value of a plan: the totals, the rows they are the sums of, and performance in time.

    ``curve`` is the baseline's cumulative planned value at the end of each week since ``baseline_start``, ``schedule``
    is in weeks too; both are empty without a baseline that has cost and dates.
    """

    status_date: datetime
    baseline: int
    total: EarnedValue
    rows: tuple[TaskValue, ...]
    baseline_start: datetime | None
    curve: tuple[Point, ...]
    schedule: EarnedSchedule | None


def status_moment(plan: Plan, given: date | datetime | None, today: date) -> tuple[datetime, Text]:
    """The moment to measure at and where it comes from, first of: the one given, the plan's status date, the plan's
    current date (what MS Project falls back to), today. A date without a time means the end of that day.
    """
    for moment, source in (
        (given, gettext_lazy("as asked")),
        (plan.status_date, gettext_lazy("the plan's status date")),
        (
            plan.current_date.date() if plan.current_date else None,
            gettext_lazy("the plan's current date; it has no status date"),
        ),
    ):
        if moment is not None:
            return end_of(moment), source
    return end_of(today), gettext_lazy("today; the plan has no status date")


def last_day(moment: datetime) -> date:
    """The last day that is measured at ``moment``: midnight ends the day before it."""
    return (moment - timedelta(microseconds=1)).date()


def end_of(moment: date | datetime) -> datetime:
    """``moment`` itself, or where it names a day, the midnight that ends it."""
    if isinstance(moment, datetime) and moment.time() != time.min:
        return moment
    return datetime.combine(moment, time.min) + timedelta(days=1)


def of_plan(
    plan: Plan,
    status_date: datetime,
    actual_cost: Decimal | Mapping[int, Decimal] | None = None,
    *,
    places: int = 2,
) -> PlanValue:
    """Earned value of ``plan`` at ``status_date`` against its baseline ``plan.earned_value_baseline``.

    - **PV** of a task is its baseline cost as it falls due up to the status date (`planned_cost`): the cost of people
      in their own working time from baseline start to baseline finish, fixed cost as it accrues, the rest in the task's
      calendar; where the file recorded the cost over time, that is taken instead. A milestone's cost falls due at its
      start.
    - **EV** moves along the same line to the percentage complete of the baseline duration; with even spread that is
      percent complete x baseline cost. Tasks measured by physical progress earn that share of their cost. Level of
      effort is earned as planned: EV = PV.
    - **AC** is the cost recorded on tasks, or ``actual_cost``: a total, or amounts by task from time sheets and
      invoices. It is unknown when work has begun and no cost is recorded anywhere.

    The amounts of each row are rounded half up to the ``places`` that the plan's currency has, and sums and variances
    are made of these: what stands on a page adds up to the last digit.

    Percent complete and recorded cost are as of the plan's last update: another status date moves PV only, and
    ``total.missing`` says what does not fit it (`plan_fit`).
    Inactive tasks do not count. Raises ``CalendarError`` for unusable calendars.
    """
    number = plan.earned_value_baseline
    calendars = compile_calendars(plan.calendars)
    costs = Costs(plan, calendars, places)
    own = own_costs(plan, number)
    recorded = actual_cost if isinstance(actual_cost, Mapping) else {uid: ac for uid, (_, ac) in own.items()}
    know_cost = actual_cost is not None or _cost_is_recorded(plan)
    parents = {task.parent for task in plan.tasks}
    rows: list[TaskValue] = []
    lines: list[Line] = []
    for task in plan.tasks:
        if task.uid not in own:
            continue
        baseline, cost = baseline_of(task, number), rounded(own[task.uid][0], places)
        line = None
        if baseline is not None and cost is not None:
            line = costs.line(task, baseline, cost)
            lines.append(line)
        planned = line.planned(status_date) if line else None
        earned = line.earned(task) if line else None
        rows.append(
            TaskValue(
                uid=task.uid,
                name=task.name,
                percent_complete=task.percent_complete,
                bac=cost,
                pv=planned,
                ev=planned if task.level_of_effort and task.uid not in parents else earned,
                ac=rounded(recorded.get(task.uid, _ZERO), places)
                if know_cost and not isinstance(actual_cost, Decimal)
                else None,
            )
        )
    total = _total(rows, actual_cost, know_cost)
    total = replace(total, missing=(*total.missing, *misfits(plan, status_date)))
    start, curve = _curve(lines)
    schedule = None
    falls = any(line.cost < 0 for line in lines)  # a credit in the baseline: no time can be read off the curve
    if start is not None and curve and total.ev is not None and not falls:
        schedule = earned_schedule(curve, total.ev, max(_weeks(status_date - start), _ZERO))
    return PlanValue(status_date, number, total, tuple(rows), start, curve, schedule)


def baseline_of(task: Task, number: int) -> BaselineValues | None:
    return next((baseline for baseline in task.baselines if baseline.number == number), None)


def own_costs(plan: Plan, number: int) -> dict[int, tuple[Decimal | None, Decimal]]:
    """Baseline cost (``None`` without baseline) and actual cost of each active task that has cost of its own."""
    planned: dict[int | None, Decimal] = defaultdict(Decimal)
    actual: dict[int | None, Decimal] = defaultdict(Decimal)
    for task in plan.tasks:
        baseline = baseline_of(task, number)
        if task.active:
            planned[task.parent] += (baseline.cost if baseline else None) or _ZERO
            actual[task.parent] += task.actual_cost or _ZERO
    assigned = {assignment.task for assignment in plan.assignments if assignment.cost or assignment.baseline_cost}
    parents = {task.parent for task in plan.tasks}
    own: dict[int, tuple[Decimal | None, Decimal]] = {}
    for task in plan.tasks:
        baseline = baseline_of(task, number)
        cost = baseline.cost if baseline else None
        spent = task.actual_cost or _ZERO
        if not task.active:
            continue
        if task.uid not in parents:
            # A baseline without a cost is one of a task that was to cost nothing.
            own[task.uid] = (cost or _ZERO if baseline else None, spent)
        elif task.fixed_cost or task.uid in assigned:
            rest = max((cost or _ZERO) - planned[task.uid], _ZERO), max(spent - actual[task.uid], _ZERO)
            if any(rest):
                own[task.uid] = rest
    return own


def _cost_is_recorded(plan: Plan) -> bool:
    """Zeros count as a record only as long as nothing has begun."""
    known = [task.actual_cost for task in plan.tasks if task.active and task.actual_cost is not None]
    begun = any(task.percent_complete or task.actual_start for task in plan.tasks if task.active)
    return any(known) or (bool(known) and not begun)


def _total(
    rows: Iterable[TaskValue], actual_cost: Decimal | Mapping[int, Decimal] | None, know_cost: bool
) -> EarnedValue:
    missing: list[Text] = []
    based = [row for row in rows if row.bac is not None]
    bac = pv = ev = ac = None
    if not based:
        missing.append(NO_BASELINE)
    elif not any(row.bac for row in based):
        missing.append(gettext_lazy("the baseline has no cost"))
    else:
        bac = sum((row.bac for row in based if row.bac), _ZERO)
        undated = [row for row in based if row.pv is None or row.ev is None]
        if undated:
            missing.append(
                ngettext_lazy(
                    "no baseline dates on %(count)s task with a baseline cost",
                    "no baseline dates on %(count)s tasks with a baseline cost",
                    len(undated),
                )
            )
        else:
            pv = sum((row.pv for row in based if row.pv), _ZERO)
            ev = sum((row.ev for row in based if row.ev), _ZERO)
        added = sum(row.bac is None for row in rows)
        if added:
            missing.append(
                ngettext_lazy(
                    "no baseline on %(count)s task: their cost is counted but not their progress",
                    "no baseline on %(count)s tasks: their cost is counted but not their progress",
                    added,
                )
            )
    if isinstance(actual_cost, Decimal):
        ac = actual_cost
    elif isinstance(actual_cost, Mapping):
        ac = sum(actual_cost.values(), _ZERO)
    elif know_cost:
        ac = sum((row.ac for row in rows if row.ac), _ZERO)
    else:
        missing.append(NO_ACTUAL_COST)
    return EarnedValue(bac, pv, ev, ac, tuple(missing))


def _weeks(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(minutes=1)) / (7 * 24 * 60)


def _curve(lines: Iterable[Line]) -> tuple[datetime | None, tuple[Point, ...]]:
    """The baseline's start and its cumulative planned value at each week's end and at its finish."""
    dated = [line for line in lines if line.cost and line.start is not None and line.finish is not None]
    if not dated:
        return None, ()
    start = min(line.start for line in dated if line.start is not None)
    finish = max(line.finish for line in dated if line.finish is not None)
    weeks = max((finish - start) // _WEEK, 0)
    moments = [start + _WEEK * number for number in range(1, weeks + 1)]
    if not moments or moments[-1] < finish:
        moments.append(finish)
    steps = [_ZERO] * (len(moments) + 1)
    for line in dated:
        _add_steps(line, start, moments, steps)
    curve: list[Point] = []
    due = _ZERO
    for moment, step in zip(moments, steps, strict=False):
        due += step
        curve.append((_weeks(moment - start), due))
    return start, tuple(curve)


def _add_steps(line: Line, start: datetime, moments: list[datetime], steps: list[Decimal]) -> None:
    """Add what falls due in each week; only the weeks in which the task runs are looked at."""
    assert line.start is not None and line.finish is not None
    first = min(max((line.start - start) // _WEEK, 0), len(moments) - 1)
    before = _ZERO
    for index in range(first, len(moments)):
        due = line.planned(moments[index]) or _ZERO
        steps[index] += due - before
        before = due
        if moments[index] >= line.finish:
            return
