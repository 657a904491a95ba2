"""Hours of a retainer: what each month grants, what is carried into it, what is used, and what lapses."""

from __future__ import annotations

from calendar import monthrange
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the term, from ``starts`` to ``ends``, both included; all amounts in minutes.

    ``carried + granted + over = used + lapsed + left``. ``left`` stays good after the month; ``over`` was used beyond
    what was there. ``lapsed`` is lost at the month's end, and zero while the month still runs.
    """

    starts: date
    ends: date
    granted: Decimal
    carried: Decimal
    used: Decimal
    over: Decimal
    lapsed: Decimal
    left: Decimal

    @property
    def available(self) -> Decimal:
        return self.carried + self.granted


def months(
    starts: date, until: date, minutes: Decimal, rollover: int, used: Mapping[date, int], ends: date | None = None
) -> list[Month]:
    """The months of a retainer that have begun by ``until``, the first first.

    Months run from the day of the month on which the retainer ``starts``. Each grants ``minutes``; what is left of
    them stays good for ``rollover`` further months, and the oldest are used first. ``used`` are minutes by day; days
    outside the term count nowhere. A last month that ``ends`` cuts short grants its minutes in full.

    Raises ``ValueError`` for less than no minutes or months.
    """
    if minutes < 0 or rollover < 0:
        raise ValueError("Minutes and months cannot be less than none.")
    last = min(until, ends) if ends else until
    found: list[Month] = []
    pool: deque[list[Decimal]] = deque()  # minutes still good, one entry for each month that granted them, oldest first
    while (begins := _month_after(starts, len(found))) <= last:
        over_on = _month_after(starts, len(found) + 1) - timedelta(days=1)
        closes = min(over_on, ends) if ends else over_on
        carried = sum((entry[0] for entry in pool), ZERO)
        pool.append([minutes])
        spent = Decimal(sum(amount for day, amount in used.items() if begins <= day <= closes))
        over = spent
        for entry in pool:
            taken = min(entry[0], over)
            entry[0] -= taken
            over -= taken
        lapsed = ZERO
        if closes < until:
            if len(pool) > rollover:
                lapsed = pool.popleft()[0]
            if ends and closes == ends:  # nothing is good beyond the term
                lapsed += sum((entry[0] for entry in pool), ZERO)
                pool.clear()
        left = sum((entry[0] for entry in pool), ZERO)
        found.append(Month(begins, closes, minutes, carried, spent, over, lapsed, left))
    return found


def _month_after(day: date, number: int) -> date:
    """The same day ``number`` months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
