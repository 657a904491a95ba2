"""Client health: chances of leaving, values and contributions on simulated firms whose truth is known, beside peers.

    python benchmarks/health.py [--only chances|values|fits|outside] [--quick]

Seeded firms of 20, 60, 200 and 2,000 clients (`health_simulator.py`), in a world where signals matter and in one where
they hardly do. At each origin the product's own call, `forecast_clients`, sees what was recorded by then, and is scored
on what came: against the firm's base rate, last contact, today's model of invoices, MBG/NBD on decisions, plain
logistic regression, boosted trees (scikit-learn; left aside with a line where it is not installed) and an oracle that
sees the simulator's states. Then the same fitter on records from outside (shared data; ACCORD_SHARED_DATA), and how
long fits take.

Each bar is printed with what was reached. The exit code is 1 where one is missed, but 0 with `--quick`, which takes few
firms, so that chance decides.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass, field

os.environ.setdefault("OMP_NUM_THREADS", "1")  # scikit-learn's trees on a few hundred rows: threads only get in the way

import health_chances as chances
import health_fits as fits
import health_money as money
import health_outside as outside
import numpy as np
from health_chances import Findings
from health_peers import HAS_SCIKIT
from health_simulator import STRONG, WEAK

PARTS = ("chances", "values", "fits", "outside")
FIRMS = {20: 24, 60: 28, 200: 8, 2_000: 2}
QUICK = {20: 4, 60: 6, 200: 2}
VALUE_FIRMS = {60: 28, 200: 8, 2_000: 3}
QUICK_VALUES = {60: 4, 200: 2}


@dataclass(slots=True)
class Bars:
    """What the issue asks for, and whether it is reached."""

    missed: list[str] = field(default_factory=list)

    def check(self, what: str, reached: float, low: float = -np.inf, high: float = np.inf, digits: int = 4) -> None:
        met = low <= round(reached, digits) <= high
        ends = [f"≥ {low:g}" if np.isfinite(low) else "", f"≤ {high:g}" if np.isfinite(high) else ""]
        bar = " and ".join(end for end in ends if end)
        print(f"  bar: {what} {bar}: {reached:.{digits}f}, {'met' if met else 'MISSED'}", flush=True)
        if not met:
            self.missed.append(f"{what} {bar}: {reached:.{digits}f}")


def show_chances(found: Findings) -> None:
    for question, answers in found.answers.items():
        happened = answers.happened
        print(f"  {chances.TITLES[question]}: {len(happened):,} forecasts, {happened.mean():.1%} happened")
        print(f"    {'':28}{'Brier':>7}{'AUC':>7}{'slope':>8}{'skill':>8}   [5, 95 %] over firm × origin")
        for model in answers.models:
            forecast = answers.forecast(model)
            skill, low, high = answers.skill(model)
            slope = chances.slope(happened, forecast)
            print(
                f"    {model:28}{answers.brier(model):7.4f}{chances.auc(happened, forecast):7.3f}"
                f"{slope if np.isfinite(slope) else float('nan'):8.2f}{skill:8.3f}   [{low:.3f}, {high:.3f}]"
            )
    for half, which in found.unranked.items():
        share = f"{np.mean(which):.0%}" if which else "none"
        print(
            f"  “signals have not predicted leaving here”, {half} clients: {share} of {len(which)} that could be judged"
        )
    shown, true = (np.concatenate(column) for column in zip(*found.delivery, strict=True))
    print(
        f"  delivery-caused chance against the true one: correlation {np.corrcoef(shown, true)[0, 1]:.3f},"
        f" truth = {true.mean() / shown.mean():.2f} × shown",
        flush=True,
    )


def measure_chances(bars: Bars, quick: bool) -> None:
    off = 0.0
    for strength, world in ((STRONG, "signals matter"), (WEAK, "signals hardly matter")):
        for clients, firms in (QUICK if quick else FIRMS).items():
            begun = time.perf_counter()
            found = chances.measure(clients, firms, strength, oracle=clients >= 2_000)
            print(f"\n{clients:,} clients, {firms} firms, origins {chances.ORIGINS}, {world}", end="")
            print(f" ({time.perf_counter() - begun:.0f} s)")
            show_chances(found)
            off = max(off, found.off)
            (strong_bars if strength == STRONG else weak_bars)(bars, clients, found)
    print()
    bars.check("contributions add up to the chance and to health within", off, high=1e-9, digits=15)


def strong_bars(bars: Bars, clients: int, found: Findings) -> None:
    contract, lapsed, quiet = (found.answers[question] for question in chances.QUESTIONS)
    if clients == 60:
        bars.check("contract clients, 60: skill", contract.skill("engine")[0], low=0.03, digits=3)
        bars.check("contract clients, 60: skill as shown", contract.skill("engine, as shown")[0], low=0.03, digits=3)
        bars.check("lapsed, 60: Brier", lapsed.brier("engine"), high=0.0655)
        bars.check("no order in W, 60: Brier", quiet.brier("engine"), high=0.152)
    if clients == 2_000:
        half = contract.skill("oracle")[0] / 2
        bars.check(
            "contract clients, 2,000: skill, of half the oracle's",
            contract.skill("engine")[0],
            low=round(half, 3),
            digits=3,
        )
        bars.check("lapsed, 2,000: Brier", lapsed.brier("engine"), high=0.064)
        bars.check("no order in W, 2,000: Brier", quiet.brier("engine"), high=0.133)
        shown, true = (np.concatenate(column) for column in zip(*found.delivery, strict=True))
        bars.check("delivery share, 2,000: correlation", float(np.corrcoef(shown, true)[0, 1]), low=0.80, digits=3)
    if clients in (60, 2_000):
        slope = chances.slope(lapsed.happened, lapsed.forecast("engine"))
        bars.check(f"lapsed, {clients:,}: slope", slope, low=0.85, high=1.2, digits=2)


def weak_bars(bars: Bars, clients: int, found: Findings) -> None:
    if clients != 60:
        return
    skill = found.answers["contract"].skill("engine, as shown")[0]
    bars.check("contract clients, 60, as shown: skill", skill, low=-0.03, digits=3)
    fires = float(np.mean(found.unranked["contract"] or [0]))
    bars.check("contract clients, 60: the rule against rankings fires in", fires, low=0.5, digits=2)


def measure_values(bars: Bars, quick: bool) -> None:
    for clients, firms in (QUICK_VALUES if quick else VALUE_FIRMS).items():
        values = money.measure(clients, firms, STRONG)
        print(f"\nvalue of 36 months, {clients:,} clients, {firms} firms, origins {money.ORIGINS}")
        print(
            f"    {'':12}{'clients':>8}{'MAE':>9}{'last year':>11}{'invoices':>10}   forecast ÷ actual      80 % holds"
        )
        everyone = np.ones(len(values.clients["actual"]))
        contract, one = values.clients["contract"], values.clients["one_order"]
        for name, mask in (("all", everyone), ("contracts", contract), ("projects", 1 - contract), ("one order", one)):
            some = values.where(mask)
            ratios = " / ".join(f"{some.ratio(column):.2f}" for column in ("expected", "last_year", "invoices"))
            print(
                f"    {name:12}{len(some.clients['actual']):8,}{some.error('median'):9,.0f}"
                f"{some.error('last_year'):11,.0f}{some.error('invoices'):10,.0f}   {ratios:18}{some.holds:10.3f}"
            )
        held, of = values.total_holds
        print(
            f"    firm's total, mean error: {values.total_error(1):.3f}, last year {values.total_error(4):.3f},"
            f" invoices {values.total_error(5):.3f}; 80 % interval held {held} of {of}"
        )
        error, before = values.error("median"), values.error("last_year")
        bars.check(f"value, {clients:,}: MAE ÷ last year's", error / before, high=0.80, digits=3)
        bars.check(f"value, {clients:,}: MAE ÷ invoice model's", error / values.error("invoices"), high=1.0, digits=3)
        bars.check(f"value, {clients:,}: 80 % interval holds", values.holds, low=0.77, high=0.86, digits=3)
        bars.check(f"value, {clients:,}: contracts, holds", values.where(contract).holds, low=0.77, digits=3)
        bars.check(
            f"value, {clients:,}: one-order clients ÷ actual", values.where(one).ratio("expected"), 0.85, 1.15, 2
        )
        if clients in (200, 2_000):
            limit = 0.15 if clients == 200 else 0.05
            bars.check(f"value, {clients:,}: firm's total, mean error", values.total_error(1), high=limit, digits=3)


def measure_fits(bars: Bars, quick: bool) -> None:
    print(f"\nfits, seconds of one processor (load {os.getloadavg()[0]:.1f})")
    sizes = ((60, 15, 0.010), (2_000, 7, 0.15), (100_000, 3, 1.0))
    for clients, runs, limit in sizes[: 2 if quick else 3]:
        for half, seconds in zip(("contracts", "orders"), fits.hazard_seconds(clients, runs), strict=True):
            bars.check(f"fit of {half}, {clients:,} clients: s", seconds, high=limit)
    rows, samples = (3_000, 20) if quick else (6_000, fits.SAMPLES)
    off, errors, spread = fits.sampling_bias(rows=rows, samples=samples)
    print(
        f"  {samples} weighted samples of {rows:,} rows beside the fit to all: a sample differs by {spread:.2f}"
        f" posterior sd (root mean square), the mean of all by {errors:.2f} of its standard errors"
    )
    bars.check("sampling: largest bias of a coefficient, posterior sd", off, high=0.15, digits=3)


def measure_outside(bars: Bars, quick: bool) -> None:
    print()
    if outside.TELCO.exists():
        telco = outside.telco_figures(5 if quick else 20)
        for name, (area, brier) in telco.folds.items():
            small = ", ".join(f"{rows:,}: {areas[name]:.3f}" for rows, areas in telco.small.items())
            print(f"telco_churn, {name:15} AUC {area:.4f}, Brier {brier:.4f}; AUC trained on rows {small}")
        bars.check("telco_churn: AUC", telco.folds["engine"][0], low=0.849)
        bars.check("telco_churn: Brier", telco.folds["engine"][1], high=0.1335)
        bars.check("telco_churn, 60 rows: AUC", telco.small[60]["engine"], low=0.80, digits=3)
    else:
        print("telco_churn: skipped, not in the shared data")
    if outside.RAVENSTACK.exists():
        score = outside.ravenstack_score()
        assert score.auc is not None
        print(
            f"ravenstack: {score.outcomes} outcomes at {score.origins} origins, {score.events} left; AUC"
            f" {score.auc.value:.3f}, Brier {score.brier:.4f} (base rate as known {score.base_brier:.4f}), skill of"
            f" telling clients apart {score.ranking:.3f}"
        )
        bars.check("ravenstack: says that nothing predicts (1: yes)", float(not score.predicts), low=1, digits=0)
    else:
        print("ravenstack: skipped, not in the shared data")
    for name, path, orders, month in (
        ("CDNOW, quiet for 9 months", outside.CDNOW, outside.cdnow_orders, 8),
        ("UCI online retail, quiet for 4 months", outside.RETAIL, outside.retail_orders, 4),
    ):
        if not path.exists():
            print(f"{name}: skipped, not in the shared data")
            continue
        briers = outside.quiet_briers(orders(), month)
        print(f"{name}: " + ", ".join(f"{model} {brier:.4f}" for model, brier in briers.items()))
        bars.check(f"{name}: Brier above MBG's", briers["engine"] - briers["MBG on decisions"], high=0.002)


MEASURES = {
    "chances": measure_chances,
    "values": measure_values,
    "fits": measure_fits,
    "outside": measure_outside,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=PARTS, action="append", help="run this part (can be given several times)")
    parser.add_argument("--quick", action="store_true", help="few firms and none of 2,000 clients; bars don't fail")
    options = parser.parse_args()
    if not HAS_SCIKIT:
        print("scikit-learn is not installed: last contact, plain logistic and boosted trees are left aside")
    bars = Bars()
    for part in options.only or PARTS:
        MEASURES[part](bars, options.quick)
    print(f"\n{len(bars.missed)} bars missed" + "".join(f"\n  {line}" for line in bars.missed))
    return int(bool(bars.missed) and not options.quick)


if __name__ == "__main__":
    sys.exit(main())
