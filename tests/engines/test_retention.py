"""Churn and revenue retention: definitions by example, and identities for any set of clients."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.customers.retention import (
    ClientRevenue,
    Movement,
    Period,
    Purchase,
    Subscription,
    activity_churn,
    cohort_table,
    measure_retention,
    subscription_retention,
)

money = st.integers(0, 500).map(lambda cents: Decimal(cents) / 10)
clients = st.lists(st.tuples(money, money, st.booleans()), max_size=20).map(
    lambda rows: [ClientRevenue(f"client {i}", *row) for i, row in enumerate(rows)]
)
days = st.integers(0, 1200).map(lambda n: date(2024, 1, 1) + timedelta(n))
purchases = st.lists(
    st.builds(Purchase, st.sampled_from("ABCDEF"), days, st.integers(-50, 200).map(Decimal)), max_size=40
)


def test_each_movement_and_the_numbers_by_hand():
    found = measure_retention(
        [
            ClientRevenue("kept", Decimal(100), Decimal(100)),
            ClientRevenue("expanded", Decimal(100), Decimal(150), before=True),
            ClientRevenue("contracted", Decimal(100), Decimal(60)),
            ClientRevenue("lost", Decimal(100), Decimal(0)),
            ClientRevenue("new", Decimal(0), Decimal(80)),
            ClientRevenue("won back", Decimal(0), Decimal(20), before=True),
            ClientRevenue("never here", Decimal(0), Decimal(0)),
        ]
    )
    assert [row.movement.value for row in found.rows] == [row.client for row in found.rows]
    assert (found.churned, found.contraction, found.expansion) == (100, 40, 50)
    assert (found.new, found.won_back, found.start_revenue, found.end_revenue) == (80, 20, 400, 410)
    assert (found.clients_at_start, found.clients_at_end, found.clients_lost) == (4, 5, 1)
    assert found.logo_churn == Decimal("0.25")
    assert found.gross_revenue_retention == Decimal("0.65")
    assert found.net_revenue_retention == Decimal("0.775")
    assert [row.client for row in found.clients(Movement.NEW, Movement.WON_BACK)] == ["new", "won back"]
    assert found.clients(Movement.LOST)[0].change == -100


def test_nothing_at_the_start_is_unknown_not_zero():
    found = measure_retention([ClientRevenue("new", Decimal(0), Decimal(5))])
    assert found.logo_churn is found.gross_revenue_retention is found.net_revenue_retention is None


@given(clients)
def test_the_bridge_closes_exactly(rows):
    found = measure_retention(rows)
    assert found.start_revenue - found.churned - found.contraction + found.expansion + found.new + found.won_back == (
        found.end_revenue
    )
    assert sum(row.change for row in found.rows) == found.end_revenue - found.start_revenue
    assert found.end_revenue == sum(row.end for row in rows)


@given(clients)
def test_gross_retention_never_exceeds_one_nor_net_retention(rows):
    found = measure_retention(rows)
    if found.start_revenue:
        assert 0 <= found.gross_revenue_retention <= 1
        assert found.gross_revenue_retention <= found.net_revenue_retention
        assert 0 <= found.logo_churn <= 1
        assert found.clients_lost + sum(row.start > 0 < row.end for row in found.rows) == found.clients_at_start


@given(clients)
def test_newcomers_do_not_move_the_ratios(rows):
    found = measure_retention(rows)
    more = measure_retention([*rows, ClientRevenue("newcomer", Decimal(0), Decimal(999))])
    assert (more.logo_churn, more.gross_revenue_retention) == (found.logo_churn, found.gross_revenue_retention)
    assert more.net_revenue_retention == found.net_revenue_retention


@pytest.mark.parametrize("wrong", [Decimal(-1), Decimal("NaN"), Decimal("Infinity")])
def test_impossible_revenue_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="Cedar"):
        measure_retention([ClientRevenue("Cedar", wrong, Decimal(1))])


def test_a_client_given_twice_is_refused():
    with pytest.raises(ValueError, match="Ash is given twice"):
        measure_retention([ClientRevenue("Ash", Decimal(1), Decimal(1))] * 2)


START, BOUNDARY, END = date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)


def test_activity_in_two_windows():
    found = activity_churn(
        [
            Purchase("stays", date(2025, 1, 1), Decimal(10)),
            Purchase("stays", date(2026, 12, 31), Decimal(10)),
            Purchase("leaves", date(2025, 12, 31), Decimal(10)),
            Purchase("returns", date(2024, 12, 31), Decimal(10)),
            Purchase("returns", date(2026, 1, 1), Decimal(10)),
            Purchase("comes", date(2026, 6, 1), Decimal(10)),
            Purchase("too late", date(2027, 1, 1), Decimal(10)),
            Purchase("sent all back", date(2025, 5, 1), Decimal(10)),
            Purchase("sent all back", date(2025, 5, 9), Decimal(-10)),
        ],
        start=START,
        boundary=BOUNDARY,
        end=END,
    )
    assert {row.client: row.movement for row in found.rows} == {
        "stays": Movement.KEPT,
        "leaves": Movement.LOST,
        "returns": Movement.WON_BACK,
        "comes": Movement.NEW,
    }
    assert found.logo_churn == Decimal("0.5")


@settings(max_examples=50)
@given(purchases)
def test_every_buyer_of_a_window_has_one_row(rows):
    found = activity_churn(rows, start=START, boundary=BOUNDARY, end=END)
    for begin, finish, count in [(START, BOUNDARY, found.clients_at_start), (BOUNDARY, END, found.clients_at_end)]:
        inside = [row for row in rows if begin <= row.day < finish]
        assert count == sum(
            sum(row.amount for row in inside if row.client == name) > 0 for name in {row.client for row in inside}
        )


def test_windows_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="start < boundary < end"):
        activity_churn([], start=BOUNDARY, boundary=START, end=END)
    with pytest.raises(ValueError, match="start < end"):
        subscription_retention([], start=END, end=START)


def test_subscriptions_are_added_up_per_client_and_trials_make_no_client():
    found = subscription_retention(
        [
            Subscription("Ash", date(2024, 1, 1), date(2025, 6, 1), Decimal(100)),
            Subscription("Ash", date(2024, 6, 1), None, Decimal(20)),
            Subscription("Birch", date(2025, 3, 1), None, Decimal(0)),
            Subscription("Cedar", date(2023, 1, 1), date(2024, 1, 1), Decimal(30)),
            Subscription("Cedar", date(2025, 9, 1), None, Decimal(30)),
            Subscription("Dogwood", date(2025, 9, 1), None, Decimal(40)),
            # Runs up to the day before it ends: not on the last day any more.
            Subscription("Elm", date(2024, 1, 1), date(2026, 1, 1), Decimal(50)),
        ],
        start=START,
        end=BOUNDARY,
    )
    assert {row.client: (row.start, row.end, row.movement) for row in found.rows} == {
        "Ash": (120, 20, Movement.CONTRACTED),
        "Cedar": (0, 30, Movement.WON_BACK),
        "Dogwood": (0, 40, Movement.NEW),
        "Elm": (50, 0, Movement.LOST),
    }


def test_a_subscription_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="client Ash ends before it starts"):
        subscription_retention([Subscription("Ash", END, START, Decimal(1))], start=START, end=END)


@pytest.mark.parametrize(
    ("period", "day", "first"),
    [
        (Period.MONTH, date(2026, 12, 31), date(2026, 12, 1)),
        (Period.QUARTER, date(2026, 12, 31), date(2026, 10, 1)),
        (Period.YEAR, date(2026, 12, 31), date(2026, 1, 1)),
    ],
)
def test_periods(period, day, first):
    assert period.first_day(period.number(day)) == first
    assert period.number(day + timedelta(1)) == period.number(day) + 1


@settings(max_examples=50)
@given(purchases, st.sampled_from(Period))
def test_cohorts_hold_every_client_once(rows, period):
    table = cohort_table(rows, period)
    assert sum(cohort.size for cohort in table) == len({row.client for row in rows if row.amount > 0})
    ends = set()
    for cohort in table:
        assert cohort.active[0] == cohort.size and cohort.shares[0] == 1
        assert all(0 <= count <= cohort.size for count in cohort.active)
        assert len(cohort.active) == len(cohort.revenue)
        ends.add(period.number(cohort.starts) + len(cohort.active))
    assert len(ends) <= 1


def test_cohort_revenue_is_the_sum_of_its_clients():
    table = cohort_table(
        [
            Purchase("Ash", date(2026, 1, 5), Decimal("10.10")),
            Purchase("Ash", date(2026, 3, 5), Decimal("20.20")),
            Purchase("Birch", date(2026, 1, 9), Decimal(30)),
            Purchase("Birch", date(2026, 1, 10), Decimal(-5)),
        ]
    )
    assert [cohort.revenue for cohort in table] == [(Decimal("35.10"), 0, Decimal("20.20"))]
    assert table[0].active == (2, 0, 1)
