"""``accord analyze lifetime-value``: the purchase summary of a file, the model chosen for it, and the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from accord.cli.customer_purchases import Purchases, read_purchases
from accord.cli.customer_source import SourcePurchases
from accord.cli.lazy import BadInput
from accord.cli.texts import gettext, said
from accord.engines.customers.lifetime_value import CustomerValues, GammaGamma, value_customers, value_ranges
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.purchase_models import (
    Holdout,
    ModelName,
    PurchaseModel,
    compare_on_holdout,
    fit_model,
    most_likely,
    name_of,
    parameters_of,
)
from accord.engines.customers.purchase_rhythm import Regularity, Seasonality, regularity, seasonality
from accord.engines.customers.purchase_summary import PurchaseSummary, purchase_summary, summary_of
from accord.engines.texts import Text, gettext_lazy

if TYPE_CHECKING:
    from accord.cli.customer_table import Table
    from accord.engines.customers.forecast_ranges import Ranges

UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}


@dataclass(frozen=True, slots=True)
class ValueQuestion:
    """The options of the command. ``model`` is ``None`` where the data are to choose."""

    customer: str | None = None
    date_column: str | None = None
    amount: str | None = None
    ends: date | None = None
    unit: str = "week"
    horizon_months: int = 12
    discount_rate: float = 0.10
    margin: float = 1.0
    model: ModelName | None = None
    calibration_ends: date | None = None


@dataclass(slots=True)
class FileSummary:
    """The summary, and the purchases it was made from where the file has them."""

    summary: PurchaseSummary
    columns: dict[str, str]
    purchases: Purchases | SourcePurchases | None = None

    @property
    def without_customer(self) -> int:
        return self.purchases.without_customer if isinstance(self.purchases, Purchases) else 0


@dataclass(slots=True)
class ValueAnswer:
    """Everything found about one file."""

    source: FileSummary
    found: CustomerValues
    ranges: Ranges | None
    chosen_by: str
    holdout: Holdout | NotEnoughData | None
    refused: dict[ModelName, Text] = field(default_factory=dict)
    rhythm: Regularity | None = None
    season: Seasonality | None = None


def answer_values(table: Table | SourcePurchases, question: ValueQuestion) -> ValueAnswer:
    """Read, choose, fit and value; raises :class:`BadInput` with the reason where that can't be done."""
    if isinstance(table, SourcePurchases):
        name, source = table.source.name, FileSummary(_summarised(table, question.ends, question), table.columns, table)
    else:
        name, source = table.file, _read(table, question)
    model, chosen_by, holdout, refused = _choose(source, question)
    if isinstance(model, NotEnoughData):
        raise BadInput(gettext("%(name)s: not enough data: %(reason)s.") % {"name": name, "reason": said(model.reason)})
    found = value_customers(
        source.summary, question.horizon_months, question.discount_rate, question.margin, purchases=model
    )
    assert isinstance(found, CustomerValues)
    answer = ValueAnswer(source, found, value_ranges(found), chosen_by, holdout, refused)
    if source.purchases is not None:
        bought = _bought(source.purchases, question.ends)
        if bought is not None:
            answer.rhythm = regularity([customer for customer, _ in bought], [day for _, day in bought])
            answer.season = seasonality([day for _, day in bought], question.ends)
    return answer


def _bought(purchases: Purchases | SourcePurchases, ends: date | None) -> list[tuple[str, date]] | None:
    if isinstance(purchases, SourcePurchases):
        return purchases.days(ends)
    amounts = purchases.amounts or [Decimal(1)] * len(purchases.days)
    rows = zip(purchases.customers, purchases.days, amounts, strict=True)
    return sorted({(customer, day) for customer, day, amount in rows if amount > 0 and (ends is None or day <= ends)})


def _choose(
    source: FileSummary, question: ValueQuestion
) -> tuple[PurchaseModel | NotEnoughData, str, Holdout | NotEnoughData | None, dict[ModelName, Text]]:
    """The model to use, how it was chosen, the comparison, and which models couldn't be fitted."""
    summary = source.summary
    if question.model is not None:
        return fit_model(question.model, summary), "option", None, {}
    holdout = _holdout(source, question)
    if isinstance(holdout, Holdout):
        model = fit_model(holdout.chosen, summary)
        if not isinstance(model, NotEnoughData):
            return model, "holdout", holdout, holdout.refused
    best, refused = most_likely(summary)
    if isinstance(best, NotEnoughData) and len(set(refused.values())) > 1:
        labels = ", ".join(name.label for name in refused)
        best = NotEnoughData(
            gettext_lazy(
                "the purchases of %(customers)s customers fit none of %(models)s: each fit ends at its boundary, as "
                "where no one can be seen to leave. A longer observation may help",
                customers=f"{len(summary):,}",
                models=labels,
            )
        )
    return best, "likelihood", holdout, refused


