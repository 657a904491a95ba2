"""The page behind each number of an account: definition, inputs, rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.texts import translated
from accord.insight.models import ClientFigure
from accord.insight.queries import account_analysis, latest_measures, variances
from accord.insight.reasons import COMPONENTS, reasons_of
from accord.money.queries import counted_invoices
from accord.projects.models import Project
from accord.web.accounts import numbers
from accord.web.accounts.health import warnings_of
from accord.web.shell.cells.measures import measure_table
from accord.web.shell.definitions import DEFINITIONS
from accord.web.shell.list_parts import Column
from accord.web.shell.numbers import signed
from accord.web.shell.parts import Crumb, Empty, Fact
from accord.web.shell.templatetags.shell import day, money, percent
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
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    crumbs = [
        Crumb(gettext("Accounts"), reverse("accounts")),
        Crumb(account.name, reverse("account", args=[pk])),
        Crumb(context["number"].label),
    ]
    return render(request, "shell/number.html", context | {"subtitle": account.name, "crumbs": crumbs})


def _customer(account: Account, user: Any, name: str) -> dict[str, Any]:
    row = account_analysis(account, user)
    card = {"lifetime-value": numbers.lifetime_value, "churn-rate": numbers.churn}[name]
    inputs: list[Fact] = []
    missing: list[str] = []
    if row is not None:
        inputs = _inputs(row)
        missing = [row.withheld] if row.withheld else []
        missing += [
            ngettext(
                "%(count)s amount of the firm in %(code)s: no exchange rate",
                "%(count)s amounts of the firm in %(code)s: no exchange rate",
                count,
            )
            % {"count": count, "code": code}
            for code, count in row.analysis.excluded.items()
        ]
        missing += warnings_of(row)
    context = {"number": card(account, row), "definition": DEFINITIONS[name], "inputs": inputs, "missing": missing}
    if name == "churn-rate" and row is not None and row.contributions:
        return context | _reasons(row)
    return context | {
        "columns": [
            Column(gettext("Day")),
            Column(gettext("Invoices"), numeric=True),
            Column(gettext("Total"), numeric=True),
        ],
        "rows": _purchase_rows(account, user, row.analysis.as_of if row else timezone.localdate()),
        "rows_title": gettext("Purchase days, newest first"),
        "empty": Empty(gettext("No invoices"), gettext("Only sent invoices count.")),
    }


def _inputs(row: ClientFigure) -> list[Fact]:
    analysis = row.analysis
    currency = analysis.currency
    quiet = gettext("Probability of no order within %(months)s months") % {"months": row.window_months}
    facts = [
        Fact(gettext("As of"), day(analysis.as_of)),
        Fact(gettext("Judged by"), row.get_kind_display() or None),
        Fact(gettext("Orders and contract decisions"), row.decisions),
        Fact(gettext("Last order"), day(row.last_decision_on) if row.last_decision_on else None),
        Fact(gettext("Churn risk, 90 days"), _percent(row.chance_90)),
        Fact(gettext("Churn risk, 180 days"), _percent(row.chance_180)),
        Fact(gettext("Churn risk, 365 days"), _percent(row.chance)),
    ]
    if row.kind == ClientFigure.Kind.PROJECTS:
        facts.append(Fact(quiet, _percent(row.quiet)))
    return [
        *facts,
        Fact(gettext("Signed and not yet invoiced, as margin"), money(row.contracted, currency)),
        Fact(gettext("Annual discount rate"), percent(analysis.discount_rate)),
        Fact(gettext("Yearly revenue before"), money(row.revenue_before, currency)),
        Fact(gettext("Yearly revenue now"), money(row.revenue_now, currency)),
        Fact(gettext("Change"), row.movement or None),
        Fact(gettext("Model"), analysis.model.get("version")),
    ]


def _reasons(row: ClientFigure) -> dict[str, Any]:
    """The contributions: with the typical client's churn risk they add up to this one's."""
    rows = [
        Row(
            0,
            "",
            [
                Cell(reason.text),
                Cell(COMPONENTS[reason.component]),
                Cell(signed(100 * reason.chance), numeric=True),
            ],
        )
        for reason in reasons_of(row, 0.0)
    ]
    return {
        "columns": [
            Column(gettext("What is known")),
            Column(gettext("Component")),
            Column(gettext("Percentage points"), numeric=True),
        ],
        "rows": rows,
        "rows_title": gettext("What makes the difference to a typical client (health 70)"),
        "empty": Empty(gettext("No signals"), gettext("Nothing is known of this client yet.")),
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


def _variance(account: Account, user: Any, name: str) -> dict[str, Any]:
    running = Project.objects.visible_to(user).filter(account=account, status=Project.Status.ACTIVE, archived_at=None)
    measures = latest_measures(running, user, "project__name")
    today = timezone.localdate()
    cards = numbers.variance_numbers(account, variances(measures, account.currency, today))
    return {
        "number": cards[0] if name == "budget-variance" else cards[1],
        "definition": DEFINITIONS[name],
        "rows_title": gettext("Active projects"),
        "missing": [f"{m.project.name}: {', '.join(map(translated, m.missing))}" for m in measures if m.missing],
        "empty": Empty(gettext("No active projects"), gettext("Variances cover active projects only.")),
        **measure_table(measures),
    }
