"""Retention from who was a client when: against plain loops, and against published Kaplan-Meier figures."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.customers.client_past import (
    OPEN,
    ClientPast,
    ContractPast,
    joined,
    months_before,
    past_cohorts,
    retention_between,
    tenures,
)
from accord.engines.customers.intervals import ratio_of_sums
from accord.engines.customers.kaplan_meier import SurvivalCurve, kaplan_meier
from accord.engines.customers.retention import ClientRevenue, Movement, Period, measure_retention

START, TODAY = date(2023, 1, 1), date(2025, 6, 30)


def month_ends() -> list[date]:
    days, day = [], date(2023, 1, 31)
    while day <= TODAY:
        days.append(day)
        day = (day + timedelta(days=1)).replace(day=28) + timedelta(days=4)
        day = day.replace(day=1) - timedelta(days=1)
    return days


DAYS = month_ends()


@st.composite
def pasts(draw: st.DrawFn) -> tuple[ClientPast, dict[int, list[bool]], dict[int, list[int]]]:
    """A past with the same as plain lists by client."""
    count = draw(st.integers(1, 12))
    here = {pk: draw(st.lists(st.booleans(), min_size=len(DAYS), max_size=len(DAYS))) for pk in range(1, count + 1)}
    money = {pk: [draw(st.integers(0, 900)) * 100 if there else 0 for there in row] for pk, row in here.items()}
    since = [DAYS[row.index(True)] if True in row else TODAY for row in here.values()]
    past = ClientPast(
        np.array([day.toordinal() for day in DAYS]),
        np.array(list(here)),
        np.array([day.replace(day=1).toordinal() for day in since]),
        np.array(list(here.values())),
        np.array(list(money.values()), np.int64),
    )
    return past, here, money


@settings(max_examples=60, deadline=None)
@given(pasts(), st.integers(0, len(DAYS) - 2), st.data())
def test_movements_are_those_of_a_plain_loop(
    made: tuple[ClientPast, dict[int, list[bool]], dict[int, list[int]]], first: int, data: st.DataObject
) -> None:
    past, here, money = made
    last = data.draw(st.integers(first + 1, len(DAYS) - 1))
    found = retention_between(past, DAYS[first], DAYS[last])
    sums: Counter[str] = Counter()
    start = lost = 0
    for pk, row in here.items():
        was, now = row[first], row[last]
        start += was
        lost += was and not now
        before = any(row[:first]) or (True in row and row.index(True) < first)
        a, b = money[pk][first], money[pk][last]
        if was and not now:
            sums["churned"] += a
        elif now and not was:
            sums["won_back" if before else "new"] += b
        elif was and now:
            sums["expansion" if b > a else "contraction"] += abs(b - a)
    assert (found.clients_at_start, found.clients_lost) == (start, lost)
    for name in ("churned", "contraction", "expansion", "new", "won_back"):
        assert getattr(found, name) * 100 == sums[name], name
    assert found.end_revenue == (
        found.start_revenue - found.churned - found.contraction + found.expansion + found.new + found.won_back
    )
    assert found.clients_at_end == sum(row[last] for row in here.values())


@settings(max_examples=40, deadline=None)
@given(pasts(), st.sampled_from([Period.QUARTER, Period.YEAR]))
def test_cohorts_are_those_of_a_plain_loop(
    made: tuple[ClientPast, dict[int, list[bool]], dict[int, list[int]]], period: Period
) -> None:
    past, here, money = made
    cohorts = {cohort.starts: cohort for cohort in past_cohorts(past, period)}
    starts = {pk: date.fromordinal(int(day)) for pk, day in zip(past.clients, past.since, strict=True)}
    assert sum(cohort.size for cohort in cohorts.values()) == len(here)
    for begin, cohort in cohorts.items():
        members = [pk for pk, day in starts.items() if period.first_day(period.number(day)) == begin]
        assert cohort.size == len(members)
        for k, end in enumerate(cohort.ends):
            assert end == TODAY or period.number(end + timedelta(days=1)) == period.number(end) + 1
            place = DAYS.index(end)
            assert cohort.here[k] == sum(here[pk][place] for pk in members)
            assert cohort.revenue[k] * 100 == sum(money[pk][place] for pk in members)


@settings(max_examples=40, deadline=None)
@given(pasts())
def test_tenures_end_with_the_first_loss(
    made: tuple[ClientPast, dict[int, list[bool]], dict[int, list[int]]],
) -> None:
    past, here, _ = made
    months, left = tenures(past)
    expected = []
    for pk, day in zip(past.clients, past.since, strict=True):
        row = here[int(pk)]
        if True not in row:
            continue
        first = row.index(True)
        gone = next((k for k in range(first, len(row)) if not row[k]), None)
        until = TODAY if gone is None else DAYS[gone]
        expected.append((pytest.approx((until.toordinal() - day) / (365.25 / 12)), gone is not None))
    assert list(zip(months.tolist(), left.tolist(), strict=True)) == expected


def test_both_halves_together_count_each_client_once() -> None:
    days = np.array([TODAY.toordinal() - 365, TODAY.toordinal()])
    one = ClientPast(
        days, np.array([1, 2]), np.array([10, 20]), np.array([[True, True], [True, False]]),
        np.array([[100, 100], [50, 0]]),
    )  # fmt: skip
    other = ClientPast(days, np.array([2, 3]), np.array([5, 30]), np.array([[False, True], [True, True]]),
                       np.array([[0, 70], [10, 20]]))  # fmt: skip
    both = joined(one, other)
    assert both.clients.tolist() == [1, 2, 3]
    assert both.since.tolist() == [10, 5, 30]
    assert both.here.tolist() == [[True, True], [True, True], [True, True]]
    assert both.revenue.tolist() == [[100, 100], [50, 70], [10, 20]]
    found = retention_between(both, date.fromordinal(int(days[0])), TODAY)
    assert (found.clients_lost, found.expansion) == (0, Decimal("0.30"))


def test_contracts_lost_and_how_long_they_ran() -> None:
    day = [date(2024, 1, 1).toordinal(), date(2024, 7, 1).toordinal()]
    terms = ContractPast(
        np.array([1, 1, 2]), np.array([11, 12, 21]), np.array([0, 1, 0]), np.array([day[0], day[0], day[1]]),
        np.array([date(2025, 3, 1).toordinal(), OPEN, OPEN]), np.array([1200, 2400, 600]),
    )  # fmt: skip
    ran, lost = terms.lost_between(date(2024, 6, 30), date(2025, 6, 30))
    assert (ran.tolist(), lost.tolist()) == ([0, 1], [0])
    assert terms.lost_between(date(2024, 2, 28), date(2025, 2, 28))[1].tolist() == []  # it runs until the last paid day
    months, left = terms.tenures(TODAY)
    assert left.tolist() == [True, False, False]
    assert months[0] == pytest.approx((date(2025, 3, 1) - date(2024, 1, 1)).days / (365.25 / 12))


def test_who_pays_nothing_yet_is_a_client_all_the_same() -> None:
    rows = [ClientRevenue(n, Decimal(100), Decimal(100), here=(True, True)) for n in range(9)]
    rows += [ClientRevenue(9, Decimal(0), Decimal(50), here=(True, True))]
    rows += [ClientRevenue(10, Decimal(70), Decimal(70), here=(True, False))]
    found = measure_retention(rows)
    assert (found.clients_at_start, found.clients_at_end, found.clients_lost) == (11, 10, 1)
    assert found.clients(Movement.LOST)[0].end == 0
    assert found.churned == 70
    assert found.end_revenue == 950


def test_an_interval_of_ratios_with_wholes_of_nothing() -> None:
    assert ratio_of_sums([1.0, 2.0], [0.0, 0.0]) is None
    found = ratio_of_sums([0.0, 50.0, 100.0, 80.0] * 5, [0.0, 100.0, 100.0, 100.0] * 5)
    assert found is not None
    assert found.low < 230 / 300 < found.high


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 2, 28), 12, date(2024, 2, 29)), (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2025, 11, 30), 3, date(2025, 8, 31)), (date(2025, 11, 12), 12, date(2024, 11, 12)),
    ],
)  # fmt: skip
def test_a_period_that_ends_with_a_month_starts_with_one(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def test_kaplan_meier_golden() -> None:
    """Weeks of remission with 6-MP (Freireich et al. 1963; Kalbfleisch & Prentice, table 1.1)."""
    weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    left = [True] * 9 + [False] * 12
    found = kaplan_meier(weeks, left)
    assert isinstance(found, SurvivalCurve)
    shares, _, _ = found.at([6, 7, 10, 13, 16, 22, 23])
    assert shares.round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert found.median[0] == 23
