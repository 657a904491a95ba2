"""The three buying models side by side: one name each, one way to fit, and the choice between them on held-out time.

All describe Poisson purchases at unequal rates; they differ in when a customer may leave: after a repeat purchase
(BG/NBD), after any purchase (MBG/NBD), or at any moment (Pareto/NBD). Which of these is true of a firm can't be told in
advance, so each is fitted to the earlier part of the observation and asked about the later one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.engines.customers.bg_nbd import BgNbd, BgNbdLikelihood, fit_bg_nbd
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.mbg_nbd import MbgNbd, MbgNbdLikelihood, fit_mbg_nbd
from accord.engines.customers.pareto_nbd import ParetoNbd, ParetoNbdLikelihood, fit_pareto_nbd
from accord.engines.customers.purchase_summary import PurchaseSummary, summary_of
from accord.engines.texts import Text, gettext_lazy

Floats = NDArray[np.float64]
PurchaseModel = BgNbd | MbgNbd | ParetoNbd


class ModelName(StrEnum):
    """The buying models, as they are named at the terminal."""

    BG_NBD = "bg-nbd"
    MBG_NBD = "mbg-nbd"
    PARETO_NBD = "pareto-nbd"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {ModelName.BG_NBD: "BG/NBD", ModelName.MBG_NBD: "MBG/NBD", ModelName.PARETO_NBD: "Pareto/NBD"}
_FITS: dict[ModelName, Callable[[PurchaseSummary], PurchaseModel | NotEnoughData]] = {
    ModelName.BG_NBD: fit_bg_nbd,
    ModelName.MBG_NBD: fit_mbg_nbd,
    ModelName.PARETO_NBD: fit_pareto_nbd,
}
_LIKELIHOODS: dict[type, type[BgNbdLikelihood] | type[ParetoNbdLikelihood]] = {
    BgNbd: BgNbdLikelihood,
    MbgNbd: MbgNbdLikelihood,
    ParetoNbd: ParetoNbdLikelihood,
}
_PARAMETERS = {
    BgNbd: ("r", "alpha", "a", "b"),
    MbgNbd: ("r", "alpha", "a", "b"),
    ParetoNbd: ("r", "alpha", "s", "beta"),
}

# Fewer purchases than this in the held-out time can't tell one model from another.
FEWEST_HELD_OUT = 20


def fit_model(name: ModelName, summary: PurchaseSummary) -> PurchaseModel | NotEnoughData:
    return _FITS[name](summary)


def name_of(model: PurchaseModel) -> ModelName:
    kinds = {BgNbd: ModelName.BG_NBD, MbgNbd: ModelName.MBG_NBD, ParetoNbd: ModelName.PARETO_NBD}
    return kinds[type(model)]


def parameters_of(model: PurchaseModel) -> dict[str, float]:
    """By name, in the model's order."""
    return {name: getattr(model, name) for name in _PARAMETERS[type(model)]}


def log_likelihood_of(model: PurchaseModel, summary: PurchaseSummary) -> float:
    """The logarithm of the density of these histories under a model that may have been fitted to others."""
    likelihood = _LIKELIHOODS[type(model)](summary.frequency, summary.recency, summary.age, 1 / summary.unit_days)
    return likelihood(np.array(list(parameters_of(model).values())))[0]


@dataclass(frozen=True, slots=True, eq=False)
class HoldoutScore:
    """How one model, fitted to the calibration, foretold each customer's purchases in the held-out time.

    ``name`` is ``None`` for the base, "same rate as before": x/T for everybody. ``log_likelihood`` is that of the
    held-out purchases given the calibration; the base has none, as who never came back would never come back.
    """

    name: ModelName | None
    mae: float
    rmse: float
    total: float
    log_likelihood: float | None
    squared: Floats = field(repr=False)  # each customer's squared error

    @property
    def label(self) -> str:
        return gettext_lazy("Same rate as before") if self.name is None else self.name.label


