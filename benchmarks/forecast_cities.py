"""Forecasts of real projects: 174 of a city's, the tasks of a software house, and the one published monthly series."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from accord.engines.money import scoreboard
from accord.engines.money.forecasts import errors, mape, periods
from accord.engines.uncertainty.common_factor import learned, reference_quantile
from accord.engines.uncertainty.monte_carlo import Activity, UncertainNetwork, simulate
from accord.engines.uncertainty.three_point import Estimate
from benchmarks.forecast_report import Bars

REPORTS, LEAST_DAYS = 3, 90
PUBLISHED = 0.2  # no method has a published error for such reports: all begin alike
PERT_QUANTILES = (1.01913, 1.08129, 1.11364)
RATIOS = [0.95, 1, 1, 1.05, 1.1, 1.1, 1.2, 1.3, 1.4, 1]
GOLDEN = (([], (1.1, 1.4287, 1.6668)), (RATIOS, (1.1014, 1.2947, 1.4141)), (RATIOS * 8, (1.1017, 1.2342, 1.3103)))


@dataclass(frozen=True, slots=True)
class Report:
    """What the city said on a day: days since the start of design, until the forecast completion, and the budget."""

    day: float
    finish: float
    budget: float


def city_projects(path: Path) -> list[list[Report]]:
    """Those with three reports of a completion, the first more than 90 days after the start; by their last report."""
    rows: dict[str, list[tuple[datetime, datetime, datetime | None, float]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            finish = _day(row["Forecast Completion"])
            said = _day(row["Date Reported As Of"])
            if finish is not None and said is not None:
                rows[row["PID"]].append((said, finish, _day(row["Design Start"]), float(row["Budget Forecast"] or 0)))
    found = []
    for reports in rows.values():
        reports.sort(key=lambda report: report[0])
        start = reports[0][2]
        if len(reports) < REPORTS or start is None or (reports[0][1] - start).days <= LEAST_DAYS:
            continue
        series = [Report((a - start).days, (b - start).days, budget) for a, b, _, budget in reports]
        found.append((reports[-1][0], series))
    found.sort(key=lambda each: each[0])
    return [series for _, series in found]


def _day(text: str) -> datetime | None:
    return datetime.strptime(text[:10], "%m/%d/%Y") if text.strip() else None


Forecasts = Callable[[Sequence[Report], Sequence[float]], dict[str, float]]


def finish_forecasts(reports: Sequence[Report], ratios: Sequence[float]) -> dict[str, float]:
    """At the last of ``reports``: what is said, the rest by the usual factor, and the slip so far carried on."""
    now, first = reports[-1], reports[0]
    rest = max(now.finish - now.day, 0.0)
    slipped = max(now.finish - first.finish, 0.0)
    passed = max(now.day - first.day, 1.0)
    return {
        "official": now.finish,
        "rest × factor": min(now.day, now.finish) + rest * learned(ratios).quantile(0.5),
        "slip goes on": now.finish + rest * min(slipped / passed, 1.0),
    }


def cost_forecasts(reports: Sequence[Report], ratios: Sequence[float]) -> dict[str, float]:
    """The same of the budget; what is spent is not reported, so the rest is what remains of the time."""
    now, first = reports[-1], reports[0]
    rest = max(now.finish - now.day, 0.0) / now.finish if now.finish > 0 else 0.0
    grown = now.budget / first.budget
    return {
        "official": now.budget,
        "rest × factor": now.budget * (1 + rest * (learned(ratios).quantile(0.5) - 1)),
        "growth goes on": now.budget * (1 + rest * min(max(grown - 1, 0.0), 1.0)),
    }


def out_of_sample(projects: Sequence[Sequence[Report]], of: str, forecasts: Forecasts) -> dict[str, list[float]]:
    """Errors of each method and of the mix, an error for each project, every one forecast from those before it."""
    record: dict[str, list[float]] = defaultdict(list)
    ratios: list[float] = []
    for series in projects:
        outcome = getattr(series[-1], of)
        standings = {key: scoreboard.standing(record[key], PUBLISHED) for key in forecasts(series[:1], ratios)}
        found: dict[str, list[float]] = defaultdict(list)
        for count in range(1, len(series)):
            said = {key: max(value, 1.0) for key, value in forecasts(series[:count], ratios).items()}
            said["mix"] = scoreboard.mix(said, standings) or said["official"]
            for key, value in said.items():
                found[key].append(abs(value / outcome - 1))
        for key, each in found.items():
            record[key].append(sum(each) / len(each))
        ratios.append(outcome / getattr(series[0], of))
    return record


def coverage(ratios: Sequence[float], n: int, p: float = 0.8) -> float:
    """How often the quantile learned from ``n`` others held, over every project, others drawn by the seed."""
    random = np.random.default_rng(3)
    held = []
    for place, outcome in enumerate(ratios):
        others = [ratio for other, ratio in enumerate(ratios) if other != place]
        drawn = [list(random.choice(others, n, replace=False)) for _ in range(5)]
        held += [outcome <= reference_quantile(each, p) for each in drawn]
    return 100 * float(np.mean(held))


def report(bars: Bars, data: Path) -> None:
    """Golden figures, the city's projects, the software house's tasks, the monthly series."""
    for ratios, expected in GOLDEN:
        found = tuple(round(learned(ratios).quantile(p), 4) for p in (0.5, 0.8, 0.9))
        bars.equal(f"quantiles of the factor after {len(ratios)} projects", found, expected)
    _report_pert(bars)
    projects = city_projects(data / "nyc_capital_projects" / "NYC_capital_projects_20190901.csv")
    _report_city(bars, projects)
    _report_tasks(bars, data / "sip_effort_estimation" / "Sip-task-info.csv")
    _report_series(data / "evm_revamp_checkin" / "pv_ev_ac_cumulative_keur.csv")


def _report_pert(bars: Bars) -> None:
    """Of one task, simulated: within the error of a million iterations."""
    task = Activity(1, Estimate(900_000, 1_000_000, 1_250_000))
    found = simulate(UncertainNetwork((task,)), iterations=1_000_000, seed=1, by_activity=False).finish
    for percent, expected in zip((50, 80, 90), PERT_QUANTILES, strict=True):
        off = abs(found.percentile(percent) / 1e6 - expected)
        bars.check(f"PERT −10/+25 %, P{percent} off {expected} by", off, 0.0005)


def _report_city(bars: Bars, projects: Sequence[Sequence[Report]]) -> None:
    ratios = [series[-1].finish / series[0].finish for series in projects]
    logs = np.log(ratios)
    bars.equal("city projects", len(projects), 174)
    quantiles = tuple(round(float(np.quantile(ratios, p)), 3) for p in (0.2, 0.5, 0.8, 0.9))
    bars.equal("their duration over the first forecast: P20, P50, P80, P90", quantiles, (1.0, 1.169, 1.439, 1.680))
    spread = (round(float(logs.mean()), 3), round(float(logs.std(ddof=1)), 3))
    bars.equal("log mean, sd", spread, (0.196, 0.255))
    kept = [series[-1].finish <= said.finish for series in projects for said in series[:-1]]
    bars.equal("forecasts kept", (len(kept), f"{np.mean(kept):.1%}"), (1177, "31.2%"))
    for of, forecasts in (("finish", finish_forecasts), ("budget", cost_forecasts)):
        known = [series for series in projects if all(getattr(said, of) > 0 for said in series)]
        found = out_of_sample(known, of, forecasts)
        means = {key: 100 * sum(each) / len(each) for key, each in found.items()}
        print(f"\ncity projects, {of} (n = {len(known)}): " + _listed(means))
        bars.check(f"city projects, {of}: mix less official, points", means["mix"] - means["official"], 1.0)
    print("P80 from n others holds: " + ", ".join(f"{n}: {coverage(ratios, n):.0f} %" for n in (0, 3, 10, 30, 80)))


def _listed(means: Mapping[str, float]) -> str:
    return ", ".join(f"{key} {value:.1f}" for key, value in means.items())


def _report_tasks(bars: Bars, path: Path) -> None:
    ratios: dict[str, float] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            planned, actual = (float(row[name] or 0) for name in ("HoursEstimate", "HoursActual"))
            if planned > 0 and actual > 0:
                ratios.setdefault(row["TaskNumber"], actual / planned)
    known = list(ratios.values())
    found = tuple(round(float(np.quantile(known, p)), 3) for p in (0.1, 0.5, 0.8, 0.9))
    bars.equal("tasks of the software house", len(known), 7325)
    bars.equal("their hours over the estimate: P10, P50, P80, P90", found, (0.333, 1.0, 1.417, 2.0))
    for size in (10, 30, 100):
        logs = [math.log(sum(known[n : n + size]) / size) for n in range(0, len(known) - size + 1, size)]
        print(f"batches of {size} tasks: log sd {np.std(logs, ddof=1):.2f}, P80 of the factor holds "
              f"{_held(logs):.0f} % in order")  # fmt: skip


def _held(logs: Sequence[float]) -> float:
    ratios = [math.exp(each) for each in logs]
    return 100 * float(np.mean([y <= reference_quantile(ratios[:n], 0.8) for n, y in enumerate(ratios)]))


def _report_series(path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    planned, earned, actual = (
        [round(1000 * float(row[name])) for row in rows] for name in ("PV_cum", "EV_cum", "AC_cum")
    )
    found = periods(planned, earned, actual)
    for of in ("duration", "cost"):
        means = {key: 100 * (mape(each) or 0) for key, each in errors(found, of).items()}  # type: ignore[arg-type]
        print(f"the published series of 13 months, {of}, MAPE in %: " + _listed(means))
