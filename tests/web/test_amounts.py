"""Who sees amounts: by what the models declare, on every page, in every answer of the API and in every query."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from accord.core.events import record_event
from accord.core.money_fields import commercial_types, money_fields_of
from accord.insight.models import ClientFigure, ClientFigures, ProjectMeasure
from accord.insight.queries import (
    account_analysis,
    client_figures,
    current_measure,
    latest_analysis,
    latest_measures,
    project_value,
    value_at_risk,
)
from accord.insight.queries_voice_of_customer import voice_of_customer
from accord.money.models import Invoice, TimeEntry
from accord.money.queries import actual_cost, counted_invoices
from accord.money.queries_agreements import use_of
from accord.money.queries_rates import Work, which_rates
from accord.people.models import Role, User
from accord.projects.actions.take_baseline import take_baseline
from accord.projects.models import ChangeRequest, Project, Risk, Task
from tests.factories import browser_of
from tests.web.routes import ROUTES
from tests.web.test_permissions import address
from tests.world import World

pytestmark = pytest.mark.django_db

# An amount that nothing computes by accident, in every way in which pages, the API and tiles write it.
CANARY = Decimal("31415926.53")
WRITTEN = re.compile(r"31[,. \u202f]?415[,. \u202f]?926|31\.4\s?m", re.IGNORECASE)


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("accord.")]


def decimals(model: type[models.Model]) -> set[str]:
    return {f.name for f in model._meta.concrete_fields if isinstance(f, models.DecimalField)}


@pytest.mark.parametrize("model", ours(), ids=lambda model: model.__name__)
def test_every_decimal_field_is_declared_an_amount_or_none(model: type[models.Model]) -> None:
    money, other = money_fields_of(model), getattr(model, "not_money", frozenset())
    assert decimals(model) <= money | other, "say in money_fields or not_money who may see it"
    assert not money & other
    names = {field.name for field in model._meta.get_fields()}
    assert money | other <= names, "declared, but no field"


def test_a_record_that_is_all_about_money_is_seen_as_a_whole_or_not() -> None:
    assert {"sales.quote", "sales.agreement", "money.invoice", "money.expense"} <= commercial_types()


@pytest.fixture
def priced(world: tuple[World, dict[str, Any]]) -> Iterator[tuple[World, dict[str, Any]]]:
    """The firm with the canary in every amount, and with what has none in the small world."""
    firm, shared = world
    with transaction.atomic():
        project = firm.ours.things["project"]
        ProjectMeasure.objects.filter(project=project).delete()
        take_baseline(project=project, by=firm.administrator, name="Agreed")
        measured = dict.fromkeys(("bac", "pv", "ev", "ac", "cv", "sv", "eac"), CANARY)
        ProjectMeasure.objects.create(
            project=project, day=timezone.localdate(), status_date=project.start, latest=True, **measured,
            curve=[["2026-01-05T00:00", str(CANARY)]],
        )  # fmt: skip
        for model in ours():
            names = money_fields_of(model) & decimals(model)
            if names:
                model._base_manager.update(**dict.fromkeys(names, CANARY))  # type: ignore[attr-defined]
        # One task makes the deliverable, so that its cost is no sum; all differ from the baseline.
        Task.objects.filter(project=project).update(deliverable=None, duration_minutes=99)
        Task.objects.filter(project=project, uid=4).update(deliverable=firm.ours.things["deliverable"])
        rates = {"logo_churn": "0.1", "gross_revenue_retention": "0.9", "net_revenue_retention": "1.1"}
        churn = rates | {"months": 12, "clients_lost": 1, "clients_at_start": 10, "start": "2025-01-01"}
        churn["intervals"] = {name: [0.05, 0.2] for name in rates}
        sums = ("start_revenue", "churned", "contraction", "expansion", "new", "won_back", "end_revenue")
        ClientFigures.objects.update(churn=churn | {"end": "2026-01-01"} | dict.fromkeys(sums, str(CANARY)))
        for row in [*Risk.objects.all(), *ChangeRequest.objects.all(), *Invoice.objects.all(), project]:
            about = money_fields_of(type(row)) & decimals(type(row))
            if about:
                before = dict.fromkeys(about, Decimal(1))
                record_event(
                    by=None, kind="record.changed", subject=row, before=before, after=dict.fromkeys(about, CANARY)
                )
        yield firm, shared
        transaction.set_rollback(True)


def answers(client: Client, role: str, priced: tuple[World, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every page and answer that ``role`` gets by GET, with its text."""
    firm, shared = priced
    for name, route in sorted(ROUTES.items()):
        if route.post or route.public or role not in route.allowed:
            continue
        url = address(name, route, firm.ours, shared)
        with transaction.atomic():
            response = client.get(url)
            transaction.set_rollback(True)
        if response.status_code == 200 and not getattr(response, "streaming", False):
            yield name, response.content.decode(errors="replace")


# Whoever paid reads and writes what they paid, and nothing of what the client is billed. What the firm pays for a
# kilometre, and from which amount it wants a receipt, is known to everyone.
OWN_EXPENSES = {
    "expense", "expense-edit", "expenses", "api:expense", "api:expenses", "api:create_expense", "api:edit_expense",
    "expense-categories", "expense-rates", "api:expense_categories", "api:expense_rates",
}  # fmt: skip


