"""The rows of a run: what is forecast of each client, from the firm's records."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.money import rounded
from accord.engines.customers.backtest import Score
from accord.engines.customers.client_fit_quality import HalfFit
from accord.engines.customers.client_fits import Settings, Stage, Watch, unwatched
from accord.engines.customers.client_forecast import VERSION, Forecast, forecast_clients
from accord.engines.customers.client_value_check import value_score
from accord.engines.customers.half_forecast import HalfForecast
from accord.engines.customers.order_values import yearly_margins
from accord.engines.customers.signals import SIGNALS, Component
from accord.insight.actions.client_traits import add_traits
from accord.insight.history.backlog import backlog
from accord.insight.history.firm import FirmRecords
from accord.insight.history.months import DAYS
from accord.insight.models import ClientFigure, ClientFigures
from accord.people.models import Firm
from accord.rates.queries import Converter

Kind, State = ClientFigure.Kind, ClientFigure.State
DELIVERY_MONTHS = 6  # signed work is delivered, on average, half a year ahead


@dataclass(frozen=True, slots=True)
class _Row:
    """One client of one half, as numbers."""

    half: HalfForecast
    at: int

    def figure(self, name: str) -> float:
        return float(getattr(self.half, name)[self.at])


def forecast_rows(
    analysis: ClientFigures,
    records: FirmRecords | None,
    exchange: Converter,
    firm: Firm,
    watch: Watch = unwatched,
) -> dict[int, ClientFigure]:
    """Fill ``analysis`` and give an unsaved row for each client that ever ordered anything, by account."""
    if records is None:
        analysis.reason = gettext("No orders, agreements, projects or invoices yet.")
        return {}
    settings = Settings(
        analysis.horizon_months,
        float(analysis.discount_rate),
        float(firm.fee_increase_percent) / 100,
        _weights(firm.signal_weights),
        firm.silence_limits,
    )
    watch(Stage.FITTING, 0, 0)
    forecast = forecast_clients(records.history, settings, watch=watch)
    analysis.excluded = dict(records.money.excluded)
    analysis.counts_margin = records.money.knows_cost
    analysis.customers = len(records.places)
    analysis.model = {
        "version": VERSION,
        "months": records.months.count,
        "typical": forecast.typical,
        "departure": round(forecast.departure, 5),
        "rhythm": {name: round(getattr(forecast.model, name), 4) for name in ("r", "alpha", "a", "b")},
        "contracts": _fit(forecast.contract_fit),
        "projects": _fit(forecast.project_fit),
    }
    analysis.model["values"] = _values(records, settings)
    signed = backlog(records.months.as_of, exchange)
    rates, _ = yearly_margins(records.money.revenue, records.money.margin)
    held = _by_account(records.contract_accounts, forecast.contracts)
    ordering = _by_account(records.project_accounts, forecast.projects)
    rows = {
        pk: _row(analysis, records, pk, held.get(pk), ordering.get(pk), signed.get(pk, Decimal(0)), float(rates[place]))
        for pk, place in records.places.items()
    }
    _total(analysis, rows, forecast)
    add_traits(analysis, rows, records)
    return rows


def _values(records: FirmRecords, settings: Settings) -> dict[str, Any] | None:
    """How the values of two years ago, or one, compare with what came."""
    under, ordering = (
        np.array([records.places[pk] for pk in accounts], np.int64)
        for accounts in (records.contract_accounts, records.project_accounts)
    )
    score = value_score(records.history, under, ordering, records.money.margin, settings)
    if score is None:
        return None
    return {**asdict(score), "as_of": records.months.last_day(score.origin).isoformat()}


def _weights(own: dict[str, float]) -> tuple[float, ...]:
    return tuple(float(own.get(signal.name, signal.weight)) for signal in SIGNALS)


def _by_account(accounts: list[int], half: HalfForecast) -> dict[int, _Row]:
    """The clients of whom ``half`` says something, by the keys in ``accounts``."""
    return {accounts[row]: _Row(half, at) for at, row in enumerate(half.rows)}


def _row(
    analysis: ClientFigures,
    records: FirmRecords,
    pk: int,
    held: _Row | None,
    orders: _Row | None,
    signed: Decimal,
    margin_rate: float,
) -> ClientFigure:
    """``signed`` is what is contracted and not invoiced, of which ``margin_rate`` is the margin."""
    account, decisions, as_of = records.accounts[pk], records.decisions.get(pk, []), records.months.as_of
    contract = records.contracts.get(pk)
    row = ClientFigure(
        account_id=pk,
        decisions=len(decisions) + sum(day <= as_of for day in (contract.decisions if contract else ())),
        last_decision_on=max((d.day for d in decisions), default=None),
    )
    left = float(signed) * margin_rate * _discount(analysis) if signed else 0.0
    row.contracted = _money(left, analysis, Decimal(0))
    if account.status == Account.Status.FORMER and (account.lost_on is None or account.lost_on <= as_of):
        row.state, row.lost_on, row.withheld = State.FORMER, account.lost_on, gettext("This is a former client.")
        row.contracted = None
    elif held is None and contract is not None and contract.lost_on == as_of and orders is None:
        still_paid = float(contract.fee or 0) * margin_rate * _months(records, pk)
        _lost(row, analysis, State.NOTICE, as_of, still_paid)
    elif held is None and orders is None:
        _lost(
            row, analysis, State.LAPSED, row.last_decision_on or (None if contract is None else contract.lost_on), 0.0
        )
    else:
        _forecast(row, analysis, records, held, orders)
    return row


def _forecast(
    row: ClientFigure, analysis: ClientFigures, records: FirmRecords, held: _Row | None, orders: _Row | None
) -> None:
    """What the half says in which most of the client's value lies; values add up."""
    halves = [half for half in (held, orders) if half is not None]
    main = max(halves, key=lambda half: half.figure("value"))
    row.kind = Kind.CONTRACT if main is held else Kind.PROJECTS
    row.chance, row.chance_low, row.chance_high = (main.figure(name) for name in ("chance", "low", "high"))
    row.chance_90, row.chance_180 = (float(main.half.within[main.at, i]) for i in (0, 1))
    row.quiet, row.window_months = main.figure("quiet"), int(main.half.months[main.at])
    row.health, row.as_promised = main.figure("health"), main.figure("as_promised")
    row.contributions = _contributions(main, records, row)
    paths = sum(half.half.paths[half.at][: min(len(h.half.paths[h.at]) for h in halves)] for half in halves)
    contracted = row.contracted or Decimal(0)
    row.lifetime_value = _money(float(np.mean(paths)), analysis, contracted)
    row.value_spread = _money(float(np.std(paths)), analysis, Decimal(0))
    low, high = np.quantile(paths, [0.1, 0.9])
    row.value_low, row.value_high = _money(float(low), analysis, contracted), _money(float(high), analysis, contracted)


