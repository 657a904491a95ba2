"""The health of one client: what makes it, what moved it, how far to trust it, and setting it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import Permission, can, may_create, require
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.engines.customers.client_health import TYPICAL_HEALTH, health_of
from accord.insight.models import ClientFigure, HealthOverride
from accord.insight.queries import WEEK, account_analysis, figure_before, health_history
from accord.insight.reasons import components_of, reasons_of
from accord.people.models import Firm
from accord.web.accounts.health import Evidence, calculated_health, drivers, evidence_of, warnings_of, why
from accord.web.accounts.numbers import churn, health, lifetime_value
from accord.web.accounts.page import account_page
from accord.web.accounts.views.edits import AccountFormPages
from accord.web.insight.forecast_quality import quality_panel
from accord.web.insight.forms import HealthOverrideForm
from accord.web.shell.chart_axes import date_form
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Column
from accord.web.shell.numbers import Number, signed
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import day, percent
from accord.web.shell.views.lists import Cell, Row

TAB = "account-health"


@require_safe
def account_health(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, TAB)
    account, user = page.account, request.user
    require(user, Permission.VIEW_MONEY, account)
    row = account_analysis(account, user)
    before = None if row is None else figure_before(row, WEEK)
    context = page.context | {
        "row": row,
        "numbers": _numbers(account, row, before),
        "override": _override(row, account, user),
    }
    if row is None or not row.contributions:
        number = health(account, row)
        context["empty"] = Empty(gettext("Nothing to explain"), number.missing or number.caption)
        return render(request, "insight/health.html", context)
    context |= {
        "why": why(row),
        "warnings": warnings_of(row),
        "drivers": drivers(account, row, before),
        "since": before.analysis.as_of if before is not None else None,
        "total": signed(sum(components_of(row).values())),
        "calculated": f"{row.calculated.get('health', row.health):.0f}",
        "moved": _moved(account, row, before),
        "moved_total": None if before is None else signed(calculated_health(row) - calculated_health(before)),
        "chart": history_chart(health_history(account, user)),
        "quality": quality_panel(row.analysis, row.kind),
        "weights_url": reverse("signal-weights") if can(user, Permission.CHANGE, Firm.current()) else "",
    }
    return render(request, "insight/health.html", context)


def _numbers(account: Account, row: ClientFigure | None, before: ClientFigure | None) -> list[Number]:
    """Health, churn risk, what it would be had everything been delivered as promised, and lifetime value."""
    found = [_moved_health(account, row, before), churn(account, row)]
    if row is not None and row.as_promised is not None and row.chance is not None and row.override_id is None:
        typical = row.analysis.model.get("typical", 0.1)
        caused = max(row.chance - row.as_promised, 0.0)
        kept = f"{float(health_of(np.array(row.as_promised), typical)):.0f}"
        caption = (
            gettext("health %(health)s; delivery makes at least %(points)s points of the risk")
            if caused >= 0.0005
            else gettext("health %(health)s; delivery doesn't add to the risk")
        )
        caption %= {"health": kept, "points": f"{100 * caused:.1f}"}
        found.append(Number(gettext("If delivered as promised"), percent(row.as_promised), caption))
    return [*found, lifetime_value(account, row)]


def _moved_health(account: Account, row: ClientFigure | None, before: ClientFigure | None) -> Number:
    """The card of health without the way to this page; what speaks for and against it stands below."""
    number = replace(health(account, row), url="")
    if row is None or row.health is None or row.override_id is not None or row.state != ClientFigure.State.ACTIVE:
        return number
    if before is None:
        return replace(number, caption=gettext("a typical client has 70"))
    moved = {"moved": signed(calculated_health(row) - calculated_health(before)), "day": day(before.analysis.as_of)}
    return replace(number, caption=gettext("%(moved)s since %(day)s; a typical client has 70") % moved)


def _moved(account: Account, row: ClientFigure, before: ClientFigure | None) -> list[Evidence]:
    """The signals that moved, the strongest first."""
    if before is None:
        return []
    found = [reason for reason in reasons_of(row, 0.0, before) if abs(reason.moved or 0.0) >= 0.05]
    return [evidence_of(account, row, reason) for reason in sorted(found, key=lambda r: -abs(r.moved or 0.0))]


def history_chart(points: Sequence[tuple[date, float, float | None]]) -> dict[str, Any] | None:
    """Health on each day with a run beside the typical client's 70, and what was set by hand; None of one day."""
    if len(points) < 2:
        return None
    calculated = [
        {
            "when": on.isoformat(),
            "health": value,
            "tip": {gettext("Date"): day(on), gettext("Health"): f"{value:.0f}"},
        }
        for on, value, _ in points
    ]
    by_hand = [
        {
            "when": on.isoformat(),
            "health": value,
            "tip": {gettext("Date"): day(on), gettext("Override"): f"{value:.0f}"},
        }
        for on, _, value in points
        if value is not None
    ]
    return {
        "id": "health-history",
        "title": gettext("History"),
        "text": gettext("As calculated on each day, from what was known then. The line is the typical client’s 70."),
        "spec": drawing(
            "health-history",
            {"points": calculated, "by_hand": by_hand, "typical": [{"health": 100 * TYPICAL_HEALTH}]},
            form=date_form(on for on, _, _ in points),
        ),
        "table": {
            "columns": [
                Column(gettext("Day")),
                Column(gettext("Health"), numeric=True),
                Column(gettext("Override"), numeric=True),
            ],
            "rows": [
                Row(
                    0,
                    "",
                    [
                        Cell(day(on)),
                        Cell(f"{value:.0f}", numeric=True),
                        Cell(None if own is None else f"{own:.0f}", numeric=True),
                    ],
                )
                for on, value, own in reversed(points)
            ],
        },
    }


def _override(row: ClientFigure | None, account: Account, user: Any) -> dict[str, Any]:
    """What is set by hand, and what may be done about it."""
    standing = row.override if row is not None else None
    if standing is not None:
        may = can(user, Permission.CHANGE, standing)
        return {
            "standing": standing,
            "edit": Action(gettext("Change"), reverse("health-override-edit", args=[standing.pk]), drawer=True)
            if may
            else None,
        }
    if row is None or row.state != ClientFigure.State.ACTIVE or row.chance is None:
        return {}
    if not may_create(user, HealthOverride, account=account):
        return {}
    url = reverse("health-override-new", args=[account.pk])
    return {"new": Action(gettext("Override"), url, drawer=True, icon="pencil")}


class HealthOverridePages(AccountFormPages):
    """Health that a person sets until a day, because they know what no record says."""

    route, model, form_class, tab = "health-override", HealthOverride, HealthOverrideForm, TAB
    new_title = gettext_lazy("Override health")
    consequence = gettext_lazy("The calculated health counts again at once.")

    def blank(self) -> Record:
        return HealthOverride(
            account=self.account, set_by=self.request.user, until=timezone.localdate() + timedelta(days=90)
        )