def test_members_read_no_amount_anywhere(priced: tuple[World, dict[str, Any]]) -> None:
    """On pages, in forms, on timelines and in the API; the rates of one's own hours included."""
    for role in ("member", "stranger"):
        client = browser_of(priced[0].users[role])
        told = {name for name, text in answers(client, role, priced) if WRITTEN.search(text)}
        assert told - OWN_EXPENSES == set(), role


@pytest.mark.one_database
def test_the_canary_would_be_seen(priced: tuple[World, dict[str, Any]]) -> None:
    """The same look finds the amounts where they belong, so that it is no blind one."""
    client = browser_of(priced[0].users["account_manager"])
    told = {name for name, text in answers(client, "account_manager", priced) if WRITTEN.search(text)}
    assert {
        "account", "account-agreements", "account-opportunities", "account-invoices", "invoice", "numbers", "agreement",
        "project-money", "risk", "change", "api:agreements", "api:opportunities", "api:invoices", "api:invoice",
        "api:customers", "api:customer", "api:risks", "api:risk", "api:change_requests", "api:comparison",
        "api:charter", "api:deliverables",
    } <= told  # fmt: skip


@pytest.mark.parametrize("role", ["member", "stranger"])
def test_the_firm_s_figures_are_refused_by_page_and_api_alike(role: str, priced: tuple[World, dict[str, Any]]) -> None:
    client = browser_of(priced[0].users[role])
    assert client.get("/numbers/").status_code == 403
    assert client.get("/api/numbers/customers").status_code == 403


def test_no_word_of_an_amount_comes_with_an_answer_to_a_write(priced: tuple[World, dict[str, Any]]) -> None:
    """A member may write down a risk; what comes back has no amounts, and none may be given."""
    firm, _ = priced
    client = browser_of(firm.users["member"])
    address = f"/api/projects/{firm.ours.things['project'].pk}/risks"
    made = client.post(address, json.dumps({"title": "Flood"}), content_type="application/json")
    assert made.status_code == 201
    assert not money_fields_of(Risk) & set(made.json())
    refused = client.post(address, json.dumps({"title": "Fire", "cost_low": 5}), content_type="application/json")
    assert refused.status_code == 422
    assert "cost_low" in refused.json()["fields"]


def test_queries_of_figures_refuse_by_themselves(priced: tuple[World, dict[str, Any]]) -> None:
    """Whatever door asks: without a right to the money there is no answer, for Accord itself there is one."""
    firm, _ = priced
    member, today = firm.users["member"], timezone.localdate()
    project, account = firm.ours.things["project"], firm.ours.things["account"]
    agreement = firm.ours.things["agreement"]
    asked: dict[str, Any] = {
        "latest_analysis": lambda user: latest_analysis(user),
        "account_analysis": lambda user: account_analysis(account, user),
        "project_value": lambda user: project_value(project, user, today),
        "actual_cost": lambda user: actual_cost(project, user),
        "which_rates": lambda user: which_rates(Work(person=firm.ours.things["person"].pk), today, user),
        "use_of": lambda user: use_of(agreement, user, today),
    }
    for name, ask in asked.items():
        with pytest.raises(PermissionDenied):
            ask(member)
            pytest.fail(name)
        ask(None)
    assert not client_figures(member).exists()
    assert value_at_risk(member) is None
    assert not counted_invoices(member).exists()
    assert all(topic.worth is None for topic in voice_of_customer(member))  # type: ignore[attr-defined]


def test_a_measurement_keeps_its_dates_and_loses_its_amounts(priced: tuple[World, dict[str, Any]]) -> None:
    firm, _ = priced
    projects = Project.objects.filter(pk=firm.ours.things["project"].pk)
    (seen,) = latest_measures(projects, firm.users["member"])
    assert (seen.bac, seen.cpi, seen.curve) == (None, None, [])
    assert seen.status_date is not None
    own = current_measure(firm.ours.things["project"], firm.users["member"], timezone.localdate())
    assert (own.bac, own.cpi, own.curve) == (None, None, [])
    (whole,) = latest_measures(projects, firm.users["account_manager"])
    assert whole.bac == CANARY
    assert ProjectMeasure.objects.get(pk=whole.pk).bac == CANARY, "nothing was stored"


def test_hours_of_one_s_own_come_without_their_rates(priced: tuple[World, dict[str, Any]]) -> None:
    firm, _ = priced
    entry = TimeEntry.objects.filter(person__user=firm.users["member"]).first()
    assert entry is not None
    assert not entry.shows_money_to(firm.users["member"])
    assert entry.shows_money_to(firm.users["project_manager"])


def test_an_owner_who_is_a_member_sees_their_client_s_figures(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    with transaction.atomic():
        owner = User.objects.create(email="own@firm.test", name="Owner", roles=[Role.MEMBER], password="!")
        account = firm.ours.things["account"]
        type(account).objects.filter(pk=account.pk).update(owner=owner)
        account.refresh_from_db()
        run = ClientFigures.objects.create(as_of=date(2026, 7, 1), currency="EUR", discount_rate=Decimal("0.1"))
        ClientFigure.objects.create(analysis=run, account=account, lifetime_value=Decimal(7))
        assert account_analysis(account, owner) is not None
        assert value_at_risk(owner) == Decimal(7)
        with pytest.raises(PermissionDenied):
            latest_analysis(owner)
        transaction.set_rollback(True)
