"""Money: one rounding rule, the currency's own digits, no sum across currencies, nothing lost when it is split."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.core.money import MixedCurrencies, Money, digits, round_half_up, rounded, total, totals

SOURCE = Path(__file__).parents[2] / "src" / "accord"
# Who may call Decimal.quantize: the rule itself, its field, and the engines that may not import it.
ROUNDERS = {"core/money.py", "core/fields.py", "engines/money/planned_cost.py", "engines/invoices/totals.py"}


@pytest.mark.parametrize(
    ("exact", "currency", "expected"),
    [
        ("0.125", "EUR", "0.13"),
        ("9.225", "EUR", "9.23"),
        ("0.525", "EUR", "0.53"),
        ("-0.125", "EUR", "-0.13"),
        ("1234.5", "JPY", "1235"),
        ("1.0005", "KWD", "1.001"),
        ("1.005", "XYZ", "1.01"),
        ("12345678901234567890123456789.125", "EUR", "12345678901234567890123456789.13"),
    ],
)
def test_amounts_are_rounded_half_up_to_the_digits_of_their_currency(exact: str, currency: str, expected: str) -> None:
    assert str(rounded(Decimal(exact), currency)) == expected
    assert str(Money(Decimal(exact), currency).amount) == expected


def test_two_currencies_are_never_combined() -> None:
    pounds, euros = Money(Decimal(1), "GBP"), Money(Decimal(1), "EUR")
    for combine in (
        lambda: pounds + euros,
        lambda: pounds - euros,
        lambda: pounds < euros,
        lambda: pounds >= euros,
        lambda: sum([pounds, euros]),
        lambda: total([pounds, euros], "EUR"),
    ):
        with pytest.raises(MixedCurrencies):
            combine()
    with pytest.raises(TypeError):
        pounds + Decimal(1)  # type: ignore[operator]
    assert pounds != euros
    assert issubclass(MixedCurrencies, TypeError)
    assert totals([pounds, euros, pounds]) == {"EUR": euros, "GBP": Money(Decimal(2), "GBP")}
    assert total([], "EUR") == Money(Decimal(0), "EUR")


@given(
    st.decimals(-(10**9), 10**9, places=2),
    st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any),
    st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_parts_add_up_to_the_whole(amount: Decimal, weights: list[int], currency: str) -> None:
    whole = Money(amount, currency)
    parts = whole.allocate(weights)
    assert total(parts, currency) == whole
    unit = Decimal(1).scaleb(-digits(currency))
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - whole.amount * weight / sum(weights)) < unit
        assert weight or not part


@given(st.decimals(-(10**6), 10**6, places=5), st.integers(0, 4))
def test_rounding_is_never_further_than_half_a_unit(value: Decimal, places: int) -> None:
    found = round_half_up(value, places)
    assert abs(found - value) <= Decimal(5).scaleb(-places - 1)
    assert round_half_up(-value, places) == -found


def test_nothing_else_rounds() -> None:
    """A second rounding rule is how a quote and its invoice came to differ by a cent."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            attribute = isinstance(node, ast.Attribute) and node.attr in ("quantize", "to_integral_value")
            if attribute and name not in ROUNDERS:
                found.append(f"{name}:{node.lineno}")
    assert not found, f"use accord.core.money.rounded or round_half_up: {found}"
