"""Tasks: the outline, dates, constraints, progress, money and baselines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from accord.engines.planning.effort import Effort
from accord.engines.planning.plan import (
    Accrual,
    BaselineValues,
    Constraint,
    LagUnit,
    Link,
    LinkType,
    Spend,
    Stored,
    Task,
)
from accord.engines.texts import gettext_lazy
from accord.exchange.errors import Problems
from accord.exchange.mspdi.document import Node
from accord.exchange.mspdi.fields import Record
from accord.exchange.mspdi.limits import MAX_HYPERLINK, MAX_MINUTES, MAX_OUTLINE, MAX_WORK
from accord.exchange.mspdi.placed import dates_of, duration_of, is_manual, texts_of, with_progress
from accord.projects.fields import FIELDS, Kind, TaskField

_CONSTRAINTS = (
    Constraint.ASAP,
    Constraint.ALAP,
    Constraint.MUST_START_ON,
    Constraint.MUST_FINISH_ON,
    Constraint.START_NO_EARLIER_THAN,
    Constraint.START_NO_LATER_THAN,
    Constraint.FINISH_NO_EARLIER_THAN,
    Constraint.FINISH_NO_LATER_THAN,
)
ACCRUALS = {1: Accrual.START, 2: Accrual.END, 3: Accrual.PRORATED}  # <FixedCostAccrual>, <AccrueAt>
_LINKS = (LinkType.FF, LinkType.FS, LinkType.SF, LinkType.SS)
# Codes of <DurationFormat> and <LagFormat>; from 35 on the same units with an estimate's question mark.
_EFFORTS = (Effort.UNITS, Effort.DURATION, Effort.WORK)
_ELAPSED = {4, 6, 8, 10, 12, 36, 38, 40, 42, 44}
_PERCENT = {19, 51}
_ELAPSED_PERCENT = {20, 52}
_PHYSICAL = 1  # <EarnedValueMethod>
# What a file says of a task, beside its place in the outline and its dates, which are read together.
READ = [each for each in FIELDS if each.element and each.name not in ("start", "finish")]


def read_task(node: Node, problems: Problems, parent_of: Outline) -> tuple[Task, list[Link]] | None:
    """One ``<Task>`` with the links to its predecessors; ``None`` for a blank row or one without UID."""
    record = Record(node, problems)
    if record.flag("IsNull"):
        return None
    uid = record.name("UID")
    if uid is None:
        record.wrong("UID", gettext_lazy("a task has no UID"), gettext_lazy("Give each task a unique UID."))
        return None
    record.uid = uid
    free = record.lenient()  # for what touches no date
    level = record.count("OutlineLevel", 1, low=0, high=MAX_OUTLINE)
    start, finish = dates_of(record)
    values = {each.engine: _value(each, free if each.lenient else record) for each in READ}
    task = Task(
        uid=uid,
        parent=parent_of.place(record, uid, level),
        outline_level=level,
        wbs=record.text("WBS"),
        milestone=free.flag("Milestone"),
        baselines=_baselines(free),
        start=start,
        finish=finish,
        stored=_stored(free, start, finish),
        **values,
    )
    task = with_progress(task, free.flag("Summary"))
    return task, [link for part in node.all("PredecessorLink") if (link := _link(part, record, uid)) is not None]


class Outline:
    """Finds each task's parent from the levels of the tasks before it."""

    def __init__(self) -> None:
        self._path: list[tuple[int, int]] = []  # (level, uid) from the top down to the last task

    def place(self, record: Record, uid: int, level: int) -> int | None:
        deepest = self._path[-1][0] if self._path else 0
        if level > deepest + 1:
            record.wrong(
                "OutlineLevel",
                gettext_lazy(
                    "the outline jumps from level %(deepest)s to level %(level)s", deepest=deepest, level=level
                ),
                gettext_lazy("A task may be at most one level below the one before it."),
            )
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        parent = self._path[-1][1] if self._path else None
        self._path.append((level, uid))
        return parent


def _value(each: TaskField, record: Record) -> Any:
    """What the record says of one field."""
    own = OWN.get(each.name)
    return own(record) if own is not None else BY_KIND[each.kind](record, each)


def _minutes(record: Record, each: TaskField) -> int | None:
    return record.minutes(each.element, MAX_WORK if each.lenient else MAX_MINUTES)


def _amount(record: Record, each: TaskField) -> Decimal | None:
    amount = record.money(each.element)
    return Decimal(0) if amount is None and not each.empty else amount


BY_KIND: dict[Kind, Callable[[Record, TaskField], Any]] = {
    Kind.TEXT: lambda record, each: record.text(each.element),
    Kind.FLAG: lambda record, each: record.flag(each.element, bool(each.default)),
    Kind.WHOLE: lambda record, each: record.count(each.element, each.default, low=each.least, high=each.most),
    Kind.MINUTES: lambda record, each: _minutes(record, each) if each.empty else _minutes(record, each) or 0,
    Kind.MOMENT: lambda record, each: record.moment(each.element),
    Kind.MONEY: lambda record, each: (
        record.money(each.element) if each.empty else record.money(each.element) or Decimal(0)
    ),
}


def _constraint(record: Record) -> Constraint:
    return _CONSTRAINTS[record.count("ConstraintType", low=0, high=7)]


