"""Earned value and earned schedule: what the money says about cost and about time.

Three sums at one status date carry everything (ANSI/EIA-748; PMI, *The Standard for Earned Value Management*, 2019):
planned value PV (budget of the work scheduled), earned value EV (budget of the work done) and actual cost AC, against
the budget at completion BAC. :func:`measure` takes them plainly; :func:`accord.engines.money.plan_value.of_plan` finds
them in a plan, task by task. Money is ``Decimal`` in one currency, ratios are ``Decimal`` and unrounded. What cannot be
known is ``None`` and ``missing`` says why: an unknown cost is not a cost of zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from accord.engines.texts import Text, gettext_lazy

Amount = Decimal | int | None

NO_BASELINE = gettext_lazy("no baseline")
NO_ACTUAL_COST = gettext_lazy("no actual cost")


def ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """``part / whole``, unknown when either is or when ``whole`` is zero."""
    return None if part is None or whole is None or whole == 0 else part / whole


def difference(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """``first - second``, unknown when either is."""
    return None if first is None or second is None else first - second


@dataclass(frozen=True, slots=True)
class EarnedValue:
    """The four sums and every measure that follows from them.

    ==================  ============================  ======================================================
    measure             formula                       meaning
    ==================  ============================  ======================================================
    cv, sv              EV - AC, EV - PV              cost and schedule variance, in money; negative is bad
    cv_percent          CV / EV                       as shares (0.1 is 10 %)
    sv_percent          SV / PV
    cpi, spi            EV / AC, EV / PV              work done per money spent, per work planned
    eac                 BAC / CPI                     estimate at completion if the cost efficiency stays
    eac_at_budget       AC + BAC - EV                 … if the rest costs what was planned
    eac_with_schedule   AC + (BAC - EV) / (CPI SPI)   … if cost and schedule efficiency both stay
    etc, vac            EAC - AC, BAC - EAC           still to spend; variance at completion
    tcpi                (BAC - EV) / (BAC - AC)       efficiency the rest needs to keep the budget
    tcpi_eac            (BAC - EV) / (EAC - AC)       … to keep the estimate
    ==================  ============================  ======================================================

    A forecast that would make no sense is unknown: with an actual cost of nothing or less there is no CPI to go on,
    and TCPI needs work that is left and money to do it with. ``closed`` is a project that is over: what it cost is
    its estimate at completion, and nothing is left to spend or to reach.
    """

    bac: Decimal | None
    pv: Decimal | None
    ev: Decimal | None
    ac: Decimal | None
    missing: tuple[Text, ...] = ()
    closed: bool = False

    @property
    def cv(self) -> Decimal | None:
        return difference(self.ev, self.ac)

    @property
    def sv(self) -> Decimal | None:
        return difference(self.ev, self.pv)

    @property
    def cv_percent(self) -> Decimal | None:
        return ratio(self.cv, self.ev)

    @property
    def sv_percent(self) -> Decimal | None:
        return ratio(self.sv, self.pv)

    @property
    def cpi(self) -> Decimal | None:
        return ratio(self.ev, self.ac) if self.ac is not None and self.ac > 0 else None

    @property
    def spi(self) -> Decimal | None:
        return ratio(self.ev, self.pv)

    @property
    def eac(self) -> Decimal | None:
        return self.ac if self.closed else ratio(self.bac, self.cpi)

    @property
    def eac_at_budget(self) -> Decimal | None:
        remaining = difference(self.bac, self.ev)
        if self.closed:
            return self.ac
        return None if remaining is None or self.ac is None else self.ac + remaining

    @property
    def eac_with_schedule(self) -> Decimal | None:
        if self.closed:
            return self.ac
        cpi, spi = self.cpi, self.spi
        remaining = ratio(difference(self.bac, self.ev), None if cpi is None or spi is None else cpi * spi)
        return None if remaining is None or self.ac is None else self.ac + remaining

    @property
    def etc(self) -> Decimal | None:
        return difference(self.eac, self.ac)

    @property
    def vac(self) -> Decimal | None:
        return difference(self.bac, self.eac)

    @property
    def tcpi(self) -> Decimal | None:
        return self._to_complete(difference(self.bac, self.ac))

    @property
    def tcpi_eac(self) -> Decimal | None:
        return self._to_complete(difference(self.eac, self.ac))

    def _to_complete(self, money_left: Decimal | None) -> Decimal | None:
        """Work left per money left; unknown where either is used up."""
        work_left = difference(self.bac, self.ev)
        if self.closed or work_left is None or work_left <= 0 or money_left is None or money_left <= 0:
            return None
        return work_left / money_left

    def figures(self) -> dict[str, Decimal | None]:
        """Every measure by name, in reading order."""
        return {name: getattr(self, name) for name in MEASURES}


AMOUNTS = ("bac", "pv", "ev", "ac", "cv", "sv", "eac", "eac_at_budget", "eac_with_schedule", "etc", "vac")
MEASURES = (
    "bac", "pv", "ev", "ac", "cv", "sv", "cv_percent", "sv_percent", "cpi", "spi",
    "eac", "eac_at_budget", "eac_with_schedule", "etc", "vac", "tcpi", "tcpi_eac",
)  # fmt: skip


def measure(*, bac: Amount, pv: Amount, ev: Amount, ac: Amount, missing: tuple[Text, ...] = ()) -> EarnedValue:
    """Earned value from its four sums, each an amount or ``None`` where unknown.

    Negative budgets are refused (``ValueError``); an actual cost may be negative after a credit note.

    >>> result = measure(bac=100_000, pv=40_000, ev=35_000, ac=36_000)
    >>> result.sv, result.cv, result.spi, round(result.cpi, 6), round(result.eac, 2)
    (Decimal('-5000'), Decimal('-1000'), Decimal('0.875'), Decimal('0.972222'), Decimal('102857.14'))
    """
    for name, amount in (("bac", bac), ("pv", pv), ("ev", ev)):
        if amount is not None and amount < 0:
            raise ValueError(f"{name} is negative: {amount}")
    return EarnedValue(_decimal(bac), _decimal(pv), _decimal(ev), _decimal(ac), missing)


def _decimal(amount: Amount) -> Decimal | None:
    return None if amount is None else Decimal(amount)


@dataclass(frozen=True, slots=True)
class EarnedSchedule:
    """Schedule performance in time instead of money (Lipke 2003), in the periods of the series it came from.

    ``actual_time`` AT is now, ``planned_duration`` PD when the baseline ends, ``earned`` ES when the baseline had
    planned what is earned now. Unlike SV and SPI these do not return to "on time" when a late project ends.

    ==============  =====================  ==========================================================================
    sv_t, spi_t     ES - AT, ES / AT       schedule variance and performance in time
    ieac_t          PD / SPI(t)            duration if the pace stays
    forecast        AT + PD - ES           duration if the rest goes as planned; the most accurate of 27 methods over
                                           4,100 networks (Barrientos-Orellana et al. 2022)
    tspi            (PD - ES) / (PD - AT)  pace the rest needs to end on time; unknown once PD has passed
    ==============  =====================  ==========================================================================
    """

    actual_time: Decimal
    planned_duration: Decimal
    earned: Decimal

    @property
    def sv_t(self) -> Decimal:
        return self.earned - self.actual_time

    @property
    def spi_t(self) -> Decimal | None:
        return ratio(self.earned, self.actual_time)

    @property
    def ieac_t(self) -> Decimal | None:
        return ratio(self.planned_duration, self.spi_t)

    @property
    def forecast(self) -> Decimal:
        return self.actual_time + self.planned_duration - self.earned

    @property
    def tspi(self) -> Decimal | None:
        left = self.planned_duration - self.actual_time
        return ratio(self.planned_duration - self.earned, left) if left > 0 else None

    def figures(self) -> dict[str, Decimal | None]:
        """Every measure by name, in reading order."""
        measures = {name: getattr(self, name) for name in ("sv_t", "spi_t", "ieac_t", "forecast", "tspi")}
        return {
            "actual_time": self.actual_time,
            "planned_duration": self.planned_duration,
            "es": self.earned,
            **measures,
        }


Point = tuple[Decimal, Decimal]  # time and cumulative planned value


def earned_schedule(curve: Sequence[Point], ev: Decimal, actual_time: Decimal) -> EarnedSchedule:
    """Where on the planned curve the earned value lies, between points by straight line.

    ``curve`` holds (time, cumulative PV) with both non-decreasing; before its first point, time 0 and PV 0.
    Where the plan stands still the later moment counts, as in Lipke's count of whole periods N with PV(N) <= EV:
    ES = N + (EV - PV(N)) / (PV(N+1) - PV(N)). PD is the first time at which the last PV is reached.

    Raises ``ValueError`` for an empty, zero or falling curve.
    """
    points = [(Decimal(0), Decimal(0)), *curve]
    if any(b[0] < a[0] or b[1] < a[1] for a, b in pairwise(points)):
        raise ValueError("planned value falls or time runs backwards")
    bac = points[-1][1]
    if bac == 0:
        raise ValueError("the planned value is zero throughout")
    duration = next(time for time, planned in points if planned == bac)
    if ev <= 0:
        return EarnedSchedule(actual_time, duration, Decimal(0))
    if ev >= bac:
        return EarnedSchedule(actual_time, duration, duration)
    before = max(index for index, (_, planned) in enumerate(points) if planned <= ev)
    (time, planned), (next_time, next_planned) = points[before], points[before + 1]
    earned = time + (next_time - time) * (ev - planned) / (next_planned - planned)
    return EarnedSchedule(actual_time, duration, earned)


def of_series(
    planned: Sequence[Decimal | int], earned: Sequence[Decimal | int], actual: Sequence[Decimal | int] | None = None
) -> tuple[EarnedValue, EarnedSchedule]:
    """Measures from cumulative amounts per period; now is the last period of ``earned``.

    ``planned`` runs to the end of the baseline (its last amount is BAC), ``actual`` is ``None`` where no cost is
    recorded and as long as ``earned`` otherwise. Raises ``ValueError`` for series of other shapes.

    >>> value, schedule = of_series([10, 20, 40, 70, 100], [8, 22, 35], [9, 21, 36])
    >>> value.sv, schedule.earned, schedule.sv_t, schedule.forecast
    (Decimal('-5'), Decimal('2.75'), Decimal('-0.25'), Decimal('5.25'))
    """
    if not planned or not earned:
        raise ValueError("planned and earned need at least one period")
    if actual is not None and len(actual) != len(earned):
        raise ValueError(f"{len(earned)} periods of earned value but {len(actual)} of actual cost")
    now = len(earned)
    curve = [(Decimal(period), Decimal(amount)) for period, amount in enumerate(planned, 1)]
    value = measure(
        bac=planned[-1],
        pv=planned[min(now, len(planned)) - 1],
        ev=earned[-1],
        ac=None if actual is None else actual[-1],
        missing=() if actual is not None else (NO_ACTUAL_COST,),
    )
    return value, earned_schedule(curve, Decimal(earned[-1]), Decimal(now))
