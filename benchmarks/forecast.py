"""Which forecast is right: every method and the mix that a firm's own record earns, out of sample.

Run ``python benchmarks/forecast.py``. It reads ``../shared/data/05_project_control`` (or the same below the folder in
``ACCORD_SHARED_DATA``), asks the product's own engines, and ends with exit code 1 where a bar is missed.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from accord.engines.money import scoreboard
from accord.engines.money.earned_value import of_series
from accord.engines.money.forecasts import COST, DURATION, PLAN_DURATION, STAGES, Method, stage_of
from accord.engines.planning.plan import Link
from accord.engines.uncertainty.common_factor import CommonFactor, learned
from accord.engines.uncertainty.finish_forecast import (
    PLANNED_SPREAD,
    TASK_SPREAD,
    Progress,
    forecast_finish,
    log_variance,
)
from accord.engines.uncertainty.monte_carlo import Activity, UncertainNetwork, simulate
from accord.engines.uncertainty.plan_uncertainty import Spread
from accord.engines.uncertainty.three_point import Estimate
from benchmarks import forecast_cities
from benchmarks.forecast_firms import MOMENTS, Truth, firms, networks, share_done
from benchmarks.forecast_report import Bars

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
if not SHARED.is_dir():  # a worktree lies one deeper
    SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("ACCORD_SHARED_DATA", SHARED)) / "05_project_control"
FIRMS, PROJECTS, SCORED_FROM, SEED = 10, 50, 10, int(os.environ.get("ACCORD_SEED", "7"))
ITERATIONS = 500
PERIODS = 40  # of the planned duration
WHOLE = 10**9  # the budget, in the smallest unit
CERTAIN = Spread(0, 0)
METHODS: dict[str, tuple[Method, ...]] = {"duration": (*DURATION, *PLAN_DURATION), "cost": COST}
MIX = "mix"


@dataclass(frozen=True, slots=True)
class Seen:
    """One moment of one project: its stage, every forecast as a share of the outcome, and the quantiles alike."""

    stage: str
    said: Mapping[str, Mapping[str, float]]
    p50: Mapping[str, float]
    p80: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Closed:
    """What the firm learns from a closed project: its duration over the P50 simulated at the start."""

    ratio: float
    seen: tuple[Seen, ...]


def rest_of(truth: Truth, moment: float, spread: Spread, seed: int = 0) -> np.ndarray:
    """How long the rest takes from ``moment``, simulated by the engine with that spread of every task."""
    network, done = truth.network, truth.done(moment)
    now = round(moment)
    rows = []
    for place, (share, duration) in enumerate(zip(done.tolist(), network.durations.tolist(), strict=True)):
        started, ended = round(float(truth.actual[0][place])), round(float(truth.actual[1][place]))
        if share >= 1:
            rows.append(Activity(place, Estimate.fixed(0), started=started, finished=max(started, ended)))
            continue
        left = duration * (1 - share)
        drawn = Estimate.fixed(left) if left < 1 else spread.of(left)
        rows.append(Activity(place, drawn, started=started if share > 0 else None, resumes=now))
    links = [Link(each, place) for place, before in enumerate(network.before) for each in before]
    iterations = 1 if spread is CERTAIN else ITERATIONS
    found = simulate(UncertainNetwork(tuple(rows), tuple(links)), iterations=iterations, seed=seed, threads=1,
                     by_activity=False)  # fmt: skip
    return np.maximum(found.finish.samples.astype(np.float64) - moment, 0.0)


def earned_forecasts(truth: Truth, moment: float) -> tuple[str, dict[str, dict[str, float]]]:
    """Stage and forecasts of the methods that need the series alone: durations in the network's unit."""
    period = truth.planned_duration / PERIODS
    budget = truth.network.costs
    planned = [_money((budget * share_done(truth.planned, period * n)).sum()) for n in range(1, PERIODS + 1)]
    planned = [*(min(each, Decimal(WHOLE)) for each in planned[:-1]), Decimal(WHOLE)]
    count = max(1, round(moment / period))
    at = [period * n for n in range(1, count)] + [moment]
    earned = [min(Decimal(WHOLE), _money((budget * truth.done(each)).sum())) for each in at]
    actual = [_money((truth.costs * truth.done(each)).sum()) for each in at]
    value, schedule = of_series(planned, earned, actual)
    said: dict[str, dict[str, float]] = {"duration": {}, "cost": {}}
    for quantity, methods, unit in (("duration", DURATION, period), ("cost", COST, 1 / WHOLE)):
        for method in methods:
            forecast = method.forecast(value, schedule)
            if forecast is not None and forecast > 0:
                said[quantity][method.key] = float(forecast) * unit
    return stage_of(earned[-1], Decimal(WHOLE)), said


