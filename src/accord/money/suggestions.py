"""What somebody may have worked on, for them to accept. Pure: figures in, suggestions out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

GRAIN = 15
K = TypeVar("K")


class Evidence(StrEnum):
    MEETING = "meeting"
    PLANNED = "planned"
    LAST_WEEK = "last_week"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``about`` is the subject of a meeting."""

    minutes: int
    evidence: Evidence
    about: str = ""


def suggest(
    room: int, planned: Mapping[K, int], last_week: Mapping[K, int], meetings: Mapping[K, Suggestion] | None = None
) -> dict[K, Suggestion]:
    """Suggestions by row that fill at most ``room`` minutes of a day, in quarters of an hour.

    Meetings come first, as far as there is room, then what the plan has for the day; what is left is filled with the
    rows of the same day of last week. Where the plan has more than there is room for, all its rows are cut alike.

    >>> suggest(480, {"build": 600, "test": 200}, {"meeting": 60})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'build': Suggestion(minutes=360, evidence=<Evidence.PLANNED: 'planned'>),
     'test': Suggestion(minutes=120, evidence=<Evidence.PLANNED: 'planned'>)}
    """
    found: dict[K, Suggestion] = {}
    for row, meeting in (meetings or {}).items():
        if sum(each.minutes for each in found.values()) + meeting.minutes <= room:
            found[row] = meeting
    works = {row: minutes for row, minutes in planned.items() if row not in found}
    habits = {row: minutes for row, minutes in last_week.items() if row not in planned and row not in found}
    for evidence, wanted in ((Evidence.PLANNED, works), (Evidence.LAST_WEEK, habits)):
        left, total = room - sum(s.minutes for s in found.values()), sum(wanted.values())
        for row, minutes in wanted.items():
            part = minutes if total <= left else minutes * max(left, 0) // total
            if whole := part // GRAIN * GRAIN:
                found[row] = Suggestion(whole, evidence)
    return found
