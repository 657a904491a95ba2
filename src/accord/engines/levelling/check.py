"""Whether a plan keeps to a levelling problem: every rule read off the definition, period by period.

Written apart from the search on purpose, slow and plain: what the search believes is not asked here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import count, islice

from accord.engines.levelling.problem import Activity, Part, Precedence, Problem
from accord.engines.planning.plan import LinkType


def faults(problem: Problem, starts: Mapping[int, int], finishes: Mapping[int, int]) -> list[str]:
    """What is wrong with a plan (start and finish by uid), in words; an empty list is a valid plan."""
    found: list[str] = []
    activities = {activity.uid: activity for activity in problem.activities}
    for uid, activity in activities.items():
        if uid not in starts or uid not in finishes:
            found.append(f"activity {uid} has no dates")
        else:
            found += _of_dates(problem, activity, starts[uid], finishes[uid])
    if found:
        return found
    for link in problem.links:
        if activities[link.predecessor].start is None or activities[link.successor].start is None:
            found += _of_link(problem, activities[link.successor], link, starts, finishes)
    return found + _of_capacity(problem, starts)


def _works(problem: Problem, calendar: int | None, period: int) -> bool:
    if calendar is None:
        return True
    pattern = problem.calendars[calendar]
    return period >= 0 and pattern[period % len(pattern)]


def _held(problem: Problem, part: Part, start: int) -> list[int]:
    """The periods in which a part is worked, if its activity begins at ``start``."""
    working = (period for period in count(start) if _works(problem, part.calendar, period))
    return list(islice(working, part.duration))


def _of_dates(problem: Problem, activity: Activity, start: int, finish: int) -> list[str]:
    uid, found = activity.uid, []
    if activity.start is not None:
        if start != activity.start:
            found.append(f"activity {uid} is fixed at {activity.start} and starts at {start}")
        return found
    worked = [_held(problem, part, start) for part in activity.all_parts() if part.duration]
    if worked:
        if min(periods[0] for periods in worked) != start:
            found.append(f"activity {uid} starts at {start}, when none of its resources work")
        last = max(periods[-1] for periods in worked) + 1
        idle = range(last, finish)
        if finish < last or any(
            _works(problem, part.calendar, period) for part in activity.all_parts() for period in idle if part.duration
        ):
            found.append(f"activity {uid} finishes at {finish}, its work at {last}")
    elif finish != start:
        found.append(f"activity {uid} takes no time, but starts at {start} and finishes at {finish}")
    if start < activity.release:
        found.append(f"activity {uid} starts at {start}, before {activity.release}")
    if not _reached(problem, activity, finish, activity.finish_from):
        found.append(f"activity {uid} finishes at {finish}, before {activity.finish_from}")
    if activity.latest_start is not None and start > activity.latest_start:
        found.append(f"activity {uid} starts at {start}, after {activity.latest_start}")
    if activity.deadline is not None and finish > activity.deadline:
        found.append(f"activity {uid} finishes at {finish}, after {activity.deadline}")
    if problem.horizon is not None and finish > problem.horizon:
        found.append(f"activity {uid} finishes at {finish}, after the horizon {problem.horizon}")
    return found


def _reached(problem: Problem, activity: Activity, finish: int, wanted: int) -> bool:
    """Whether a finish is not before a moment, but for a pause of somebody who works on it.

    Of several parts one is enough: begun later, that part would be done only after its pause, and so would all.
    """
    return finish >= wanted or any(
        not any(_works(problem, part.calendar, period) for period in range(finish, wanted))
        for part in activity.all_parts()
    )


def _moment(problem: Problem, link: Precedence, moment: int) -> int:
    """``moment`` and the lag of the link later, counting the working periods of its calendar."""
    if link.calendar is None or link.lag == 0:
        return moment + link.lag
    left, at = abs(link.lag), moment
    if link.lag > 0:
        while left:
            left -= _works(problem, link.calendar, at)
            at += 1
        return at
    while left and at > 0:
        at -= 1
        left -= _works(problem, link.calendar, at)
    return at


# Links between two fixed activities are history, and not asked.
def _of_link(
    problem: Problem, successor: Activity, link: Precedence, starts: Mapping[int, int], finishes: Mapping[int, int]
) -> list[str]:
    from_start = link.type in (LinkType.SS, LinkType.SF)
    moment = _moment(problem, link, (starts if from_start else finishes)[link.predecessor])
    if link.type in (LinkType.FF, LinkType.SF):
        kept = _reached(problem, successor, finishes[link.successor], moment)
    else:
        kept = starts[link.successor] >= moment
    if kept:
        return []
    return [f"the link {link.type} from {link.predecessor} to {link.successor} with lag {link.lag} is broken"]


def _of_capacity(problem: Problem, starts: Mapping[int, int]) -> list[str]:
    """Over-used periods, except those that fixed work alone over-uses."""
    moving: dict[tuple[int, int], int] = defaultdict(int)
    fixed: dict[tuple[int, int], int] = defaultdict(int)
    for activity in problem.activities:
        use = moving if activity.start is None else fixed
        for part in activity.all_parts():
            for period in _held(problem, part, starts[activity.uid]):
                for resource, units in part.demands.items():
                    use[resource, period] += units
    found = []
    for (resource, period), units in moving.items():
        capacity = problem.capacities[resource]
        if not isinstance(capacity, int):
            capacity = capacity[min(period, len(capacity) - 1)] if capacity else 0
        total = units + fixed[resource, period]
        if units and total > capacity:
            found.append(f"resource {resource} has {capacity} in period {period}, of which {total} are used")
    return found
