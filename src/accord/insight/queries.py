"""Figures of projects and clients, each with the rows it was computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accord.accounts.models import Account
from accord.core.access import Permission, can, require
from accord.core.models import Event
from accord.core.money import Money, digits, round_half_up, rounded
from accord.core.money_fields import without_money
from accord.engines.money.earned_value import EarnedValue
from accord.engines.money.plan_value import PlanValue, TaskValue, end_of, last_day, of_plan, own_costs, status_moment
from accord.engines.texts import Text, gettext_lazy, ngettext_lazy
from accord.insight.models import ClientFigure, ClientFigures, ProjectMeasure
from accord.money.queries import ActualCost, actual_cost
from accord.people.models import Firm
from accord.projects.forecast import forecast_tasks
from accord.projects.models import Plan, Project, Task
from accord.projects.plan_memory import shown
from accord.projects.queries import LoadedPlan, load_plan
from accord.projects.queries_progress import plan_as_of
from accord.rates.queries import converter_to


@dataclass(frozen=True, slots=True)
class ProjectValue:
    """Earned value of a project with all that explains it.

    ``status_source`` says why that moment; ``not_on_a_task`` is cost booked on the project without a task, part of the
    total but of no row.
    """

    value: PlanValue
    loaded: LoadedPlan
    booked: ActualCost
    status_source: Text
    not_on_a_task: Decimal

    @property
    def total(self) -> EarnedValue:
        return self.value.total

    @property
    def status_date(self) -> datetime:
        return self.value.status_date

    @property
    def rows(self) -> tuple[TaskValue, ...]:
        return self.value.rows


def project_value(
    project: Project, user: Any, today: date, loaded: LoadedPlan | None = None, as_of: date | None = None
) -> ProjectValue:
    """Measure ``project`` as of the day it was closed or put on hold, else at its status date or the end of ``today``.

    For ``user`` who may see its amounts. With ``as_of`` it is measured as of that earlier day instead: with the
    progress that the ledger has up to then, the cost booked up to then, and today's dates and baseline.

    Actual cost is what the plan file recorded plus what was booked here up to that moment; unknown while there is
    neither.
    """
    require(user, Permission.VIEW_MONEY, project)
    baseline = int(project.plan_options.get("earned_value_baseline", 0))
    unreported: tuple[str, ...] = ()
    if as_of is not None:
        past = plan_as_of(project, end_of(as_of))
        loaded, unreported = load_plan(project.plan, baselines=tuple({0, baseline}), parts=past.parts), past.unreported
        moment, source = status_moment(loaded.plan, as_of, today)
        loaded = replace(loaded, plan=replace(loaded.plan, status_date=moment))  # progress and question fit
    else:
        loaded = loaded or load_plan(project.plan, baselines=tuple({0, baseline}))
        moment, source = _moment(project, loaded, today)
    booked = actual_cost(project, user, last_day(moment))
    costs, outside = _costs(loaded, booked, baseline)
    value = of_plan(loaded.plan, moment, costs, places=digits(project.currency))
    if project.status == Project.Status.CLOSED:
        value = replace(value, total=replace(value.total, closed=True))
    if unreported:
        value = replace(value, total=replace(value.total, ev=None, missing=(*value.total.missing, _late(unreported))))
    return ProjectValue(value, loaded, booked, source, outside)


@contextmanager
def valued(project: Project, user: Any, today: date, as_of: date | None = None) -> Iterator[ProjectValue]:
    """:func:`project_value` with the plan that this process keeps, unless another state of it or baseline counts."""
    if as_of is not None or project.plan_options.get("earned_value_baseline"):
        yield project_value(project, user, today, as_of=as_of)
        return
    with shown(project.plan) as loaded:
        yield project_value(project, user, today, loaded)


def _late(names: tuple[str, ...]) -> Text:
    """Why the earned value of a past day is not known."""
    return ngettext_lazy(
        "The progress of “%(name)s” was first reported after this date.",
        "The progress of %(number)s tasks was first reported after this date, such as “%(name)s”.",
        len(names),
        number=f"{len(names):,}",
        name=names[0],
    )


def _moment(project: Project, loaded: LoadedPlan, today: date) -> tuple[datetime, Text]:
    """The moment to measure at, and why that one."""
    if project.is_stopped and project.stopped_on is not None:
        moment, _ = status_moment(loaded.plan, project.stopped_on, today)
        is_closed = project.status == Project.Status.CLOSED
        if is_closed:
            return moment, gettext_lazy("the day the project was closed")
        return moment, gettext_lazy("the day the project was put on hold")
    return status_moment(loaded.plan, None, today)


def _costs(loaded: LoadedPlan, booked: ActualCost, baseline: int) -> tuple[Mapping[int, Decimal] | None, Decimal]:
    """Recorded and booked cost by task uid, and what is booked on none; ``None``: the plan's own record counts."""
    if not booked.by_task:
        return None, Decimal(0)
    own = own_costs(loaded.plan, baseline)
    costs = {uid: recorded for uid, (_, recorded) in own.items()}
    uid_of = {task.pk: task.uid for task in loaded.tasks}
    outside = Decimal(0)
    for task, cost in booked.by_task.items():
        uid = uid_of.get(task) if task is not None else None
        if uid in costs:
            costs[uid] += cost
        else:
            outside += cost
    if outside:
        costs[0] = costs.get(0, Decimal(0)) + outside  # no row has uid 0: it counts in the total only
    return costs, outside