@dataclass(frozen=True, slots=True)
class Holdout:
    """The comparison; ``refused`` says which models couldn't be fitted to the calibration, and why."""

    calibration_ends: date
    ends: date
    customers: int
    actual: float
    scores: tuple[HoldoutScore, ...]
    refused: dict[ModelName, Text]

    @property
    def best(self) -> ModelName:
        """The model with the smallest root mean square error: its mean is what is used, and this measures a mean.

        (The mean absolute error would reward forecasts of the median, which for most customers is zero.)
        """
        fitted = [score for score in self.scores if score.name is not None]
        found = min(fitted, key=lambda score: score.rmse).name
        assert found is not None
        return found

    @property
    def chosen(self) -> ModelName:
        """The best, unless BG/NBD, whose traits are best known, is within one standard error of it.

        That is the rule of L. Breiman et al., *Classification and Regression Trees* (1984), section 3.4.3: chance alone
        puts one of several equally good models first.
        """
        return ModelName.BG_NBD if self.is_tie else self.best

    @property
    def is_tie(self) -> bool:
        """Whether BG/NBD is not the best, but too close to it to be told apart."""
        known = {score.name: score for score in self.scores}
        if self.best is ModelName.BG_NBD or ModelName.BG_NBD not in known:
            return False
        gain = known[ModelName.BG_NBD].squared - known[self.best].squared
        return bool(gain.mean() <= gain.std() / np.sqrt(len(gain)))

    @property
    def beats_base(self) -> bool:
        """Whether the model chosen errs less than the base."""
        errors = {score.name: score.rmse for score in self.scores}
        return errors[self.chosen] < errors[None]


def compare_on_holdout(calibration: PurchaseSummary, whole: PurchaseSummary) -> Holdout | NotEnoughData:
    """Fit all models to ``calibration`` and compare their forecasts with what ``whole`` shows after its end.

    Both summaries are of the same transactions, ``whole`` with a later end; customers who first bought after the
    calibration are no one's forecast and stay out. Held-out likelihood: ln L(whole) − ln L(calibration) at the
    calibration's parameters, which is the density of the later purchases given the earlier ones.
    """
    if calibration.ends is None or whole.ends is None or not calibration.ends < whole.ends:
        raise ValueError("the calibration must end before the whole")
    horizon = (whole.ends - calibration.ends).days / calibration.unit_days
    later = _of_same_customers(calibration, whole)
    actual = later.frequency - calibration.frequency
    if actual.sum() < FEWEST_HELD_OUT:
        return NotEnoughData(
            gettext_lazy(
                "only %(purchases).0f purchases after %(day)s; at least %(fewest)s are needed",
                purchases=actual.sum(),
                day=calibration.ends.isoformat(),
                fewest=FEWEST_HELD_OUT,
            )
        )
    rate = np.divide(calibration.frequency, calibration.age, out=np.zeros(len(calibration)), where=calibration.age > 0)
    scores, refused = [_score(None, rate * horizon, actual, None)], {}
    for name in ModelName:
        model = fit_model(name, calibration)
        if isinstance(model, NotEnoughData):
            refused[name] = model.reason
            continue
        forecast = model.expected_purchases(horizon, calibration.frequency, calibration.recency, calibration.age)
        gain = log_likelihood_of(model, later) - log_likelihood_of(model, calibration)
        scores.append(_score(name, forecast, actual, gain))
    if len(scores) == 1:
        return NotEnoughData(
            gettext_lazy(
                "no model could be fitted until %(day)s (%(reason)s)",
                day=calibration.ends.isoformat(),
                reason=refused[ModelName.BG_NBD],
            )
        )
    return Holdout(calibration.ends, whole.ends, len(calibration), float(actual.sum()), tuple(scores), refused)


def _score(name: ModelName | None, forecast: Floats, actual: Floats, gain: float | None) -> HoldoutScore:
    off = forecast - actual
    return HoldoutScore(
        name, float(np.abs(off).mean()), float(np.sqrt((off**2).mean())), float(forecast.sum()), gain, off**2
    )


def _of_same_customers(calibration: PurchaseSummary, whole: PurchaseSummary) -> PurchaseSummary:
    """The rows of ``whole`` that belong to the calibration's customers, in their order."""
    place: dict[Any, int] = {customer: row for row, customer in enumerate(whole.customers.tolist())}
    rows = [place[customer] for customer in calibration.customers.tolist()]
    return summary_of(
        whole.frequency[rows],
        whole.recency[rows],
        whole.age[rows],
        customers=calibration.customers,
        unit_days=whole.unit_days,
        ends=whole.ends,
    )


def most_likely(summary: PurchaseSummary) -> tuple[PurchaseModel | NotEnoughData, dict[ModelName, Text]]:
    """The model that fits ``summary`` best, where no time can be held out; and why others couldn't be fitted.

    All three have four parameters, so their likelihoods compare as they are. BG/NBD, whose traits are best known, is
    taken unless another makes the data e² times as likely.
    """
    found = {name: fit_model(name, summary) for name in ModelName}
    refused = {name: each.reason for name, each in found.items() if isinstance(each, NotEnoughData)}
    models = [each for each in found.values() if not isinstance(each, NotEnoughData)]
    if not models:
        return found[ModelName.BG_NBD], refused
    return max(models, key=lambda model: model.log_likelihood + (2 if isinstance(model, BgNbd) else 0)), refused
