"""What is uncertain in a plan: estimates, groups and risks on its tasks, as what simulation draws from.

Done work is history; work set by hand keeps its dates; of begun work only the remainder is uncertain, by the task's
estimate scaled to it. Cost that comes from people's hours grows with the duration, all other cost is certain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from accord.engines.planning.plan import Plan, ResourceKind, Task
from accord.engines.planning.plan_network import PlanNetwork
from accord.engines.planning.plan_outline import ScheduleError
from accord.engines.planning.plan_work import remaining_of
from accord.engines.texts import Text, gettext_lazy
from accord.engines.uncertainty.sampling import Risk, Sampler, make_sampler
from accord.engines.uncertainty.three_point import Estimate, Shape

_ZERO = Decimal(0)
USUAL_CORRELATION = 0.5


@dataclass(frozen=True, slots=True)
class Spread:
    """An estimate for tasks that have none: so much less and more than planned, as shares (-0.1, 0.25)."""

    low: float
    high: float
    shape: Shape = Shape.PERT

    def __post_init__(self) -> None:
        if not -1 <= self.low <= 0 <= self.high:
            raise ValueError(f"a spread from {self.low:+.0%} to {self.high:+.0%} does not lie around what is planned")

    def of(self, minutes: float) -> Estimate:
        if self.low == self.high:
            return Estimate.fixed(minutes)
        return Estimate(minutes * (1 + self.low), minutes, minutes * (1 + self.high), self.shape)


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """``estimates`` by uid, in working minutes of the task's whole duration; ``spread`` for tasks that have none.

    ``groups`` names the common cause of a task by uid, ``correlation`` how strongly those of a group depend on it
    (`monte_carlo.Group`; 0.5 where nothing is said).
    """

    estimates: Mapping[int, Estimate] = field(default_factory=dict)
    spread: Spread | None = None
    groups: Mapping[int, str] = field(default_factory=dict)
    correlation: Mapping[str, float] = field(default_factory=dict)
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """The sampler of a plan's leaves, the minutes it draws where all goes as planned, and how each task came by it."""

    sampler: Sampler
    planned: tuple[int, ...]  # [leaf]
    cost: Decimal | None  # of the plan as planned; None where no cost is recorded
    estimated: tuple[int, ...]  # uids with an estimate of their own
    assumed: tuple[int, ...]  # uids with the spread
    remarks: tuple[Text, ...]


def draw_from(plan: Plan, network: PlanNetwork, uncertainty: Uncertainty, seed: int) -> Drawn:
    """Pack a plan's uncertainty. Raises `ScheduleError` for an estimate, group or risk of what is no task at work."""
    leaves = network.leaves
    places = {task.uid: place for place, task in enumerate(leaves)}
    uncertainty = _without_efforts(uncertainty, {task.uid for task in network.efforts})
    for uid in uncertainty.estimates:
        _check(plan, places, uid, gettext_lazy("an estimate"))
    names = sorted(set(uncertainty.groups.values()))
    if unknown := sorted(set(uncertainty.correlation) - set(names)):
        raise ScheduleError(
            gettext_lazy("no task is in group %(group)r, for which a correlation is given", group=unknown[0])
        )
    rho = [uncertainty.correlation.get(name, USUAL_CORRELATION) for name in names]
    for name, value in zip(names, rho, strict=True):
        if not 0 <= value <= 1:
            raise ScheduleError(
                gettext_lazy("the correlation of group %(group)r is %(rho)g and not from 0 to 1", group=name, rho=value)
            )
    for uid in uncertainty.groups:
        _check(plan, places, uid, gettext_lazy("a group"))
    planned = [_planned(task) for task in leaves]
    estimated: list[int] = []
    assumed: list[int] = []
    still: list[int] = []
    durations: list[Estimate] = []
    for task, minutes in zip(leaves, planned, strict=True):
        estimate = uncertainty.estimates.get(task.uid)
        given = estimate is not None
        if estimate is None and uncertainty.spread is not None and task.duration > 0:
            estimate = uncertainty.spread.of(task.duration)
        if estimate is None or task.actual_finish is not None or task.manual:
            durations.append(Estimate.fixed(minutes))
            if given:
                still.append(task.uid)
            continue
        if estimate.optimistic < 0:
            raise ScheduleError(gettext_lazy("the estimate of task %(task)s is negative", task=task.uid))
        (estimated if given else assumed).append(task.uid)
        begun = task.actual_start is not None and task.duration > 0
        durations.append(estimate.scaled(minutes / task.duration) if begun else estimate)
    struck, risks = [], []
    for risk in uncertainty.risks:
        for uid in risk.strikes:
            _check(plan, places, uid, gettext_lazy("risk %(number)s", number=risk.uid))
        open_ = [places[uid] for uid in risk.strikes if _is_open(leaves[places[uid]])]
        struck.append(open_)
        # A risk whose tasks are all done can strike no more.
        past = bool(risk.strikes) and all(leaves[places[uid]].actual_finish is not None for uid in risk.strikes)
        risks.append(Risk(risk.uid, 0.0, strikes=risk.strikes) if past else risk)
    cost, rates = _costs(plan, network, planned)
    numbers = {name: number for number, name in enumerate(names)}
    certain = sum((row for row in cost), _ZERO)
    moving = sum(rate * minutes for rate, minutes in zip(rates, planned, strict=True))
    sampler = make_sampler(
        seed=seed,
        uids=[task.uid for task in leaves],
        durations=durations,
        groups=[numbers[uncertainty.groups[task.uid]] if task.uid in uncertainty.groups else -1 for task in leaves],
        rho=rho,
        risks=risks,
        struck=struck,
        rates=rates,
        cost=float(certain) - moving,
    )
    remarks = []
    if still:
        numbers_of = ", ".join(map(str, still))
        remarks.append(
            gettext_lazy(
                "Done or manually scheduled, so that their estimates change nothing: %(tasks)s", tasks=numbers_of
            )
        )
    known = any(cost) or any(not risk.money.certain or risk.money.most_likely for risk in risks)
    return Drawn(sampler, tuple(planned), certain if known else None, tuple(estimated), tuple(assumed), tuple(remarks))