WEEK = timedelta(weeks=1)


def measurement(project: Project, value: ProjectValue, day: date) -> ProjectMeasure:
    """``value`` as the row that is kept of it (unsaved)."""
    total = value.total
    leaves = [row for row in value.loaded.rows if not row.has_children and row.task.active]
    leaves = [row for row in leaves if row.task.kind != Task.Kind.LEVEL_OF_EFFORT]  # earned as planned, no progress
    weight = sum(row.task.duration_minutes for row in leaves)
    done = sum((row.task.percent_complete * row.task.duration_minutes for row in leaves), Decimal(0))
    # The baseline's finish is that of the tasks whose finish is the forecast, so that the two can be compared.
    counts = {task.uid for task in forecast_tasks(value.loaded.tasks)}
    baselines = [(task.uid, b) for task in value.loaded.plan.tasks for b in task.baselines if b.number == 0]
    agreed = [b.finish for uid, b in baselines if b.finish and uid in counts]
    agreed = agreed or [b.finish for _, b in baselines if b.finish]
    start = value.value.baseline_start
    schedule = value.value.schedule
    curve = (
        [] if start is None else [(start, Decimal(0)), *((start + WEEK * float(t), v) for t, v in value.value.curve)]
    )
    return ProjectMeasure(
        project=project,
        day=day,
        status_date=value.status_date,
        status_source=value.status_source,
        latest=True,
        **{
            name: None if (amount := getattr(total, name)) is None else rounded(amount, project.currency)
            for name in ("bac", "pv", "ev", "ac", "cv", "sv", "eac")
        },
        cpi=_index(total.cpi),
        spi=_index(total.spi),
        percent_complete=round_half_up(done / weight, 2) if weight else None,
        weeks=_weeks(schedule.actual_time if schedule else None),
        planned_weeks=_weeks(schedule.planned_duration if schedule else None),
        earned_weeks=_weeks(schedule.earned if schedule else None),
        finish=project.finish,
        baseline_finish=max(agreed, default=None),
        missing=list(total.missing),
        curve=[[moment.isoformat(timespec="minutes"), str(amount)] for moment, amount in curve],
    )


def _weeks(value: Decimal | None) -> Decimal | None:
    return None if value is None else round_half_up(value, 3)


