"""Effort: how work, duration and units follow from each other when one of them is changed.

For every person on a task *work = duration × units* (minutes of work, minutes of working time, a share of one person).
Which of the three stays when another is changed is the task's kind:

| | duration changed | work changed | units changed |
| --- | --- | --- | --- |
| fixed units | work follows | duration follows | duration follows |
| fixed duration | work follows | units follow | work follows |
| fixed work | units follow | duration follows | duration follows |

A task takes as long as the person who needs longest: duration = max over people of work ÷ units. Somebody added to a
task brings work of their own, unless the task is *effort-driven*: then the work there is, is shared anew by units.
Fixed work is always effort-driven. (The rules of MS Project's task types; PMI, Practice Standard for Scheduling, 3rd
ed. 2019, speaks of effort, duration and the availability of resources.)

Units are rounded to a thousandth, work and duration to the minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Effort", "Load", "Share", "staff", "with_duration", "with_work"]


class Effort(StrEnum):
    """What stays."""

    UNITS = "units"
    DURATION = "duration"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part in a task."""

    units: float
    work: int


@dataclass(frozen=True, slots=True)
class Load:
    """A task's duration and who does how much of it, by any key of the caller's."""

    duration: int
    shares: Mapping[int, Share]

    @property
    def work(self) -> int:
        return sum(share.work for share in self.shares.values())


def with_duration(load: Load, effort: Effort, duration: int) -> Load:
    """The task takes ``duration``: more work at the same units, or for fixed work other units for the same work.

    >>> two_days = Load(960, {1: Share(1.0, 960)})
    >>> with_duration(two_days, Effort.UNITS, 480).shares[1]
    Share(units=1.0, work=480)
    >>> with_duration(two_days, Effort.WORK, 480).shares[1]
    Share(units=2.0, work=960)
    """
    if duration == load.duration or not load.duration:
        return Load(duration, load.shares if load.duration else _filled(load.shares, duration))
    ratio = duration / load.duration
    if effort is Effort.WORK and duration:
        return Load(duration, {key: Share(_units(s.units / ratio), s.work) for key, s in load.shares.items()})
    return Load(duration, {key: Share(s.units, round(s.work * ratio)) for key, s in load.shares.items()})


def with_work(load: Load, effort: Effort, work: int) -> Load:
    """The task takes ``work`` in all, shared as before (or by units, where there was none).

    >>> with_work(Load(960, {1: Share(1.0, 960), 2: Share(0.5, 480)}), Effort.UNITS, 720)
    Load(duration=480, shares={1: Share(units=1.0, work=480), 2: Share(units=0.5, work=240)})
    """
    shares = _shared(load.shares, work)
    if effort is Effort.DURATION and load.duration:
        return Load(load.duration, {key: Share(_units(s.work / load.duration), s.work) for key, s in shares.items()})
    return Load(_longest(shares, load.duration), shares)


def staff(load: Load, effort: Effort, units: Mapping[int, float], *, effort_driven: bool) -> Load:
    """The people of the task are those of ``units``: some come, some go, some work more or less.

    >>> alone = Load(960, {1: Share(1.0, 960)})
    >>> staff(alone, Effort.UNITS, {1: 1.0, 2: 1.0}, effort_driven=True).duration
    480
    >>> staff(alone, Effort.UNITS, {1: 1.0, 2: 1.0}, effort_driven=False).work
    1920
    >>> staff(alone, Effort.UNITS, {1: 0.5}, effort_driven=False).duration
    1920
    """
    if not load.shares or not units:
        return Load(load.duration, _filled({key: Share(u, 0) for key, u in units.items()}, load.duration))
    if effort_driven or effort is Effort.WORK:
        shares = _shared({key: Share(u, round(load.duration * u)) for key, u in units.items()}, load.work)
        if effort is not Effort.DURATION:
            return Load(_longest(shares, load.duration), shares)
        if set(units) == set(load.shares):
            return Load(load.duration, {k: Share(u, round(load.duration * u)) for k, u in units.items()})
        return Load(load.duration, {k: Share(_units(s.work / load.duration), s.work) for k, s in shares.items()})
    shares = {}
    for key, share_of_one in units.items():
        known = load.shares.get(key)
        if known is None or (effort is Effort.DURATION and known.units != share_of_one):
            shares[key] = Share(share_of_one, round(load.duration * share_of_one))
        else:
            shares[key] = Share(share_of_one, known.work)
    if any(key in load.shares and load.shares[key].units != u for key, u in units.items()):
        changed = {key: share for key, share in shares.items() if key in load.shares}
        duration = load.duration if effort is Effort.DURATION else _longest(changed, load.duration)
        newcomers = {key: Share(s.units, round(duration * s.units)) for key, s in shares.items() if key not in changed}
        return Load(duration, {key: newcomers.get(key, share) for key, share in shares.items()})
    return Load(load.duration, shares)


def _shared(shares: Mapping[int, Share], work: int) -> dict[int, Share]:
    """``work`` divided as the shares are, to the minute and without remainder."""
    total = sum(share.work for share in shares.values())
    weights = {key: share.work if total else share.units for key, share in shares.items()}
    whole = sum(weights.values())
    done, passed, out = 0, 0.0, {}
    for key, share in shares.items():
        passed += weights[key]
        until = round(work * passed / whole) if whole else 0
        out[key] = Share(share.units, until - done)
        done = until
    return out


def _filled(shares: Mapping[int, Share], duration: int) -> dict[int, Share]:
    return {key: Share(share.units, round(duration * share.units)) for key, share in shares.items()}


def _longest(shares: Mapping[int, Share], otherwise: int) -> int:
    return max((round(s.work / s.units) for s in shares.values() if s.units > 0), default=otherwise)


def _units(units: float) -> float:
    return max(0.001, round(units, 3))
