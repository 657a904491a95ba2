"""The four numbers of the firm, as cards: over the clients and projects that the reader may see."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accord.insight.models import ClientFigures
from accord.insight.queries import Variances, latest_analysis, value_at_risk
from accord.web.insight.retention_cards import churn_rate
from accord.web.insight.retention_texts import NO_RUN
from accord.web.shell.numbers import Number, amount
from accord.web.shell.templatetags.shell import day, money_short


def firm_numbers(user: Any, sums: Variances) -> list[Number]:
    """Lifetime value, churn rate, and budget and schedule variance."""
    analysis = latest_analysis(user)
    return [
        lifetime_value(analysis, user),
        churn_rate(analysis),
        *variance_cards(sums),
    ]


def lifetime_value(analysis: ClientFigures | None, user: Any) -> Number:
    label, url = gettext("Customer lifetime value"), reverse("firm-number", args=["lifetime-value"])
    if analysis is None:
        return Number(label, missing=NO_RUN, tone="unknown", url=url)
    if user.sees_everything:
        value, whose = (
            analysis.total_value,
            gettext("%(valued)s of %(customers)s clients valued")
            % {"valued": analysis.valued, "customers": analysis.customers},
        )
    else:
        value, whose = value_at_risk(user), gettext("your clients with a known value")
    caption = gettext("%(whose)s, %(horizon_months)s years, as of %(as_of)s") % {
        "whose": whose,
        "horizon_months": analysis.horizon_months // 12,
        "as_of": day(analysis.as_of),
    }
    if user.sees_everything and analysis.total_low is not None:
        low, high = (money_short(edge, analysis.currency) for edge in (analysis.total_low, analysis.total_high))
        said = gettext("80%% likely from %(low)s to %(high)s") % {"low": low, "high": high}
        caption = f"{caption}; {said}"
    if value is None:
        missing = analysis.reason or gettext("No client has ordered anything yet.")
        return Number(label, missing=missing, tone="unknown", url=url)
    return Number(label, money_short(value, analysis.currency), caption, url=url)


def variance_cards(sums: Variances) -> list[Number]:
    if not sums.projects:
        reason = gettext("No active projects.")
    else:
        reason = gettext("None of %(projects)s active projects has a baseline and actual cost.") % {
            "projects": sums.projects
        }
    known = sums.projects - sums.unknown - sums.unconverted
    caption = gettext("across %(known)s of %(projects)s active projects") % {"known": known, "projects": sums.projects}
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
            (gettext("Budget variance"), "budget-variance", sums.cost),
            (gettext("Schedule variance"), "schedule-variance", sums.schedule),
        )
    ]
