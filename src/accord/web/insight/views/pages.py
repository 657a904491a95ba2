"""The firm's numbers and the pages behind them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from accord.core.access import Permission, can, require
from accord.core.models import Record
from accord.core.texts import gettext_lazy, translated
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries import (
    client_figures,
    latest_analysis,
    require_firm_figures,
    revealed,
)
from accord.insight.queries_running import largest_variances, running, running_variances
from accord.insight.reasons import strongest
from accord.people.models import Firm
from accord.web.insight import numbers
from accord.web.insight.forecast_quality import QUALITY, VALUES, quality_number, quality_page, value_number, value_page
from accord.web.insight.forms import SignalWeightsForm
from accord.web.insight.retention_cards import churn_rate, revenue_retention
from accord.web.insight.views.figures_update import update_context
from accord.web.shell.cells.measures import measure_table
from accord.web.shell.definitions import DEFINITIONS
from accord.web.shell.list_parts import Column, short_cell
from accord.web.shell.parts import Action, Crumb, Empty, Fact
from accord.web.shell.plain_numbers import with_plain_numbers
from accord.web.shell.templatetags.shell import day, money, percent
from accord.web.shell.views.forms import FormPage
from accord.web.shell.views.lists import Cell, Row

MOVEMENT_TONES = {"lost": "bad", "contracted": "warn", "expanded": "good", "new": "info", "won back": "info"}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The four numbers, retention, and the clients and projects that move them most."""
    user: Any = request.user
    today = timezone.localdate()
    analysis, firm = latest_analysis(user), Firm.current()
    context: dict[str, Any] = {
        "numbers": with_plain_numbers(
            numbers.firm_numbers(user, running_variances(user, firm.currency, today))
            + revenue_retention(analysis)
            + [quality_number(analysis, name) for name in QUALITY]
            + [value_number(analysis)],
            user,
            firm.currency,
            today,
            keep=True,
        ),
        "analysis": analysis,
        "may_analyse": can(user, Permission.CHANGE, firm),
        "crumbs": [Crumb(gettext("Reports"))],
        "value_columns": CUSTOMER_COLUMNS,
        "clients_empty": _no_clients(analysis),
        "risks_empty": _no_risks(analysis),
        "projects_empty": Empty(gettext("No active projects"), gettext("Variances appear once a project is active.")),
        **update_context(user),
    }
    if analysis is not None:
        rows = client_figures(user)
        endangered = rows.filter(chance__isnull=False).exclude(state=ClientFigure.State.FORMER).order_by("-chance")
        context["best"] = [
            _client(r, analysis) for r in rows.exclude(lifetime_value=None).order_by("-lifetime_value")[:8]
        ]
        context["endangered"] = [_client(r, analysis) for r in endangered[:8]]
    context |= measure_table(largest_variances(user, 8))
    return render(request, "insight/overview.html", context)


def _no_clients(analysis: ClientFigures | None) -> Empty:
    """What stands in place of clients: what to do first, or why an analysis tells nothing of them."""
    if analysis is None:
        return Empty(
            gettext("No client figures yet"),
            gettext("Enter agreements or orders, or import invoices, then update the client figures."),
        )
    return Empty(gettext("Lifetime value not known"), analysis.reason or gettext("No client has ordered anything yet."))


def _no_risks(analysis: ClientFigures | None) -> Empty:
    """What stands in place of clients at risk."""
    if analysis is None:
        return _no_clients(None)
    return Empty(gettext("No clients at risk"), gettext("No churn risk is known yet."))


CUSTOMER_COLUMNS = [
    Column(gettext_lazy("Client")),
    Column(gettext_lazy("Lifetime value"), numeric=True),
    Column(gettext_lazy("Health"), numeric=True),
    Column(gettext_lazy("Churn risk"), numeric=True),
    Column(gettext_lazy("Yearly revenue before"), numeric=True),
    Column(gettext_lazy("Yearly revenue now"), numeric=True),
    Column(gettext_lazy("Change")),
]


def _client(row: Any, analysis: ClientFigures) -> Row:
    return Row(
        row.account_id,
        reverse("account", args=[row.account_id]),
        [
            # The reason why a value is not known is a sentence: below the name it wraps, below a figure it would not.
            Cell(
                row.account.name,
                sub=row.withheld or strongest(row),
            ),
            short_cell(row.lifetime_value, analysis.currency),
            Cell(None if row.health is None else f"{row.health:.0f}", numeric=True),
            Cell(
                None if row.chance is None else percent(row.chance, 0),
                numeric=True,
                tone="bad" if row.chance and row.chance >= 0.6 else "",
            ),
            Cell(money(row.revenue_before, analysis.currency), numeric=True),
            Cell(money(row.revenue_now, analysis.currency), numeric=True),
            Cell(capfirst(row.movement), badge=True, tone=MOVEMENT_TONES.get(row.movement, "neutral"))
            if row.movement
            else Cell(None),
        ],
    )


@require_safe
def number(request: HttpRequest, name: str) -> HttpResponse:
    """One figure of the firm with its definition and rows."""
    user: Any = request.user
    require_firm_figures(user)
    if name in ("lifetime-value", "churn-rate", "gross-retention", "net-retention"):
        context = _customers(request, name)
    elif name in ("budget-variance", "schedule-variance"):
        context = _projects(request, name)
    elif name == VALUES:
        context = value_page(latest_analysis(user))
    elif name in QUALITY:
        context = quality_page(latest_analysis(user), name)
    else:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    crumbs = [Crumb(gettext("Reports"), reverse("numbers")), Crumb(context["number"].label)]
    return render(request, "shell/number.html", context | {"subtitle": Firm.current().name, "crumbs": crumbs})


