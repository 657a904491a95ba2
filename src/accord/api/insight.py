"""The customer figures."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router

from accord.accounts.models import Account
from accord.api.pages import Paging, page, values
from accord.core.access import Deed, require
from accord.core.fetch import fetch
from accord.insight.queries import account_analysis, latest_analysis, rows_of

router = Router(tags=["numbers"])

ANALYSIS = (
    "as_of", "currency", "horizon_months", "discount_rate", "customers", "valued", "total_value", "model", "churn",
    "excluded", "reason",
)  # fmt: skip
ROW = (
    "account", "repeat_purchases", "last_purchase_age", "age", "mean_spend", "probability_alive", "expected_purchases",
    "expected_spend", "lifetime_value", "revenue_before", "revenue_now", "movement", "decisions", "withheld",
)  # fmt: skip


@router.get("/customers")
def customers(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The newest analysis with the clients that the caller may see."""
    analysis = latest_analysis()
    if analysis is None:
        raise Http404
    rows = rows_of(analysis, request.user).order_by("-lifetime_value", "pk")
    return {"analysis": values(analysis, *ANALYSIS), **page(rows, paging, lambda r: values(r, *ROW))}


@router.get("/customers/{int:account}")
def customer(request: HttpRequest, account: int) -> dict[str, Any]:
    row = fetch(Account, request.user, pk=account)
    require(request.user, Deed.VIEW_MONEY, row)
    found = account_analysis(row)
    if found is None:
        raise Http404
    return values(found, *ROW)