def _constraint_date(record: Record) -> datetime | None:
    constraint = _constraint(Record(record.node, Problems(), record.uid))  # its own faults are named once
    if constraint in (Constraint.ASAP, Constraint.ALAP):
        return None
    moment = record.moment("ConstraintDate")
    if moment is None and not record.node.value("ConstraintDate"):
        record.wrong(
            "ConstraintDate",
            gettext_lazy("a %(constraint)s constraint has no date", constraint=constraint),
            gettext_lazy("Add the constraint date."),
        )
    return moment


def _calendar(record: Record) -> int | None:
    """The calendar's UID; 0 and -1 stand for none, and other negative ones too unless the file has such a calendar."""
    uid = record.name("CalendarUID")
    return uid if uid not in (0, -1) else None


def _hyperlink(record: Record) -> str:
    """The address, with the place inside it; a link of which only the text is known gives that."""
    address, place = record.text("HyperlinkAddress"), record.text("HyperlinkSubAddress")
    return (f"{address}#{place}" if place else address or record.text("Hyperlink"))[:MAX_HYPERLINK]


def _percent(record: Record, tag: str) -> Decimal | None:
    percent = record.number(tag)
    if percent is not None and not 0 <= percent <= 100:
        record.wrong(tag, gettext_lazy("is not between 0 and 100"), gettext_lazy("Correct the percentage."))
        return None
    return percent


def _physical(record: Record) -> float | None:
    if record.count("EarnedValueMethod") != _PHYSICAL:
        return None
    return float(_percent(record, "PhysicalPercentComplete") or 0)


# Fields whose elements say more, or otherwise, than their kind does.
OWN: dict[str, Callable[[Record], Any]] = {
    "duration_minutes": duration_of,
    "elapsed": lambda record: record.count("DurationFormat") in _ELAPSED,
    "effort": lambda record: _EFFORTS[record.count("Type", 0, low=0, high=2)],
    "manual": is_manual,
    "constraint": _constraint,
    "constraint_date": _constraint_date,
    "calendar": _calendar,
    "levelling_delay": lambda record: record.tenths("LevelingDelay") or 0,
    "percent_complete": lambda record: float(_percent(record, "PercentComplete") or 0),
    "physical_percent_complete": _physical,
    "fixed_cost_accrual": lambda record: ACCRUALS.get(record.count("FixedCostAccrual", 3), Accrual.PRORATED),
    "notes": lambda record: "\n".join(filter(None, [record.text("Notes"), texts_of(record)])),
    "hyperlink": _hyperlink,
}


def _stored(record: Record, start: datetime | None, finish: datetime | None) -> Stored:
    return Stored(
        start=start,
        finish=finish,
        early_start=record.moment("EarlyStart"),
        early_finish=record.moment("EarlyFinish"),
        late_start=record.moment("LateStart"),
        late_finish=record.moment("LateFinish"),
        total_float=record.tenths("TotalSlack"),
        free_float=record.tenths("FreeSlack"),
        critical=record.flag("Critical") if record.node.first("Critical") else None,
        bcws=record.money("BCWS"),
        bcwp=record.money("BCWP"),
        acwp=record.money("ACWP"),
    )


def _baselines(task: Record) -> tuple[BaselineValues, ...]:
    found: dict[int, BaselineValues] = {}
    for node in task.node.all("Baseline"):
        record = task.part(node)
        number = record.count("Number", low=0, high=10)
        if number in found:
            record.wrong("Number", gettext_lazy("the same baseline appears twice"))
            continue
        found[number] = BaselineValues(
            number=number,
            start=record.moment("Start"),
            finish=record.moment("Finish"),
            duration=record.minutes("Duration"),
            work=record.minutes("Work", MAX_WORK),
            cost=record.money("Cost"),
            spread=spends([*task.node.all("TimephasedData"), *node.all("TimephasedData")], _cost_type(number), record),
        )
    return tuple(found[number] for number in sorted(found))


def _cost_type(baseline: int) -> int:
    """The <Type> of a task's timephased baseline cost."""
    return 10 if baseline == 0 else 13 + 6 * baseline


def spends(rows: list[Node], kind: int, owner: Record) -> tuple[Spend, ...]:
    """The timephased rows of one <Type> that carry money, in order of time."""
    found: list[Spend] = []
    for node in rows:
        if node.value("Type") != str(kind):
            continue
        row = owner.part(node)
        start, finish, cost = row.moment("Start"), row.moment("Finish"), row.money("Value")
        if start and finish and cost and start <= finish:
            found.append(Spend(start, finish, cost))
    return tuple(sorted(found, key=lambda spend: (spend.start, spend.finish)))


def _link(node: Node, task: Record, uid: int) -> Link | None:
    record = Record(node, task.problems, uid)
    if record.flag("CrossProject"):
        return None
    predecessor = record.name("PredecessorUID")
    if predecessor is None:
        record.wrong(
            "PredecessorUID", gettext_lazy("a link has no predecessor"), gettext_lazy("Add it, or remove the link.")
        )
        return None
    code = record.count("LagFormat", 7, low=0, high=100)
    percent = code in _PERCENT or code in _ELAPSED_PERCENT
    lag = float((record.number("LinkLag", 1_000_000) if percent else record.tenths("LinkLag")) or 0)
    unit = LagUnit.WORKING
    if percent:
        unit = LagUnit.PERCENT if code in _PERCENT else LagUnit.ELAPSED_PERCENT
    elif code in _ELAPSED:
        unit = LagUnit.ELAPSED
    return Link(predecessor, uid, _LINKS[record.count("Type", 1, low=0, high=3)], lag, unit)