def _holdout(source: FileSummary, question: ValueQuestion) -> Holdout | NotEnoughData | None:
    """Fitted to the first half of the time (or until ``--calibration-ends``), compared on the rest."""
    summary, purchases = source.summary, source.purchases
    if purchases is None or summary.ends is None:
        return None
    first = summary.ends - timedelta(round(float(summary.age.max()) * summary.unit_days))
    cut = question.calibration_ends or first + (summary.ends - first) // 2
    if not first <= cut < summary.ends:
        if question.calibration_ends is None:
            return NotEnoughData(gettext_lazy("all purchases are of one day"))
        raise BadInput(
            gettext("--calibration-ends must be between %(first)s and %(last)s, the days of the purchases.")
            % {"first": first, "last": summary.ends}
        )
    return compare_on_holdout(_summarised(purchases, cut, question), summary)


def _read(table: Table, question: ValueQuestion) -> FileSummary:
    given = (question.customer, question.date_column, question.amount)
    parts = [table.find(role) for role in ("frequency", "recency", "age")]
    if given == (None, None, None) and all(parts):
        return _published_summary(table, UNIT_DAYS[question.unit])
    found = read_purchases(table, question.customer, question.date_column, question.amount)
    if question.ends is not None and found.days and all(day > question.ends for day in found.days):
        raise BadInput(
            gettext("%(file)s: every row is later than %(ends)s, the last day of observation.")
            % {"file": table.file, "ends": question.ends}
        )
    return FileSummary(_summarised(found, question.ends, question), found.columns, found)


def _summarised(found: Purchases | SourcePurchases, ends: date | None, question: ValueQuestion) -> PurchaseSummary:
    if isinstance(found, SourcePurchases):
        return found.summary(ends, UNIT_DAYS[question.unit])
    rows: dict[str, Any] = {"customer": found.customers, "date": found.days}
    if found.amounts:
        rows["amount"] = found.amounts
    return purchase_summary(
        rows, amount="amount" if found.amounts else None, ends=ends, unit_days=UNIT_DAYS[question.unit]
    )


def _published_summary(table: Table, unit_days: float) -> FileSummary:
    roles = {role: table.find(role) for role in ("customer", "frequency", "recency", "age", "mean")}
    found = {role: column for role, column in roles.items() if column is not None}
    readers = [
        (column, table.texts(column) if role == "customer" else table.numbers(column)) for role, column in found.items()
    ]
    values = dict(zip(found, zip(*table.read(readers), strict=True), strict=True))
    try:
        summary = summary_of(
            values["frequency"], values["recency"], values["age"], values.get("mean"), values.get("customer"), unit_days
        )
    except ValueError as error:
        raise BadInput(f"{table.file}: {said(error)}.") from None
    return FileSummary(summary, {role: column.header for role, column in found.items()})


def value_document(answer: ValueAnswer, unit: str) -> dict[str, Any]:
    """The JSON document; rows are the most valuable first."""
    found, ranges = answer.found, answer.ranges
    summary, model = found.summary, found.purchases
    label = name_of(model).label
    errors = model.standard_errors
    names = tuple(parameters_of(model))
    return {
        "model": f"{label} + Gamma-Gamma" if isinstance(found.spend, GammaGamma) else label,
        "purchase_model": name_of(model).value,
        "chosen_by": answer.chosen_by,
        "params": parameters_of(model),
        "standard_errors": dict(zip(names, errors, strict=True)) if errors else None,
        "log_likelihood": model.log_likelihood,
        "converged": model.converged,
        "customers": len(summary),
        "repeat_customers": int(summary.repeaters.sum()),
        "time_unit": unit,
        "calibration_end": summary.ends.isoformat() if summary.ends else None,
        "columns": answer.source.columns,
        "rows_without_customer": answer.source.without_customer,
        "holdout": _holdout_document(answer),
        "gamma_gamma": _spend_document(found),
        "frequency_spend_correlation": summary.frequency_spend_correlation,
        "regularity": _regularity_document(answer.rhythm),
        "seasonality": _seasonality_document(answer.season),
        "horizon_months": found.horizon_months,
        "discount_rate": found.discount_rate,
        "margin": found.margin,
        "confidence": ranges.confidence if ranges else None,
        "expected_purchases": float(found.expected_purchases.sum()),
        "expected_purchases_interval": ranges and list(ranges.total_purchases),
        "expected_customers_alive": float(found.probability_alive.sum()),
        "expected_customers_alive_interval": ranges and list(ranges.customers_alive),
        "total_value": None if found.value is None else number_or_none(float(found.value.sum())),
        "total_value_interval": list(ranges.total_value) if ranges and ranges.total_value else None,
        "mean_value": None if found.value is None else number_or_none(float(found.value.mean())),
        "rows": _value_rows(answer),
    }


