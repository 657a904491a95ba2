"""What the levelling engine is asked and what it answers.

Time is counted in whole **periods** from 0; what a period is (an hour, a day) is the caller's business. Work that
starts at period s and finishes at f holds its people in the periods s, s+1, … f−1 in which its calendar works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accord.engines.planning.plan import LinkType
from accord.engines.texts import Text, TextError, gettext_lazy

MOST_PRIORITY = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """A share of an activity that keeps hours of its own; no two parts need the same resource."""

    duration: int
    demands: Mapping[int, int] = field(default_factory=dict)
    calendar: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """Work that cannot be interrupted, except by the pauses of its calendar.

    ``demands`` are units by number of the resource, held from start to finish in the working periods of ``calendar``
    (a number in `Problem.calendars`; None works always). ``release`` and ``finish_from`` are the first moments at which
    it may start and finish, ``latest_start`` and ``deadline`` the last. ``priority`` (0 to 1000) decides between plans
    of the same length: the higher, the earlier. ``start`` fixes work that is begun or must not move, and then
    ``finish`` may say when it ends. ``parts`` stand for duration, demands and calendar where people of one task keep
    different hours: all begin as soon as their own calendars let them.
    """

    uid: int
    duration: int = 0
    demands: Mapping[int, int] = field(default_factory=dict)
    calendar: int | None = None
    release: int = 0
    finish_from: int = 0
    latest_start: int | None = None
    deadline: int | None = None
    priority: int = 500
    start: int | None = None
    finish: int | None = None
    parts: tuple[Part, ...] = ()

    def all_parts(self) -> tuple[Part, ...]:
        """Who works on it; a part of no length does not, and an activity of nothing else is a moment."""
        if not self.parts:
            return (Part(self.duration, self.demands, self.calendar),)
        return tuple(part for part in self.parts if part.duration) or (Part(0, {}, self.calendar),)


@dataclass(frozen=True, slots=True)
class Precedence:
    """``predecessor`` → ``successor`` by uid; the lag (negative: a lead) counts the working periods of ``calendar``."""

    predecessor: int
    successor: int
    type: LinkType = LinkType.FS
    lag: int = 0
    calendar: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Activities, links and limited resources.

    A capacity is one number, or one for each period, the last of which holds on. A calendar says of each period
    whether it works, and repeats from its beginning. No activity ends after ``horizon``; without one there is room
    for all of them one after another.
    """

    activities: tuple[Activity, ...]
    links: tuple[Precedence, ...] = ()
    capacities: tuple[int | tuple[int, ...], ...] = ()
    calendars: tuple[tuple[bool, ...], ...] = ()
    horizon: int | None = None


class LevellingError(TextError):
    """A problem without a plan; ``uid`` is the activity to look at (the first of ``uids``), the value ``work`` of its
    text names it."""

    def __init__(self, text: Text, *uids: int) -> None:
        self.uid = uids[0] if uids else None
        self.uids = uids
        super().__init__(text)

    @classmethod
    def about(cls, uid: int, template: str, **values: Any) -> LevellingError:
        """An error of one activity; ``template`` calls it ``%(work)s``."""
        work = gettext_lazy("activity %(uid)s", uid=uid)
        return cls(Text(template, values={"work": work, **values}), uid)


class NoRoomError(LevellingError):
    """No plan fits before the horizon, as far as the search went."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands: what `level` tells its watcher and keeps as history."""

    seconds: float
    makespan: int
    lower_bound: int

    @property
    def gap(self) -> float:
        """How much longer than the proven bound the plan is at most, as a share (0.02 is 2 %)."""
        return (self.makespan - self.lower_bound) / self.lower_bound if self.lower_bound > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Levelled:
    """A plan that keeps to every capacity: start and finish by uid, in periods.

    ``makespan`` is the last finish; no plan is shorter than ``lower_bound``, and ``optimal`` says that they are equal.
    ``schedules`` counts the plans that the search built.
    """

    starts: Mapping[int, int]
    finishes: Mapping[int, int]
    makespan: int
    lower_bound: int
    history: tuple[Progress, ...] = ()
    schedules: int = 0

    @property
    def optimal(self) -> bool:
        return self.makespan <= self.lower_bound

    @property
    def gap(self) -> float:
        """How much longer than the proven bound the plan is at most, as a share (0.02 is 2 %)."""
        return (self.makespan - self.lower_bound) / self.lower_bound if self.lower_bound > 0 else 0.0
