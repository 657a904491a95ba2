"""Customer lifetime value: what the clients of today will bring within a horizon, discounted to today.

Two models that know nothing of each other meet here: one of :mod:`accord.engines.customers.purchase_models` says how
many purchases to expect, :mod:`accord.engines.customers.gamma_gamma` what one of them is worth. Both are fitted to
the same :class:`~accord.engines.customers.purchase_summary.PurchaseSummary`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers.bg_nbd import BgNbd, distinct, fit_bg_nbd
from accord.engines.customers.forecast_ranges import Ranges, forecast_ranges
from accord.engines.customers.gamma_gamma import GammaGamma, fit_gamma_gamma
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.purchase_models import PurchaseModel
from accord.engines.customers.purchase_summary import PurchaseSummary, purchase_summary, summary_of

__all__ = [
    "BgNbd",
    "CustomerValues",
    "GammaGamma",
    "NotEnoughData",
    "PurchaseSummary",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "lifetime_value",
    "purchase_summary",
    "summary_of",
    "value_customers",
    "value_ranges",
]

Floats = NDArray[np.float64]

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True, eq=False)
class CustomerValues:
    """Everything the page of a client's worth shows; the arrays run parallel to ``summary.customers``.

    ``expected_purchases`` are those within ``horizon_months`` after the end of observation; ``expected_spend`` is
    per purchase and ``value`` discounted, both in the currency of the data. The last two are ``None`` where spend
    could not be modelled (``spend`` then says why).
    """

    summary: PurchaseSummary
    purchases: PurchaseModel
    spend: GammaGamma | NotEnoughData
    horizon_months: int
    discount_rate: float
    margin: float
    probability_alive: Floats
    expected_purchases: Floats
    expected_spend: Floats | None
    value: Floats | None


def lifetime_value(
    purchases: PurchaseModel,
    spend: GammaGamma,
    summary: PurchaseSummary,
    horizon_months: int = 12,
    discount_rate: float = 0.10,
    margin: float = 1.0,
) -> Floats:
    """Discounted value of each customer of ``summary`` over the months after its end, in the currency of the data.

    CLV = margin · E[spend | x, z] · Σ_{m=1..horizon} (E[Y(m)] − E[Y(m−1)]) / (1 + d)^(m/12)

    where Y(m) are the purchases within m months (of 365.25/12 days) given the customer's history, and d is the
    discount rate per year; a month's purchases are discounted from its end. ``margin`` is the share of spend that
    is kept (1.0 values revenue). Raises ``ValueError`` for a horizon below one month, a rate of −100 % or less,
    or a model fitted in another time unit than the summary's.

    >>> summary = summary_of([2], [30.43], [38.86], [22.35])
    >>> purchases, spend = BgNbd(0.24259, 4.4136, 0.79293, 2.42593), GammaGamma(6.2488, 3.7446, 15.4477)
    >>> lifetime_value(purchases, spend, summary, horizon_months=12, discount_rate=0.10).round(2).tolist()
    [36.74]
    """
    _check(purchases, summary, horizon_months, discount_rate)
    assert summary.mean_spend is not None
    each = spend.expected_spend(summary.frequency, summary.mean_spend)
    return margin * each * _discounted_purchases(purchases, summary, horizon_months, discount_rate)


def _check(purchases: PurchaseModel, summary: PurchaseSummary, horizon_months: int, discount_rate: float) -> None:
    if horizon_months < 1:
        raise ValueError("the horizon must be at least one month")
    if not discount_rate > -1:
        raise ValueError("the discount rate per year must be above -100 %")
    if purchases.unit_days != summary.unit_days:
        raise ValueError(f"the model counts in {purchases.unit_days:g} days, the summary in {summary.unit_days:g} days")


def _discounted_purchases(
    purchases: PurchaseModel, summary: PurchaseSummary, months: int, discount_rate: float
) -> Floats:
    """Σ of discounted expected purchases. Given that a customer is alive they depend on (x, T) alone."""
    (x, T), back = distinct(summary.frequency, summary.age)
    month = np.arange(1, months + 1)
    ends = month * DAYS_PER_MONTH / purchases.unit_days
    by_end = purchases.expected_purchases_if_alive(ends[:, None], x, T)
    by_month = np.diff(by_end, axis=0, prepend=0.0)
    discounted = (1 + discount_rate) ** (-month / 12) @ by_month
    return purchases.probability_alive(summary.frequency, summary.recency, summary.age) * discounted[back]


def value_customers(
    summary: PurchaseSummary,
    horizon_months: int = 12,
    discount_rate: float = 0.10,
    margin: float = 1.0,
    purchases: PurchaseModel | None = None,
) -> CustomerValues | NotEnoughData:
    """Fit both models and value every customer; ``purchases`` is a buying model fitted already (else BG/NBD is).

    Returns :class:`NotEnoughData` when purchases cannot be modelled. When only spend cannot, the result has
    purchases without values.
    """
    if purchases is None:
        fitted = fit_bg_nbd(summary)
        if isinstance(fitted, NotEnoughData):
            return fitted
        purchases = fitted
    _check(purchases, summary, horizon_months, discount_rate)
    spend = fit_gamma_gamma(summary)
    horizon = horizon_months * DAYS_PER_MONTH / summary.unit_days
    each = value = None
    if isinstance(spend, GammaGamma) and summary.mean_spend is not None:
        each = spend.expected_spend(summary.frequency, summary.mean_spend)
        value = lifetime_value(purchases, spend, summary, horizon_months, discount_rate, margin)
    return CustomerValues(
        summary=summary,
        purchases=purchases,
        spend=spend,
        horizon_months=horizon_months,
        discount_rate=discount_rate,
        margin=margin,
        probability_alive=purchases.probability_alive(summary.frequency, summary.recency, summary.age),
        expected_purchases=purchases.expected_purchases(horizon, summary.frequency, summary.recency, summary.age),
        expected_spend=each,
        value=value,
    )


def value_ranges(found: CustomerValues) -> Ranges | None:
    """Ranges of 80 % around the purchases and values of ``found``; ``None`` where its parameters are undetermined."""
    summary = found.summary
    horizon = found.horizon_months * DAYS_PER_MONTH / summary.unit_days
    spend = found.spend if isinstance(found.spend, GammaGamma) and found.spend.q > 1 else None
    discounted = _discounted_purchases(found.purchases, summary, found.horizon_months, found.discount_rate)
    share = np.divide(
        discounted, found.expected_purchases, out=np.ones(len(summary)), where=found.expected_purchases > 0
    )
    return forecast_ranges(found.purchases, summary, horizon, spend, found.margin * share)
