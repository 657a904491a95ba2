"""The four numbers of the firm, as cards: over the clients and projects that the reader may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accord.insight.models import ClientFigures, ProjectMeasure
from accord.insight.queries import Variances, latest_analysis, value_at_risk, variances
from accord.people.models import Firm
from accord.web.shell.numbers import Number, amount, share
from accord.web.shell.templatetags.shell import day, money, percent

NO_RUN = "Not calculated yet."


def firm_numbers(user: Any, today: date, firm: Firm, measures: list[ProjectMeasure]) -> list[Number]:
    """Lifetime value, churn rate, and budget and schedule variance over ``measures``."""
    analysis = latest_analysis(user)
    return [
        lifetime_value(analysis, user),
        churn_rate(analysis),
        *variance_cards(variances(measures, firm.currency, today)),
    ]


def lifetime_value(analysis: ClientFigures | None, user: Any) -> Number:
    label, url = "Customer lifetime value", reverse("firm-number", args=["lifetime-value"])
    if analysis is None:
        return Number(label, missing=NO_RUN, tone="unknown", url=url)
    if user.sees_everything:
        value, whose = analysis.total_value, f"{analysis.valued} of {analysis.customers} clients valued"
    else:
        value, whose = value_at_risk(user), "your clients with a known value"
    caption = f"{whose}, {analysis.horizon_months // 12} years, as of {day(analysis.as_of)}"
    if user.sees_everything and analysis.total_low is not None:
        low, high = (money(edge, analysis.currency) for edge in (analysis.total_low, analysis.total_high))
        caption += f"; 80% likely from {low} to {high}"
    return amount(
        label,
        value,
        analysis.currency,
        url=url,
        caption=caption,
        missing=analysis.reason or "No client has ordered anything yet.",
    )


def churn_rate(analysis: ClientFigures | None) -> Number:
    label, url = "Churn rate", reverse("firm-number", args=["churn-rate"])
    if analysis is None or analysis.churn.get("logo_churn") is None:
        reason = analysis.churn.get("reason", "") if analysis else NO_RUN
        return Number(label, missing=reason or "No clients at the start of the period.", tone="unknown", url=url)
    churn = analysis.churn
    period = "the last 12 months" if churn["months"] == 12 else f"the last {churn['months']} months"
    caption = f"{churn['clients_lost']} of {churn['clients_at_start']} clients lost in {period}"
    caption += interval_text(churn, "logo_churn")
    return share(label, Decimal(churn["logo_churn"]), url=url, missing="", caption=caption, warn=0.1, bad=0.2)


def interval_text(churn: dict[str, Any], name: str) -> str:
    """The 95% interval of a retention figure, as the end of a caption."""
    found = (churn.get("intervals") or {}).get(name)
    if not found:
        return ""
    low, high = (percent(value, 0).removesuffix("%") for value in found)
    return f" (95% interval {low}–{high}%)"


def variance_cards(sums: Variances) -> list[Number]:
    if not sums.projects:
        reason = "No active projects."
    else:
        reason = f"None of {sums.projects} active projects has a baseline and actual cost."
    known = sums.projects - sums.unknown - sums.unconverted
    caption = f"across {known} of {sums.projects} active projects"
    return [
        amount(
            label,
            value,
            sums.currency,
            url=reverse("firm-number", args=[slug]),
            missing=reason,
            caption=caption,
            signed=True,
        )
        for label, slug, value in (
            ("Budget variance", "budget-variance", sums.cost),
            ("Schedule variance", "schedule-variance", sums.schedule),
        )
    ]