def _index(value: Decimal | None) -> Decimal | None:
    """CPI and SPI to four places; one beyond all measure (a cent spent for a million earned) is kept as unknown."""
    return None if value is None or abs(value) >= 10**7 else round_half_up(value, 4)


# An event of one of these, below a project, changes the project's figures.
MEASURED = frozenset(
    {
        "projects.project", "projects.task", "projects.link", "projects.assignment", "projects.resource",
        "projects.baseline", "projects.deliverable", "money.timeentry", "money.expense",
    }
)  # fmt: skip


def measured_events(project: Any) -> QuerySet[Event]:
    """The events that change the figures of the project with this key (or ``OuterRef``), the newest first."""
    rows = Event.objects.filter(root_type="projects.project", root_id=project, subject_type__in=MEASURED)
    return rows.order_by("-at", "-pk")


def last_event(project: int) -> int:
    """The newest event that changes the figures of the project; 0 where there is none."""
    return measured_events(project).values_list("pk", flat=True).first() or 0


def newest_event() -> Coalesce:
    """:func:`last_event` of the project of a measurement, for queries of measurements."""
    return Coalesce(Subquery(measured_events(OuterRef("project")).values("pk")[:1]), Value(0))


def up_to_date_measures() -> QuerySet[ProjectMeasure]:
    """The newest measurements of projects that nothing has changed since; all others are behind.

    Events tell most changes. What is written without one, such as the plan of an import that is undone, shows by the
    moment of the change.
    """
    rows = ProjectMeasure.objects.filter(latest=True, seen_event__gte=newest_event())
    unchanged = Plan.objects.filter(
        project=OuterRef("project"), kind=Plan.Kind.CURRENT, changed_at__lte=OuterRef("made_at")
    )
    return rows.filter(Exists(unchanged), project__updated_at__lte=F("made_at"))


def current_measure(project: Project, user: Any, today: date) -> ProjectMeasure:
    """The measurement that is kept, if it is up to date and not of days ago, else a new one.

    The new one is unsaved. Figures follow from events (``config/subscribers.py``), and a job measures all that run
    several times a day, so that pages need not: in the first hours of a day they show, with its date, the evening
    before. For who may not see the project's money it is without its amounts.
    """
    kept = up_to_date_measures().filter(project=project).first()
    if kept is None or not (project.is_stopped or kept.day >= today - timedelta(days=1)):
        kept = measurement(project, project_value(project, None, today), today)
    return kept if user is None or can(user, Permission.VIEW_MONEY, project) else without_money(kept)


def require_firm_figures(user: Any) -> None:
    """Refuse who may not see figures of the whole firm: its revenue, what it loses, what its clients are worth."""
    require(user, Permission.VIEW_MONEY, Firm())


def newest_runs() -> QuerySet[ClientFigures]:
    """The runs, the newest first; without those that were rebuilt, which are of earlier days however late they came."""
    return ClientFigures.objects.filter(rebuilt=False).order_by("-pk")


def latest_analysis(user: Any) -> ClientFigures | None:
    """The newest run over the firm's customers, for who may see figures of the whole firm."""
    require_firm_figures(user)
    return newest_runs().first()


def client_figures(user: Any) -> QuerySet[ClientFigure]:
    """The newest run's rows of the clients whose money ``user`` may see, each with its run."""
    rows = ClientFigure.objects.filter(analysis=newest_runs().values("pk")[:1], account__archived_at=None)
    if user is not None:
        rows = rows.filter(ClientFigure.visible_rows(user))
    return rows.select_related("analysis", "account", "override")


def account_analysis(account: Account, user: Any) -> ClientFigure | None:
    """The account's part in the newest run; ``None`` before the first run or for one who never bought."""
    require(user, Permission.VIEW_MONEY, account)
    return client_figures(None).filter(account=account).first()


MONTH = timedelta(days=28)


