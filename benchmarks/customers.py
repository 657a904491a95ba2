"""Customers: Accord's fits and purchase summary beside `lifetimes` 0.11.3, `lifelines` and raw DuckDB.

    python benchmarks/customers.py [--json] [--customers 1000000] [--rows 10000000] [--subjects 100000] [--runs 3]
        [--lines-per-invoice 4]

`lifetimes` needs the numpy and pandas of its day, so it lives in an environment of its own (`.venv-lifetimes`, built
here on the first run from lifetimes-requirements.txt) and runs as a child process that times itself; both sides are
timed after a warm-up, on the same arrays, and the medians are compared. CDNOW is read from the shared data
(ACCORD_SHARED_DATA, by default ../shared/data beside the repository) and is replaced by 2,357 simulated customers where
that folder is absent.

Bars: estimates equal to three digits everywhere; at a million customers BG/NBD at least 100 and Gamma-Gamma at least 50
times faster; Pareto/NBD at least 50 times faster at a tenth of them; the summary of ten million invoice lines at least
15 times faster than `lifetimes` and no slower than a query written by hand for DuckDB; Cox's model of 100,000 clients
with five columns at least 100 times faster than `lifelines`, twice where durations are whole months and `lifelines` can
work in blocks, with coefficients equal within 1e-6. The exit code is 1 if one is missed. An invoice has four lines
here; the wholesaler of the UCI online retail data has nineteen. `lifelines` is asked once for the untied file: it takes
a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
import pyarrow
from peer_environment import build_peer

from accord.engines.customers.cox import Cox, fit_cox
from accord.engines.customers.lifetime_value import (
    BgNbd,
    GammaGamma,
    PurchaseSummary,
    fit_bg_nbd,
    fit_gamma_gamma,
    summary_of,
)
from accord.engines.customers.pareto_nbd import ParetoNbd, fit_pareto_nbd
from accord.engines.customers.purchase_summary import purchase_summary, summary_of_arrow

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", HERE.parent / ".." / "shared" / "data"))
CDNOW = SHARED / "02_customers" / "cdnow" / "cdnow_customers_summary_with_transactions.csv"

FASTER_FIT = {"bg_nbd": 100, "gamma_gamma": 50, "pareto_nbd": 50}
FASTER_SUMMARY, SLOWER_THAN_DUCKDB, DIGITS = 15, 1.0, 5e-4
FASTER_COX, FASTER_TIED_COX, COX_DIGITS = 100, 2, 1e-6

COX_COLUMNS = 5
COLUMNS = ("frequency", "recency", "age", "mean_spend")
FITS: dict[str, tuple[Callable[[PurchaseSummary], object], tuple[str, ...]]] = {
    "bg_nbd": (fit_bg_nbd, ("r", "alpha", "a", "b")),
    "gamma_gamma": (fit_gamma_gamma, ("p", "q", "gamma")),
    "pareto_nbd": (fit_pareto_nbd, ("r", "alpha", "s", "beta")),
}
Rows = dict[str, np.ndarray[Any, Any]]
Found = TypeVar("Found")

BY_HAND = """
    select customer, count(*) - 1 as frequency, min(day) as first, max(day) as last,
           sum(amount) as spend, arg_min(amount, day) as first_spend
    from (select customer, day, sum(amount) as amount, min(amount) as least
          from (select customer, cast(date as date) as day, amount from transactions)
          where customer is not null and day is not null
          group by customer, day)
    where amount > 0 or least >= 0
    group by customer order by customer
"""


def simulated(customers: int, seed: int = 7) -> PurchaseSummary:
    """Customers as BG/NBD and Gamma-Gamma describe them, with CDNOW's parameters, in whole days over 26 to 39 weeks."""
    random = np.random.default_rng(seed)
    rate, leave = random.gamma(0.243, 1 / (4.414 * 7), customers), random.beta(0.793, 2.426, customers)
    age = random.integers(182, 273, customers).astype(np.float64)
    x, last, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    active = np.arange(customers)
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] <= age[active]]
        x[active] += 1
        last[active] = now[active]
        active = active[random.random(len(active)) > leave[active]]
    recency = np.where(x > 0, np.clip(np.ceil(last), 1, age), 0)
    often = np.maximum(x, 1)
    mean = random.gamma(6.25 * often) / often / random.gamma(3.74, 1 / 15.44, customers)
    return summary_of(x, recency / 7, age / 7, np.where(x > 0, mean, 0))


def cdnow() -> PurchaseSummary:
    rows = np.genfromtxt(CDNOW, delimiter=",", names=True)
    return summary_of(rows["x"], rows["t_x"], rows["T"], rows["zbar"])


