"""Money: an amount with its currency, and the one rule by which amounts are rounded.

Amounts are rounded half up (0.125 is 0.13) to the digits that the currency has: two for most, none for the yen, three
for the Kuwaiti dinar (ISO 4217). Whatever turns an exact figure into an amount calls :func:`rounded` or makes a
:class:`Money`; nothing else in the product rounds money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

MOST_DIGITS = 3
_USUAL_DIGITS = 2
# ISO 4217 (2024): the currencies in circulation that have other than two digits.
_DIGITS = dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)


def digits(currency: str) -> int:
    """The decimal places that amounts in ``currency`` have; 2 for a code that is not known.

    >>> digits("EUR"), digits("JPY"), digits("KWD")
    (2, 0, 3)
    """
    return _DIGITS.get(currency, _USUAL_DIGITS)


def round_half_up(value: Decimal, places: int) -> Decimal:
    """``value`` to ``places`` decimal places, halves away from zero, however many digits it has before the point.

    >>> round_half_up(Decimal("-0.125"), 2)
    Decimal('-0.13')
    """
    with localcontext() as context:
        context.prec = max(context.prec, value.adjusted() + places + 2)
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """``amount`` to the digits of ``currency``.

    >>> rounded(Decimal("2.5") * Decimal("0.05"), "EUR"), rounded(Decimal("1234.5"), "JPY")
    (Decimal('0.13'), Decimal('1235'))
    """
    return round_half_up(amount, digits(currency))


class MixedCurrencies(TypeError):
    """Two amounts in different currencies were added, subtracted or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """``amount`` in ``currency``, rounded when it is made.

    Amounts of one currency can be added, subtracted and compared; of two, that is a :class:`MixedCurrencies` error
    (a ``TypeError``): convert first. ``sum`` works, since 0 stands for nothing in any currency.

    >>> Money(Decimal("10.25"), "EUR") * Decimal("0.9")
    Money(amount=Decimal('9.23'), currency='EUR')
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", rounded(self.amount, self.currency))

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"{self} can't be combined with {other!r}, which isn't Money")
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self} and {other} have different currencies: convert one of them first")
        return other.amount

    def __add__(self, other: Money | Literal[0]) -> Money:
        return self if isinstance(other, int) and other == 0 else Money(self.amount + self._same(other), self.currency)

    __radd__ = __add__

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def allocate(self, weights: Sequence[Decimal | int]) -> list[Money]:
        """Split by ``weights`` into parts that sum exactly to this amount; largest remainders get the last digits.

        Raises ``ValueError`` where no weight is positive or one is negative.

        >>> [str(part) for part in Money(Decimal(100), "EUR").allocate([1, 1, 1])]
        ['33.34 EUR', '33.33 EUR', '33.33 EUR']
        """
        whole = sum(weights, Decimal(0))
        if whole <= 0 or min(weights) < 0:
            raise ValueError("the weights must not be negative, and one must be positive")
        unit = Decimal(1).scaleb(-digits(self.currency))
        exact = [self.amount * Decimal(weight) / whole for weight in weights]
        parts = [share.quantize(unit, rounding=ROUND_FLOOR) for share in exact]
        left = int((self.amount - sum(parts, Decimal(0))) / unit)
        for row in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[:left]:
            parts[row] += unit
        return [Money(part, self.currency) for part in parts]


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of ``amounts``, which are all in ``currency``; zero of it where there are none."""
    return sum(amounts, Money(Decimal(0), currency))


def totals(amounts: Iterable[Money]) -> dict[str, Money]:
    """The sum of each currency in ``amounts``, by code in alphabetical order."""
    found: dict[str, Money] = {}
    for money in amounts:
        found[money.currency] = money + found[money.currency] if money.currency in found else money
    return dict(sorted(found.items()))
