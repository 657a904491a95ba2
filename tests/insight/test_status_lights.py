"""The rules of a status report's traffic lights, as a table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accord.insight.status_lights import (
    RULES,
    Area,
    Colour,
    as_stored,
    from_stored,
    light_of,
    limits_of,
    rule_of,
    standard_limits,
)

# rule, value, colour, and how the light's sentence names value and threshold
GOLDEN = [
    ("cpi", "1.02", "green", "Cost is green: CPI 1.02, at least 0.95."),
    ("cpi", "0.95", "green", "Cost is green: CPI 0.95, at least 0.95."),
    ("cpi", "0.93", "amber", "Cost is amber: CPI 0.93, below 0.95."),
    ("cpi", "0.90", "amber", "Cost is amber: CPI 0.90, below 0.95."),
    ("cpi", "0.8999", "red", "Cost is red: CPI 0.90, below 0.90."),
    ("spi_t", "0.88", "red", "Schedule is red: SPI(t) 0.88, below 0.90."),
    ("baseline_days", "-3", "green", "Schedule is green: forecast finish not after the baseline, amber from 5."),
    ("baseline_days", "4", "green", "Schedule is green: forecast finish 4 d after the baseline, amber from 5."),
    ("baseline_days", "5", "amber", "Schedule is amber: forecast finish 5 d after the baseline, amber from 5."),
    ("baseline_days", "20", "red", "Schedule is red: forecast finish 20 d after the baseline, red from 20."),
    ("added_tasks", "4.9", "green", "Scope is green: 4.9% of tasks added since the baseline, amber from 5."),
    ("added_tasks", "15", "red", "Scope is red: 15% of tasks added since the baseline, red from 15."),
    ("overdue_decisions", "0", "green", "Scope is green: 0 change requests past their decision date, amber from 1."),
    ("overdue_decisions", "1", "amber", "Scope is amber: 1 change request past its decision date, amber from 1."),
    ("overdue_decisions", "3", "red", "Scope is red: 3 change requests past their decision date, red from 3."),
    ("high_risks", "2", "amber", "Risk is amber: 2 open high risks, amber from 1."),
    ("high_risks", "3", "red", "Risk is red: 3 open high risks, red from 3."),
    ("critical_issues", "1", "amber", "Risk is amber: 1 open critical issue, amber from 1."),
    ("critical_issues", "2", "red", "Risk is red: 2 open critical issues, red from 2."),
    ("promise_days", "0", "green", "Client is green: forecast finish not after the promised date, amber from 1."),
    ("promise_days", "9", "amber", "Client is amber: forecast finish 9 d after the promised date, amber from 1."),
    ("promise_days", "10", "red", "Client is red: forecast finish 10 d after the promised date, red from 10."),
    ("rejected_deliverables", "1", "amber", "Client is amber: 1 deliverable rejected by the client, amber from 1."),
    ("rejected_deliverables", "2", "red", "Client is red: 2 deliverables rejected by the client, red from 2."),
    ("overdue_requests", "1", "amber", "Client is amber: 1 overdue client request, amber from 1."),
    ("overdue_requests", "3", "red", "Client is red: 3 overdue client requests, red from 3."),
]


@pytest.mark.parametrize(("rule", "value", "colour", "sentence"), GOLDEN)
def test_a_rule_turns_a_value_into_a_colour(rule: str, value: str, colour: str, sentence: str) -> None:
    light = light_of(rule_of(rule).area, {rule: Decimal(value)}, standard_limits())
    assert (light.colour.value, light.sentence()) == (colour, sentence)


def test_the_table_has_every_rule() -> None:
    assert {rule for rule, *_ in GOLDEN} == {rule.name for rule in RULES}
    assert {rule.area for rule in RULES} == set(Area)


def test_the_worst_rule_decides_and_unknown_values_count_for_nothing() -> None:
    values = {"spi_t": Decimal("0.93"), "baseline_days": Decimal(30)}
    light = light_of(Area.SCHEDULE, values, standard_limits())
    assert light.colour == Colour.RED
    assert light.deciding is not None and light.deciding.rule == "baseline_days"
    light = light_of(Area.SCHEDULE, {"spi_t": Decimal("0.93"), "baseline_days": None}, standard_limits())
    assert light.sentence() == "Schedule is amber: SPI(t) 0.93, below 0.95."
    light = light_of(Area.COST, {}, standard_limits())
    assert light.colour == Colour.UNKNOWN
    assert light.sentence() == "Cost isn't known: nothing to measure it by."


def test_a_firm_sets_thresholds_of_its_own() -> None:
    limits = limits_of({"cpi": ["1", "0.97"], "high_risks": "nonsense", "former_rule": ["1", "2"]})
    assert limits["cpi"] == (Decimal(1), Decimal("0.97"))
    assert limits["high_risks"] == standard_limits()["high_risks"]
    assert "former_rule" not in limits
    assert light_of(Area.COST, {"cpi": Decimal("0.98")}, limits).sentence() == "Cost is amber: CPI 0.98, below 1.00."


def test_a_light_is_kept_with_its_thresholds() -> None:
    light = light_of(Area.COST, {"cpi": Decimal("0.93")}, limits_of({"cpi": ["0.99", "0.94"]}))
    kept = as_stored(light)
    assert kept == [["cpi", "0.93", "0.99", "0.94"]]
    assert from_stored(Area.COST, [*kept, ["former_rule", "1", "2", "3"]]) == light