def _lost(row: ClientFigure, analysis: ClientFigures, state: ClientFigure.State, day: date | None, left: float) -> None:
    """Notice was given, or the client has lapsed: certain, and worth only what is still contracted."""
    row.state, row.lost_on = state, day
    row.chance = row.chance_low = row.chance_high = row.chance_90 = row.chance_180 = 1.0
    row.health = 0.0
    contracted = row.contracted or Decimal(0)
    row.lifetime_value = row.value_low = row.value_high = _money(left, analysis, contracted)


def _contributions(main: _Row, records: FirmRecords, row: ClientFigure) -> list[dict[str, Any]]:
    """Points of health and of chance of each signal with what is known of it; they add up to health less 70."""
    half, at = main.half, main.at
    place = records.places[row.account_id]

    def fact(name: str) -> float | None:
        value = float(getattr(records.known, name)[place])
        return None if math.isnan(value) else round(value, 4)

    found = [
        {
            "signal": signal.name,
            "component": signal.component.value,
            "points": float(half.health_points[at, k]),
            "chance": float(half.contributions[at, k]),
            "facts": {name: fact(name) for name in FACTS[signal.name]},
        }
        for k, signal in enumerate(SIGNALS)
    ]
    rhythm = {
        "signal": "rhythm",
        "component": Component.ACTIVITY.value,
        "points": float(half.health_rhythm[at]),
        "chance": float(half.rhythm[at]),
        "facts": _rhythm_facts(row, records),
    }
    return sorted([*found, rhythm], key=lambda each: -abs(each["points"]))


