"""EN 16931: how an invoice adds up and what its parts say together (BR-CO), and its decimal places (BR-DEC)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from accord.engines.invoices.document import (
    XRECHNUNG_EXTENSION,
    ElectronicInvoice,
    Period,
    TaxBreakdown,
    allowances,
    charges,
)
from accord.engines.invoices.rules import Rule, given, required
from accord.engines.invoices.rules_checks import each_entry, each_line, each_line_entry, each_tax, whole
from accord.engines.invoices.totals import NOTHING, entries_of, for_third_parties, group_of, summed, tax_of
from accord.engines.texts import Text, gettext_lazy

_VAT_NUMBER = re.compile(r"(EL|XI|1A|[A-Z]{2}).+")
CENT = Decimal("0.01")


def total(name: str, expected: Callable[[ElectronicInvoice], Decimal]) -> Callable[[ElectronicInvoice], list[str]]:
    """The total ``name``, where it is another amount than ``expected``; one that is absent counts as zero."""
    return lambda invoice: [f"totals.{name}"] if (getattr(invoice.totals, name) or 0) != expected(invoice) else []


def _payable(invoice: ElectronicInvoice) -> Decimal:
    totals = invoice.totals
    due = (totals.gross or NOTHING) - (totals.prepaid or 0) + (totals.rounding or 0)
    return due + for_third_parties(invoice)


def _empty(period: Period | None) -> bool:
    return period is not None and period.starts_on is None and period.ends_on is None


def _vat_numbers(invoice: ElectronicInvoice) -> Iterator[str]:
    for name in ("seller", "buyer", "tax_representative"):
        party = getattr(invoice, name)
        if party and party.vat_number and not _VAT_NUMBER.match(party.vat_number):
            yield f"{name}.vat_number"


def wrong_tax(row: TaxBreakdown) -> bool:
    """Whether the tax is another amount than that of the taxable amount, rounded once."""
    return row.tax is not None and row.taxable is not None and row.tax != tax_of(row.taxable, row.rate)


def far_off(chosen: Callable[[TaxBreakdown], bool]) -> Callable[[ElectronicInvoice], Iterator[str]]:
    """Where the tax is further off than rounding line by line explains: a cent for each entry, always less than 1."""

    def check(invoice: ElectronicInvoice) -> Iterator[str]:
        for number, row in enumerate(invoice.tax_breakdown, 1):
            if chosen(row) and row.tax is not None and row.taxable is not None:
                bound = min(CENT * max(1, entries_of(invoice, group_of(row))), 1 - CENT)
                if abs(row.tax - tax_of(row.taxable, row.rate)) > bound:
                    yield f"tax_breakdown[{number}]"

    return check


SUMS = {
    "BR-CO-03": Rule(
        gettext_lazy("The date of the tax point (BT-7) and its code (BT-8) exclude one another."),
        whole(lambda i: i.tax_point_on is not None and given(i.tax_point_code)),
    ),
    "BR-CO-04": Rule(
        gettext_lazy("A line needs a VAT category (BT-151)."), each_line(lambda row: not given(row.tax_category))
    ),
    "BR-CO-09": Rule(
        gettext_lazy("A VAT number starts with the code of its country, as DE (Greece: EL)."), _vat_numbers
    ),
    "BR-CO-10": Rule(
        gettext_lazy("The sum of the lines (BT-106) must be the sum of their net amounts (BT-131)."),
        total("lines", lambda i: summed(line.net_amount for line in i.lines)),
    ),
    "BR-CO-11": Rule(
        gettext_lazy("The sum of allowances (BT-107) must be that of the invoice's allowances (BT-92)."),
        total("allowances", lambda i: summed(entry.amount for entry in allowances(i))),
    ),
    "BR-CO-12": Rule(
        gettext_lazy("The sum of charges (BT-108) must be that of the invoice's charges (BT-99)."),
        total("charges", lambda i: summed(entry.amount for entry in charges(i))),
    ),
    "BR-CO-13": Rule(
        gettext_lazy("The total without VAT (BT-109) must be lines (BT-106) - allowances (BT-107) + charges (BT-108)."),
        total("net", lambda i: (i.totals.lines or NOTHING) - (i.totals.allowances or 0) + (i.totals.charges or 0)),
    ),
    "BR-CO-14": Rule(
        gettext_lazy("The total VAT (BT-110) must be the sum of the VAT of each category (BT-117)."),
        total("tax", lambda i: summed(row.tax for row in i.tax_breakdown)),
    ),
    "BR-CO-15": Rule(
        gettext_lazy("The total with VAT (BT-112) must be the total without VAT (BT-109) + total VAT (BT-110)."),
        total("gross", lambda i: summed([i.totals.net, i.totals.tax])),
    ),
    "BR-CO-16": Rule(
        gettext_lazy(
            "The amount due (BT-115) must be the total with VAT (BT-112) - paid amount (BT-113) + rounding (BT-114)."
        ),
        lambda i: [] if i.profile == XRECHNUNG_EXTENSION else total("payable", _payable)(i),
    ),
    "BR-DEX-09": Rule(
        gettext_lazy(
            "The amount due (BT-115) must be the total with VAT (BT-112) - paid amount (BT-113) + rounding (BT-114) "
            "+ payments for third parties (BT-DEX-002)."
        ),
        lambda i: total("payable", _payable)(i) if i.profile == XRECHNUNG_EXTENSION else [],
    ),
    "BR-CO-17": Rule(
        gettext_lazy("VAT (BT-117) must be taxable amount (BT-116) · rate (BT-119) / 100, rounded to two decimals."),
        each_tax(wrong_tax),
        lenient=far_off(lambda row: True),
    ),
    "BR-CO-18": required(
        gettext_lazy("An invoice needs at least one VAT category (BG-23)."), lambda i: i.tax_breakdown
    ),
    "BR-CO-19": Rule(
        gettext_lazy("An invoicing period needs a start (BT-73) or an end (BT-74)."), whole(lambda i: _empty(i.period))
    ),
    "BR-CO-20": Rule(
        gettext_lazy("A line's period needs a start (BT-134) or an end (BT-135)."),
        each_line(lambda row: _empty(row.period)),
    ),
    "BR-CO-25": Rule(
        gettext_lazy("With an amount due, a due date (BT-9) or payment terms (BT-20) are needed."),
        whole(lambda i: (i.totals.payable or 0) > 0 and i.due_on is None and not given(i.payment_terms)),
    ),
    "BR-CO-26": Rule(
        gettext_lazy("The seller needs an identifier (BT-29), a legal registration (BT-30) or a VAT number (BT-31)."),
        whole(lambda i: not (i.seller.identifiers or i.seller.legal_registration or given(i.seller.vat_number))),
    ),
}


def _long(value: Decimal | None) -> bool:
    """More than two decimal places; zeros at the end count, as they do in the official rules."""
    exponent = None if value is None else value.as_tuple().exponent
    return isinstance(exponent, int) and exponent < -2


def _decimals(term: str) -> Text:
    return gettext_lazy("%(term)s must have at most two decimal places.", term=term)


def _long_total(name: str) -> Callable[[ElectronicInvoice], list[str]]:
    return lambda invoice: [f"totals.{name}"] if _long(getattr(invoice.totals, name)) else []


DECIMALS = {
    "BR-DEC-01": Rule(_decimals("BT-92"), each_entry(False, lambda e: _long(e.amount))),
    "BR-DEC-02": Rule(_decimals("BT-93"), each_entry(False, lambda e: _long(e.base))),
    "BR-DEC-05": Rule(_decimals("BT-99"), each_entry(True, lambda e: _long(e.amount))),
    "BR-DEC-06": Rule(_decimals("BT-100"), each_entry(True, lambda e: _long(e.base))),
    "BR-DEC-09": Rule(_decimals("BT-106"), _long_total("lines")),
    "BR-DEC-10": Rule(_decimals("BT-107"), _long_total("allowances")),
    "BR-DEC-11": Rule(_decimals("BT-108"), _long_total("charges")),
    "BR-DEC-12": Rule(_decimals("BT-109"), _long_total("net")),
    "BR-DEC-13": Rule(_decimals("BT-110"), _long_total("tax")),
    "BR-DEC-14": Rule(_decimals("BT-112"), _long_total("gross")),
    "BR-DEC-15": Rule(_decimals("BT-111"), _long_total("tax_in_tax_currency")),
    "BR-DEC-16": Rule(_decimals("BT-113"), _long_total("prepaid")),
    "BR-DEC-17": Rule(_decimals("BT-114"), _long_total("rounding")),
    "BR-DEC-18": Rule(_decimals("BT-115"), _long_total("payable")),
    "BR-DEC-19": Rule(_decimals("BT-116"), each_tax(lambda t: _long(t.taxable))),
    "BR-DEC-20": Rule(_decimals("BT-117"), each_tax(lambda t: _long(t.tax))),
    "BR-DEC-23": Rule(_decimals("BT-131"), each_line(lambda row: _long(row.net_amount))),
    "BR-DEC-24": Rule(_decimals("BT-136"), each_line_entry(False, lambda e: _long(e.amount))),
    "BR-DEC-25": Rule(_decimals("BT-137"), each_line_entry(False, lambda e: _long(e.base))),
    "BR-DEC-27": Rule(_decimals("BT-141"), each_line_entry(True, lambda e: _long(e.amount))),
    "BR-DEC-28": Rule(_decimals("BT-142"), each_line_entry(True, lambda e: _long(e.base))),
}

SUM_RULES: dict[str, Rule] = {**SUMS, **DECIMALS}
