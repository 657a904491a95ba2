"""The customer figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from accord.accounts.models import Account
from accord.api.answers import exactly, many, page_of, row_of
from accord.api.pages import Paging, page, values
from accord.core import editing
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.insight.models import ClientFigure, ClientFigures, HealthOverride
from accord.insight.queries import account_analysis, client_figures, latest_analysis
from accord.insight.queries_calibration import firm_calibration, renewal_record
from accord.insight.queries_scoreboard import firm_records
from accord.insight.queries_segments import in_segment, segments_of
from accord.people.models import SavedView

router = Router(tags=["numbers"])

ANALYSIS = (
    "as_of", "currency", "horizon_months", "discount_rate", "customers", "valued", "total_value", "total_low",
    "total_high", "counts_margin", "model", "churn", "next_services", "excluded", "reason",
)  # fmt: skip
ROW = (
    "account", "kind", "state", "chance", "chance_low", "chance_high", "chance_90", "chance_180", "quiet",
    "window_months", "as_promised", "health", "override", "calculated", "contributions",
    "lifetime_value", "value_low", "value_high", "contracted",
    "value_spread", "revenue_so_far", "margin_so_far", "revenue_year", "margin_year", "revenue_before", "revenue_now",
    "movement", "decisions", "first_decision_on", "last_decision_on", "recency", "frequency", "monetary", "services",
    "lost_on", "withheld",
)  # fmt: skip


SEGMENT = ("name", "shared", "query")
SEGMENT_OUT = row_of("Segment", SavedView, SEGMENT)
NEXT_SERVICE = exactly(
    "NextService",
    {
        "months": int, "first": str, "then": str, "buyers": int, "bought": int, "low": float, "high": float,
        "base": float | None, "base_buyers": int, "enough": bool,
    },
)  # fmt: skip
ROW_OUT = row_of("ClientFigure", ClientFigure, ROW, services=list[str])
FIGURES = page_of(ROW_OUT, analysis=row_of("ClientFigures", ClientFigures, ANALYSIS, next_services=many(NEXT_SERVICE)))


@router.get("/customers", response=FIGURES)
def customers(request: HttpRequest, paging: Query[Paging], segment: str = "") -> dict[str, Any]:
    """The newest analysis with the clients whose money the caller may see.

    ``segment`` is the id of a saved segment or a name from the accounts' field; ``-`` finds those without one.
    """
    user = request.user
    analysis = latest_analysis(user)
    if analysis is None:
        raise Http404
    rows = in_segment(client_figures(user).filter(analysis=analysis), segment, user).order_by("-lifetime_value", "pk")
    found = page(rows, paging, lambda row: values(row, *ROW, user=user, money=True), user=user)
    return {"analysis": values(analysis, *ANALYSIS, user=user, money=True), **found}


@router.get("/customers/{int:account}", response=ROW_OUT)
def customer(request: HttpRequest, account: int) -> dict[str, Any]:
    found = account_analysis(fetch(Account, request.user, pk=account), request.user)
    if found is None:
        raise Http404
    return values(found, *ROW, user=request.user, money=True)


METHOD = exactly(
    "ForecastMethod",
    {
        "method": str, "formula": str, "error": float | None, "bias": float | None, "projects": int, "close": int,
        "counts": float | None,
    },
)  # fmt: skip
RECORD = exactly("ForecastRecord", {"quantity": str, "stage": str, "methods": many(METHOD)})

HELD = exactly(
    "ForecastCalibration",
    {
        "method": str, "p": float, "stage": str, "held": int, "projects": int, "low": float | None,
        "high": float | None, "pinball": float | None,
    },
)  # fmt: skip
RENEWALS = exactly(
    "RenewalRecord",
    {
        "renewals": int, "renewed": int, "brier": float | None, "base_brier": float | None, "gain": float | None,
        "low": float | None, "high": float | None,
    },
)  # fmt: skip
SCOREBOARD = exactly("Scoreboard", {"records": many(RECORD), "calibration": many(HELD), "renewals": RENEWALS})


@router.get("/scoreboard", response=SCOREBOARD)
def scoreboard(request: HttpRequest) -> dict[str, Any]:
    """How right each forecast method has been, by stage, over the closed projects; errors and biases are shares.

    ``close`` counts projects with an error of at most 10 %, ``counts`` is the method's share in the mix of all.
    ``calibration`` says how often the quantile ``p`` of the finish held, with the 95 % interval of the share and the
    mean pinball loss as a share of the outcome; ``renewals`` compares the chances said 30 days before the end of a
    term with the base rate.
    """
    return {
        "calibration": [asdict(row) for row in firm_calibration(request.user)],
        "renewals": asdict(renewal_record(request.user)),
        "records": [
            {
                "quantity": quantity,
                "stage": record.stage,
                "methods": [
                    {
                        "method": row.key,
                        "formula": row.method.formula if row.method else "",
                        **{name: getattr(row, name) for name in ("error", "bias", "projects", "close", "counts")},
                    }
                    for row in record.rows
                ],
            }
            for quantity, found in firm_records(request.user).items()
            for record in found
        ],
    }


OVERRIDE = ("account", "health", "reason", "until", "set_by")
OVERRIDE_OUT = row_of("HealthOverride", HealthOverride, OVERRIDE)


class OverrideIn(Schema):
    """``health`` from 1 to 99 counts until the end of the day ``until``, at most a year ahead."""

    health: int
    reason: str
    until: date


@router.post("/customers/{int:account}/health-overrides", response={201: OVERRIDE_OUT})
def create_health_override(request: HttpRequest, account: int, body: OverrideIn) -> tuple[int, dict[str, Any]]:
    row = fetch(Account, request.user, pk=account)
    override = HealthOverride(account=row, set_by=request.user, **body.dict())
    require(request.user, Permission.CREATE, override)
    override.full_clean()
    return 201, values(editing.create(override, by=request.user), *OVERRIDE, user=request.user)


@router.get("/health-overrides/{int:pk}", response=OVERRIDE_OUT)
def health_override(request: HttpRequest, pk: int) -> dict[str, Any]:
    return values(fetch(HealthOverride, request.user, pk=pk), *OVERRIDE, user=request.user)


@router.delete("/health-overrides/{int:pk}", response={204: None})
def remove_health_override(request: HttpRequest, pk: int) -> tuple[int, None]:
    override = fetch(HealthOverride, request.user, pk=pk)
    editing.remove(override, by=request.user)
    return 204, None


@router.get("/segments", response=page_of(SEGMENT_OUT))
def segments(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The saved segments that the caller may filter by; ``query`` holds the conditions as the page's address does."""
    user = request.user
    rows = SavedView.objects.filter(pk__in=[row.pk for row in segments_of(user)]).order_by("name", "pk")
    return page(rows, paging, SEGMENT, user=user)
