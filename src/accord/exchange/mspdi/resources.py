"""Resources with their rates, and who is assigned to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from accord.engines.planning.plan import (
    Accrual,
    Assignment,
    BaselineValues,
    RateLine,
    Resource,
    ResourceKind,
    Spend,
    Task,
)
from accord.engines.texts import gettext_lazy
from accord.exchange.errors import Problems
from accord.exchange.mspdi.availability import availability_of
from accord.exchange.mspdi.document import Node
from accord.exchange.mspdi.fields import NOUNS, Record
from accord.exchange.mspdi.limits import MAX_UID, MAX_WORK
from accord.exchange.mspdi.splits import WorkRow, work_rows
from accord.exchange.mspdi.tasks import ACCRUALS, spends

NO_UID = -(2**41)  # of an assignment without one, until it gets its own
_KINDS = (ResourceKind.MATERIAL, ResourceKind.WORK, ResourceKind.COST)
# MS Project writes these where a rate has no first or no last day.
_FROM_EVER = date(1984, 1, 1)
_FOR_EVER = date(2049, 12, 31)


def read_resource(node: Node, problems: Problems) -> Resource | None:
    """One ``<Resource>``; ``None`` for a blank row and for the nameless number 0 that stands for nobody."""
    record = Record(node, problems)
    uid = record.name("UID")
    if uid is None:
        record.wrong("UID", gettext_lazy("a resource has no UID"), gettext_lazy("Give each resource a unique UID."))
        return None
    record.uid = uid
    free = record.lenient()  # for what touches no date
    if record.flag("IsNull") or (uid == 0 and not node.value("Name")):
        return None
    calendar = record.name("CalendarUID")
    units = free.number("MaxUnits", MAX_UID)
    return Resource(
        uid=uid,
        name=record.text("Name"),
        kind=ResourceKind.COST if record.flag("IsCostResource") else _KINDS[record.count("Type", 1, low=0, high=2)],
        email=record.text("EmailAddress"),
        group=record.text("Group"),
        max_units=1.0 if units is None else float(units),
        calendar=calendar if calendar not in (0, -1) else None,
        rates=_rates(free),
        material_label=record.text("MaterialLabel"),
        availability=availability_of(record),
        accrual=ACCRUALS.get(free.count("AccrueAt", 3), Accrual.PRORATED),
    )


def _rates(resource: Record) -> tuple[RateLine, ...]:
    """Cost rate table A over time; without tables, the resource's single rates. The file counts per hour
    whatever unit it shows (for a material, per unit of material)."""
    lines: list[RateLine] = []
    for part in resource.node.all("Rates"):
        for node in part.all("Rate"):
            record = resource.part(node)
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
    ledger: Problems | None  # faults of its work, units and delay


def read_assignment(node: Node, problems: Problems) -> AssignmentRow | None:
    """One ``<Assignment>``. A resource number below 1 without such a resource means nobody yet."""
    record = Record(node, problems)
    task = record.name("TaskUID")
    # The UID of an assignment names nothing else: one that has none, or another's, gets a new one.
    record.uid = uid = record.lenient().name("UID") if node.value("UID") else None
    if task is None:
        record.wrong(
            "TaskUID",
            gettext_lazy("an assignment has no task"),
            gettext_lazy("Add the task, or remove the assignment."),
        )
        return None
    free = record.lenient()  # for what touches no date
    ledger = problems.apart()  # for what touches one only where people with different calendars share the task
    shared = Record(node, ledger, uid)
    units = shared.number("Units", MAX_UID)
    baseline = next((part for part in node.all("Baseline") if (part.value("Number") or "0") == "0"), None)
    baseline_record = free.part(baseline) if baseline else None
    rows = [*node.all("TimephasedData"), *(row for part in node.all("Baseline") for row in part.all("TimephasedData"))]
    assignment = Assignment(
        uid=NO_UID if uid is None else uid,
        task=task,
        resource=record.name("ResourceUID"),
        units=1.0 if units is None else float(units),
        work=shared.minutes("Work", MAX_WORK) or 0,
        actual_work=shared.minutes("ActualWork", MAX_WORK) or 0,
        remaining_work=shared.minutes("RemainingWork", MAX_WORK),
        cost=free.money("Cost") or Decimal(0),
        actual_cost=free.money("ActualCost"),
        delay=shared.tenths("Delay") or 0,
        start=free.moment("Start"),
        finish=free.moment("Finish"),
        contour=shared.count("WorkContour", low=0, high=8),
        overtime=shared.minutes("OvertimeWork", MAX_WORK) or 0,
        actual_overtime=shared.minutes("ActualOvertimeWork", MAX_WORK) or 0,
        baseline_cost=baseline_record.money("Cost") if baseline_record else None,
        baseline_work=baseline_record.minutes("Work", MAX_WORK) if baseline_record else None,
    )
    spread = {number: spent for number in range(11) if (spent := spends(rows, _cost_type(number), free))}
    return AssignmentRow(assignment, spread, work_rows(rows, free), ledger if ledger.total else None)


def _cost_type(baseline: int) -> int:
    """The <Type> of an assignment's timephased baseline cost."""
    return 5 if baseline == 0 else 11 + 6 * baseline


def check_assignments(
    rows: Iterable[AssignmentRow],
    tasks: Iterable[Task],
    blank: set[int],
    resources: Iterable[Resource],
    problems: Problems,
) -> list[AssignmentRow]:
    """Those of real tasks, their resource known or ``None``. ``blank`` are the numbers of rows that were skipped."""
    known = {task.uid for task in tasks}
    by_uid = {resource.uid: resource for resource in resources}
    kept: list[AssignmentRow] = []
    for row in rows:
        assignment = row.assignment
        if assignment.task not in known:
            if assignment.task not in blank:
                problems.skip(
                    gettext_lazy("an assignment uses a task that is not in the file"),
                    record=NOUNS["assignment"],
                    uid=None if assignment.uid == NO_UID else assignment.uid,
                    field="TaskUID",
                    value=str(assignment.task),
                )
            continue
        resource = assignment.resource
        if resource is not None and resource not in by_uid:
            if resource > 0:
                problems.add(
                    gettext_lazy("an assignment uses a resource that is not in the file"),
                    gettext_lazy("Remove the assignment, or add the resource."),
                    uid=assignment.uid,
                    field="ResourceUID",
                    value=str(resource),
                )
            row = replace(row, assignment=replace(assignment, resource=None))
        kept.append(row)
    _weigh(kept, by_uid, problems)
    return kept


def _weigh(rows: Iterable[AssignmentRow], resources: Mapping[int, Resource], problems: Problems) -> None:
    """Faults in how much somebody works on a task matter where its people have different calendars: the task then
    lasts as long as the longest of them. Elsewhere its own duration counts."""
    ledgers: dict[int, list[Problems]] = defaultdict(list)
    for row in rows:
        if row.ledger is not None:
            ledgers[row.assignment.task].append(row.ledger)
    if not ledgers:
        return
    calendars: dict[int, set[int | None]] = defaultdict(set)
    for row in rows:
        if row.assignment.task in ledgers and row.assignment.resource is not None:
            resource = resources[row.assignment.resource]
            if resource.kind is ResourceKind.WORK:
                calendars[row.assignment.task].add(resource.calendar)
    for task, found in ledgers.items():
        for ledger in found:
            problems.merge(ledger, refuse=len(calendars[task]) > 1, record=NOUNS["assignment"])


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
