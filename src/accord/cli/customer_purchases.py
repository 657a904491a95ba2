"""Reading transactions from a customer file: who bought, when and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accord.cli.customer_table import Reader, Table
from accord.cli.lazy import BadInput
from accord.cli.texts import gettext
from accord.exchange.csv_table import Column


@dataclass(frozen=True, slots=True)
class Purchases:
    """Parallel columns; ``amounts`` is empty where the file has none. ``columns`` says what was read as what."""

    customers: list[str]
    days: list[date]
    amounts: list[Decimal]
    columns: dict[str, str]
    without_customer: int


def no_purchase(file: str, ends: date | None) -> BadInput:
    """Why nothing can be said: the file's purchases are all returns, or later."""
    if ends is None:
        return BadInput(gettext("%(file)s: no purchase above zero.") % {"file": file})
    return BadInput(gettext("%(file)s: no purchase above zero until %(day)s.") % {"file": file, "day": ends})


def read_purchases(table: Table, customer: str | None, day: str | None, amount: str | None) -> Purchases:
    """All rows that name a customer; the amount is a column of its own, or Quantity times UnitPrice."""
    who, when = table.need("customer", customer), table.need("date", day)
    readers: list[tuple[Column, Reader]] = [(who, table.texts(who)), (when, table.dates(when))]
    columns = {"customer": who.header, "date": when.header}
    money = table.find("amount", amount)
    quantity, price = table.find("quantity"), table.find("unit_price")
    if money is not None:
        readers.append((money, table.numbers(money)))
        columns["amount"] = money.header
    elif quantity is not None and price is not None:
        readers += [(quantity, table.numbers(quantity)), (price, table.numbers(price))]
        columns["amount"] = f"{quantity.header} × {price.header}"
    customers, days, amounts = [], [], []
    without_customer = 0
    row: tuple[Any, ...]
    for row in table.read(readers):
        if row[0] is None:
            without_customer += 1
            continue
        customers.append(row[0])
        days.append(row[1])
        if len(row) > 2:
            amounts.append(row[2] if len(row) == 3 else row[2] * row[3])
    return Purchases(customers, days, amounts, columns, without_customer)
