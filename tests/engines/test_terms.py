"""Terms keep the day that was agreed through short months and leap years; notice keeps its months."""

from __future__ import annotations

import doctest
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.engines.customers import terms
from accord.engines.customers.terms import Term, add_months, following, length, months_in, same_notice

DAY = timedelta(days=1)


def test_examples() -> None:
    assert doctest.testmod(terms).failed == 0


@pytest.mark.parametrize(
    ("first", "ends"),
    [
        # A month from the last day of January: each term ends with its month.
        (Term(date(2026, 1, 31), date(2026, 2, 28)), [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]),
        # A leap year from 29 February.
        (Term(date(2024, 2, 29), date(2025, 2, 28)), [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]),
        # What ends on the 30th comes back to the 30th after February.
        (Term(date(2025, 12, 31), date(2026, 1, 30)), [date(2026, 2, 28), date(2026, 3, 30), date(2026, 4, 30)]),
        (Term(date(2026, 1, 15), date(2026, 2, 14)), [date(2026, 3, 14), date(2026, 4, 14)]),
        (Term(date(2026, 1, 1), date(2026, 12, 31)), [date(2027, 12, 31)]),
        (Term(date(2026, 1, 1), date(2026, 1, 14)), [date(2026, 1, 28), date(2026, 2, 11)]),  # two weeks
    ],
)
def test_terms_keep_their_anchor(first: Term, ends: list[date]) -> None:
    term = first
    for expected in ends:
        following_term = following(term, first.ends)
        assert following_term == Term(term.ends + DAY, expected)
        term = following_term


@pytest.mark.parametrize(
    ("ends", "notice", "new_ends", "expected"),
    [
        (date(2026, 2, 28), date(2026, 1, 31), date(2026, 5, 31), date(2026, 4, 30)),  # a month, to the quarter
        (date(2025, 12, 31), date(2025, 9, 30), date(2026, 12, 31), date(2026, 9, 30)),  # three months
        (date(2026, 3, 14), date(2025, 12, 14), date(2027, 3, 14), date(2026, 12, 14)),
        (date(2026, 3, 30), date(2026, 3, 1), date(2026, 6, 30), date(2026, 6, 1)),  # 29 days
    ],
)
def test_notice_keeps_months_as_months(ends: date, notice: date, new_ends: date, expected: date) -> None:
    assert same_notice(ends, notice, new_ends) == expected


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(1, 60))
def test_a_term_of_whole_months_is_followed_by_one_as_long(starts: date, months: int) -> None:
    term = Term(starts, add_months(starts, months) - DAY)
    found = length(term)
    assert found[0] == months or found == (months - 1, found[1])
    then = following(term)
    assert then.starts == term.ends + DAY
    assert length(then)[0] in (months - 1, months)
    assert abs((then.ends - then.starts).days - (term.ends - term.starts).days) <= 4
    assert months_in(term) > 0


def test_months_in_a_term() -> None:
    assert months_in(Term(date(2026, 1, 1), date(2026, 12, 31))) == 12
    assert months_in(Term(date(2026, 1, 1), date(2026, 1, 15))) == Decimal("0.5")
