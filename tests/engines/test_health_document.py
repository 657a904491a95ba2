"""docs/engines/health.md says of the model what its code says."""

from __future__ import annotations

from math import exp
from pathlib import Path

import pytest

from accord.engines.customers import client_fit_quality, client_values, contract_clients, project_clients
from accord.engines.customers.client_forecast import DRAWS
from accord.engines.customers.monthly_hazard import DEPARTURES
from accord.engines.customers.signals import SIGNALS

DOCUMENT = (Path(__file__).parents[2] / "docs/engines/health.md").read_text(encoding="utf-8")


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("*", ""))


def test_the_table_of_signals_has_the_weights_of_the_code() -> None:
    table = DOCUMENT.split("| signal, 0 = typical")[1].split("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert [(number(weight), number(sd)) for _, weight, sd in rows] == [(each.weight, each.sd) for each in SIGNALS]


def test_the_table_of_priors_has_those_of_the_code() -> None:
    prior = contract_clients.contract_prior()
    for shown, logit in zip((0.015, 0.15), prior.base_mean, strict=True):
        assert 1 / (1 + exp(-logit)) == pytest.approx(shown)
        assert f"logit {shown:g}".replace("0.", ".") in DOCUMENT
    assert f"{prior.score[0]:g}, {prior.score[1]:g}".replace("0.", ".") in DOCUMENT
    scales = ", ".join(f"{each:g}".replace("0.", ".") for each in DEPARTURES)
    assert f"{{{scales}}}" in DOCUMENT
    effects = (contract_clients.YEAR_EFFECT, project_clients.YEAR_EFFECT)
    assert "0, {:g} leaving, {:g} ordering".format(*effects).replace("0.", ".") in DOCUMENT
    assert f"({project_clients.SILENT_DEPARTURE:g})".replace("0.", ".") in DOCUMENT


def test_the_rules_have_the_limits_of_the_code() -> None:
    fewest = client_fit_quality
    assert (
        f"less than {fewest.FEWEST_MONTHS} months of history, {fewest.FEWEST_LEAVINGS} departures or "
        f"{fewest.FEWEST_CLIENTS} clients"
    ) in DOCUMENT
    assert f"from {DRAWS} draws" in DOCUMENT
    assert f"{client_values.DISCOUNT_RATE:.0%}".replace("%", " %") + f" and {client_values.HORIZON} months" in DOCUMENT
    assert client_values.paths_for(4_000) == 1_000
    assert client_values.paths_for(10_000_000) == 100
