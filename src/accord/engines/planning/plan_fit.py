"""Whether a plan's records fit the date it is asked about; where they do not, what to say beside the figures.

Percent complete and actual cost of a plan are those of its last update, whatever date is asked about. Progress that is
recorded after that date counts all the same, and so does the lack of what has been recorded since: neither can be
told from the plan, so the figures stay and the remarks say what may be wrong with them. Each remark is a clause that
begins in lower case and has no full stop. Pure, deterministic, O(tasks).

>>> from accord.engines.calendars.working_time import CalendarSpec, WeekSpec
>>> week = WeekSpec((((480, 720), (780, 1020)),) * 5 + ((), ()))
>>> done = Task(1, "dig", duration=2400, percent_complete=100,
...             actual_start=datetime(2026, 1, 5, 8), actual_finish=datetime(2026, 1, 9, 17))
>>> plan = Plan("wall", datetime(2026, 1, 5, 8), 1, (CalendarSpec(1, "Standard", week),), (done,))
>>> misfits(plan, datetime(2026, 1, 6))[0][:66]
'1 task has progress or cost recorded after the status date, which '
>>> open_before(plan, {1: datetime(2026, 1, 5, 8)}, datetime(2026, 1, 6))
0
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from accord.engines.planning.plan import Plan, Task
from accord.engines.texts import Text, gettext_lazy, ngettext_lazy


def misfits(plan: Plan, moment: datetime) -> tuple[Text, ...]:
    """What does not fit when the plan is measured at ``moment``: nothing where its records are of that day."""
    leaves = _leaves(plan)
    remarks: list[Text] = []
    later = [task for task in leaves if _is_recorded_after(task, moment)]
    if later:
        remarks.append(
            ngettext_lazy(
                "%(count)s task has progress or cost recorded after the status date, which counts: earned value and "
                "actual cost may be too high",
                "%(count)s tasks have progress or cost recorded after the status date, which counts: earned value and "
                "actual cost may be too high",
                len(later),
            )
        )
    own = plan.status_date
    in_progress = [task for task in leaves if 0 < task.percent_complete < 100]
    if own is not None and moment < own and in_progress:
        remarks.append(
            ngettext_lazy(
                "progress of %(count)s task is as of %(day)s, the plan's own status date: at the earlier date it may "
                "have been less",
                "progress of %(count)s tasks is as of %(day)s, the plan's own status date: at the earlier date it may "
                "have been less",
                len(in_progress),
                day=_iso(own),
            )
        )
    if own is not None and moment > _end_of(own) and any(task.percent_complete < 100 for task in leaves):
        remarks.append(
            gettext_lazy(
                "progress is as of %(day)s, the plan's own status date: what was done since then is not recorded",
                day=_iso(own),
            )
        )
    if leaves and moment <= plan.start:
        remarks.append(gettext_lazy("the status date is before the plan's start, %(day)s", day=_iso(plan.start)))
    return tuple(remarks)


def open_before(plan: Plan, starts: Mapping[int, datetime], moment: datetime) -> int:
    """How many tasks have not begun although they should have, by ``starts``, before the day that ``moment`` ends."""
    day = datetime.combine((moment - timedelta(microseconds=1)).date(), time.min)
    return sum(
        1
        for task in _leaves(plan)
        if task.actual_start is None
        and task.actual_finish is None
        and not task.percent_complete
        and task.uid in starts
        and starts[task.uid] < day
    )


def in_the_past(plan: Plan, starts: Mapping[int, datetime], moment: datetime | None) -> Text | None:
    """What to say of a simulation as of ``moment`` that goes on as planned; None where no open work lies before."""
    count = 0 if moment is None else open_before(plan, starts, moment)
    if not count or moment is None:
        return None
    return ngettext_lazy(
        "The simulation starts in the past: %(count)s task has not started but is planned before %(day)s. Let open "
        "work go on from that date, or move it there",
        "The simulation starts in the past: %(count)s tasks have not started but are planned before %(day)s. Let open "
        "work go on from that date, or move it there",
        count,
        day=_iso(moment),
    )


def _is_recorded_after(task: Task, moment: datetime) -> bool:
    if not task.percent_complete and not task.actual_cost and task.actual_start is None:
        return False
    start = task.actual_start or task.start
    return (start is not None and start >= moment) or (task.actual_finish is not None and task.actual_finish > moment)


def _leaves(plan: Plan) -> list[Task]:
    parents = {task.parent for task in plan.tasks}
    return [task for task in plan.tasks if task.active and task.uid not in parents]


def _end_of(moment: datetime) -> datetime:
    """The end of the day, which midnight is already."""
    if moment.time() == time.min:
        return moment
    return datetime.combine(moment, time.min) + timedelta(days=1)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
