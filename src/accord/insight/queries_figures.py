"""The figures of the pages as plain values, for programs."""

from __future__ import annotations

from typing import Any

from accord.core.texts import gettext_lazy, translated
from accord.insight.models import ClientFigure
from accord.insight.queries import client_figures, latest_analysis, latest_measures
from accord.insight.queries_segments import rfm_segment
from accord.insight.reasons import components_of, reasons_of, strongest
from accord.insight.retention import RATES
from accord.projects.models import Project

HORIZONS = {"90": "chance_90", "180": "chance_180", "365": "chance"}
UNKNOWN_RATE = gettext_lazy("Too few at the start of the period.")
NO_RUN = gettext_lazy("The client figures haven't been calculated yet.")


def account_figures(user: Any) -> list[dict[str, Any]]:
    """Clients whose money ``user`` may see (None: all), the most endangered first; unknown figures last, with why."""
    rows = client_figures(user).prefetch_related(None)
    return sorted((_account(row) for row in rows), key=lambda each: (each["chance_of_leaving"] is None, _order(each)))


def _order(row: dict[str, Any]) -> tuple[float, str]:
    return -(row["chance_of_leaving"] or {"365": 0.0})["365"], row["name"]


def _account(row: ClientFigure) -> dict[str, Any]:
    known = row.chance is not None
    found: dict[str, Any] = {
        "id": row.account_id,
        "name": row.account.name,
        "state": row.state,
        "lifetime_value": row.lifetime_value,
        "lifetime_value_interval": None if row.value_low is None else [row.value_low, row.value_high],
        "currency": row.analysis.currency,
        "chance_of_leaving": {name: getattr(row, field) for name, field in HORIZONS.items()} if known else None,
        "chance_interval": None if row.chance_low is None else [row.chance_low, row.chance_high],
        "margin_year": row.margin_year,
        "margin_so_far": row.margin_so_far,
        "rfm": _rfm(row),
        "health": row.health,
        "components": {part.value: points for part, points in components_of(row).items()}
        if row.contributions
        else None,
        "strongest_reason": strongest(row),
        "reasons": [{"text": reason.text, "points": reason.points} for reason in reasons_of(row)],
        "as_of": row.analysis.as_of.isoformat(),
        "model": row.analysis.model.get("version"),
    }
    if row.window_months and row.kind == ClientFigure.Kind.PROJECTS:
        found["no_order"] = {"chance": row.quiet, "months": row.window_months}
    if row.override is not None:
        found["override"] = {
            "reason": row.override.reason,
            "until": row.override.until.isoformat(),
            "calculated_health": row.calculated["health"],
            "calculated_chance": row.calculated["chance"],
        }
    if not known:
        found["why"] = row.withheld or row.analysis.reason
    return found


def _rfm(row: ClientFigure) -> dict[str, Any] | None:
    """The scores from 1 to 5 with the name of their group; None of who never ordered."""
    group = rfm_segment(row)
    if group is None:
        return None
    scores = {name: getattr(row, name) for name in ("recency", "frequency", "monetary")}
    return {**scores, "group": group.name.lower()}


def project_figures(user: Any) -> list[dict[str, Any]]:
    """The newest measurement of each project that ``user`` may see (None: all), by name."""
    projects = Project.objects.filter(archived_at=None) if user is None else Project.objects.visible_to(user)
    amounts = ("bac", "pv", "ev", "ac", "cv", "sv", "cpi", "spi", "eac")
    found = []
    for row in latest_measures(projects.filter(archived_at=None), user, "project__name", "pk"):
        figures = {name: getattr(row, name) for name in amounts}
        each = {"id": row.project_id, "name": row.project.name, "currency": row.project.currency, **figures}
        each |= {"percent_complete": row.percent_complete, "as_of": row.day.isoformat()}
        if row.missing:
            each["why"] = [translated(reason) for reason in row.missing]
        found.append(each)
    return found


def firm_figures(user: Any) -> dict[str, Any]:
    """What all clients are worth and how many stay, with counts and intervals; for who may see the firm's figures."""
    analysis = latest_analysis(user)
    if analysis is None:
        return {"as_of": None, "why": str(NO_RUN)}
    churn = analysis.churn
    halves = {key: analysis.model[key] for key in ("contracts", "projects") if key in analysis.model}
    return {
        "as_of": analysis.as_of.isoformat(),
        "currency": analysis.currency,
        "clients": analysis.customers,
        "valued": analysis.valued,
        "lifetime_value": analysis.total_value,
        "lifetime_value_interval": None if analysis.total_low is None else [analysis.total_low, analysis.total_high],
        "counts_margin": analysis.counts_margin,
        "horizon_months": analysis.horizon_months,
        "discount_rate": analysis.discount_rate,
        "months": churn.get("months"),
        **_retention(churn),
        **{half: _retention(churn.get(half, {})) for half in ("contracts", "projects")},
        "models": halves,
        "model": analysis.model.get("version"),
        **({"why": analysis.reason} if analysis.reason else {}),
    }


COUNTS = ("clients_at_start", "clients_at_end", "clients_lost", "contracts_at_start", "contracts_lost")


def _retention(found: dict[str, Any]) -> dict[str, Any]:
    """Counts, and each rate with its interval (95 %); null with why where there are too few. ``found`` is of all
    clients or of one half, as a run keeps it; contracts are counted where the half has them."""
    intervals = found.get("intervals") or {}
    names = [*RATES, *(["contract_churn"] if "contract_churn" in found else [])]
    rates = {
        name: {"value": float(found[name]), "interval": intervals.get(name)}
        if found.get(name) is not None
        else {"value": None, "why": found.get("reason", "") or str(UNKNOWN_RATE)}
        for name in names
    }
    return {name: found.get(name) for name in COUNTS if name in found or name.startswith("clients")} | rates
