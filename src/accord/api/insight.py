"""The customer figures."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router

from accord.accounts.models import Account
from accord.api.answers import page_of, row_of
from accord.api.pages import Paging, page, values
from accord.core.fetch import fetch
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries import account_analysis, client_figures, latest_analysis

router = Router(tags=["numbers"])

ANALYSIS = (
    "as_of", "currency", "horizon_months", "discount_rate", "customers", "valued", "total_value", "total_low",
    "total_high", "counts_margin", "model", "churn", "excluded", "reason",
)  # fmt: skip
ROW = (
    "account", "kind", "state", "chance", "chance_low", "chance_high", "chance_90", "chance_180", "quiet",
    "window_months", "health", "contributions", "lifetime_value", "value_low", "value_high", "contracted",
    "revenue_before", "revenue_now", "movement", "decisions", "last_decision_on", "lost_on", "withheld",
)  # fmt: skip


ROW_OUT = row_of("ClientFigure", ClientFigure, ROW)
FIGURES = page_of(ROW_OUT, analysis=row_of("ClientFigures", ClientFigures, ANALYSIS))


@router.get("/customers", response=FIGURES)
def customers(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The newest analysis with the clients whose money the caller may see."""
    user = request.user
    analysis = latest_analysis(user)
    if analysis is None:
        raise Http404
    rows = client_figures(user).filter(analysis=analysis).order_by("-lifetime_value", "pk")
    found = page(rows, paging, lambda row: values(row, *ROW, user=user, money=True), user=user)
    return {"analysis": values(analysis, *ANALYSIS, user=user, money=True), **found}


@router.get("/customers/{int:account}", response=ROW_OUT)
def customer(request: HttpRequest, account: int) -> dict[str, Any]:
    found = account_analysis(fetch(Account, request.user, pk=account), request.user)
    if found is None:
        raise Http404
    return values(found, *ROW, user=request.user, money=True)