def _customers(request: HttpRequest, name: str) -> dict[str, Any]:
    user: Any = request.user
    analysis = latest_analysis(user)
    cards = {
        "lifetime-value": lambda: numbers.lifetime_value(analysis, user),
        "churn-rate": lambda: churn_rate(analysis),
        "gross-retention": lambda: revenue_retention(analysis)[0],
        "net-retention": lambda: revenue_retention(analysis)[1],
    }
    context: dict[str, Any] = {
        "number": cards[name](),
        "definition": DEFINITIONS[name],
        "columns": CUSTOMER_COLUMNS,
        "rows_title": gettext("Clients you can see"),
        "empty": Empty(gettext("No clients"), gettext("Clients appear after their first order or contract.")),
        "rows": [],
    }
    if name != "lifetime-value":
        context["actions"] = [Action(gettext("Retention"), reverse("retention"), icon="refresh")]
    if analysis is None:
        return context
    order = "-lifetime_value" if name == "lifetime-value" else "-chance" if name == "churn-rate" else "-revenue_before"
    rows = client_figures(user)
    if name != "lifetime-value":
        rows = rows.exclude(movement="")
    page = Paginator(rows.order_by(order, "pk"), 100).get_page(request.GET.get("page"))
    context |= {"page": page, "rows": [_client(row, analysis) for row in page.object_list], "inputs": _inputs(analysis)}
    context["missing"] = [
        ngettext(
            "%(count)s invoice in %(code)s: there is no exchange rate to %(currency)s",
            "%(count)s invoices in %(code)s: there is no exchange rate to %(currency)s",
            n,
        )
        % {"count": n, "code": code, "currency": analysis.currency}
        for code, n in analysis.excluded.items()
    ]
    if analysis.reason and analysis.reason != context["number"].missing:
        context["missing"].append(analysis.reason)
    return context


BRIDGE = {
    "start_revenue": gettext_lazy("Yearly revenue at start"),
    "churned": gettext_lazy("Lost"),
    "contraction": gettext_lazy("Contraction"),
    "expansion": gettext_lazy("Expansion"),
    "new": gettext_lazy("New"),
    "won_back": gettext_lazy("Won back"),
    "end_revenue": gettext_lazy("Yearly revenue at end"),
}


def _inputs(analysis: ClientFigures) -> list[Fact]:
    rows: list[tuple[str, Any]] = [
        (gettext("Observed until"), day(analysis.as_of)),
        (gettext("Clients with purchases"), analysis.customers),
    ]
    rows += _halves(analysis)
    churn = analysis.churn
    if "start" in churn:
        rows += [
            (gettext("Period"), _period(churn["start"], churn["end"])),
            (gettext("Clients at start"), churn["clients_at_start"]),
            (gettext("Clients lost"), churn["clients_lost"]),
            *((label, money(Decimal(churn[name]), analysis.currency)) for name, label in BRIDGE.items()),
        ]
    return [Fact(label, value) for label, value in rows]


def _halves(analysis: ClientFigures) -> list[tuple[str, Any]]:
    """How the forecast of each half was fitted and how its backtest went."""
    rows: list[tuple[str, Any]] = [(gettext("Model"), analysis.model.get("version"))]
    for key, name in (("contracts", gettext("Contract clients")), ("projects", gettext("Project clients"))):
        half = analysis.model.get(key)
        if half is None:
            continue
        score = half["backtest"]
        rows.append(
            (
                name,
                gettext("%(clients)s clients, %(leavings)s left so far")
                % {"clients": half["clients"], "leavings": half["leavings"]},
            )
        )
        if score["enough"]:
            text = gettext("%(brier)s, base rate %(base_brier)s (%(outcomes)s outcomes)") % {
                "brier": f"{score['brier']:.3f}",
                "base_brier": f"{score['base_brier']:.3f}",
                "outcomes": score["outcomes"],
            }
            rows.append((gettext("%(name)s: Brier score of past forecasts") % {"name": name}, text))
        else:
            rows.append(
                (
                    gettext("%(name)s: past forecasts") % {"name": name},
                    gettext("too few outcomes to judge (%(events)s left)") % {"events": score["events"]},
                )
            )
    return rows


def _period(first: str, last: str) -> str:
    return gettext("%(first)s to %(last)s") % {
        "first": day(date.fromisoformat(first)),
        "last": day(date.fromisoformat(last)),
    }


def _projects(request: HttpRequest, name: str) -> dict[str, Any]:
    user: Any = request.user
    cards = numbers.variance_cards(running_variances(user, Firm.current().currency, timezone.localdate()))
    page = Paginator(running(user).order_by("project__name", "pk"), 100).get_page(request.GET.get("page"))
    measures = revealed(page.object_list)
    return {
        "page": page,
        "number": cards[0] if name == "budget-variance" else cards[1],
        "definition": DEFINITIONS[name],
        "rows_title": gettext("Active projects you can see"),
        "missing": [f"{m.project.name}: {', '.join(map(translated, m.missing))}" for m in measures if m.missing],
        "empty": Empty(gettext("No active projects"), gettext("Variances cover active projects only.")),
        **measure_table(measures),
    }


class SignalWeights(FormPage):
    """What speaks against a client, and how much: the expectation that the firm's own past corrects."""

    model, form_class, back = Firm, SignalWeightsForm, "numbers"

    def record(self) -> Record:
        firm = Firm.current()
        require(self.request.user, Permission.CHANGE, firm)
        return firm

    def title(self, record: Record) -> str:
        return gettext("Signal weights")

    def crumbs(self, record: Record) -> list[Crumb]:
        return [Crumb(gettext("Reports"), reverse("numbers")), Crumb(gettext("Signal weights"))]

    def toast(self) -> str:
        return gettext("Signal weights saved. Update the client figures to use them.")
