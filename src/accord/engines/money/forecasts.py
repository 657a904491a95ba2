"""What a project will cost and how long it will take, by every method in use; and how right each method was.

A series of earned value gives at each period one forecast by method: of the duration (from its start, in the series'
periods) and of the cost at completion. When a project is finished, each of them has an error, |forecast / actual - 1|;
their mean by stage is the method's MAPE. The stage is how much of the budget was earned when the forecast was made.
Sources: the measures of :mod:`accord.engines.money.earned_value`; Vandevoorde and Vanhoucke, *A comparison of different
project duration forecasting methods using earned value metrics* (2006); Batselier and Vanhoucke (2015).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from accord.engines.money.earned_value import EarnedSchedule, EarnedValue, of_series, ratio
from accord.engines.texts import gettext_lazy

Stage = Literal["early", "middle", "late"]
STAGES: tuple[Stage, ...] = ("early", "middle", "late")
Amounts = Sequence[Decimal | int]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to forecast, with its formula and the MAPE that it is known for at the three stages, as shares.

    The published figures are those of 80 real networks (Batselier and Vanhoucke's data) under simulated delays.
    """

    key: str
    formula: str
    forecast: Callable[[EarnedValue, EarnedSchedule], Decimal | None]
    published: tuple[float, float, float]

    def published_at(self, stage: str) -> float:
        """The published error at a stage."""
        return self.published[STAGES.index(stage)]


def _at_mixed_pace(value: EarnedValue, schedule: EarnedSchedule) -> Decimal | None:
    """The rest costs what four parts of the cost efficiency and one part of the pace say."""
    if value.cpi is None or schedule.spi_t is None or value.bac is None or value.ev is None or value.ac is None:
        return None
    rest = ratio(value.bac - value.ev, Decimal("0.8") * value.cpi + Decimal("0.2") * schedule.spi_t)
    return None if rest is None else value.ac + rest


def _not_of_a_series(_: EarnedValue, __: EarnedSchedule) -> None:
    """A series of amounts does not say how long the rest of the plan takes."""


DURATION = (
    Method("plan", "PD", lambda _, schedule: schedule.planned_duration, (0.25, 0.24, 0.18)),
    Method("pace", "PD / SPI(t)", lambda _, schedule: schedule.ieac_t, (0.22, 0.14, 0.07)),
    Method("rest_as_planned", "AT + PD - ES", lambda _, schedule: schedule.forecast, (0.21, 0.15, 0.07)),
)
PLAN_DURATION = (
    Method("path_pace", gettext_lazy("AT + rest x pace"), _not_of_a_series, (0.19, 0.12, 0.053)),
    Method("shrunk_pace", gettext_lazy("AT + rest x likely pace"), _not_of_a_series, (0.176, 0.118, 0.055)),
    Method("p50_alone", gettext_lazy("P50, independent tasks"), _not_of_a_series, (0.20, 0.14, 0.06)),
    Method("p50", gettext_lazy("P50, common factor and pace"), _not_of_a_series, (0.173, 0.119, 0.057)),
)
"""What needs the plan with its progress: :func:`accord.engines.uncertainty.finish_forecast.forecast_finish` gives them
under the same names."""
COST = (
    Method("rest_as_budgeted", "AC + BAC - EV", lambda value, _: value.eac_at_budget, (0.095, 0.052, 0.021)),
    Method("cost_efficiency", "BAC / CPI", lambda value, _: value.eac, (0.083, 0.043, 0.015)),
    Method("mixed_efficiency", "AC + (BAC - EV) / (0.8 CPI + 0.2 SPI(t))", _at_mixed_pace, (0.099, 0.05, 0.018)),
    Method("both_efficiencies", "AC + (BAC - EV) / (CPI x SPI)", lambda value, _: value.eac_with_schedule,
           (0.42, 0.24, 0.055)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """Where a project stood at the end of one period, and what each method, by its key, forecast then."""

    number: int
    value: EarnedValue
    schedule: EarnedSchedule
    duration: Mapping[str, Decimal | None]
    cost: Mapping[str, Decimal | None]

    @property
    def stage(self) -> Stage:
        """How far the project was."""
        earned, budget = self.value.ev, self.value.bac
        assert earned is not None and budget is not None
        return stage_of(earned, budget)


def stage_of(earned: Decimal, budget: Decimal) -> Stage:
    """Thirds of the budget: early up to a third earned, late beyond two thirds."""
    if 3 * earned <= budget:
        return "early"
    return "middle" if 3 * earned <= 2 * budget else "late"


def periods(planned: Amounts, earned: Amounts, actual: Amounts | None = None) -> list[Period]:
    """The forecasts of every period up to the last of ``earned``; the amounts are cumulative, as in :func:`of_series`.

    >>> last = periods([10, 20, 40, 70, 100], [8, 22, 35], [9, 21, 36])[-1]
    >>> last.duration["rest_as_planned"], round(last.cost["cost_efficiency"], 2), last.stage
    (Decimal('5.25'), Decimal('102.86'), 'middle')
    """
    found = []
    for number in range(1, len(earned) + 1):
        value, schedule = of_series(planned, earned[:number], None if actual is None else actual[:number])
        duration = {method.key: method.forecast(value, schedule) for method in DURATION}
        cost = {method.key: method.forecast(value, schedule) for method in COST}
        found.append(Period(number, value, schedule, duration, cost))
    return found


def is_finished(series: Sequence[Period]) -> bool:
    """Whether all of the budget has been earned."""
    return bool(series) and series[-1].value.ev == series[-1].value.bac


def errors(series: Sequence[Period], of: Literal["duration", "cost"]) -> dict[str, list[tuple[Stage, float]]]:
    """For each method, the error of every forecast that a finished project saw before its last period.

    Raises ``ValueError`` for a project that is not finished: it has no actual duration and no final cost yet.
    """
    if not is_finished(series):
        raise ValueError("the project is not finished: less is earned than was budgeted")
    end = next(number for number, period in enumerate(series) if period.value.ev == period.value.bac)
    outcome = Decimal(series[end].number) if of == "duration" else series[-1].value.ac
    if not outcome:
        return {}
    found: dict[str, list[tuple[Stage, float]]] = {}
    for period in series[:end]:
        for key, forecast in getattr(period, of).items():
            if forecast is not None:
                found.setdefault(key, []).append((period.stage, abs(float(forecast / outcome) - 1)))
    return found


def mape(found: Sequence[tuple[Stage, float]], stage: Stage | None = None) -> float | None:
    """The mean absolute error, as a share, of one stage or of all; ``None`` without a forecast."""
    chosen = [error for at, error in found if stage in (None, at)]
    return sum(chosen) / len(chosen) if chosen else None
