"""What somebody who approves a week should look at. Pure: figures in, findings out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONG_DAY = 600  # minutes: what most working time laws allow on one day


class Check(StrEnum):
    SHORT = "short"
    LONG_DAY = "long_day"
    CLOSED_TASK = "closed_task"


@dataclass(frozen=True, slots=True)
class Finding:
    """``minutes`` below the target, on the long day, or on closed tasks; ``day`` of a long day."""

    check: Check
    minutes: int
    day: date | None = None


def check_week(logged: Mapping[date, int], target: int, on_closed: int) -> list[Finding]:
    """The exceptions of a week with ``logged`` minutes by day, a ``target`` and minutes ``on_closed`` tasks.

    >>> from datetime import date
    >>> check_week({date(2026, 3, 2): 615, date(2026, 3, 3): 480}, 1200, 0)
    ... # doctest: +NORMALIZE_WHITESPACE
    [Finding(check=<Check.SHORT: 'short'>, minutes=105, day=None),
     Finding(check=<Check.LONG_DAY: 'long_day'>, minutes=615, day=datetime.date(2026, 3, 2))]
    """
    found = []
    if (missing := target - sum(logged.values())) > 0:
        found.append(Finding(Check.SHORT, missing))
    found += [Finding(Check.LONG_DAY, minutes, day) for day, minutes in sorted(logged.items()) if minutes > LONG_DAY]
    if on_closed:
        found.append(Finding(Check.CLOSED_TASK, on_closed))
    return found
