"""What the firm knew of its clients on past days: each source read once, then cut at every origin.

What is many is thinned in the database to what can be seen on the days that are asked for: of conversations the last
one before each day, of invoices those open on one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any

import numpy as np
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from numpy.typing import NDArray

from accord.accounts.models import Account, Affiliation, Interaction
from accord.engines.customers.signals import Observed, signal_values
from accord.insight.history.contracts import contract_projects
from accord.insight.history.days import DayNumber, end_of
from accord.insight.history.months import DAYS
from accord.insight.models import ProjectMeasure
from accord.money.models import Invoice
from accord.money.queries import counted_invoices
from accord.projects.models import Deliverable, Project, Task
from accord.projects.models.baseline import BaselineTask
from accord.success.models import Survey, SurveyAnswer
from accord.support.models import Request

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = date.max.toordinal()
CHUNK = 5000
TALKS = (Interaction.Kind.MEETING, Interaction.Kind.CALL, Interaction.Kind.MAIL)


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """Rows of one source: whose ``client`` (its place), and for each the ``columns`` as numbers; days are ordinals."""

    client: Ints
    columns: tuple[Floats, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]], places: dict[int, int], width: int) -> Dated:
        """From rows of an account and ``width`` values: days, moments, numbers, truths; none is `NEVER`."""
        kept = ((places[row[0]], *map(_number, row[1:])) for row in rows if row[0] in places)
        table = np.fromiter(chain.from_iterable(kept), dtype=np.float64).reshape(-1, width + 1)
        return cls(table[:, 0].astype(np.int64), tuple(table[:, 1:].T))


def _number(value: Any) -> float:
    if value is None:
        return float(NEVER)
    if isinstance(value, int):
        return float(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return float(value.toordinal()) if isinstance(value, date) else float(value)


@dataclass(frozen=True, slots=True, eq=False)
class SignalSources:
    """Everything that signals are made of, for clients numbered by ``places`` (account → place)."""

    clients: int
    talks: Dated  # day; of each day that is asked for the last one
    sponsors: Dated  # since, until
    answers: Dated  # day, score on 0 to 10
    requests: Dated  # reported, due, resolved
    measures: Dated  # day, project, SPI, CPI (0: unknown)
    milestones: Dated  # agreed, reached
    promises: Dated  # promised, kept
    work: Dated  # from, until, whether it was ordered (1) or falls under a contract (0)
    bills: Dated  # due, paid; those open on a day that is asked for
    records_talks: bool
    records_bills: bool


def read_sources(places: dict[int, int], as_of: date, days: Sequence[date]) -> SignalSources:
    """One query for each source. ``days`` are those that :func:`observed_at` will be asked for."""
    sponsors = Affiliation.objects.filter(buying_role=Affiliation.BuyingRole.SPONSOR)
    milestones = BaselineTask.objects.filter(
        baseline__number=0, task__kind=Task.Kind.MILESTONE, finish__lt=_after(as_of), baseline__project__isnull=False
    )
    requests = Request.objects.filter(reported_at__lt=end_of(as_of)).order_by()
    measures = ProjectMeasure.objects.filter(day__lte=as_of).order_by().annotate(at=DayNumber("day"))
    found = Dated.of(_last_talks(days), places, 1)
    return SignalSources(
        clients=len(places),
        talks=found,
        sponsors=Dated.of(
            ((a, since or date.min, until) for a, since, until in sponsors.values_list("account", "since", "until")),
            places,
            2,
        ),
        answers=Dated.of(_answers(as_of), places, 2),
        requests=Dated.of(
            requests.values_list("account", "reported_at", "resolution_due", "resolved_at").iterator(CHUNK), places, 3
        ),
        measures=Dated.of(
            (
                (a, day, p, spi or 0, cpi or 0)
                for a, day, p, spi, cpi in measures.values_list(
                    "project__account", "at", "project", "spi", "cpi"
                ).iterator(CHUNK)
            ),
            places,
            4,
        ),
        milestones=Dated.of(
            milestones.values_list("baseline__project__account", "finish", "task__actual_finish").iterator(CHUNK),
            places,
            2,
        ),
        promises=Dated.of(_promises(as_of), places, 2),
        work=Dated.of(periods_of_work(), places, 3),
        bills=Dated.of(_bills(days), places, 2),
        records_talks=bool(len(found.client)),
        records_bills=_due_bills().filter(due_on__lte=as_of).exists(),
    )


def _last_talks(days: Sequence[date]) -> Iterator[tuple[int, date]]:
    """The last conversation of each account before the end of each of ``days``: looked up, not searched for."""
    talks = Interaction.objects.filter(kind__in=TALKS, account=OuterRef("pk")).order_by("-at")
    last = {f"at_{n}": Subquery(talks.filter(at__lt=end_of(day)).values("at")[:1]) for n, day in enumerate(days)}
    rows = Account.objects.order_by().annotate(**last).values_list("pk", *last)
    for account, *moments in rows.iterator(CHUNK):
        for moment in {*moments} - {None}:
            yield account, moment


def _after(day: date) -> datetime:
    """The end of ``day`` on the wall clock of plans."""
    return datetime.combine(day + timedelta(days=1), time())


def _answers(as_of: date) -> list[tuple[Any, ...]]:
    """NPS as it is, CSAT from 1–5 and effort from 1–7 on the same ten points."""
    rows = SurveyAnswer.objects.filter(given_on__lte=as_of, survey__anonymous=False)
    rows = rows.filter(survey__kind__in=(Survey.Kind.NPS, Survey.Kind.CSAT, Survey.Kind.CES)).order_by("given_on", "pk")
    found = []
    for account, day, score, kind in rows.values_list("account", "given_on", "score", "survey__kind"):
        lowest, highest = Survey.SCALES[Survey.Kind(kind)]
        found.append((account, day, 10 * (score - lowest) / (highest - lowest)))
    return found


def _promises(as_of: date) -> list[tuple[Any, ...]]:
    """Days promised to a client and whether they were kept: deliverables, and the promised finish of projects."""
    deliverables = Deliverable.objects.filter(due_on__lte=as_of)
    projects = Project.objects.filter(target_finish__lt=_after(as_of)).exclude(status=Project.Status.PLANNED)
    rows = list(deliverables.values_list("project__account", "due_on", "delivered_on"))
    for account, promised, finish, status, stopped in projects.values_list(
        "account", "target_finish", "finish", "status", "stopped_on"
    ):
        ended = (stopped or (finish and finish.date())) if status == Project.Status.CLOSED else None
        rows.append((account, promised.date(), ended))
    return rows


def periods_of_work() -> list[tuple[Any, ...]]:
    """From the start of each project to its end: the day it was stopped, else the finish it is planned for."""
    held = contract_projects()
    rows = Project.objects.exclude(status=Project.Status.PLANNED)
    return [
        (account, start, stopped if stopped and status in Project.STOPPED else finish, pk not in held)
        for pk, account, start, finish, stopped, status in rows.values_list(
            "pk", "account", "start", "finish", "stopped_on", "status"
        )
    ]


def _due_bills() -> QuerySet[Invoice]:
    settled = (Invoice.Status.PAID, Invoice.Status.SENT)
    return counted_invoices(None).filter(kind=Invoice.Kind.INVOICE, due_on__isnull=False, status__in=settled).order_by()


def _bills(days: Sequence[date]) -> Iterator[tuple[Any, ...]]:
    """When those that were open on one of ``days`` were due and paid (None: not yet)."""
    paid = Q(status=Invoice.Status.PAID)
    rows = _due_bills().annotate(
        at=DayNumber("due_on"),
        # Paid, but nobody recorded when: at once.
        settled=Case(When(paid, then=DayNumber(Coalesce("paid_on", F("due_on")))), default=None),
    )
    open_on = [Q(due_on__lt=day) & (~paid | Q(settled__gt=day.toordinal())) for day in days]
    rows = rows.filter(reduce(or_, open_on, Q(pk=None)))
    return rows.values_list("account", "at", "settled").iterator(CHUNK)


def observed_at(sources: SignalSources, day: date, since: Ints, revenue: Floats, before: Floats) -> Observed:
    """What was known at the end of ``day``. ``since`` [client] are ordinals, ``revenue`` the last year's and ``before``
    that of the year before, in one currency."""
    now, n = day.toordinal(), sources.clients
    months = DAYS

    def count(rows: Dated, inside: Any) -> Floats:
        return np.bincount(rows.client[inside], minlength=n).astype(np.float64)

    def latest(rows: Dated, column: Floats) -> Floats:
        known = column <= now
        newest = np.full(n, -np.inf)
        np.maximum.at(newest, rows.client[known], column[known])
        return newest

    talked = latest(sources.talks, sources.talks.columns[0])
    contact = np.where(np.isfinite(talked), (now - talked) / months, np.maximum(now - since, 0) / months)
    began, ended = sources.sponsors.columns
    had = count(sources.sponsors, began <= now) > 0
    has = count(sources.sponsors, (began <= now) & (ended > now)) > 0
    answer, answer_age = _last_answer(sources.answers, now, n)
    reported, due, resolved = sources.requests.columns
    recent = (reported <= now) & (reported > now - 6 * months)
    missed = (due <= now) & (resolved > due)
    agreed, reached = sources.milestones.columns
    milestones = (agreed <= now) & (agreed > now - 6 * months) & (reached > agreed)
    promised, kept = sources.promises.columns
    broken = (promised <= now) & (promised > now - 12 * months) & (kept > promised)
    from_day, until_day, _ = sources.work.columns
    worked = count(sources.work, (from_day <= now) & (until_day > now - 6 * months)) > 0
    bill_due, bill_paid = sources.bills.columns
    open_bills = (bill_due < now) & (bill_paid > now)
    overdue = np.zeros(n)
    np.maximum.at(overdue, sources.bills.client[open_bills], now - bill_due[open_bills])
    schedule, cost = _indices(sources.measures, now, n)
    return Observed(
        contact_age=contact if sources.records_talks else np.full(n, np.nan),
        sponsor_gone=(had & ~has).astype(np.float64),
        answer=answer,
        answer_age=answer_age,
        requests=count(sources.requests, recent),
        late_requests=count(sources.requests, recent & missed),
        schedule=schedule,
        cost=cost,
        late_milestones=count(sources.milestones, milestones),
        broken_promises=count(sources.promises, broken),
        work_ran=worked.astype(np.float64),
        overdue_days=overdue if sources.records_bills else np.full(n, np.nan),
        revenue=revenue,
        revenue_before=before,
        tenure=np.maximum(now - since, 0) / months,
    )


def _last_answer(answers: Dated, now: int, n: int) -> tuple[Floats, Floats]:
    """The newest score of each client and its age in months."""
    day, score = answers.columns
    known = np.flatnonzero(day <= now)
    known = known[np.argsort(day[known], kind="stable")]
    last, age = np.full(n, np.nan), np.full(n, np.nan)
    last[answers.client[known]] = score[known]
    age[answers.client[known]] = (now - day[known]) / DAYS
    return last, age


def _indices(measures: Dated, now: int, n: int) -> tuple[Floats, Floats]:
    """Geometric means of SPI and CPI over the last three months: of each project the newest figure of the time."""
    day, project, spi, cpi = measures.columns
    recent = np.flatnonzero((day <= now) & (day > now - 3 * DAYS))
    recent = recent[np.argsort(day[recent], kind="stable")[::-1]]
    _, first = np.unique(project[recent], return_index=True)
    newest = recent[first]
    found = []
    for index in (spi, cpi):
        rows = newest[index[newest] > 0]
        total = np.bincount(measures.client[rows], np.log(index[rows]), minlength=n)
        count = np.bincount(measures.client[rows], minlength=n)
        found.append(np.where(count > 0, np.exp(total / np.maximum(count, 1)), np.nan))
    return found[0], found[1]


def values_of(known: Observed, there: NDArray[np.bool_]) -> Floats:
    """The signals [client, signal] of what was known; ``there`` [client] says who was a client by then."""
    earning = known.revenue[there & (known.revenue > 0)]
    return signal_values(known, float(np.median(earning)) if len(earning) else 1.0)
