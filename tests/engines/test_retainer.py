"""Hours of a retainer: granted, carried, used, lapsed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.engines.customers.retainer import Month, months

D = Decimal


def shown(found: list[Month]) -> list[tuple[int, ...]]:
    """carried, used, over, lapsed, left of each month."""
    return [tuple(int(v) for v in (m.carried, m.used, m.over, m.lapsed, m.left)) for m in found]


def test_without_roll_over_what_is_left_lapses_with_its_month() -> None:
    used = {date(2026, 1, 20): 7, date(2026, 2, 3): 12, date(2026, 3, 1): 4}
    found = months(date(2026, 1, 1), date(2026, 3, 15), D(10), 0, used)
    assert shown(found) == [(0, 7, 0, 3, 0), (0, 12, 2, 0, 0), (0, 4, 0, 0, 6)]
    assert (found[2].starts, found[2].ends) == (date(2026, 3, 1), date(2026, 3, 31))


def test_the_oldest_hours_go_first_and_lapse_after_their_months() -> None:
    """Ten hours a month, good for two months more: January's last five lapse with March."""
    used = {date(2026, 1, 5): 2, date(2026, 2, 5): 3}
    found = months(date(2026, 1, 1), date(2026, 4, 10), D(10), 2, used)
    assert shown(found) == [(0, 2, 0, 0, 8), (8, 3, 0, 0, 15), (15, 0, 0, 5, 20), (20, 0, 0, 0, 30)]


def test_months_run_from_the_day_of_the_start_and_nothing_is_good_after_the_end() -> None:
    found = months(date(2026, 1, 31), date(2026, 6, 1), D(8), 6, {}, ends=date(2026, 3, 15))
    assert [(m.starts, m.ends) for m in found] == [
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 15)),
    ]
    assert shown(found) == [(0, 0, 0, 0, 8), (8, 0, 0, 16, 0)]
    assert months(date(2026, 5, 1), date(2026, 4, 30), D(8), 0, {}) == []


def test_days_outside_the_term_count_nowhere() -> None:
    used = {date(2025, 12, 31): 5, date(2026, 2, 1): 5}
    assert shown(months(date(2026, 1, 1), date(2026, 9, 1), D(8), 0, used, ends=date(2026, 1, 31))) == [(0, 0, 0, 8, 0)]


def test_less_than_nothing_is_refused() -> None:
    for hours, rollover in ((D(-1), 0), (D(1), -1)):
        with pytest.raises(ValueError, match="less than none"):
            months(date(2026, 1, 1), date(2026, 1, 1), hours, rollover, {})


@settings(max_examples=100, deadline=None)
@given(
    st.dates(date(2024, 1, 1), date(2025, 12, 31)),
    st.integers(0, 500),
    st.integers(0, 40),
    st.integers(0, 5),
    st.dictionaries(st.integers(0, 500), st.integers(1, 30), max_size=12),
    st.one_of(st.none(), st.integers(0, 500)),
)
def test_no_hour_appears_or_is_lost(
    starts: date, length: int, hours: int, rollover: int, booked: dict[int, int], term: int | None
) -> None:
    used = {starts + timedelta(days=n): amount for n, amount in booked.items()}
    ends = starts + timedelta(days=term) if term is not None else None
    until = starts + timedelta(days=length)
    found = months(starts, until, D(hours), rollover, used, ends)
    for before, month in zip([None, *found], found, strict=False):
        assert month.carried + month.granted + month.over == month.used + month.lapsed + month.left
        assert month.carried == (before.left if before else 0)
        assert month.left <= hours * (rollover + 1)
        assert min(month.over, month.left + month.lapsed) == 0
        assert before is None or month.starts == before.ends + timedelta(days=1)
    last = min(until, ends) if ends else until
    assert found[0].starts == starts
    assert found[-1].starts <= last <= found[-1].ends
    assert sum(m.used for m in found) == sum(v for d, v in used.items() if d <= found[-1].ends)
