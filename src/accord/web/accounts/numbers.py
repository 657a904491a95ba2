"""The four numbers of one client, as cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accord.accounts.models import Account
from accord.insight.models import ClientFigure, ProjectMeasure
from accord.insight.queries import Variances, account_analysis, variances
from accord.projects.models import Project
from accord.web.shell.numbers import Number, amount, share
from accord.web.shell.templatetags.shell import percent


def account_numbers(account: Account, user: Any, measures: Sequence[ProjectMeasure], today: date) -> list[Number]:
    """Lifetime value, churn, and the variances of the active projects among ``measures``, the latest of each."""
    row = account_analysis(account, user)
    active = [measure for measure in measures if measure.project.status == Project.Status.ACTIVE]
    sums = variances(active, account.currency, today)
    return [lifetime_value(account, row), churn(account, row), *variance_numbers(account, sums)]


def lifetime_value(account: Account, row: ClientFigure | None) -> Number:
    url = reverse("account-number", args=[account.pk, "lifetime-value"])
    if row is None:
        return Number(
            "Customer lifetime value", missing="No invoices of this client analysed yet.", tone="unknown", url=url
        )
    caption = f"{row.analysis.horizon_months // 12} years, discounted, from {row.decisions} purchase decisions"
    reason = row.withheld or row.analysis.reason or "No invoices with an amount."
    return amount(
        "Customer lifetime value", row.lifetime_value, row.analysis.currency, url=url, caption=caption, missing=reason
    )


def churn(account: Account, row: ClientFigure | None) -> Number:
    url = reverse("account-number", args=[account.pk, "churn-rate"])
    if row is None or row.probability_alive is None:
        reason = (row.withheld or row.analysis.reason) if row is not None else ""
        return Number(
            "Churn rate", missing=reason or "No invoices of this client analysed yet.", tone="unknown", url=url
        )
    firm = row.analysis.churn.get("logo_churn")
    caption = f"probability that this client has left, from {row.decisions} purchase decisions"
    if firm is not None:
        months = row.analysis.churn["months"]
        caption += f"; firm {percent(Decimal(firm))} a {'year' if months == 12 else 'quarter'}"
    found = share("Churn rate", 1 - row.probability_alive, url=url, missing="", caption=caption, warn=0.3, bad=0.6)
    # Silence that is not long yet is no proof that a client stays: low is not good.
    return replace(found, tone="neutral") if found.tone == "good" else found


def variance_numbers(account: Account, sums: Variances) -> list[Number]:
    if not sums.projects:
        reason = "No active projects."
    elif sums.unconverted == sums.projects:
        reason = f"No exchange rate to {sums.currency}. Add one under Money."
    else:
        reason = "No active project has a baseline and actual cost."
    known = sums.projects - sums.unknown - sums.unconverted
    caption = f"{known} of {sums.projects} active project{'' if sums.projects == 1 else 's'}"
    return [
        amount(
            label,
            value,
            sums.currency,
            url=reverse("account-number", args=[account.pk, slug]),
            missing=reason,
            caption=caption,
            signed=True,
        )
        for label, slug, value in (
            ("Budget variance", "budget-variance", sums.cost),
            ("Schedule variance", "schedule-variance", sums.schedule),
        )
    ]
