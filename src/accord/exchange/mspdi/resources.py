"""Resources with their rates, and who is assigned to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from accord.engines.plan import Accrual, Assignment, BaselineValues, RateLine, Resource, ResourceKind, Spend, Task
from accord.exchange.errors import Problems
from accord.exchange.mspdi.availability import availability_of
from accord.exchange.mspdi.document import Node
from accord.exchange.mspdi.fields import Record
from accord.exchange.mspdi.limits import MAX_UID, MAX_WORK
from accord.exchange.mspdi.splits import WorkRow, work_rows
from accord.exchange.mspdi.tasks import ACCRUALS, spends

_KINDS = (ResourceKind.MATERIAL, ResourceKind.WORK, ResourceKind.COST)
# MS Project writes these where a rate has no first or no last day.
_FROM_EVER = date(1984, 1, 1)
_FOR_EVER = date(2049, 12, 31)


def read_resource(node: Node, problems: Problems) -> Resource | None:
    """One ``<Resource>``; ``None`` for a blank row and for the nameless number 0 that stands for nobody."""
    record = Record(node, problems)
    uid = record.integer("UID", low=0, high=MAX_UID)
    if uid is None:
        record.wrong("UID", "a resource has no UID", "Give every resource its own number.")
        return None
    record.uid = uid
    if record.flag("IsNull") or (uid == 0 and not node.value("Name")):
        return None
    calendar = record.integer("CalendarUID")
    units = record.number("MaxUnits", MAX_UID)
    return Resource(
        uid=uid,
        name=record.text("Name"),
        kind=ResourceKind.COST if record.flag("IsCostResource") else _KINDS[record.count("Type", 1, low=0, high=2)],
        email=record.text("EmailAddress"),
        group=record.text("Group"),
        max_units=1.0 if units is None else float(units),
        calendar=calendar if calendar is not None and calendar > 0 else None,
        rates=_rates(record),
        material_label=record.text("MaterialLabel"),
        availability=availability_of(record),
        accrual=ACCRUALS.get(record.count("AccrueAt", 3), Accrual.PRORATED),
    )


def _rates(resource: Record) -> tuple[RateLine, ...]:
    """Cost rate table A over time; without tables, the resource's single rates. The file counts per hour
    whatever unit it shows (for a material, per unit of material)."""
    lines: list[RateLine] = []
    for part in resource.node.all("Rates"):
        for node in part.all("Rate"):
            record = Record(node, resource.problems, resource.uid)
            if record.count("RateTable", low=0, high=4) == 0:
                starts, ends = record.moment("RatesFrom"), record.moment("RatesTo")
                lines.append(
                    RateLine(
                        starts=starts.date() if starts and starts.date() > _FROM_EVER else None,
                        ends=ends.date() if ends and ends.date() < _FOR_EVER else None,
                        **_prices(record),
                    )
                )
    if lines:
        return tuple(sorted(lines, key=lambda line: line.starts or date.min))
    prices = _prices(resource)
    return (RateLine(None, None, **prices),) if any(prices.values()) else ()


def _prices(record: Record) -> dict[str, Decimal]:
    nothing = Decimal(0)
    return {
        "standard": record.rate("StandardRate") or nothing,
        "overtime": record.rate("OvertimeRate") or nothing,
        "per_use": record.money("CostPerUse") or nothing,
    }


def other_rate_tables(node: Node) -> bool:
    """Whether the resource has rates in tables B to E, which a plan does not hold."""
    return any(
        rate.value("RateTable") not in (None, "0") and any(rate.value(tag) not in (None, "0") for tag in _PRICE_TAGS)
        for part in node.all("Rates")
        for rate in part.all("Rate")
    )


_PRICE_TAGS = ("StandardRate", "OvertimeRate", "CostPerUse")


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment and what the file says about it over time."""

    assignment: Assignment
    baseline_spread: dict[int, tuple[Spend, ...]]
    work: tuple[WorkRow, ...]


