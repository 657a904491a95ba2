"""The arithmetic of expenses: contained tax, cost, mark-up, mileage and per diem. Each amount is rounded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accord.core.money import Money

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class ExpenseAmounts:
    """``net`` and ``tax`` add up to what was paid, in its currency; ``cost`` and ``billable`` are the project's."""

    net: Money
    tax: Money
    cost: Money
    billable: Money


def contained_tax(paid: Money, percent: Decimal) -> Money:
    """The tax at ``percent`` that ``paid`` contains.

    >>> str(contained_tax(Money(Decimal(119), "EUR"), Decimal(19)))
    '19.00 EUR'
    """
    return paid * (percent / (HUNDRED + percent))


def amounts_of(
    paid: Money, tax: Money, *, is_deductible: bool, rate: Decimal, currency: str, markup: Decimal | None
) -> ExpenseAmounts:
    """What ``paid``, with the ``tax`` it contains, costs a project in ``currency``, one unit being ``rate`` of those.

    Without a ``markup`` (percent) nothing of it is billed. Deductible tax is no cost.

    >>> found = amounts_of(Money(Decimal(119), "USD"), Money(Decimal(19), "USD"), is_deductible=True,
    ...                    rate=Decimal("0.9"), currency="EUR", markup=Decimal(10))
    >>> str(found.cost), str(found.billable)
    ('90.00 EUR', '99.00 EUR')
    """
    net = paid - tax
    cost = Money((net if is_deductible else paid).amount * rate, currency)
    billable = Money(Decimal(0), currency) if markup is None else cost * (1 + markup / HUNDRED)
    return ExpenseAmounts(net, tax, cost, billable)


def mileage(kilometres: Decimal, rate: Money) -> Money:
    """Distance × rate.

    >>> str(mileage(Decimal("123.5"), Money(Decimal("0.30"), "EUR")))
    '37.05 EUR'
    """
    return rate * kilometres


def per_diem(days: Decimal, rate: Money, meals: Sequence[int], percents: Sequence[int]) -> Money:
    """Days × rate, less the share of a day's rate for each meal that was provided; never less than nothing.

    >>> str(per_diem(Decimal(2), Money(Decimal(28), "EUR"), (1, 0, 1), (20, 40, 40)))
    '39.20 EUR'
    """
    taken_off = sum(count * percent for count, percent in zip(meals, percents, strict=True)) / HUNDRED
    return rate * max(days - taken_off, Decimal(0))