def _money(share: float) -> Decimal:
    return Decimal(round(float(share) * WHOLE))


def look(truth: Truth, moment: float, factor: CommonFactor, seed: int) -> Seen:
    """Every forecast that the firm has at a moment of a project."""
    stage, said = earned_forecasts(truth, moment)
    done, durations = truth.done(moment), truth.network.durations
    spent = float((np.minimum(truth.actual[1], moment) - truth.actual[0]).clip(min=0.0).sum())
    alone, usual = (rest_of(truth, moment, spread, seed) for spread in (PLANNED_SPREAD, TASK_SPREAD))
    planned = float(rest_of(truth, moment, CERTAIN)[0])
    progress = Progress(durations.tolist(), done.tolist(), spent)
    found = forecast_finish(moment, planned, alone, usual, factor, progress)
    same = forecast_finish(moment, planned, usual, usual, factor, progress)
    said["duration"] |= {method.key: getattr(found, method.key) for method in PLAN_DURATION}
    said["duration"]["plan"] = moment + planned  # as the product has it: the finish of the current plan
    said["duration"]["agreed"] = truth.planned_duration
    ends = {"duration": truth.duration, "cost": truth.cost}
    shares = {quantity: {key: value / ends[quantity] for key, value in each.items()} for quantity, each in said.items()}
    end = truth.duration
    ways = {"alone": (found.p50_alone, found.p80_alone), "same": (same.p50_alone, same.p80_alone),
            "factor": (found.p50, found.p80)}  # fmt: skip
    return Seen(stage, shares, *({way: each[place] / end for way, each in ways.items()} for place in (0, 1)))


def run_firm(projects: Sequence[Truth]) -> list[Closed]:
    """The projects one after the other, each forecast with what the closed ones taught."""
    ratios: list[float] = []
    closed = []
    for number, truth in enumerate(projects):
        start = rest_of(truth, 0.0, TASK_SPREAD, number)
        factor = learned(ratios, log_variance(start))
        seen = tuple(look(truth, share * truth.duration, factor, number) for share in MOMENTS)
        ratios.append(truth.duration / float(np.median(start)))
        closed.append(Closed(ratios[-1], seen))
    return closed


Errors = dict[tuple[str, str, str], list[float]]  # quantity, stage, method: an error for each project


def score_firm(closed: Sequence[Closed]) -> Errors:
    """Errors of the methods and of the mix for the projects after the first ten, each weighed by those before it."""
    record: Errors = defaultdict(list)
    scored: Errors = defaultdict(list)
    for number, project in enumerate(closed):
        errors = _errors_of(project, record)
        for key, found in errors.items():
            mean = sum(found) / len(found)
            record[key].append(mean)
            if number >= SCORED_FROM:
                scored[key].append(mean)
    return scored