def ledger(lines: int, lines_per_invoice: int, seed: int = 3) -> Rows:
    """Invoice lines in order of their date: customers who buy unequally often over two years."""
    random = np.random.default_rng(seed)
    invoices = max(lines // lines_per_invoice, 1)
    share = np.cumsum(random.gamma(0.5, size=max(invoices // 20, 1)))
    customer = np.searchsorted(share / share[-1], random.random(invoices))
    day = np.sort(random.integers(19_700, 20_430, invoices))
    repeated = np.minimum(np.arange(lines) // lines_per_invoice, invoices - 1)
    return {
        "customer": customer[repeated],
        "day": day[repeated],
        "amount": np.round(random.gamma(3, 20, lines) + 0.01, 2),
    }


def keep(path: Path, summary: PurchaseSummary) -> None:
    assert summary.mean_spend is not None
    np.savez(path, x=summary.frequency, t_x=summary.recency, age=summary.age, mean=summary.mean_spend)


class Peer:
    """`lifetimes` in a child process, which measures itself and waits quietly between two questions."""

    def __init__(self, python: Path, folder: str) -> None:
        command = [str(python), str(HERE / "customers_peer.py"), folder]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, task: str) -> dict[str, Any]:
        assert self.child.stdin is not None and self.child.stdout is not None
        self.child.stdin.write(task + "\n")
        self.child.stdin.flush()
        answer: dict[str, Any] = json.loads(self.child.stdout.readline())
        return answer

    def close(self) -> None:
        self.child.communicate()


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def params_of(model: object, names: tuple[str, ...]) -> dict[str, float]:
    return {name: getattr(model, name) for name in names}


def measure_fit(peer: Peer, model: str, data: str, summary: PurchaseSummary, runs: int) -> dict[str, Any]:
    """Both sides in turns, so that a busy moment of the machine does not fall on one side alone."""
    fit, names = FITS[model]
    fit(summary)
    mine, theirs, found = [], [], {}
    for _ in range(runs):
        answer = peer.ask(f"{model} {data}")
        theirs.append(answer["seconds"])
        for _ in range(5):
            seconds, fitted = timed(lambda: fit(summary))
            mine.append(seconds)
        assert isinstance(fitted, (BgNbd, GammaGamma, ParetoNbd))
        found = {"accord": params_of(fitted, names), "peer": answer["found"]}
    return {"accord_seconds": statistics.median(mine), "peer_seconds": statistics.median(theirs), **found}


def by_hand(table: pyarrow.Table) -> PurchaseSummary:
    """The same summary from a query in DuckDB's own SQL."""
    with duckdb.connect() as connection:
        connection.register("transactions", table)
        return summary_of_arrow(connection.sql(BY_HAND).to_arrow_table(), unit_days=1)


def measure_summary(peer: Peer, rows: Rows, runs: int) -> dict[str, Any]:
    """Accord, DuckDB by hand and `lifetimes`, in turns."""
    days = pyarrow.array(rows["day"].astype(np.int32)).cast(pyarrow.date32())
    table = pyarrow.table({"customer": rows["customer"], "date": days, "amount": rows["amount"]})
    few = table.slice(0, 1000)
    purchase_summary(few), by_hand(few)
    seconds: dict[str, list[float]] = {"accord": [], "duckdb": [], "peer": []}
    for _ in range(runs):
        for _ in range(3):
            took, ours = timed(lambda: purchase_summary(table, unit_days=1))
            seconds["accord"].append(took)
            took, raw = timed(lambda: by_hand(table))
            seconds["duckdb"].append(took)
        answer = peer.ask("summary rows")
        seconds["peer"].append(answer["seconds"])
    for name in COLUMNS:
        assert np.allclose(getattr(ours, name), getattr(raw, name)), name
    return {
        **{f"{side}_seconds": statistics.median(times) for side, times in seconds.items()},
        "accord": {"customers": len(ours), **{name: float(getattr(ours, name).sum()) for name in COLUMNS}},
        "peer": answer["found"],
    }


def stays(subjects: int, *, tied: bool, seed: int = 1) -> Rows:
    """Clients with five columns and exponential stays, a third still here; whole months where ``tied``."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(subjects, COX_COLUMNS))
    stay = random.exponential(20 * np.exp(-x @ np.array([0.5, -0.4, 0.3, 0.0, 0.2])))
    seen = random.exponential(40, subjects)
    duration = np.minimum(stay, seen)
    return {"duration": np.ceil(duration) if tied else duration, "left": stay <= seen, "x": x}


def measure_cox(subjects: int, runs: int, *, tied: bool) -> dict[str, Any]:
    """`lifelines` in this process, at its own default precision for time and at a finer one for the coefficients."""
    import pandas
    from lifelines import CoxPHFitter

    rows = stays(subjects, tied=tied)
    names = [f"x{i}" for i in range(COX_COLUMNS)]
    frame = pandas.DataFrame(rows["x"], columns=names).assign(duration=rows["duration"], left=rows["left"])
    few = frame.head(1000)
    CoxPHFitter().fit(few, "duration", "left")

    def ours() -> object:
        return fit_cox(rows["duration"], rows["left"], rows["x"], names)

    fitted = ours()
    assert isinstance(fitted, Cox)
    mine, theirs = [], []
    for _ in range(runs):
        seconds, found = timed(lambda: CoxPHFitter().fit(frame, "duration", "left"))
        theirs.append(seconds)
        mine += [timed(ours)[0] for _ in range(5)]
    if tied:
        found = CoxPHFitter().fit(frame, "duration", "left", fit_options={"precision": 1e-13})
    apart = np.abs(fitted.coefficients - found.params_.to_numpy())
    return {
        "accord_seconds": statistics.median(mine),
        "peer_seconds": statistics.median(theirs),
        "accord": {name: 1 + float(gap) for name, gap in zip(names, apart, strict=True)},
        "peer": dict.fromkeys(names, 1.0),
    }


def row(what: str, measured: dict[str, Any], bar: float | None) -> dict[str, Any]:
    """Seconds of both, their ratio, the largest relative difference of what they found, and whether bars are kept."""
    mine, theirs = measured["accord"], measured["peer"]
    apart = max(abs(mine[name] / theirs[name] - 1) for name in theirs)
    ratio = measured["peer_seconds"] / measured["accord_seconds"]
    return {
        "what": what,
        "accord_seconds": measured["accord_seconds"],
        "peer_seconds": measured["peer_seconds"],
        "ratio": ratio,
        "bar": f">= {bar}" if bar else "",
        "difference": apart,
        "passed": apart <= DIGITS and (bar is None or ratio >= bar),
    }


def beside_duckdb(what: str, measured: dict[str, Any]) -> dict[str, Any]:
    slower = measured["accord_seconds"] / measured["duckdb_seconds"]
    return {
        "what": what,
        "accord_seconds": measured["accord_seconds"],
        "peer_seconds": measured["duckdb_seconds"],
        "ratio": slower,
        "bar": f"<= {SLOWER_THAN_DUCKDB}",
        "difference": 0.0,
        "passed": slower <= SLOWER_THAN_DUCKDB,
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--customers", type=int, default=1_000_000)
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--subjects", type=int, default=100_000)
    arguments.add_argument("--lines-per-invoice", type=int, default=4)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    python = build_peer("lifetimes")
    is_real = CDNOW.is_file()
    small, large = cdnow() if is_real else simulated(2357), simulated(chosen.customers)
    middle = simulated(max(chosen.customers // 10, 1), seed=8)
    rows = ledger(chosen.rows, chosen.lines_per_invoice)
    summaries = {"small": small, "middle": middle, "large": large}
    names = {"small": "CDNOW (2,357)" if is_real else "2,357 simulated", "large": f"{chosen.customers:,} simulated"}
    names["middle"] = f"{len(middle):,} simulated"
    measures = [(model, "small", None) for model in FITS]
    measures += [(model, "middle" if model == "pareto_nbd" else "large", bar) for model, bar in FASTER_FIT.items()]
    table = []
    with tempfile.TemporaryDirectory() as folder:
        for name, summary in summaries.items():
            keep(Path(folder, f"{name}.npz"), summary)
        np.savez(Path(folder, "rows.npz"), customer=rows["customer"], day=rows["day"], amount=rows["amount"])
        peer = Peer(python, folder)
        for model, data, bar in measures:
            measured = measure_fit(peer, model, data, summaries[data], chosen.runs)
            table.append(row(f"{model} on {names[data]}", measured, bar))
        measured = measure_summary(peer, rows, chosen.runs)
        peer.close()
    table.append(row(f"summary of {chosen.rows:,} rows", measured, FASTER_SUMMARY))
    table.append(beside_duckdb(f"beside raw DuckDB, {chosen.rows:,} rows", measured))
    for tied, bar, runs in ((False, FASTER_COX, 1), (True, FASTER_TIED_COX, chosen.runs)):
        measured = measure_cox(chosen.subjects, runs, tied=tied)
        found = row(f"Cox, {chosen.subjects:,} × {COX_COLUMNS}{', tied' if tied else ''}", measured, bar)
        table.append({**found, "passed": found["ratio"] >= bar and found["difference"] <= COX_DIGITS})
    if chosen.json:
        print(json.dumps(table, indent=2))
    else:
        print(f"{'':44} {'Accord':>10} {'peer':>10} {'ratio':>8} {'bar':>8} {'differs by':>11}")
        for line in table:
            print(
                f"{line['what']:44} {line['accord_seconds']:9.4f}s {line['peer_seconds']:9.4f}s {line['ratio']:7.1f}x "
                f"{line['bar']:>8} {line['difference']:11.1e}  {'pass' if line['passed'] else 'FAIL'}"
            )
    return 0 if all(line["passed"] for line in table) else 1


if __name__ == "__main__":
    sys.exit(main())
