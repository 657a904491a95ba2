"""Rates by scope: the most specific wins, whatever else there is; hours keep theirs until they are repriced."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accord.core.access import Permission, can
from accord.core.models import Event
from accord.money.actions.lock_period import lock_period
from accord.money.actions.log_time import change_time, log_time
from accord.money.actions.reprice_time import reprice_time, repricing
from accord.money.models import PeriodLock, RateCard, TimeEntry, WorkType
from accord.money.models.rate_card import PRECEDENCE, specificity
from accord.money.pricing import planned_cost_of
from accord.money.queries_rates import Work, book_of, rates_on, which_rates, work_of, work_of_entry
from accord.people.models import JobRole, Person, Role, User
from accord.projects.models import Project
from accord.rates.models import ExchangeRate
from accord.sales.models import Agreement
from tests.factories import browser_of, create_account, create_project, create_rates, create_user

DAY = date(2026, 3, 2)
FIRST = date(2020, 1, 1)
SHAPES = [
    shape
    for shape in (tuple(n for n, on in zip(PRECEDENCE, bits, strict=True) if on) for bits in product((0, 1), repeat=6))
    if sum(n in shape for n in PRECEDENCE[:3]) <= 1 and sum(n in shape for n in PRECEDENCE[4:]) <= 1
]

keys = st.integers(1, 2)


@st.composite
def cards(draw: Any) -> list[RateCard]:
    """Some rates, no two of one scope on one day; every fifth ends its scope."""
    found: dict[Any, RateCard] = {}
    for number in range(draw(st.integers(0, 25))):
        shape = draw(st.sampled_from(SHAPES))
        named = {f"{name}_id": draw(keys) for name in shape}
        day = FIRST + timedelta(days=draw(st.integers(0, 4)))
        amount = None if draw(st.integers(0, 4)) == 0 else Decimal(number)
        found[tuple(sorted(named.items())), day] = RateCard(
            pk=number + 1, side="bill", starts_on=day, amount=amount, currency="EUR", **named
        )
    return list(found.values())


def brute_force(rates: list[RateCard], work: Work, day: date) -> list[RateCard]:
    """Every rate that fits, without those that a newer one of the same scope replaces, by what it names."""
    fitting = [
        card
        for card in rates
        if card.starts_on <= day and all(getattr(card, f"{n}_id") in (None, getattr(work, n)) for n in PRECEDENCE)
    ]
    newest = [
        card
        for card in fitting
        if not any(other.shape == card.shape and other.starts_on > card.starts_on for other in fitting)
    ]
    told = [card for card in newest if card.amount is not None]
    return sorted(told, key=lambda card: [getattr(card, f"{n}_id") is None for n in PRECEDENCE])


@given(cards(), st.tuples(*[st.none() | keys for _ in PRECEDENCE]), st.integers(-1, 5))
def test_the_lookup_agrees_with_trying_every_rate(rates: list[RateCard], named: Any, days: int) -> None:
    work = Work(**dict(zip(PRECEDENCE, named, strict=True)))
    day = FIRST + timedelta(days=days)
    book = book_of(rates)
    expected = brute_force(rates, work, day)
    assert [card.pk for card in book.applying("bill", work, day)] == [card.pk for card in expected]
    assert book.card("bill", work, day) is (expected[0] if expected else None)
    assert book.card("cost", work, day) is None


def test_no_two_scopes_are_equally_specific() -> None:
    """And naming more than another rate does is more specific, whatever it is."""
    ranks = [specificity(shape) for shape in SHAPES]
    assert len(set(ranks)) == len(SHAPES) == 24
    assert all(specificity(a) > specificity(b) for a in SHAPES for b in SHAPES if set(a) > set(b))


@pytest.fixture
def role() -> JobRole:
    return JobRole.objects.create(name="Consultant")


@pytest.fixture
def person(role: JobRole) -> Person:
    return Person.objects.create(name="Pat", job_role=role)


@pytest.fixture
def project() -> Project:
    account = create_account("Globex")
    agreement = Agreement.objects.create(account=account, title="Framework", starts_on=FIRST)
    return create_project(account=account, agreement=agreement)


@pytest.fixture
def finance() -> User:
    return create_user("Fay Finance", Role.FINANCE)


pytestmark = pytest.mark.django_db


def entry_of(project: Project | None, person: Person, **more: Any) -> TimeEntry:
    return TimeEntry(project=project, person=person, **({"day": DAY, "minutes": 60} | more))


def billed(project: Project | None, person: Person, **more: Any) -> Decimal:
    entry = log_time(entry=entry_of(project, person, **more), by=None)
    return entry.bill_rate


def test_each_scope_beats_the_less_specific_ones(project: Project, person: Person, role: JobRole) -> None:
    travel = WorkType.objects.create(name="Travel")
    order: list[dict[str, Any]] = [
        {}, {"job_role": role}, {"person": person}, {"work_type": travel}, {"work_type": travel, "person": person},
        {"account": project.account}, {"account": project.account, "job_role": role},
        {"account": project.account, "work_type": travel}, {"agreement": project.agreement}, {"project": project},
        {"project": project, "person": person}, {"project": project, "work_type": travel},
        {"project": project, "work_type": travel, "person": person},
    ]  # fmt: skip
    for amount, scope in enumerate(order, 100):
        create_rates(bill=amount, **scope)
        assert billed(project, person, work_type=travel) == amount, scope


def test_a_rate_applies_until_the_next_one_and_ends_where_that_has_no_amount(project: Project, person: Person) -> None:
    create_rates(50, 100)
    create_rates(bill=120, account=project.account, starts_on=date(2026, 3, 1))
    create_rates(bill=130, account=project.account, starts_on=date(2026, 3, 3))
    RateCard.objects.create(account=project.account, starts_on=date(2026, 3, 5), currency="EUR")
    found = [billed(project, person, day=date(2026, 2, 28) + timedelta(days=n)) for n in range(7)]
    assert found == [100, 120, 120, 130, 130, 100, 100]


def test_hours_without_a_rate_cost_nothing_and_those_of_the_firm_itself_have_its_rates(person: Person) -> None:
    meeting = WorkType.objects.create(name="Meeting", internal=True)
    entry = log_time(entry=entry_of(None, person, work_type=meeting, billable=False), by=None)
    assert (entry.cost_rate, entry.bill_rate) == (0, 0)
    create_rates(cost=40, job_role=person.job_role)
    later = log_time(entry=entry_of(None, person, work_type=meeting, billable=False), by=None)
    assert later.cost_rate == 40


def test_rates_are_converted_on_the_day_of_the_hours(project: Project, person: Person) -> None:
    create_rates(bill=100, currency="GBP")
    with pytest.raises(ValidationError, match="No exchange rate from GBP to EUR for 2 Mar"):
        log_time(entry=entry_of(project, person), by=None)
    assert planned_cost_of(project, person, DAY) == 0
    ExchangeRate.objects.create(currency="GBP", starts_on=FIRST, rate=Decimal("1.15"))
    ExchangeRate.objects.create(currency="GBP", starts_on=date(2026, 3, 3), rate=Decimal("1.2"))
    assert billed(project, person) == Decimal("115.00")
    assert billed(project, person, day=date(2026, 3, 3)) == Decimal("120.00")


def test_a_later_rate_changes_no_hours_until_they_are_for_other_work(project: Project, person: Person) -> None:
    create_rates(50, 100)
    entry = log_time(entry=entry_of(project, person), by=None)
    create_rates(bill=90, account=project.account)
    entry = change_time(entry=entry, by=None, version=entry.version, minutes=90, note="Longer")
    assert (entry.bill_rate, entry.minutes) == (100, 90)
    entry = change_time(entry=entry, by=None, version=entry.version, day=date(2026, 3, 3))
    assert entry.bill_rate == 90


def test_scopes_that_contradict_themselves_are_refused(project: Project, person: Person, role: JobRole) -> None:
    both = {"project": project, "account": project.account}, {"person": person, "job_role": role}
    for scope in both:
        with pytest.raises(IntegrityError), transaction.atomic():
            create_rates(bill=1, **scope)
    create_rates(bill=1, person=person)
    again = RateCard(side="bill", person=person, starts_on=FIRST, amount=2, currency="EUR")
    with pytest.raises(ValidationError, match="already a rate for this date"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    with pytest.raises(ValidationError, match="Enter 0 or more"):
        RateCard(side="bill", starts_on=FIRST, amount=-1, currency="EUR").full_clean()


def test_the_answer_names_the_winner_and_what_it_beat(project: Project, person: Person, finance: User) -> None:
    create_rates(50, 100)
    create_rates(bill=90, account=project.account)
    entry = log_time(entry=entry_of(project, person), by=None)
    cost, bill = which_rates(work_of_entry(entry), DAY, finance)
    assert cost.card is not None and cost.card.scope_text == "The firm" and cost.beaten == ()
    assert bill.card is not None and bill.card.scope_text == "Globex"
    assert [card.amount for card in bill.beaten] == [100]
    with pytest.raises(PermissionDenied):
        which_rates(work_of(project, person), DAY, create_user("Pia Manager", Role.PROJECT_MANAGER))


def test_who_manages_the_client_sees_what_was_agreed_and_no_cost(project: Project, person: Person) -> None:
    manager = create_user("Ann Account")
    project.account.members.create(user=manager)
    type(project.account).objects.filter(pk=project.account_id).update(owner=manager)
    create_rates(50, 100, account=project.account)
    create_rates(50, 100, person=person)
    assert [(card.side, card.amount) for card in rates_on(project, manager)] == [("bill", 100)]
    assert RateCard.objects.visible_to(manager).count() == 1
    assert not can(manager, Permission.CHANGE, RateCard.objects.filter(side="bill")[0])


def test_open_hours_are_repriced_and_locked_ones_are_not(
    project: Project, person: Person, finance: User, django_assert_num_queries: Any
) -> None:
    create_rates(50, 100)
    entries = [log_time(entry=entry_of(project, person, day=DAY + timedelta(days=n)), by=None) for n in range(4)]
    lock_period(lock=PeriodLock(until=DAY), by=None)
    create_rates(bill=90, account=project.account)
    create_rates(cost=55, starts_on=DAY + timedelta(days=2))
    with django_assert_num_queries(4):
        found = repricing(first=DAY, last=DAY + timedelta(days=2), by=finance)
    assert (len(found.changed), found.unchanged, found.locked) == (2, 0, 1)
    assert sum(each.bill_difference for each in found.changed) == -20
    assert sum(each.cost_difference for each in found.changed) == 5
    reprice_time(first=DAY, last=DAY + timedelta(days=2), by=finance)
    stored = [TimeEntry.objects.get(pk=entry.pk) for entry in entries]
    assert [(e.cost_rate, e.bill_rate, e.version) for e in stored] == [
        (50, 100, 1), (50, 90, 2), (55, 90, 2), (50, 100, 1),
    ]  # fmt: skip
    events = Event.objects.filter(kind="time.repriced").order_by("pk")
    assert [(e.before["bill_rate"], e.after["bill_rate"]) for e in events] == [("100.00", "90.00")] * 2
    assert not reprice_time(first=DAY, last=DAY + timedelta(days=2), by=finance).changed
    with pytest.raises(PermissionDenied):
        repricing(first=DAY, last=DAY, by=create_user("Mo Member", Role.MEMBER))


def test_the_pages_say_which_rate_applies_and_reprice(project: Project, person: Person, finance: User) -> None:
    create_rates(50, 100)
    entry = log_time(entry=entry_of(project, person), by=None)
    create_rates(bill=90, account=project.account)
    browser: Client = browser_of(finance)
    page = browser.get(reverse("rate-answer"), {"entry": entry.pk}).content.decode()
    assert "Globex" in page and "less specific" in page and "€90.00" in page
    listed = browser.get(reverse("rates"), {"current": "yes", "q": "glob"}).content.decode()
    assert "Globex" in listed and "The firm" not in listed
    preview = browser.get(reverse("repricing"), {"first": DAY, "last": DAY}).content.decode()
    assert "was €100.00" in preview
    done = browser.post(reverse("repricing"), {"first": DAY, "last": DAY}, follow=True).content.decode()
    assert "1 entry repriced." in done
    entry.refresh_from_db()
    assert entry.bill_rate == 90


def test_a_rate_is_set_on_its_form(project: Project, finance: User) -> None:
    browser: Client = browser_of(finance)
    values = {
        "side": "bill",
        "amount": "95",
        "currency": "EUR",
        "starts_on": "2026-03-01",
        "account": project.account_id,
    }
    refused = browser.post(reverse("rate-new"), values | {"project": project.pk})
    assert "Choose one of project, agreement and account." in refused.content.decode()
    assert browser.post(reverse("rate-new"), values).status_code == 302
    assert RateCard.objects.get().scope_text == "Globex"
    other = create_account("Initech")
    assert browser.post(reverse("rate-new"), values | {"account": other.pk}).status_code == 302
    twice = browser.post(reverse("rate-new"), values).content.decode()
    assert "There is already a rate for this date." in twice


def test_the_api_sets_rates_says_which_applies_and_reprices(project: Project, person: Person, finance: User) -> None:
    create_rates(bill=100)
    entry = log_time(entry=entry_of(project, person), by=None)
    browser = browser_of(finance)
    given = {"side": "bill", "starts_on": "2026-01-01", "amount": "90.00", "account": project.account_id}
    made = browser.post("/api/money/rates", given, content_type="application/json")
    assert made.status_code == 201, made.content
    answer = browser.get("/api/money/rates/applied", {"entry": entry.pk}).json()
    bill = next(each for each in answer["answers"] if each["side"] == "bill")
    assert (bill["applies"]["id"], [card["amount"] for card in bill["beaten"]]) == (made.json()["id"], ["100.00"])
    assert answer["precedence"] == list(PRECEDENCE)
    listed = browser.get("/api/money/rates", {"account": project.account_id}).json()["items"]
    assert [row["amount"] for row in listed] == ["90.00"]
    period = {"first": DAY.isoformat(), "last": DAY.isoformat()}
    preview = browser.get("/api/money/rates/repricing", period).json()
    done = browser.post("/api/money/rates/repricing", period, content_type="application/json").json()
    assert preview == done
    assert done["changed"] == [{"entry": entry.pk, "cost_rate": "0.00", "bill_rate": "90.00"}]
