"""Estimates and risks as CSV files, for ``accord analyze simulate``.

Estimates: ``uid,optimistic,most_likely,pessimistic`` and, if wanted, ``distribution`` and ``group``. Risks:
``probability`` and, as far as they apply, ``uid``, ``name``, ``tasks`` (uids apart by blanks), ``optimistic``,
``most_likely``, ``pessimistic`` (time on each task), ``cost_optimistic``, ``cost_most_likely``, ``cost_pessimistic``
and ``distribution``. Durations are written ``3d``, ``4h``, ``90m`` or ``2w``, in the plan's hours per day and week.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from accord.cli.lazy import BadInput
from accord.cli.texts import gettext, said
from accord.engines.uncertainty.sampling import Risk
from accord.engines.uncertainty.three_point import Estimate, Shape
from accord.exchange.csv_table import examine, rows
from accord.exchange.csv_table.values import BadValue, number
from accord.exchange.errors import ImportFileError

if TYPE_CHECKING:
    from accord.engines.planning.plan import Plan

_DURATION = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*([wdhm])", re.IGNORECASE)
_POINTS = ("optimistic", "most_likely", "pessimistic")
_COSTS = ("cost_optimistic", "cost_most_likely", "cost_pessimistic")
_MINUTES_OF_A_DAY, _MINUTES_OF_A_WEEK = 1440, 7 * 1440


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column; what is wrong in it is said with file, line and column."""

    file: str
    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def refuse(self, column: str, why: str) -> NoReturn:
        value = self.get(column)
        if value:
            text = gettext("%(file)s, line %(line)s, field %(column)s: %(problem)s (found %(value)r).")
        else:
            text = gettext("%(file)s, line %(line)s, field %(column)s: %(problem)s.")
        raise BadInput(text % {"file": self.file, "line": self.line, "column": column, "problem": why, "value": value})

    def whole(self, column: str) -> int:
        try:
            return int(self.get(column))
        except ValueError:
            self.refuse(column, gettext("is not a task UID: use a whole number"))

    def shape(self) -> Shape:
        try:
            return Shape(self.get("distribution").lower() or Shape.PERT)
        except ValueError:
            self.refuse("distribution", gettext("must be one of %(shapes)s") % {"shapes": ", ".join(Shape)})

    def estimate(self, columns: tuple[str, str, str], value: Callable[[str], float]) -> Estimate | None:
        """Three points, or the middle one alone for what is certain; None where all are empty."""
        given = [column for column in columns if self.get(column)]
        if not given:
            return None
        if given == [columns[1]]:
            return Estimate.fixed(value(columns[1]))
        for column in columns:
            if not self.get(column):
                self.refuse(
                    column,
                    gettext("is empty, although %(given)s is not: give all three, or only %(column)s")
                    % {"given": given[0], "column": columns[1]},
                )
        points = [value(column) for column in columns]
        try:
            return Estimate(points[0], points[1], points[2], self.shape())
        except ValueError:
            shown = ", ".join(self.get(column) for column in columns)
            if self.shape() is Shape.LOGNORMAL:
                text = gettext(
                    "%(file)s, line %(line)s: the estimates %(estimates)s do not fit a %(shape)s distribution: they "
                    "must rise from optimistic over most likely to pessimistic, all three apart and not too unevenly."
                )
            else:
                text = gettext(
                    "%(file)s, line %(line)s: the estimates %(estimates)s do not fit a %(shape)s distribution: they "
                    "must rise from optimistic over most likely to pessimistic."
                )
            raise BadInput(
                text % {"file": self.file, "line": self.line, "estimates": shown, "shape": self.shape()}
            ) from None

    def minutes(self, column: str, a_day: int, a_week: int) -> float:
        match = _DURATION.fullmatch(self.get(column))
        if match is None:
            self.refuse(column, gettext("is not a duration: use 3d, 4h, 90m or 2w"))
        return float(match[1]) * {"w": a_week, "d": a_day, "h": 60, "m": 1}[match[2].lower()]

    def money(self, column: str) -> float:
        try:
            return float(number(self.get(column)))
        except BadValue as error:
            self.refuse(column, f"{said(error.message)}: {said(error.remedy).rstrip('.')}")


