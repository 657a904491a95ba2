"""Hourly rates: reading and setting them, which one applies, repricing hours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from accord.accounts.models import Account
from accord.api.answers import Amount, exactly, many, page_of, row_of
from accord.api.pages import Key, Paging, page, values
from accord.core import editing
from accord.core.access import require_create
from accord.core.fetch import fetch
from accord.money.actions.reprice_time import Repricing, reprice_time, repricing
from accord.money.models import RateCard, TimeEntry, WorkType
from accord.money.models.rate_card import PRECEDENCE
from accord.money.queries_rates import (
    RateAnswer,
    Work,
    matching_rates,
    which_rates,
    work_of,
    work_of_entry,
    work_of_resource,
)
from accord.people.models import Firm, JobRole, Person
from accord.projects.models import Assignment, Project
from accord.sales.models import Agreement

router = Router(tags=["money"])

RATE = ("version", "side", *PRECEDENCE, "starts_on", "amount", "currency", "note")
RATE_OUT = row_of("RateOut", RateCard, RATE)
ANSWER_OUT = exactly("RateAnswerOut", {"side": str, "applies": RATE_OUT | None, "beaten": many(RATE_OUT)})
ANSWERS_OUT = exactly("RateAnswersOut", {"day": str, "precedence": many(str), "answers": many(ANSWER_OUT)})
REPRICED_OUT = exactly("RepricedOut", {"entry": int, "cost_rate": Amount, "bill_rate": Amount})
REPRICING_OUT = exactly(
    "RepricingOut",
    {"changed": many(REPRICED_OUT), "unchanged": int, "locked": int, "without_exchange_rate": int},
)

MODELS: dict[str, Any] = {
    "project": Project,
    "agreement": Agreement,
    "account": Account,
    "work_type": WorkType,
    "person": Person,
    "job_role": JobRole,
}


class RateQuery(Schema):
    """``current=yes`` leaves those in force today."""

    side: Literal["", "cost", "bill"] = ""
    project: Key | None = None
    agreement: Key | None = None
    account: Key | None = None
    work_type: Key | None = None
    person: Key | None = None
    job_role: Key | None = None
    current: Literal["", "yes"] = ""
    q: str = ""


class RateIn(Schema):
    """What the rate is for: at most one of project, agreement and account, and one of person and job role.

    Without an amount it ends the rate of its scope: less specific ones apply again.
    """

    side: Literal["cost", "bill"]
    starts_on: date
    amount: Decimal | None = None
    currency: str = ""
    note: str = ""
    project: Key | None = None
    agreement: Key | None = None
    account: Key | None = None
    work_type: Key | None = None
    person: Key | None = None
    job_role: Key | None = None


class WorkQuery(Schema):
    """An hour of work: a time entry, an assignment, or what it would be for. ``day`` is today by default."""

    entry: Key | None = None
    assignment: Key | None = None
    project: Key | None = None
    person: Key | None = None
    job_role: Key | None = None
    work_type: Key | None = None
    day: date | None = None


class PeriodIn(Schema):
    first: date
    last: date


@router.get("/rates", response=page_of(RATE_OUT))
def rates(request: HttpRequest, paging: Query[Paging], asked: Query[RateQuery]) -> dict[str, Any]:
    """The rates that you may see with their history, the newest first."""
    rows = RateCard.objects.visible_to(request.user).select_related(*PRECEDENCE)
    return page(matching_rates(rows, asked.dict(), timezone.localdate()), paging, RATE, user=request.user)


@router.post("/rates", response={201: RATE_OUT})
def create_rate(request: HttpRequest, body: RateIn) -> tuple[int, dict[str, Any]]:
    """It applies from its day on until the next one of its scope. Logged time keeps its rates."""
    require_create(request.user, RateCard)
    scope = {name: fetch(model, request.user, pk=key) if (key := getattr(body, name)) else None
             for name, model in MODELS.items()}  # fmt: skip
    given = body.dict(exclude=set(MODELS))
    card = RateCard(**given | {"currency": body.currency.upper() or Firm.current().currency}, **scope)
    card.full_clean()
    return 201, values(editing.create(card, by=request.user), *RATE, user=request.user)


@router.get("/rates/applied", response=ANSWERS_OUT)
def applied_rates(request: HttpRequest, asked: Query[WorkQuery]) -> dict[str, Any]:
    """Which cost and billing rate apply to an hour, and which less specific ones they beat."""
    require_create(request.user, RateCard)
    work, day = _work(request, asked)
    answers = [_answer(each, request.user) for each in which_rates(work, day, request.user)]
    return {"day": day.isoformat(), "precedence": list(PRECEDENCE), "answers": answers}


def _work(request: HttpRequest, asked: WorkQuery) -> tuple[Work, date]:
    today = timezone.localdate()
    if asked.entry:
        entry = fetch(TimeEntry, request.user, "project", "person", pk=asked.entry)
        return work_of_entry(entry), entry.day
    if asked.assignment:
        row = fetch(Assignment, request.user, "resource__project", "resource__person", "task", pk=asked.assignment)
        day = asked.day or (row.task.start.date() if row.task.start else today)
        return (work_of_resource(row.resource) if row.resource else Work()), day
    project = fetch(Project, request.user, pk=asked.project) if asked.project else None
    person = fetch(Person, request.user, pk=asked.person) if asked.person else None
    return work_of(project, person, asked.job_role, asked.work_type), asked.day or today


def _answer(answer: RateAnswer, user: Any) -> dict[str, Any]:
    card = values(answer.card, *RATE, user=user) if answer.card is not None else None
    return {"side": answer.side, "applies": card, "beaten": [values(row, *RATE, user=user) for row in answer.beaten]}


@router.get("/rates/repricing", response=REPRICING_OUT)
def preview_repricing(request: HttpRequest, period: Query[PeriodIn]) -> dict[str, Any]:
    """The open time entries of a period that would have other rates today."""
    return _repricing(repricing(first=period.first, last=period.last, by=request.user))


@router.post("/rates/repricing", response=REPRICING_OUT)
def reprice(request: HttpRequest, body: PeriodIn) -> dict[str, Any]:
    """Give them these rates. Entries of a locked period keep theirs."""
    return _repricing(reprice_time(first=body.first, last=body.last, by=request.user))


def _repricing(found: Repricing) -> dict[str, Any]:
    changed = [{"entry": e.entry.pk, "cost_rate": e.cost_rate, "bill_rate": e.bill_rate} for e in found.changed]
    return {
        "changed": changed,
        "unchanged": found.unchanged,
        "locked": found.locked,
        "without_exchange_rate": found.without_exchange_rate,
    }
