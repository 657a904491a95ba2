"""What can be asked about a project's register and logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, ExpressionWrapper, F, Q, QuerySet, Sum, Value, When
from django.db.models.fields import DecimalField

from accord.engines.calendars.working_time import compile_calendars
from accord.engines.uncertainty import risk_matrix
from accord.engines.uncertainty.risk_matrix import Expected, Frame, Level
from accord.people.models import Calendar, Firm, User
from accord.projects.models import Plan, Project, Risk, Task
from accord.projects.queries import tasks_of

if TYPE_CHECKING:
    from accord.engines.uncertainty.sampling import Risk as SimulatedRisk


@dataclass(frozen=True, slots=True)
class RatedRisk:
    """A risk of the register with what the engine says of it; bands are None where it cannot be rated."""

    risk: Risk
    probability: int
    impact: int | None
    level: Level | None
    expected: Expected
    residual: Expected | None


@dataclass(frozen=True, slots=True)
class Register:
    """All risks of a project, and its open ones rated and ranked by expected value."""

    frame: Frame
    rated: list[RatedRisk]

    @property
    def open(self) -> list[RatedRisk]:
        return [r for r in self.rated if r.risk.status == Risk.Status.OPEN]

    def cells(self, kind: Risk.Kind) -> Counter[tuple[int, int]]:
        """How many open risks of ``kind`` lie in each (probability band, impact band)."""
        return Counter((r.probability, r.impact) for r in self.open if r.impact is not None and r.risk.kind == kind)

    @property
    def unrated(self) -> int:
        return sum(r.impact is None for r in self.open)


def register(project: Project) -> Register:
    """The register in five queries at most: risks with their owners, and what their impacts are measured against."""
    risks = list(Risk.objects.filter(project=project).select_related("owner", "issue"))
    frame = frames([project])[project.pk]
    rated = [rate(risk, frame) for risk in risks]
    rated.sort(key=lambda r: (risk_matrix.exposure(r.risk.figures, frame), -r.risk.number), reverse=True)
    return Register(frame, rated)


def rate(risk: Risk, frame: Frame) -> RatedRisk:
    figures = risk.figures
    probability, impact = risk_matrix.probability_band(risk.probability), risk_matrix.impact_band(figures, frame)
    return RatedRisk(
        risk,
        probability,
        impact,
        None if impact is None else risk_matrix.level(probability, impact),
        risk_matrix.expected(figures),
        risk_matrix.residual(figures),
    )


def frames(projects: Iterable[Project]) -> dict[int, Frame]:
    """The working days and the budget of each plan as it stands; None where it has no tasks or no cost.

    Three queries, however many projects.
    """
    projects = list(projects)
    top = Task.objects.filter(project__in=projects, parent=None, active=True)
    budgets = dict(top.order_by().values("project").annotate(sum=Sum("cost")).values_list("project", "sum"))
    firm = Firm.current().calendar_id
    used = {project.calendar_id or firm for project in projects if project.finish is not None}
    known = compile_calendars(tuple(c.spec() for c in Calendar.objects.all())) if used else {}
    found = {}
    for project in projects:
        days = None
        calendar = project.calendar_id or firm
        if project.finish is not None and calendar is not None and project.finish > project.start:
            minutes = known[calendar].between(project.start, project.finish)
            days = Decimal(minutes) / project.minutes_per_day
        found[project.pk] = Frame(days or None, budgets.get(project.pk) or None)
    return found


def possible_owners(project: Project) -> QuerySet[User]:
    """Those who work on the project or answer for it, and can see what they would own."""
    return User.objects.filter(
        Q(project_memberships__project=project)
        | Q(pk=project.manager_id)
        | Q(pk__in=Project.objects.filter(pk=project.pk).values("account__owner")),
        is_active=True,
    ).distinct()


def with_rank(risks: QuerySet[Risk]) -> QuerySet[Risk]:
    """Adds ``days_rank``: 300 times the expected days, so that a list of many projects can be sorted by them."""
    sign = Case(When(kind=Risk.Kind.OPPORTUNITY, then=Value(-1)), default=Value(1))
    days = F("days_low") + F("days_likely") + F("days_high")
    plain = DecimalField(max_digits=24, decimal_places=2)
    return risks.annotate(days_rank=ExpressionWrapper(days * F("probability") * sign, output_field=plain))


@dataclass(frozen=True, slots=True)
class SimulatedRisks:
    """The open risks as the simulation takes them, and those whose days it cannot place because they name no task."""

    risks: tuple[SimulatedRisk, ...]
    without_tasks: tuple[Risk, ...]


def simulated_risks(plan: Plan, *, after_response: bool = False) -> SimulatedRisks:
    """``uid`` is the risk's number in its project; working days become minutes of the project's day.

    An opportunity's amounts are negative. With ``after_response`` each risk is taken as its response leaves it.
    Impacts are triangular, as the register's expected values are. Risks name tasks of the current plan; in a what-if
    they affect the copies of these.
    """
    from accord.engines.uncertainty.sampling import Risk as Simulated

    project = plan.project
    risks = list(Risk.objects.filter(project=project, status=Risk.Status.OPEN))
    affected = _affected(plan, risks)
    kinds = {task.kind for tasks in affected.values() for task in tasks}
    last = _last_leaves(plan) if Task.Kind.SUMMARY in kinds else {}
    found, without = [], []
    for risk in risks:
        strikes = tuple(sorted({last.get(task.pk, task.uid) for task in affected[risk.pk]}))
        probability, days, cost = _amounts(risk, after_response=after_response)
        if any(days) and not strikes:
            without.append(risk)
        found.append(
            Simulated(
                uid=risk.number,
                probability=probability / 100,
                minutes=_estimate([day * project.minutes_per_day for day in days] if strikes else [], risk.sign),
                money=_estimate(cost, risk.sign),
                strikes=strikes,
            )
        )
    return SimulatedRisks(tuple(found), tuple(without))


def _affected(plan: Plan, risks: list[Risk]) -> dict[int, list[Task]]:
    """The active tasks of ``plan`` that each risk affects, by the risk's key."""
    copy_of = plan.copy_of("tasks")
    pairs = Risk.tasks.through.objects.filter(risk__in=risks).values_list("risk", "task")
    named = [(risk, task if plan.is_current else copy_of.get(task)) for risk, task in pairs]
    tasks = tasks_of(plan).filter(active=True).in_bulk([task for _, task in named if task is not None])
    found: dict[int, list[Task]] = {risk.pk: [] for risk in risks}
    for risk, task in named:
        if task in tasks:
            found[risk].append(tasks[task])
    return found