def _holdout_document(answer: ValueAnswer) -> dict[str, Any] | None:
    holdout = answer.holdout
    if holdout is None:
        return None
    if isinstance(holdout, NotEnoughData):
        return {"unknown_because": holdout.reason}
    return {
        "calibration_end": holdout.calibration_ends.isoformat(),
        "end": holdout.ends.isoformat(),
        "customers": holdout.customers,
        "actual_purchases": holdout.actual,
        "best": holdout.best.value,
        "chosen": holdout.chosen.value,
        "beats_same_rate": holdout.beats_base,
        "models": {
            score.name.value if score.name else "same-rate": {
                "mae": score.mae,
                "rmse": score.rmse,
                "total": score.total,
                "log_likelihood": score.log_likelihood,
            }
            for score in holdout.scores
        },
        "refused": {name.value: reason for name, reason in holdout.refused.items()},
    }


def _spend_document(found: CustomerValues) -> dict[str, Any]:
    spend = found.spend
    if not isinstance(spend, GammaGamma):
        return {"unknown_because": spend.reason}
    errors = spend.standard_errors
    return {
        "params": {"p": spend.p, "q": spend.q, "gamma": spend.gamma},
        "standard_errors": dict(zip(("p", "q", "gamma"), errors, strict=True)) if errors else None,
        "log_likelihood": spend.log_likelihood,
        "customers": spend.customers,
        "mean_spend": number_or_none(spend.population_mean),
    }


def _regularity_document(found: Regularity | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "shape": found.shape,
        "interval": [found.low, number_or_none(found.high)],
        "coefficient_of_variation": found.variation,
        "pairs": found.pairs,
        "is_regular": found.is_regular,
    }


def _seasonality_document(found: Seasonality | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "month_index": list(found.index),
        "p_value": found.p_value,
        "months": found.months,
        "is_seasonal": found.is_seasonal,
    }


def number_or_none(value: float) -> float | None:
    """JSON knows neither infinity nor NaN: what has no finite value is unknown."""
    return value if abs(value) < float("inf") else None


def _value_rows(answer: ValueAnswer) -> list[dict[str, Any]]:
    """Every customer, the most valuable first."""
    found, ranges = answer.found, answer.ranges
    summary = found.summary
    worth = found.expected_purchases if found.value is None else found.value
    blank = np.full(len(summary), np.nan)
    columns = {
        "frequency": summary.frequency,
        "recency": summary.recency,
        "age": summary.age,
        "mean_spend": blank if summary.mean_spend is None else summary.mean_spend,
        "probability_alive": found.probability_alive,
        "expected_purchases": found.expected_purchases,
        "expected_spend": blank if found.expected_spend is None else found.expected_spend,
        "value": blank if found.value is None else found.value,
    }
    intervals = {
        "purchases_interval": ranges.purchases if ranges else None,
        "value_interval": ranges.value if ranges else None,
    }
    names = summary.customers.tolist()
    lists = {key: [number_or_none(value) for value in values.tolist()] for key, values in columns.items()}
    pairs = {
        key: [None] * len(names)
        if ends is None
        else [
            [number_or_none(low), number_or_none(high)] for low, high in zip(*(e.tolist() for e in ends), strict=True)
        ]
        for key, ends in intervals.items()
    }
    order = np.argsort(-np.nan_to_num(worth, nan=-np.inf), kind="stable")
    return [
        {"customer": names[i], **{key: values[i] for key, values in (lists | pairs).items()}} for i in order.tolist()
    ]
