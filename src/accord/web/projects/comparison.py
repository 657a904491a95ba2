"""Two states of a plan as a table: each value as it is now, with what it was below it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.projects.models import Project
from accord.projects.plan_comparison import ChangeKind, Comparison, Difference, Values
from accord.web.shell.list_parts import Column
from accord.web.shell.templatetags.shell import day, hours, minutes, money
from accord.web.shell.views.lists import Cell, Row

FATES = {ChangeKind.NEW: gettext_lazy("New"), ChangeKind.DROPPED: gettext_lazy("Removed")}
MOST = 100  # rows on one page


def comparison_table(project: Project, found: Comparison, page: Any, *, sees_money: bool) -> dict[str, Any]:
    """Columns, rows and the sums at the foot for ``shell/parts/table.html``; ``page`` is the number asked for."""
    part = Paginator(found.rows, MOST).get_page(page)
    columns = [
        Column(gettext("Task")),
        Column(gettext("Start")),
        Column(gettext("Finish")),
        Column(gettext("Duration"), numeric=True),
        Column(gettext("Work"), numeric=True),
        *([Column(gettext("Cost"), numeric=True)] if sees_money else []),
    ]
    return {
        "columns": columns,
        "rows": [_row(project, each, sees_money=sees_money) for each in part.object_list],
        "footers": [_footer(project, found, sees_money=sees_money)],
        "page": part,
        "finish": _finish(project, found),
    }


def moved(project: Project, later: int | None) -> str:
    """How far a finish moved in working days: ``3 d later``."""
    if not later:
        return ""
    return f"{minutes(abs(later), project.minutes_per_day)} {'later' if later > 0 else 'earlier'}"


def _finish(project: Project, found: Comparison) -> dict[str, Any]:
    words = moved(project, found.later)
    before, after = found.before.finish, found.after.finish
    return {
        "before": day(before) if before else "",
        "after": day(after) if after else "",
        "moved": words,
        "tone": "" if not words else "bad" if (found.later or 0) > 0 else "good",
        "changed": found.count(ChangeKind.CHANGED),
        "new": found.count(ChangeKind.NEW),
        "dropped": found.count(ChangeKind.DROPPED),
    }


def _row(project: Project, each: Difference, *, sees_money: bool) -> Row:
    then, now = each.before, each.after
    shown = now or then
    assert shown is not None
    kept = then if now is not None else None  # what is dropped shows only what it was
    cells = [
        Cell("\N{EM SPACE}" * (each.row.level - 1) + each.task.name, sub=FATES.get(each.fate, "")),
        _date_cell(shown.start, kept.start if kept else shown.start),
        _date_cell(
            shown.finish,
            kept.finish if kept else shown.finish,
            moved(project, each.later),
            "bad" if (each.later or 0) > 0 else "good" if each.later else "",
        ),
        _minutes_cell(project, shown.duration, kept.duration if kept else shown.duration),
        _work_cell(shown, kept or shown),
    ]
    if sees_money:
        was = kept or shown
        sub = gettext("was %(cost)s") % {"cost": money(was.cost, project.currency)} if was.cost != shown.cost else ""
        cells.append(Cell(money(shown.cost, project.currency) if shown.cost or sub else None, sub=sub, numeric=True))
    return Row(each.task.pk, "", cells)


def _date_cell(now: datetime | None, then: datetime | None, words: str = "", tone: str = "") -> Cell:
    if now == then:
        return Cell(day(now) if now else None)
    was = gettext("was %(then)s") % {"then": day(then)} if then else gettext("not set before")
    return Cell(day(now) if now else None, tone=tone, sub=f"{words}, {was}" if words else was)


def _minutes_cell(project: Project, now: int, then: int) -> Cell:
    length = project.minutes_per_day
    return Cell(
        minutes(now, length),
        sub=gettext("was %(then)s") % {"then": minutes(then, length)} if now != then else "",
        numeric=True,
    )


def _work_cell(now: Values, then: Values) -> Cell:
    sub = gettext("was %(work)s") % {"work": hours(then.work)} if now.work != then.work else ""
    return Cell(hours(now.work) if now.work or sub else None, sub=sub, numeric=True)


def _footer(project: Project, found: Comparison, *, sees_money: bool) -> list[Cell]:
    """The sums of the whole plan, with how much more or less they are."""
    before, after = found.before, found.after

    def signed(text: str, difference: Any) -> str:
        return f" ({'+' if difference > 0 else ''}{text})" if difference else ""

    cells = [
        Cell(gettext("Plan total")),
        Cell(day(after.start) if after.start else ""),
        Cell(day(after.finish) if after.finish else ""),
        Cell("", numeric=True),
        Cell(hours(after.work) + signed(hours(after.work - before.work), after.work - before.work), numeric=True),
    ]
    if sees_money:
        change = after.cost - before.cost
        cells.append(
            Cell(money(after.cost, project.currency) + signed(money(change, project.currency), change), numeric=True)
        )
    return cells
