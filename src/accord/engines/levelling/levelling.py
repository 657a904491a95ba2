"""Levelling: starts for every activity such that nobody works more than there is of them, and a bound on how good.

The problem is resource-constrained project scheduling with renewable resources (Pritsker, Watters and Wolfe 1969),
with all four link types and lags, calendars, releases and deadlines, fixed work, and capacities that change. The last
finish, the makespan, is made as early as the time allows; beside it a bound is proved below which no plan can be, so
that one can say "at most x % above the proven bound". How it is searched: `levelling_search`, `levelling_genetic` and
`levelling_model`; what counts as a valid plan: `levelling_check`; explanation and sources: docs/engines/levelling.md.
"""

from __future__ import annotations

from collections.abc import Callable

from accord.engines.levelling.problem import (
    Activity,
    Levelled,
    LevellingError,
    NoRoomError,
    Part,
    Precedence,
    Problem,
    Progress,
)

__all__ = [
    "Activity",
    "Levelled",
    "LevellingError",
    "NoRoomError",
    "Part",
    "Precedence",
    "Problem",
    "Progress",
    "level",
]

Watch = Callable[[Progress], bool]


def level(problem: Problem, *, seconds: float, seed: int = 0, workers: int = 2, watch: Watch | None = None) -> Levelled:
    """The shortest plan found within ``seconds`` on ``workers`` cores, and the proven bound.

    Ends at once when the plan is proved to be the shortest. Of plans of the same length the one is taken in which what
    has priority starts earlier (sum of priority × start). ``watch`` is told several times a second where the search
    stands; when it returns False, the best plan so far is the answer.

    Repeatable by ``seed``: the search counts in schedules, not in seconds. Where the result is proved optimal and the
    search reaches it within its first `levelling_run.PURE` placements, the whole plan repeats exactly; where it was
    the solver that reached it, or the time ran out, makespan and plan depend on how fast the machine was.

    Raises `LevellingError` naming the activity: a demand over capacity, a circle of links, dates that cannot be kept.

    >>> write, check = Activity(1, 3, {0: 1}), Activity(2, 2, {0: 1})
    >>> found = level(Problem((write, check, Activity(3, 4, {0: 1})), (Precedence(1, 2),), (1,)), seconds=1)
    >>> found.makespan, found.lower_bound, found.optimal
    (9, 9, True)
    """
    from accord.engines.levelling.run import Run

    return Run(problem, seconds=seconds, seed=seed, workers=workers, watch=watch).answer()
