"""Levelling whole plans: people as resources, tasks as activities, and the answer as levelling delays.

A plan becomes a problem for `levelling` through the same network from which `scheduling` computes dates, so that the
plan with the delays found here, scheduled again, has exactly the dates that were found. Several plans are levelled as
one: people who work in more than one of them are shared.

What stays where it is: finished and begun work, and what begun work still waits for; manual tasks; tasks of priority
1,000; tasks scheduled as late as possible; tasks whose own dates are honoured against their links. Everybody else may
be delayed, within the dates that constraints set. Deadlines are wishes, in scheduling as here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accord.engines.calendars.working_time import datetime_of
from accord.engines.levelling.levelling import Levelled, LevellingError, NoRoomError, Progress, level
from accord.engines.levelling.plan_problem import Portfolio, Taken
from accord.engines.planning.plan import Plan, Resource
from accord.engines.planning.scheduling import Schedule, schedule
from accord.engines.texts import Text, gettext_lazy

Watch = Callable[[Progress], bool]
Key = Callable[[Resource], str]

_ROUNDS = 4  # until what hangs on dates (as late as possible, links on summaries) has settled
_DOUBLINGS = 8

__all__ = ["LevelledPlan", "LevellingError", "Taken", "level_plan", "level_plans"]


@dataclass(frozen=True, slots=True)
class LevelledPlan:
    """A plan in which nobody is over-allocated, as far as what is held lets that be.

    ``plan`` carries the delays, and ``after`` is its schedule; ``before`` is the schedule of the plan as it was given.
    ``starts`` are the new starts and ``delays`` the levelling delays (elapsed minutes) of the tasks without parts,
    ``moved`` the uids of those that start at another time than before. ``makespan`` and ``lower_bound`` count periods
    of ``period_minutes`` working minutes from the start of the plan (of several plans: of the first of them, for all
    together); no plan can finish before ``bound``. ``held`` could not be moved. ``remarks`` are words for the user.
    """

    plan: Plan
    before: Schedule
    after: Schedule
    starts: Mapping[int, datetime]
    delays: Mapping[int, int]
    moved: tuple[int, ...]
    held: tuple[int, ...]
    makespan: int
    lower_bound: int
    gap: float
    optimal: bool
    bound: datetime
    period_minutes: int
    remarks: tuple[Text, ...]
    history: tuple[Progress, ...]


def level_plan(
    plan: Plan, *, seconds: float, seed: int = 0, workers: int = 2, watch: Watch | None = None
) -> LevelledPlan:
    """Delay the tasks of a plan so that nobody has more work at a time than there is of them, and it ends soon.

    Raises `LevellingError` naming a task where that cannot be, and `ScheduleError` where the plan contradicts itself.
    """
    return level_plans([plan], seconds=seconds, seed=seed, workers=workers, watch=watch)[0]


def level_plans(
    plans: Sequence[Plan],
    *,
    seconds: float,
    seed: int = 0,
    workers: int = 2,
    watch: Watch | None = None,
    key: Key | None = None,
    taken: Sequence[Taken] = (),
) -> tuple[LevelledPlan, ...]:
    """Level several plans together. ``key`` says who is the same person in two plans: by default e-mail, else name.

    ``taken`` is time of these people that other work holds: it stays where it is and does not count as the finish.
    """
    for plan in plans:
        if plan.schedule_from_finish:
            raise LevellingError(
                gettext_lazy(
                    "%(plan)s is scheduled from its finish; levelling needs a start to delay from", plan=plan.name
                )
            )
    portfolio = Portfolio(plans, key or by_mail_or_name, taken)
    found, delayed = _settled(portfolio, seconds, seed, workers, watch)
    return tuple(
        _levelled(portfolio, found, place, given, made)
        for place, (given, made) in enumerate(zip(plans, delayed, strict=True))
    )


def by_mail_or_name(resource: Resource) -> str:
    return (resource.email or resource.name).strip().casefold()


def _settled(
    portfolio: Portfolio, seconds: float, seed: int, workers: int, watch: Watch | None
) -> tuple[Levelled, tuple[Plan, ...]]:
    """Level, look where everything that hangs on dates went, and level again until it stays."""
    seen: list[float] = []
    for _ in range(_ROUNDS):
        left = max(seconds / 5, seconds - sum(seen))
        found = _with_room(portfolio, left, seed, workers, watch)
        seen.append(found.history[-1].seconds if found.history else 0.0)
        delayed = portfolio.delayed(found)
        if portfolio.follow([schedule(plan) for plan in delayed]):
            return found, delayed
    portfolio.remarks.append(
        gettext_lazy("Tasks scheduled as late as possible still move with the finish. Level again.")
    )
    return found, delayed


def _with_room(portfolio: Portfolio, seconds: float, seed: int, workers: int, watch: Watch | None) -> Levelled:
    for _ in range(_DOUBLINGS):
        try:
            return level(portfolio.problem(), seconds=seconds, seed=seed, workers=workers, watch=watch)
        except NoRoomError:
            portfolio.periods *= 2
        except LevellingError as error:
            raise portfolio.in_words(error) from None
    raise LevellingError(gettext_lazy("the plan extends over decades. Check for people with almost no working time."))


def _levelled(portfolio: Portfolio, found: Levelled, place: int, given: Plan, made: Plan) -> LevelledPlan:
    before, after = schedule(given), schedule(made)
    member = portfolio.members[place]
    leaves = [task.uid for task in member.network.leaves]
    moved = tuple(uid for uid in leaves if before.tasks[uid].start != after.tasks[uid].start)
    return LevelledPlan(
        plan=made,
        before=before,
        after=after,
        starts={uid: after.tasks[uid].start for uid in leaves},
        delays={task.uid: task.levelling_delay for task in made.tasks if task.uid in set(leaves)},
        moved=moved,
        held=tuple(leaves[leaf] for leaf in sorted(member.held)),
        makespan=found.makespan,
        lower_bound=found.lower_bound,
        gap=found.gap,
        optimal=found.optimal,
        bound=datetime_of(portfolio.axis.finish(found.lower_bound)),
        period_minutes=portfolio.axis.minutes,
        remarks=tuple(portfolio.remarks),
        history=found.history,
    )
