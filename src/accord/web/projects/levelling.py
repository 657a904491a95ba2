"""A levelled plan in words, as bars before and after, and as the table of who moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext

from accord.core.access import Permission, can
from accord.projects.levelling_result import Moved, Part, Result
from accord.projects.models import Assignment, Plan, Task
from accord.web.projects.plan_views import plan_url
from accord.web.shell.chart_axes import date_form
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Fact
from accord.web.shell.templatetags.shell import day, number, percent
from accord.web.shell.views.lists import Cell, Row

MOST_BARS = 40


def summary_sentence(result: Result) -> str:
    """The finish before and after, and how good it is."""
    before, after = result.finish_before, result.finish_after
    if after == before:
        finish = gettext("No one is over-allocated, and the plan still finishes on %(after)s.") % {"after": day(after)}
    elif after > before:
        finish = gettext("To resolve all over-allocations, the finish moves from %(before)s to %(after)s.") % {
            "before": day(before),
            "after": day(after),
        }
    else:
        finish = gettext(
            "No one is over-allocated, and the plan finishes earlier: %(after)s instead of %(before)s."
        ) % {"after": day(after), "before": day(before)}
    return f"{finish} {quality(result)}"


def quality(result: Result) -> str:
    if result.optimal:
        return gettext("Proven optimal: no plan can finish earlier.")
    return gettext("Within %(gap)s of the proven minimum.") % {"gap": percent(result.gap, 1)}


def shift(moved: Moved) -> str:
    """How much later or earlier a task starts, in calendar days."""
    days = (moved.start.date() - moved.start_before.date()).days
    if days == 0:
        hours = round((moved.start - moved.start_before) / timedelta(hours=1))
        if not hours:
            return gettext("unchanged")
        return (gettext("%(hours)s h later") if hours > 0 else gettext("%(hours)s h earlier")) % {"hours": abs(hours)}
    text = (
        ngettext("%(days)s day later", "%(days)s days later", days)
        if days > 0
        else ngettext("%(days)s day earlier", "%(days)s days earlier", -days)
    )
    return text % {"days": number(abs(days))}


class Proposal:
    """What of a result someone may see: the plans, the tasks that move and the people on them. Two queries."""

    def __init__(self, result: Result, plans: Mapping[int, Plan]) -> None:
        self.result = result
        self.parts: list[tuple[Plan, Part]] = [(plans[part.plan], part) for part in result.parts if part.plan in plans]
        moves = [(plan, moved) for plan, part in self.parts for moved in part.tasks if moved.moves]
        rows = Task.all_objects.filter(deleted_at=None, plan__in=[plan for plan, _ in self.parts])
        self.tasks: dict[int, Task] = rows.in_bulk([moved.pk for _, moved in moves])
        self.moves = sorted(
            ((plan, moved) for plan, moved in moves if moved.pk in self.tasks),
            key=lambda pair: (pair[1].start_before, pair[1].pk),
        )
        self.people: dict[int, list[str]] = {}
        staff = Assignment.all_objects.filter(task__in=list(self.tasks), resource__kind="work")
        for task, name in staff.order_by("resource__name").values_list("task", "resource__name"):
            self.people.setdefault(task, []).append(name)

    @property
    def is_shared(self) -> bool:
        return len(self.result.parts) > 1

    @property
    def columns(self) -> list[Column]:
        columns = [
            Column(gettext("Task")),
            Column(gettext("Assignees")),
            Column(gettext("Start before")),
            Column(gettext("Start after")),
            Column(gettext("Finish after")),
            Column(gettext("Shift"), numeric=True),
        ]
        if self.is_shared:
            columns.insert(1, Column(gettext("Project")))
        return columns

    def row(self, plan: Plan, moved: Moved) -> Row:
        task = self.tasks[moved.pk]
        cells = [
            Cell(task.name, url=f"{plan_url(plan, 'project-plan')}#task-{task.pk}"),
            Cell(", ".join(self.people.get(task.pk, [])) or None),
            Cell(day(moved.start_before)),
            Cell(day(moved.start)),
            Cell(day(moved.finish), tone="bad" if task.deadline and moved.finish > task.deadline else ""),
            Cell(shift(moved), numeric=True),
        ]
        if self.is_shared:
            cells.insert(1, Cell(str(plan.project)))
        return Row(moved.pk, "", cells)

    def bars(self) -> dict[str, Any] | None:
        """The first tasks that move, before and after, on one scale; the table has them all."""
        shown = self.moves[:MOST_BARS]
        if not shown:
            return None
        values = []
        for place, (_, moved) in enumerate(shown):
            name = _short(self.tasks[moved.pk].name)
            for when, begin, end in (
                (gettext("Before"), moved.start_before, moved.finish_before),
                (gettext("After"), moved.start, moved.finish),
            ):
                tip = {
                    gettext("Task"): name,
                    gettext("Plan"): when,
                    gettext("Start"): day(begin),
                    gettext("Finish"): day(end),
                }
                values.append(
                    {
                        "place": place, "task": name, "when": when, "start": _drawn(begin), "finish": _drawn(end),
                        "tip": tip,
                    }
                )  # fmt: skip
        more = len(self.moves) - len(shown)
        return {
            "id": "levelling-bars",
            "title": gettext("Before and after"),
            "text": gettext("First %(count)s of %(count_2)s moved tasks.")
            % {"count": len(shown), "count_2": number(len(self.moves))}
            if more
            else "",
            "spec": drawing("before-after", {"bars": values}, form=date_form(_days(values))),
        }

    def facts(self) -> list[Fact]:
        """Each project's finish before and after."""
        return [
            Fact(
                str(plan.project),
                f"{day(part.finish_before)} → {day(part.finish_after)}"
                if part.finish_before != part.finish_after
                else gettext("%(finish_after)s, unchanged") % {"finish_after": day(part.finish_after)},
            )
            for plan, part in self.parts
        ]


def may_accept(result: Result, plans: Mapping[int, Plan], user: Any) -> bool:
    return all(part.plan in plans and can(user, Permission.CHANGE, plans[part.plan]) for part in result.parts)


def stale(result: Result, plans: Mapping[int, Plan]) -> bool:
    """Whether a plan was changed since it was levelled."""
    return any(part.plan not in plans or plans[part.plan].changed_at != part.changed_at for part in result.parts)


def _short(name: str) -> str:
    return name if len(name) <= 34 else f"{name[:33]}…"


def _drawn(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _days(values: list[dict[str, Any]]) -> list[date]:
    return [datetime.fromisoformat(value[end]).date() for value in values for end in ("start", "finish")]