def read_assignment(node: Node, problems: Problems) -> AssignmentRow | None:
    """One ``<Assignment>``. A resource number below 1 without such a resource means nobody yet."""
    record = Record(node, problems)
    uid = record.integer("UID", low=0, high=MAX_UID)
    if uid is None:
        record.wrong("UID", "an assignment has no UID", "Give every assignment its own number.")
        return None
    record.uid = uid
    task = record.integer("TaskUID", low=0, high=MAX_UID)
    if task is None:
        record.wrong("TaskUID", "an assignment names no task", "Name the task, or remove the assignment.")
        return None
    units = record.number("Units", MAX_UID)
    baseline = next((part for part in node.all("Baseline") if (part.value("Number") or "0") == "0"), None)
    baseline_record = Record(baseline, problems, uid) if baseline else None
    rows = [*node.all("TimephasedData"), *(row for part in node.all("Baseline") for row in part.all("TimephasedData"))]
    assignment = Assignment(
        uid=uid,
        task=task,
        resource=record.integer("ResourceUID"),
        units=1.0 if units is None else float(units),
        work=record.minutes("Work", MAX_WORK) or 0,
        actual_work=record.minutes("ActualWork", MAX_WORK) or 0,
        remaining_work=record.minutes("RemainingWork", MAX_WORK),
        cost=record.money("Cost") or Decimal(0),
        actual_cost=record.money("ActualCost"),
        delay=record.tenths("Delay") or 0,
        start=record.moment("Start"),
        finish=record.moment("Finish"),
        contour=record.count("WorkContour", low=0, high=8),
        overtime=record.minutes("OvertimeWork", MAX_WORK) or 0,
        actual_overtime=record.minutes("ActualOvertimeWork", MAX_WORK) or 0,
        baseline_cost=baseline_record.money("Cost") if baseline_record else None,
        baseline_work=baseline_record.minutes("Work", MAX_WORK) if baseline_record else None,
    )
    spread = {number: spent for number in range(11) if (spent := spends(rows, _cost_type(number), record))}
    return AssignmentRow(assignment, spread, work_rows(rows, record))


def _cost_type(baseline: int) -> int:
    """The <Type> of an assignment's timephased baseline cost."""
    return 5 if baseline == 0 else 11 + 6 * baseline


def check_assignments(
    rows: Iterable[AssignmentRow], tasks: set[int], blank: set[int], resources: set[int], problems: Problems
) -> list[AssignmentRow]:
    """Those of real tasks, their resource known or ``None``. ``blank`` are the numbers of rows that were skipped."""
    kept: list[AssignmentRow] = []
    for row in rows:
        assignment = row.assignment
        if assignment.task not in tasks:
            if assignment.task not in blank:
                problems.add(
                    "an assignment is to a task that is not in the file",
                    "Remove the assignment, or add the task.",
                    uid=assignment.uid,
                    field="TaskUID",
                    value=str(assignment.task),
                )
            continue
        resource = assignment.resource
        if resource is not None and resource not in resources:
            if resource > 0:
                problems.add(
                    "an assignment is of a resource that is not in the file",
                    "Remove the assignment, or add the resource.",
                    uid=assignment.uid,
                    field="ResourceUID",
                    value=str(resource),
                )
            row = replace(row, assignment=replace(assignment, resource=None))
        kept.append(row)
    return kept


def with_spread(tasks: Iterable[Task], rows: Iterable[AssignmentRow]) -> list[Task]:
    """Tasks whose baselines have no timephased cost of their own take that of their assignments."""
    spread: dict[tuple[int, int], list[Spend]] = defaultdict(list)
    for row in rows:
        for number, spent in row.baseline_spread.items():
            spread[row.assignment.task, number] += spent

    def baseline_of(task: Task, baseline: BaselineValues) -> BaselineValues:
        spent = spread.get((task.uid, baseline.number))
        if baseline.spread or not spent:
            return baseline
        return replace(baseline, spread=tuple(sorted(spent, key=lambda spend: (spend.start, spend.finish))))

    if not spread:
        return list(tasks)
    return [replace(task, baselines=tuple(baseline_of(task, each) for each in task.baselines)) for task in tasks]
