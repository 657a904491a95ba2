"""Gathering the rows of a file into invoices, before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from accord.core.money import rounded
from accord.engines.texts import gettext_lazy as _
from accord.exchange.importers.run import Row, Run

_LARGEST = Decimal(10) ** 14


class Line(NamedTuple):
    """One position of an invoice."""

    code: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(slots=True)
class Draft:
    """An invoice while its rows are being gathered."""

    number: str
    first: Row
    rows: int = 0
    lines: list[Line] = field(default_factory=list)
    is_bad: bool = False


def take(run: Run, draft: Draft, row: Row) -> None:
    """Add a row to its invoice, or mark the invoice bad: one that lacks a line would be a wrong invoice."""
    if row.is_bad:
        draft.is_bad = True
        return
    line = _line(run, row)
    if line is None or not _agrees(run, draft, row):
        draft.is_bad = True
        return
    draft.lines.append(line)


def _line(run: Run, row: Row) -> Line | None:
    values = row.values
    amount: Decimal | None = values.get("amount")
    price: Decimal | None = values.get("unit_price", amount)
    if price is None:
        field_name = "unit_price" if run.has("unit_price") else "amount"
        run.refuse(row, field_name, _("is missing"), _("Enter a value or remove the row."))
        return None
    # An amount without a price is that of the whole line, however many pieces it was for.
    quantity: Decimal = values.get("quantity", Decimal(1)) if "unit_price" in values else Decimal(1)
    exact = rounded(quantity * price, values.get("currency") or run.options.get("currency") or "")
    if amount is not None and amount != exact:
        run.refuse(
            row,
            "amount",
            _("is not quantity × unit price"),
            _("Expected %(amount)s. Correct it, or unmap one of the columns.", amount=exact),
            str(amount),
        )
        return None
    if abs(exact) >= _LARGEST:
        run.refuse(
            row,
            "unit_price",
            _("gives an amount that is too large"),
            _("Check quantity and price."),
            f"{quantity} × {price}",
        )
        return None
    return Line(values.get("code", ""), values.get("description", ""), quantity, price, exact)


def _agrees(run: Run, draft: Draft, row: Row) -> bool:
    """Whether the row speaks of the same customer and currency as the invoice's first."""
    first = draft.first
    if first is row or first.is_bad:
        return True
    for name in ("customer_id", "customer", "currency"):
        if row.values.get(name) != first.values.get(name):
            remedy = _(
                "Use the same value on every line of an invoice. Line %(line)s has %(value)s.",
                line=first.line,
                value=first.get(name, _("nothing")),
            )
            run.refuse(
                row,
                name,
                _("differs between lines of invoice %(number)s", number=draft.number),
                remedy,
                row.get(name, ""),
            )
            return False
    return True
