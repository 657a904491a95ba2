"""The terms of agreements: how long one lasts, the one that follows it, and the last day to give notice.

Terms are agreed in months, and months differ in length. A day that a month does not have becomes its last day, and the
day that was agreed comes back where a month has it: what ends on the 30th ends on 28 February, then on 30 March again.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """From ``starts`` to ``ends``, both included."""

    starts: date
    ends: date


def is_month_end(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def add_months(day: date, months: int, day_of_month: int | None = None) -> date:
    """``day`` so many months later, on ``day_of_month`` (that of ``day``) or on the month's last day.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2026, 2, 28), 1, 31)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day_of_month or day.day, last))


def length(term: Term) -> tuple[int, int]:
    """Whole months and days beyond them.

    29 February 2024 to 28 February 2025 is twelve months, and so is 1 March 2025 to 28 February 2026.

    >>> length(Term(date(2024, 2, 29), date(2025, 2, 28))), length(Term(date(2026, 1, 31), date(2026, 2, 28)))
    ((12, 0), (1, 0))
    """
    before, ends = term.starts - DAY, term.ends
    months = (ends.year - before.year) * 12 + ends.month - before.month
    shortened = (is_month_end(before) and before.day < ends.day) or (is_month_end(ends) and ends.day < before.day)
    if months and (before.day == ends.day or shortened):
        return months, 0
    after = ends + DAY
    months = (after.year - term.starts.year) * 12 + after.month - term.starts.month - (after.day < term.starts.day)
    return months, (after - add_months(term.starts, months)).days


def months_in(term: Term) -> Decimal:
    """Months of the term; days beyond whole months count as thirtieths."""
    months, days = length(term)
    return Decimal(months) + Decimal(days) / 30


def following(term: Term, first_end: date | None = None) -> Term:
    """The term after ``term``, as long as it. ``first_end`` is the end of the first of all its terms.

    >>> following(Term(date(2024, 2, 29), date(2025, 2, 28)))
    Term(starts=datetime.date(2025, 3, 1), ends=datetime.date(2026, 2, 28))
    >>> following(Term(date(2026, 1, 31), date(2026, 2, 28)))
    Term(starts=datetime.date(2026, 3, 1), ends=datetime.date(2026, 3, 31))
    """
    months, days = length(term)
    starts = term.ends + DAY
    if days or not months:
        return Term(starts, add_months(starts, months) + timedelta(days=days) - DAY)
    anchor = first_end or term.ends
    return Term(starts, add_months(term.ends, months, 31 if is_month_end(anchor) else anchor.day))


def same_notice(ends: date, notice: date, new_ends: date) -> date:
    """The last day of notice for ``new_ends``, where it was ``notice`` for ``ends``: months stay months, days days.

    >>> same_notice(date(2026, 2, 28), date(2026, 1, 31), date(2026, 5, 31))      # a month before the end of a quarter
    datetime.date(2026, 4, 30)
    >>> same_notice(date(2026, 6, 30), date(2026, 6, 16), date(2027, 6, 30))      # two weeks
    datetime.date(2027, 6, 16)
    """
    months = (ends.year - notice.year) * 12 + ends.month - notice.month
    at_ends = is_month_end(ends) and is_month_end(notice)
    if months and (at_ends or ends.day == notice.day):
        return add_months(new_ends, -months, 31 if at_ends else ends.day)
    return new_ends - (ends - notice)