def _amounts(risk: Risk, *, after_response: bool) -> tuple[int, list[Decimal], list[Decimal]]:
    days, cost = [risk.days_low, risk.days_likely, risk.days_high], [risk.cost_low, risk.cost_likely, risk.cost_high]
    if not after_response:
        return risk.probability, days, cost
    left = risk.figures.response
    return (
        risk.probability if left.probability is None else left.probability,
        days if left.days is None else [left.days] * 3,
        cost if left.cost is None else [left.cost] * 3,
    )


def _estimate(points: list[Decimal], sign: int) -> Any:
    from accord.engines.uncertainty.three_point import Estimate, Shape

    if not any(points):
        return Estimate.fixed(0)
    low, likely, high = sorted(float(sign * point) for point in points)
    return Estimate(low, likely, high, Shape.TRIANGULAR)


def _last_leaves(plan: Plan) -> dict[int, int]:
    """For each summary by its key, the uid of the task below it that finishes last: delaying it delays the summary."""
    tasks = list(tasks_of(plan).filter(active=True).only("uid", "parent", "kind", "finish"))
    parent = {task.pk: task.parent_id for task in tasks}
    last: dict[int, Task] = {}
    for task in tasks:
        if task.kind == Task.Kind.SUMMARY or task.finish is None:
            continue
        above = task.parent_id
        while above is not None:
            known = last.get(above)
            if known is None or known.finish is None or (task.finish, task.uid) > (known.finish, known.uid):
                last[above] = task
            above = parent.get(above)
    return {pk: task.uid for pk, task in last.items()}
