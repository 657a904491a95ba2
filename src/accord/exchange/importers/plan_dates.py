"""The dates of an imported plan: what Accord would change about them, why, and keeping them.

After an import the stored dates are those that the schedule gives, so that the first edit moves nothing but what it
is about. Where the file's dates are others, the check lists them and offers to hold the tasks at them.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils import timezone

from accord.core.bulk import update_rows
from accord.engines.planning.held_dates import Different, comparable, differences, hold_dates
from accord.engines.planning.plan import Task as PlanTask
from accord.engines.planning.scheduling import ScheduleError
from accord.engines.planning.scheduling import schedule as compute
from accord.engines.texts import Text, gettext_lazy, ngettext_lazy
from accord.exchange.importers.report import ImportReport
from accord.projects.actions.schedule import schedule
from accord.projects.models import Project
from accord.projects.queries import LoadedPlan, load_plan

LISTED = 500
COLUMNS = [
    gettext_lazy("WBS"),
    gettext_lazy("Task"),
    gettext_lazy("Start in the file"),
    gettext_lazy("Start"),
    gettext_lazy("Finish in the file"),
    gettext_lazy("Finish"),
    gettext_lazy("Reason"),
]

# What keeping the file's dates means, as every door says it.
KEEPING = gettext_lazy(
    "If you keep them, no task starts earlier than in the file, and the tasks after it follow. Tasks whose dates still "
    "differ are scheduled manually: they stay where they are until you move them."
)

FOLLOWS = gettext_lazy("follows a task that has other dates")
STARTED = gettext_lazy("work has started: the rest is planned from the actual dates")
PERSON = gettext_lazy("a person's calendar or absence in Accord applies")
EARLIER = gettext_lazy("nothing in the file holds it at its later date")
LATER = gettext_lazy("links, constraints or calendars don't allow the file's date")
LENGTH = gettext_lazy("its duration ends at another time in the calendars that apply")


def settle_dates(project: Project, *, by: Any, keep: bool, ledger: ImportReport) -> None:
    """Compare the dates just stored with Accord's own, tell the ledger, hold them if ``keep`` is set, and store the
    schedule. A plan that cannot be scheduled keeps its dates."""
    loaded = load_plan(project.plan)
    try:
        found = differences(loaded.plan, compute(loaded.plan))
        ledger.dates = _report(loaded, found)
        if found and keep:
            ledger.dates |= _hold(loaded)
        schedule(plan=project.plan, by=by)
    except ScheduleError as error:
        ledger.note(
            gettext_lazy(
                "The plan can't be scheduled, and its dates stay as in the file: %(error)s.",
                error=error.text,
            )
        )


_BECAUSE = {
    FOLLOWS: gettext_lazy("%(count)s because they follow a task that has other dates"),
    STARTED: gettext_lazy("%(count)s because work has started: the rest is planned from the actual dates"),
    PERSON: gettext_lazy("%(count)s because a person's calendar or absence in Accord applies"),
    EARLIER: gettext_lazy("%(count)s because nothing in the file holds them at their later dates"),
    LATER: gettext_lazy("%(count)s because links, constraints or calendars don't allow the file's dates"),
    LENGTH: gettext_lazy("%(count)s because their duration ends at another time in the calendars that apply"),
}


def sentences(dates: dict[str, Any], *, is_done: bool = False) -> list[str]:
    """What page and command line say first of the dates that differ."""
    if not dates or not dates["different"]:
        return []
    n, m, kept = dates["different"], dates["of"], dates.get("kept")
    reasons = ""
    for group in dates["groups"]:
        reason = _BECAUSE[group["reason"]].with_values(count=f"{group['count']:,}")
        reasons = gettext_lazy("%(first)s; %(next)s", first=reasons, next=reason) if reasons else reason
    found: list[str] = [_moving(m, bool(kept), is_done).with_values(n=f"{n:,}", of=f"{m:,}", reasons=reasons)]
    if kept:
        said = gettext_lazy(
            "The file's dates are kept: %(no_earlier)s start no earlier than their date, "
            "%(manual)s are scheduled manually, the others follow."
        )
        found.append(said.with_values(**{name: f"{kept[name]:,}" for name in ("no_earlier", "manual")}))
        if kept["different"]:
            others = gettext_lazy("%(count)s can't keep theirs, because their actual dates are others.")
            found.append(others.with_values(count=f"{kept['different']:,}"))
    return found


def _moving(tasks: int, is_kept: bool, is_done: bool) -> Text:
    if is_kept:
        return ngettext_lazy(
            "%(n)s of %(of)s task would have other dates than in the file: %(reasons)s.",
            "%(n)s of %(of)s tasks would have other dates than in the file: %(reasons)s.",
            tasks,
        )
    if is_done:
        return ngettext_lazy(
            "%(n)s of %(of)s task have other dates than in the file: %(reasons)s.",
            "%(n)s of %(of)s tasks have other dates than in the file: %(reasons)s.",
            tasks,
        )
    return ngettext_lazy(
        "%(n)s of %(of)s task will have other dates than in the file: %(reasons)s.",
        "%(n)s of %(of)s tasks will have other dates than in the file: %(reasons)s.",
        tasks,
    )


def _report(loaded: LoadedPlan, found: list[Different]) -> dict[str, Any]:
    rows = {row.task.uid: row for row in loaded.rows}
    tasks = {task.uid: task for task in loaded.plan.tasks}
    own_time = _people_with_own_time(loaded)
    reasons: Counter[str] = Counter()
    listed: list[list[str]] = []
    for each in found:
        task = tasks[each.uid]
        reason = _reason(task, each, each.uid in own_time)
        reasons[reason] += 1
        if len(listed) < LISTED:
            dates = [_minute(moment) for moment in (task.start, each.start, task.finish, each.finish)]
            listed.append([rows[each.uid].wbs, task.name, *dates, reason])
    groups = [{"reason": reason, "count": count} for reason, count in reasons.most_common()]
    return {
        "of": comparable(loaded.plan),
        "different": len(found),
        "groups": groups,
        "columns": COLUMNS,
        "rows": listed,
    }


def _reason(task: PlanTask, each: Different, has_own_time: bool) -> str:
    assert task.start is not None
    if each.follows:
        return FOLLOWS
    if task.actual_start is not None:
        return STARTED
    if has_own_time:
        return PERSON
    if each.start == task.start:
        return LENGTH
    return EARLIER if each.start < task.start else LATER


def _people_with_own_time(loaded: LoadedPlan) -> set[int]:
    """The uids of tasks on which somebody works whom Accord knows: their calendar and absences may differ."""
    known = {pk for pk, resource in loaded.resources.items() if resource.person_id and resource.calendar_id is None}
    away = {calendar.uid for calendar in loaded.plan.calendars if calendar.uid < 0}
    known |= {pk for pk in loaded.resources if -pk in away}
    uid = {row.task.pk: row.task.uid for row in loaded.rows}
    return {uid[a.task_id] for a in loaded.assignments if a.resource_id in known}


def _hold(loaded: LoadedPlan) -> dict[str, Any]:
    """Hold the tasks at their dates in the database, with what that took."""
    held = hold_dates(loaded.plan)
    chosen = {*held.no_earlier, *held.manual}
    specs = {task.uid: task for task in held.plan.tasks if task.uid in chosen}
    rows = [row.task for row in loaded.rows if row.task.uid in chosen]
    now = timezone.now()
    for task in rows:
        spec = specs[task.uid]
        task.manual, task.constraint, task.constraint_date = spec.manual, spec.constraint.value, spec.constraint_date
        task.updated_at = now
    update_rows(rows, ["manual", "constraint", "constraint_date", "updated_at"])
    counts = {
        "no_earlier": len(held.no_earlier),
        "manual": len(held.manual),
        "different": len(held.different),
    }
    return {"kept": counts}


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "–"
