"""What can be asked about exchange rates."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accord.core.money import Money, totals
from accord.people.models import Firm
from accord.rates.models import ExchangeRate


@dataclass(frozen=True, slots=True)
class Converter:
    """Turns amounts into ``currency`` by the rate in force on a day; rates are stored in ``base``."""

    currency: str
    base: str
    days: dict[str, list[date]] = field(default_factory=dict)
    rates: dict[str, list[Decimal]] = field(default_factory=dict)

    def rate(self, currency: str, day: date) -> Decimal | None:
        """The value of one unit of ``currency`` on ``day``; ``None`` where a rate is missing."""
        if currency == self.currency:
            return Decimal(1)
        own, target = self._in_base(currency, day), self._in_base(self.currency, day)
        return own / target if own is not None and target else None

    def _in_base(self, currency: str, day: date) -> Decimal | None:
        if currency == self.base:
            return Decimal(1)
        place = bisect_right(self.days.get(currency, []), day) - 1
        return self.rates[currency][place] if place >= 0 else None

    def convert(self, money: Money, day: date) -> Money | None:
        """``money`` in this converter's currency; ``None`` where a rate is missing."""
        rate = self.rate(money.currency, day)
        return None if rate is None else Money(money.amount * rate, self.currency)


def converter_to(currency: str, base: str = "") -> Converter:
    """A converter to ``currency`` with every rate that is stored. ``base`` is the firm's currency, if it is at hand."""
    days: dict[str, list[date]] = defaultdict(list)
    rates: dict[str, list[Decimal]] = defaultdict(list)
    stored = ExchangeRate.objects.order_by("currency", "starts_on")
    for code, starts_on, rate in stored.values_list("currency", "starts_on", "rate"):
        days[code].append(starts_on)
        rates[code].append(rate)
    return Converter(currency, base or Firm.current().currency, dict(days), dict(rates))


@dataclass(frozen=True, slots=True)
class Conversion:
    """A sum in one currency; ``unconverted`` are the amounts of currencies that have no rate, which it lacks."""

    total: Money
    unconverted: dict[str, Money]


def sum_in(currency: str, amounts: Iterable[tuple[Money, date]], converter: Converter | None = None) -> Conversion:
    """The sum of ``amounts`` in ``currency``, each converted at the rate of its day (by ``converter``, if at hand)."""
    total, missing = Money(Decimal(0), currency), []
    for money, day in amounts:
        if money.currency == currency:
            total += money
            continue
        converter = converter or converter_to(currency)
        converted = converter.convert(money, day)
        if converted is None:
            missing.append(money)
        else:
            total += converted
    return Conversion(total, totals(missing))