def _rhythm_facts(row: ClientFigure, records: FirmRecords) -> dict[str, Any]:
    """For a contract the next day on which it can be ended, for orders how long ago the last one was."""
    as_of = records.months.as_of
    if row.kind == Kind.CONTRACT:
        ahead = [day for day in records.contracts[row.account_id].decisions if day > as_of]
        return {"until": min(ahead).isoformat() if ahead else None}
    last = row.last_decision_on
    return {"months": None if last is None else int((as_of - last).days / DAYS), "window": row.window_months}


# What is known behind each signal, by the names of `Observed`.
FACTS: dict[str, tuple[str, ...]] = {
    "contact": ("contact_age",),
    "sponsor": ("sponsor_gone",),
    "answer": ("answer", "answer_age"),
    "late_requests": ("late_requests", "requests"),
    "schedule": ("schedule",),
    "cost": ("cost",),
    "late_milestones": ("late_milestones",),
    "broken_promises": ("broken_promises",),
    "overdue": ("overdue_days",),
    "revenue_fall": ("revenue", "revenue_before"),
    "tenure": ("tenure",),
}


def _months(records: FirmRecords, pk: int) -> float:
    at = records.contract_accounts.index(pk)
    return float(records.history.contracts.terms.ends[at])


def _discount(analysis: ClientFigures) -> float:
    return float((1 + float(analysis.discount_rate)) ** (-DELIVERY_MONTHS / 12))


def _money(value: float, analysis: ClientFigures, more: Decimal) -> Decimal:
    return rounded(Decimal(repr(value)) + more, analysis.currency)


def _total(analysis: ClientFigures, rows: dict[int, ClientFigure], forecast: Forecast) -> None:
    """The firm's total with its interval: what is forecast of all, and what is signed."""
    known = [row.lifetime_value for row in rows.values() if row.lifetime_value is not None]
    analysis.valued, analysis.total_value = len(known), sum(known, Decimal(0)) if known else None
    if analysis.total_value is not None:
        mean, low, high = forecast.total
        spread = [Decimal(repr(round(edge - mean, 2))) for edge in (low, high)]
        analysis.total_low, analysis.total_high = (
            rounded(analysis.total_value + part, analysis.currency) for part in spread
        )


def _fit(fit: HalfFit) -> dict[str, Any]:
    """How a half was fitted and how it did, as it is kept with the run."""
    return {
        "clients": fit.clients,
        "leavings": fit.leavings,
        "base_rate": round(fit.base_rate, 4),
        "lapse_rate": round(fit.lapse_rate, 4),
        "prior_share": round(fit.prior_share, 3),
        "mostly_expectation": fit.mostly_expectation,
        "ranks": fit.ranks,
        "departure": fit.fit.departure,
        "coefficients": {s.name: round(float(b), 4) for s, b in zip(SIGNALS, fit.fit.coefficients, strict=True)},
        "backtest": _score(fit.score),
        "lapse_backtest": _score(fit.lapse_score),
        "standard_weights": None if fit.standard is None else _score(fit.standard),
        "horizons": {str(months): _score(score) for months, score in fit.horizons.items()},
    }


def _score(score: Score) -> dict[str, Any]:
    return {**asdict(score), "enough": score.enough, "predicts": score.predicts, "tells_apart": score.tells_apart}
