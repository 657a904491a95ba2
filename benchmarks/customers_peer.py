"""The half of benchmarks/customers.py that runs inside the environment of `lifetimes`.

    python customers_peer.py FOLDER

Reads the arrays that the benchmark wrote into FOLDER, warms up, and then answers each task named on standard input
(`bg_nbd small`, `gamma_gamma large`, `summary rows`) with one line of JSON: the seconds it took, measured in here, and
what it found.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data

COLUMNS = {"frequency": "frequency", "recency": "recency", "age": "T", "mean_spend": "monetary_value"}


def fitted(model, *columns, found):
    """Fit ``model`` to ``columns``, timed; ``found`` names its parameters as Accord does, with their own names."""
    begun = time.perf_counter()
    model.fit(*columns)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "found": {name: float(model.params_[own]) for name, own in found.items()}}


def same(*names):
    return dict(zip(names, names, strict=True))


def bg_nbd(data):
    return fitted(BetaGeoFitter(), data["x"], data["t_x"], data["age"], found=same("r", "alpha", "a", "b"))


def pareto_nbd(data):
    return fitted(ParetoNBDFitter(), data["x"], data["t_x"], data["age"], found=same("r", "alpha", "s", "beta"))


def gamma_gamma(data):
    again = (data["x"] > 0) & (data["mean"] > 0)
    x, mean = data["x"][again], data["mean"][again]
    return fitted(GammaGammaFitter(), x, mean, found={"p": "p", "q": "q", "gamma": "v"})


def summary(frame):
    begun = time.perf_counter()
    made = summary_data_from_transaction_data(frame, "customer", "date", "amount", freq="D")
    seconds = time.perf_counter() - begun
    found = {name: float(made[column].sum()) for name, column in COLUMNS.items()}
    return {"seconds": seconds, "found": {"customers": len(made), **found}}


def frame_of(data):
    dates = data["day"].astype("datetime64[D]").astype("datetime64[ns]")
    return pd.DataFrame({"customer": data["customer"], "date": dates, "amount": data["amount"]})


def main(folder):
    loaded = {name: dict(np.load(Path(folder, f"{name}.npz"))) for name in ("small", "middle", "large", "rows")}
    loaded["rows"] = frame_of(loaded["rows"])
    bg_nbd(loaded["small"])
    pareto_nbd(loaded["small"])
    gamma_gamma(loaded["small"])
    summary(loaded["rows"].head(1000))
    tasks = {"bg_nbd": bg_nbd, "pareto_nbd": pareto_nbd, "gamma_gamma": gamma_gamma, "summary": summary}
    for line in sys.stdin:
        task, name = line.split()
        print(json.dumps(tasks[task](loaded[name])), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