def _without_efforts(uncertainty: Uncertainty, efforts: set[int]) -> Uncertainty:
    """Level of effort takes as long as the work it supports: nothing said of its own duration counts."""
    if not efforts:
        return uncertainty
    return replace(
        uncertainty,
        estimates={uid: row for uid, row in uncertainty.estimates.items() if uid not in efforts},
        groups={uid: name for uid, name in uncertainty.groups.items() if uid not in efforts},
        risks=tuple(
            replace(risk, strikes=tuple(uid for uid in risk.strikes if uid not in efforts))
            for risk in uncertainty.risks
        ),
    )


def _check(plan: Plan, places: Mapping[int, int], uid: int, what: Text) -> None:
    if uid in places:
        return
    task = next((task for task in plan.tasks if task.uid == uid), None)
    if task is None:
        raise ScheduleError(gettext_lazy("%(what)s names task %(task)s, which does not exist", what=what, task=uid))
    if task.active:
        raise ScheduleError(
            gettext_lazy("%(what)s names task %(task)s, which is a summary; use its tasks", what=what, task=uid)
        )
    raise ScheduleError(gettext_lazy("%(what)s names task %(task)s, which is inactive", what=what, task=uid))


def _is_open(task: Task) -> bool:
    return task.actual_finish is None and not task.manual


def _planned(task: Task) -> int:
    """Minutes that a leaf still takes as planned."""
    if task.actual_start is not None and task.actual_finish is None and not task.manual:
        return round(remaining_of(task))
    return round(task.duration)


def _costs(plan: Plan, network: PlanNetwork, planned: Sequence[int]) -> tuple[list[Decimal], list[float]]:
    """What each task (summaries too) costs as planned, and what a minute of each leaf costs."""
    people = {resource.uid for resource in plan.resources if resource.kind is ResourceKind.WORK}
    hours: dict[int, Decimal] = defaultdict(Decimal)
    assigned: set[int] = set()
    for assignment in plan.assignments:
        if assignment.cost:
            assigned.add(assignment.task)
        if assignment.resource in people:
            hours[assignment.task] += max(assignment.cost - (assignment.actual_cost or _ZERO), _ZERO)
    below: dict[int | None, Decimal] = defaultdict(Decimal)
    for task in plan.tasks:
        if task.active:
            below[task.parent] += task.cost
    costs = []
    for task in plan.tasks:
        if not task.active:
            continue
        if task.uid not in network.children:
            costs.append(task.cost)
        elif task.fixed_cost or task.uid in assigned:
            costs.append(max(task.cost - below[task.uid], _ZERO))
    rates = [
        float(min(hours[task.uid], task.cost)) / minutes if minutes > 0 and _is_open(task) and task.cost > 0 else 0.0
        for task, minutes in zip(network.leaves, planned, strict=True)
    ]
    return costs, rates