def _errors_of(project: Closed, record: Errors) -> Errors:
    found: Errors = defaultdict(list)
    for seen in project.seen:
        for quantity, methods in METHODS.items():
            said = seen.said[quantity]
            at = seen.stage
            standings = {
                method.key: scoreboard.standing(record[quantity, at, method.key], method.published_at(at))
                for method in methods
            }
            mixed = scoreboard.mix({method.key: said.get(method.key) for method in methods}, standings)
            for key, value in (said | ({} if mixed is None else {MIX: mixed})).items():
                found[quantity, seen.stage, key].append(abs(value - 1))
    return found


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean over firms with its interval of 95 %, by drawing the firms anew."""
    random = np.random.default_rng(1)
    known = np.array(values)
    means = known[random.integers(0, len(known), (4000, len(known)))].mean(axis=1)
    return float(known.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def report_methods(bars: Bars, scored: Sequence[Errors], quantity: str, allowed: float) -> None:
    """The table of errors and, by stage, the mix against the best single method of each firm in hindsight."""
    names = {method.key: method.formula for method in METHODS[quantity]}
    keys = [*(["agreed"] if quantity == "duration" else []), *names, MIX]
    print(f"\n{quantity}: MAPE in % by stage, projects {SCORED_FROM + 1} to {PROJECTS} of {len(scored)} firms")
    for key in keys:
        row = [np.mean([np.mean(firm[quantity, stage, key]) for firm in scored]) * 100 for stage in STAGES]
        print(f"  {names.get(key, 'agreed plan' if key == 'agreed' else 'mix by own record'):52}"
              + "".join(f"{value:8.2f}" for value in row))  # fmt: skip
    for stage in STAGES:
        gains = []
        for firm in scored:
            means = {key: float(np.mean(firm[quantity, stage, key])) for key in [*names, MIX]}
            gains.append(100 * (means.pop(MIX) - min(means.values())))
        mean, low, high = interval(gains)
        bars.check(f"{quantity}, {stage}: mix beside the best method of each firm in hindsight, points "
                   f"[{low:+.2f}, {high:+.2f}]", mean, allowed)  # fmt: skip


def report_quantiles(bars: Bars, ran: Sequence[Sequence[Closed]]) -> None:
    """Pinball loss and coverage of P50 and P80, alone and with the common factor."""
    print("\nP80 of the finish: mean pinball loss × 1000 (of the outcome), and how many percent of outcomes it held")
    for stage in STAGES:
        rows = [s for firm in ran for project in firm[SCORED_FROM:] for s in project.seen if s.stage == stage]
        loss = {
            way: 1000 * float(np.mean([scoreboard.pinball(seen.p80[way], 1.0, 0.8) for seen in rows]))
            for way in ("alone", "same", "factor")
        }
        held = {(p, way): 100 * np.mean([getattr(seen, p)[way] >= 1 for seen in rows])
                for p in ("p50", "p80") for way in loss}  # fmt: skip
        said = [f"{loss[way]:6.1f} (P80 held {held['p80', way]:.0f} %, P50 {held['p50', way]:.0f} %)" for way in loss]
        names = ("independent", "independent, true spread", "factor and pace")
        print(f"  {stage:7}" + "  ".join(f"{n}{v}" for n, v in zip(names, said, strict=True)) + f"  n = {len(rows)}")
        most = 2 / 3 if stage == "early" else 3 / 4
        bars.check(f"pinball of P80, {stage}: factor and pace / independent", loss["factor"] / loss["alone"], most)
        bars.between(f"P80 with factor and pace holds, {stage}, %", float(held["p80", "factor"]), 72, 88)


def main() -> int:
    began = time.process_time()
    bars = Bars()
    known = networks(DATA / "batselier_vanhoucke")
    print(f"{len(known)} networks, {FIRMS} firms of {PROJECTS} projects, seed {SEED}")
    ran = [run_firm(projects) for projects in firms(known, FIRMS, PROJECTS, SEED)]
    scored = [score_firm(firm) for firm in ran]
    report_methods(bars, scored, "cost", 0.0)
    report_methods(bars, scored, "duration", 0.5)
    report_quantiles(bars, ran)
    forecast_cities.report(bars, DATA)
    print(f"\n{time.process_time() - began:.0f} s of one processor")
    return bars.end()


if __name__ == "__main__":
    sys.exit(main())
