"""The page behind each number of an account: definition, inputs, rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.insight.queries import account_analysis, latest_measures, variances
from accord.money.queries import counted_invoices
from accord.projects.models import Project
from accord.web.accounts import numbers
from accord.web.shell.cells.measures import measure_table
from accord.web.shell.definitions import DEFINITIONS
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Crumb, Empty, Fact
from accord.web.shell.templatetags.shell import day, money, percent
from accord.web.shell.templatetags.shell import number as grouped
from accord.web.shell.views.lists import Cell, Row


@require_safe
def number(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One of lifetime-value, churn-rate, budget-variance, schedule-variance."""
    account = fetch(Account, request.user, pk=pk)
    require(request.user, Permission.VIEW_MONEY, account)
    if name in ("lifetime-value", "churn-rate"):
        context = _customer(account, request.user, name)
    elif name in ("budget-variance", "schedule-variance"):
        context = _variance(account, request.user, name)
    else:
        raise Http404("This page doesn't exist, or you don't have access to it.")
    crumbs = [
        Crumb("Accounts", reverse("accounts")),
        Crumb(account.name, reverse("account", args=[pk])),
        Crumb(context["number"].label),
    ]
    return render(request, "shell/number.html", context | {"subtitle": account.name, "crumbs": crumbs})


def _customer(account: Account, user: Any, name: str) -> dict[str, Any]:
    row = account_analysis(account, user)
    card = numbers.lifetime_value(account, row) if name == "lifetime-value" else numbers.churn(account, row)
    inputs: list[Fact] = []
    missing: list[str] = []
    if row is not None:
        analysis = row.analysis
        currency = analysis.currency
        inputs = [
            Fact("Observed until", day(analysis.as_of)),
            Fact("Purchase decisions", row.decisions),
            Fact("Repeat purchase days (x)", row.repeat_purchases),
            Fact("First to last purchase (t_x)", f"{row.last_purchase_age / 7:.1f} weeks"),
            Fact("First purchase to observation end (T)", f"{row.age / 7:.1f} weeks"),
            Fact("Average repeat purchase", money(row.mean_spend, currency)),
            Fact("Retention probability", _percent(row.probability_alive)),
            Fact(f"Expected purchases, {analysis.horizon_months} months", _rounded(row.expected_purchases)),
            Fact("Expected value per purchase", money(row.expected_spend, currency)),
            Fact("Annual discount rate", percent(analysis.discount_rate)),
            Fact("Revenue, previous period", money(row.revenue_before, currency)),
            Fact("Revenue, current period", money(row.revenue_now, currency)),
            Fact("Classification", row.movement or None),
        ]
        missing = [row.withheld] if row.withheld else []
        missing += [
            ngettext(
                "%(count)s invoice of the firm in %(code)s: no exchange rate",
                "%(count)s invoices of the firm in %(code)s: no exchange rate",
                count,
            )
            % {"count": count, "code": code}
            for code, count in analysis.excluded.items()
        ]
    return {
        "number": card,
        "definition": DEFINITIONS[name],
        "inputs": inputs,
        "missing": missing,
        "columns": [Column("Day"), Column("Invoices", numeric=True), Column("Total", numeric=True)],
        "rows": _purchase_rows(account, user, row.analysis.as_of if row else timezone.localdate()),
        "rows_title": "Purchase days, newest first",
        "empty": Empty("No invoices", "Only sent invoices count."),
    }


def _purchase_rows(account: Account, user: Any, until: date) -> list[Row]:
    days = (
        counted_invoices(user)
        .filter(account=account, issued_on__lte=until)
        .order_by()
        .values("issued_on", "currency")
        .annotate(total=Sum("total"), count=Count("pk"))
        .order_by("-issued_on")[:200]
    )
    return [
        Row(
            0,
            "",
            [
                Cell(day(d["issued_on"])),
                Cell(d["count"], numeric=True),
                Cell(money(d["total"], d["currency"]), numeric=True),
            ],
        )
        for d in days
    ]


def _percent(value: float | None) -> str | None:
    return None if value is None else percent(value)


def _rounded(value: float | None) -> str | None:
    return None if value is None else grouped(value, 1)


def _variance(account: Account, user: Any, name: str) -> dict[str, Any]:
    running = Project.objects.visible_to(user).filter(account=account, status=Project.Status.ACTIVE, archived_at=None)
    measures = latest_measures(running, user, "project__name")
    today = timezone.localdate()
    cards = numbers.variance_numbers(account, variances(measures, account.currency, today))
    return {
        "number": cards[0] if name == "budget-variance" else cards[1],
        "definition": DEFINITIONS[name],
        "rows_title": "Active projects",
        "missing": [f"{m.project.name}: {', '.join(m.missing)}" for m in measures if m.missing],
        "empty": Empty("No active projects", "Variances cover active projects only."),
        **measure_table(measures),
    }