def read_estimates(path: Path, plan: Plan) -> tuple[dict[int, Estimate], dict[int, str]]:
    """Estimates in minutes and groups, by uid."""
    elapsed = {task.uid for task in plan.tasks if task.elapsed}
    estimates: dict[int, Estimate] = {}
    groups: dict[int, str] = {}
    for row in _rows(path, ("uid", *_POINTS), ("distribution", "group", "name")):
        uid = row.whole("uid")
        a_day, a_week = plan.minutes_per_day, plan.minutes_per_week
        if uid in elapsed:
            a_day, a_week = _MINUTES_OF_A_DAY, _MINUTES_OF_A_WEEK
        if uid in estimates:
            row.refuse("uid", gettext("appears twice: keep one row per task"))
        if not any(task.uid == uid for task in plan.tasks):
            row.refuse(
                "uid",
                gettext("is not a task of %(plan)s: use a UID listed by analyze schedule") % {"plan": _named(plan)},
            )
        estimate = row.estimate(_POINTS, partial(row.minutes, a_day=a_day, a_week=a_week))
        if estimate is None:
            row.refuse("most_likely", gettext("is empty"))
        if estimate.optimistic < 0:
            row.refuse("optimistic", gettext("is negative"))
        estimates[uid] = estimate
        if row.get("group"):
            groups[uid] = row.get("group")
    return estimates, groups


def read_risks(path: Path, plan: Plan) -> tuple[tuple[Risk, ...], dict[int, str]]:
    """Risks in minutes and money, and their names by uid. Without a column ``uid`` they are numbered from 1."""
    uids = {task.uid for task in plan.tasks}
    risks: list[Risk] = []
    names: dict[int, str] = {}
    for row in _rows(path, ("probability",), ("uid", "name", "tasks", *_POINTS, *_COSTS, "distribution")):
        uid = row.whole("uid") if row.get("uid") else len(risks) + 1
        if uid in names:
            row.refuse("uid", gettext("appears twice"))
        struck = []
        for word in re.split(r"[\s,;]+", row.get("tasks").strip()) if row.get("tasks") else ():
            if not word.isdecimal() or int(word) not in uids:
                row.refuse(
                    "tasks",
                    gettext("%(word)r is not a task of %(plan)s: separate UIDs with spaces")
                    % {"word": word, "plan": _named(plan)},
                )
            struck.append(int(word))
        in_plan = partial(row.minutes, a_day=plan.minutes_per_day, a_week=plan.minutes_per_week)
        minutes = row.estimate(_POINTS, in_plan)
        money = row.estimate(_COSTS, row.money)
        if minutes is None and money is None:
            row.refuse("most_likely", gettext("is empty, and so are the costs: give the impact on time or cost"))
        if minutes is not None and not struck:
            row.refuse("tasks", gettext("is empty: give the affected tasks"))
        nothing = Estimate.fixed(0)
        risks.append(Risk(uid, _probability(row), minutes or nothing, money or nothing, tuple(dict.fromkeys(struck))))
        names[uid] = row.get("name") or f"risk {uid}"
    return tuple(risks), names


def _named(plan: Plan) -> str:
    return plan.name or gettext("the plan")


def _probability(row: Row) -> float:
    text = row.get("probability")
    try:
        value = float(number(text.rstrip("% "))) / (100 if text.endswith("%") else 1)
    except BadValue:
        value = -1
    if not 0 <= value <= 1:
        row.refuse("probability", gettext("is not a probability: use 0.3 or 30%"))
    return value


def _rows(path: Path, needed: tuple[str, ...], known: tuple[str, ...]) -> Iterator[Row]:
    try:
        shape = examine(path, path.name)
        headers = {column.header.strip().lower().replace(" ", "_"): column.index for column in shape.columns}
        for name in needed:
            if name not in headers:
                raise BadInput(
                    gettext("%(name)s: has no column %(column)s; it has %(columns)s.")
                    % {"name": path.name, "column": name, "columns": ", ".join(headers)}
                )
        for name in headers:
            if name not in (*needed, *known):
                raise BadInput(
                    gettext("%(name)s: does not know the column %(column)s; take %(columns)s.")
                    % {"name": path.name, "column": name, "columns": ", ".join((*needed, *known))}
                )
        for line, cells in rows(path, shape):
            if len(cells) != shape.width:
                raise BadInput(
                    gettext("%(name)s, line %(line)s: has %(found)s cells, the header has %(needed)s.")
                    % {"name": path.name, "line": line, "found": len(cells), "needed": shape.width}
                )
            yield Row(path.name, line, {name: cells[place].strip() for name, place in headers.items()})
    except ImportFileError as error:
        raise BadInput(said(error.text)) from None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
