"""Lines, tax of each group and totals: figures worked out by hand, and properties for any lines."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from accord.engines.invoices.document import AllowanceCharge, ElectronicInvoice, Line, Price, Totals
from accord.engines.invoices.rules import broken
from accord.engines.invoices.totals import line_net, round_amount, with_totals
from tests.engines.invoices.cases import CASES, invoice, line


def test_discounts_and_charges() -> None:
    found = CASES["discounts"]
    assert [each.net_amount for each in found.lines] == [D("185.55"), D("270.00"), D("20.00")]
    groups = [(row.rate, row.taxable, row.tax) for row in found.tax_breakdown]
    # 185.55 + 270 - 33.33 + 9.90 at 19 %, 20 - 1.01 at 7 %
    assert groups == [(D(19), D("432.12"), D("82.10")), (D(7), D("18.99"), D("1.33"))]
    totals = found.totals
    assert (totals.lines, totals.allowances, totals.charges) == (D("475.55"), D("34.34"), D("9.90"))
    assert (totals.net, totals.tax, totals.gross, totals.payable) == (D("451.11"), D("83.43"), D("534.54"), D("534.54"))


def test_each_group_is_rounded_once() -> None:
    found = invoice(*(line(number, "1", "0.03") for number in range(1, 11)))
    assert found.totals.tax == D("0.06")  # 0.30 at 19 % is 0.057; ten times 0.0057, each rounded, would be 0.10


def test_a_price_for_a_hundred_is_rounded_in_the_line_only() -> None:
    assert CASES["base_quantities"].lines[0].net_amount == D("62.38")  # 1250 · 4.99 / 100 = 62.375
    assert CASES["base_quantities"].lines[1].net_amount == 0
    assert line_net(Line(quantity=D(1), price=Price(net=D(5), base_quantity=D(0)))) is None


def test_tax_is_told_in_the_accounting_currency() -> None:
    found = CASES["foreign_currency"].totals
    assert (found.tax, found.tax_in_tax_currency) == (D("285.48"), D("260.76"))  # 285.475; 285.48 · 0.9134


def test_what_was_paid_and_rounded_counts_in_the_amount_due_only() -> None:
    assert CASES["prepaid"].totals.payable == D("6305.00")
    assert CASES["rounding"].totals.payable == CASES["rounding"].totals.gross - D("0.01")


def test_rates_that_are_written_differently_are_one_group() -> None:
    found = invoice(line(1, "1", "10", "19"), line(2, "1", "10", "19.00"))
    assert [(row.rate, row.tax) for row in found.tax_breakdown] == [(D(19), D("3.80"))]


def test_what_has_no_rate_is_one_group() -> None:
    assert [(row.category, row.rate) for row in CASES["not_subject"].tax_breakdown] == [("O", None)]


amounts = st.decimals(-(10**5), 10**5, places=4)
lines = st.builds(
    lambda quantity, price, rate: line(1, quantity, abs(price), rate),
    amounts,
    amounts,
    st.sampled_from(["19", "7", "5.5"]),
)
entries = st.builds(
    lambda amount, charge: AllowanceCharge(charge, round_amount(abs(amount)), tax_category="S", tax_rate=D(19)),
    amounts, st.booleans(),
)  # fmt: skip


@given(st.lists(lines, min_size=1, max_size=12), st.lists(entries, max_size=4), st.decimals(0, 1000, places=2))
def test_computed_totals_break_no_rule_of_sums(rows: list[Line], whole: list[AllowanceCharge], paid: D) -> None:
    found = with_totals(
        ElectronicInvoice(
            currency="EUR", lines=tuple(rows), allowance_charges=tuple(whole), totals=Totals(prepaid=paid)
        )
    )
    about_sums = ("BR-CO-1", "BR-DEC", "BR-S-08", "BR-S-09")
    assert not [each.rule for each in broken(found, strict=True) if each.rule.startswith(about_sums)]
    assert with_totals(found) == found
    assert with_totals(replace(found, lines=found.lines[::-1])).totals == found.totals
