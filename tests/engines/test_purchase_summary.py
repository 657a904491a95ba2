"""Transactions → summary, against a plain Python reduction of the same rule."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import ibis
import numpy as np
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.customers.purchase_summary import purchase_summary, summary_of

DAY_0 = date(2026, 1, 1)

transactions = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.integers(0, 40).map(lambda days: DAY_0 + timedelta(days)),
        st.integers(-300, 900).map(lambda cents: Decimal(cents) / 100),
    ),
    min_size=1,
    max_size=30,
)


def columns(rows):
    return dict(zip(("customer", "date", "amount"), map(list, zip(*rows, strict=True)), strict=True))


def by_hand(rows):
    """customer → (x, t_x in days, first day, mean repeat spend): the definition, one dictionary at a time."""
    days = defaultdict(lambda: defaultdict(list))
    for customer, day, amount in rows:
        days[customer][day].append(amount)
    found = {}
    for customer, amounts in days.items():
        bought = {day: sum(each) for day, each in amounts.items() if sum(each) > 0 or min(each) >= 0}
        if bought:
            first, *repeats = sorted(bought)
            mean = float(sum(bought[day] for day in repeats)) / len(repeats) if repeats else 0.0
            found[customer] = (len(repeats), (max(bought) - first).days, first, mean)
    return found


def check(found, rows):
    expected = by_hand(rows)
    if not expected:
        assert len(found) == 0
        return
    end = max(first + timedelta(t_x) for _, t_x, first, _ in expected.values())
    assert found.ends == end
    assert found.customers.tolist() == sorted(expected)
    for i, customer in enumerate(found.customers):
        x, t_x, first, mean = expected[customer]
        assert (found.frequency[i], found.recency[i], found.age[i]) == (x, t_x, (end - first).days)
        assert found.mean_spend[i] == pytest.approx(mean)


@settings(max_examples=80, deadline=None)
@given(transactions)
def test_rows_in_memory_follow_the_definition(rows):
    check(purchase_summary(columns(rows), unit_days=1), rows)


@settings(max_examples=8, deadline=None)
@given(transactions)
def test_duckdb_follows_the_definition(rows):
    check(purchase_summary(pyarrow.table(columns(rows)), unit_days=1), rows)


@pytest.mark.parametrize("table", [dict, pyarrow.table])
def test_rows_after_the_end_and_rows_without_customer_do_not_count(table):
    found = purchase_summary(
        table(
            {
                "customer": ["A", "A", "A", None, "B"],
                "date": [DAY_0, DAY_0 + timedelta(7), DAY_0 + timedelta(70), DAY_0, None],
                "amount": [1.0, 2.0, 3.0, 4.0, 5.0],
            }
        ),
        ends=DAY_0 + timedelta(14),
    )
    assert found.customers.tolist() == ["A"]
    assert (found.frequency[0], found.recency[0], found.age[0], found.mean_spend[0]) == (1, 1, 2, 2)


def test_a_cancelled_order_is_no_purchase_and_a_free_one_is():
    rows = [("A", DAY_0, 10), ("A", DAY_0 + timedelta(5), 20), ("A", DAY_0 + timedelta(5), -20)]
    rows += [("B", DAY_0, 10), ("B", DAY_0 + timedelta(5), 0), ("A", DAY_0 + timedelta(9), -3)]
    found = purchase_summary(columns(rows), unit_days=1)
    assert found.frequency.tolist() == [0, 1]


@pytest.mark.parametrize("table", [dict, pyarrow.table])
def test_without_amounts_days_are_counted_alone(table):
    rows = {"who": [7, 7, 7], "at": [DAY_0, DAY_0, DAY_0 + timedelta(14)]}
    found = purchase_summary(table(rows), customer="who", day="at", amount=None)
    assert found.frequency.tolist() == [1] and found.recency.tolist() == [2] and found.mean_spend is None


def test_an_ibis_table_is_reduced_where_it_lives():
    backend = ibis.duckdb.connect()
    backend.raw_sql(
        "create table invoices as "
        "select * from (values ('A', date '2026-01-01', 5.0), ('A', date '2026-01-15', 7.0)) t(c, d, a)"
    )
    found = purchase_summary(backend.table("invoices"), customer="c", day="d", amount="a")
    assert found.frequency.tolist() == [1] and found.recency.tolist() == [2] and found.mean_spend.tolist() == [7]


@pytest.mark.parametrize("table", [dict, pyarrow.table])
def test_no_transactions_give_an_empty_summary(table):
    found = purchase_summary(table({"customer": ["A"], "date": [DAY_0], "amount": [-1.0]}))
    assert len(found) == 0


@pytest.mark.parametrize(
    ("x", "t_x", "age", "mean", "words"),
    [
        (1.5, 1, 2, 0, "not a whole number"),
        (-1, 0, 2, 0, "not a whole number"),
        (1, 3, 2, 0, "recency outside"),
        (1, -1, 2, 0, "recency outside"),
        (0, 1, 2, 0, "does not fit"),
        (2, 0, 2, 0, "does not fit"),
        (1, float("nan"), 2, 0, "not finite"),
        (1, 1, float("inf"), 0, "not finite"),
        (1, 1, 2, float("nan"), "mean spend that is not finite"),
    ],
)
def test_impossible_rows_are_refused_by_name(x, t_x, age, mean, words):
    with pytest.raises(ValueError, match=f"customer Birch .*{words}"):
        summary_of([0, x], [0, t_x], [1, age], [0, mean], customers=["Ash", "Birch"])


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        summary_of([0, 1], [0], [1, 1])


def test_correlation_of_frequency_and_spend():
    assert summary_of(
        [1, 2, 3, 0], [1, 1, 1, 0], [2] * 4, [10, 20, 30, 0]
    ).frequency_spend_correlation == pytest.approx(1)
    assert summary_of([1, 1, 1], [1, 1, 1], [2] * 3, [10, 20, 30]).frequency_spend_correlation is None
    assert summary_of([1, 2, 3], [1, 1, 1], [2] * 3).frequency_spend_correlation is None
    assert np.isclose(summary_of([1, 2, 3], [1, 1, 1], [2] * 3, [30, 20, 10]).frequency_spend_correlation, -1)
