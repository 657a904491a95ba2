"""Split tasks: work with pauses in it.

A split is kept as the segments it had when it was made. When the task moves, the working time of its parts and of its
pauses stays: `placed` says where they lie now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from accord.engines.calendars.working_time import WorkCalendar
from accord.engines.planning.plan import Segment
from accord.engines.texts import TextError, gettext_lazy

__all__ = ["SplitError", "placed", "split"]


class SplitError(TextError):
    """A pause that a task can't have."""


def placed(segments: Sequence[Segment], start: datetime, duration: int, calendar: WorkCalendar) -> tuple[Segment, ...]:
    """The segments of a task of ``duration`` working minutes that now begins at ``start``.

    Parts keep their length, the last takes what is left of the duration (none, if the task has become too short for
    it); pauses keep their working time.
    """
    if len(segments) < 2:
        return ()
    parts = [calendar.between(each.start, each.finish) for each in segments]
    pauses = [calendar.between(one.finish, other.start) for one, other in pairwise(segments)]
    found, begin, left = [], start, duration
    for number, part in enumerate(parts):
        length = left if number == len(parts) - 1 else min(part, left)
        if length <= 0:
            break
        begin = calendar.next_working(begin)
        finish = calendar.add(begin, length)
        found.append(Segment(begin, finish))
        left -= length
        if number < len(pauses):
            begin = calendar.add(finish, pauses[number])
    return tuple(found) if len(found) > 1 else ()


def split(
    segments: Sequence[Segment],
    start: datetime,
    finish: datetime,
    at: datetime,
    resume: datetime,
    calendar: WorkCalendar,
) -> tuple[Segment, ...]:
    """The task's segments with a pause from ``at`` to ``resume``; what comes after the pause moves on by it.

    Raises `SplitError` where ``at`` is not within the task's work or the split contains no working time.
    """
    if not start < at < finish:
        raise SplitError(gettext_lazy("a task can only be split between its start and finish"))
    pause = calendar.between(at, resume)
    if resume <= at or pause <= 0:
        raise SplitError(gettext_lazy("the split contains no working time"))
    out: list[Segment] = []
    for each in segments or (Segment(start, finish),):
        if each.finish <= at:
            out.append(each)
            continue
        if each.start < at:
            out.append(Segment(each.start, at))
            begin = resume
            left = calendar.between(at, each.finish)
        else:
            begin = calendar.add(each.start, pause)
            left = calendar.between(each.start, each.finish)
        begin = calendar.next_working(begin)
        out.append(Segment(begin, calendar.add(begin, left)))
    return tuple(out)