def figure_before(row: ClientFigure, ago: timedelta = MONTH) -> ClientFigure | None:
    """The same client in the newest run that is at least ``ago`` older; None where there is none with a health."""
    rows = ClientFigure.objects.filter(account=row.account_id, health__isnull=False).exclude(contributions=[])
    rows = rows.filter(analysis__as_of__lte=row.analysis.as_of - ago).select_related("analysis")
    return rows.order_by("-analysis__as_of", "-pk").first()


def health_history(account: Account, user: Any, months: int = 24) -> list[tuple[date, float, float | None]]:
    """Health as calculated on each day with a run, the oldest first, and what was set by hand then."""
    require(user, Permission.VIEW_MONEY, account)
    rows = ClientFigure.objects.filter(account=account, health__isnull=False).order_by("analysis__as_of", "pk")
    found: dict[date, tuple[date, float, float | None]] = {}
    for day, health, calculated in rows.values_list("analysis__as_of", "health", "calculated"):
        own = health if calculated else None
        found[day] = (day, float(calculated.get("health", health)), own)  # the last run of a day counts
    days = sorted(found)
    return [found[day] for day in days if day >= days[-1] - timedelta(days=31 * months)]


def measures_of(projects: QuerySet[Project], user: Any) -> QuerySet[Any]:
    """The newest measurement of each project, with whether ``user`` may see its amounts: ``shows``."""
    rows = ProjectMeasure.objects.filter(latest=True, project__in=projects.order_by().values("pk"))
    rows = rows.select_related("project__account", "project__manager").order_by()
    if user is None or not (shown := Project.policy.filter(user, Permission.VIEW_MONEY, Project)):
        return rows.annotate(shows=Value(True))
    return rows.annotate(shows=Exists(Project.objects.filter(shown, pk=OuterRef("project"))))


def revealed(rows: Iterable[ProjectMeasure]) -> list[ProjectMeasure]:
    """The rows of :func:`measures_of`, without the amounts that the user may not see."""
    found: list[Any] = list(rows)
    return [row if row.shows else without_money(row) for row in found]


def latest_measures(projects: QuerySet[Project], user: Any, *order: str) -> list[ProjectMeasure]:
    """The newest measurement of each project; of those whose money ``user`` may not see, without its amounts."""
    return revealed(measures_of(projects, user).order_by(*order))


@dataclass(frozen=True, slots=True)
class Variances:
    """Cost and schedule variance over several projects, in one currency.

    ``unknown`` counts projects without the figure, ``unconverted`` those whose currency has no rate.
    """

    currency: str
    cost: Decimal | None
    schedule: Decimal | None
    projects: int
    unknown: int
    unconverted: int


def variances(measures: list[ProjectMeasure], currency: str, day: date) -> Variances:
    """The sums over ``measures`` (with their projects loaded) in the firm's ``currency``, at the rates of ``day``."""
    exchange = converter_to(currency, currency) if any(m.project.currency != currency for m in measures) else None
    sums: dict[str, Money] = {}
    unknown = unconverted = 0
    for measure in measures:
        own = measure.project.currency
        if exchange is not None and exchange.rate(own, day) is None:
            unconverted += 1
            continue
        unknown += measure.cv is None or measure.sv is None
        for name in ("cv", "sv"):
            amount = getattr(measure, name)
            money = None if amount is None else Money(amount, own)
            if money is not None and exchange is not None:
                money = exchange.convert(money, day)
            if money is not None:
                sums[name] = money + sums.get(name, 0)
    return Variances(
        currency,
        sums["cv"].amount if "cv" in sums else None,
        sums["sv"].amount if "sv" in sums else None,
        len(measures),
        unknown,
        unconverted,
    )


def value_at_risk(user: Any) -> Decimal | None:
    """Lifetime value of the clients in the newest run whose money ``user`` may see."""
    total: Decimal | None = client_figures(user).aggregate(total=Sum("lifetime_value"))["total"]
    return total
