"""XRechnung 3.0: the rules of Peppol BIS Billing 3 that KoSIT has taken over (PEPPOL-EN16931-R…).

KoSIT applies them to UBL, and to CII as warnings or not at all. An invoice that we send keeps them in either syntax; in
one that we receive they are warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from accord.engines.invoices.document import AllowanceCharge, ElectronicInvoice, Line
from accord.engines.invoices.rules import Rule, given, required
from accord.engines.invoices.rules_checks import each_line, whole
from accord.engines.invoices.totals import line_net
from accord.engines.texts import gettext_lazy

SLACK = Decimal("0.02")
DIRECT_DEBITS = ("49", "59")


def _each_entry(broken: Callable[[AllowanceCharge], bool]) -> Callable[[ElectronicInvoice], Iterator[str]]:
    """The allowances and charges, of the invoice and of its lines, for which ``broken`` is true."""

    def check(invoice: ElectronicInvoice) -> Iterator[str]:
        for number, entry in enumerate(invoice.allowance_charges, 1):
            if broken(entry):
                yield f"allowance_charges[{number}]"
        for line_number, line in enumerate(invoice.lines, 1):
            for number, entry in enumerate(line.allowance_charges, 1):
                if broken(entry):
                    yield f"lines[{line_number}].allowance_charges[{number}]"

    return check


def _wrong_share(entry: AllowanceCharge) -> bool:
    if entry.base is None or entry.percentage is None or entry.amount is None:
        return False
    return abs(entry.amount - entry.base * entry.percentage / 100) > SLACK


def _wrong_price(line: Line) -> bool:
    price = line.price
    if price is None or price.net is None or price.gross is None:
        return False
    return price.net != price.gross - (price.discount or 0)


def _wrong_net(line: Line) -> bool:
    net = line_net(line)
    return net is not None and line.net_amount is not None and abs(net - line.net_amount) > SLACK


def _base(line: Line) -> Decimal | None:
    return line.price.base_quantity if line.price else None


def _other_unit(line: Line) -> bool:
    unit = line.price.base_unit if line.price else ""
    return given(unit) and unit != line.unit


def _other_sign(invoice: ElectronicInvoice) -> bool:
    tax, in_tax_currency = invoice.totals.tax or 0, invoice.totals.tax_in_tax_currency or 0
    return tax * in_tax_currency < 0


def _without_mandate(invoice: ElectronicInvoice) -> bool:
    debits = any(means.code in DIRECT_DEBITS for means in invoice.payment_means)
    return debits and not given(invoice.mandate_reference)


def _outside(end: str, is_outside: Callable[[date, date], bool]) -> Callable[[ElectronicInvoice], Iterator[str]]:
    """Lines whose period goes beyond that of the invoice."""

    def check(invoice: ElectronicInvoice) -> Iterator[str]:
        bound = getattr(invoice.period, end, None)
        for number, line in enumerate(invoice.lines, 1):
            day = getattr(line.period, end, None)
            if bound is not None and day is not None and is_outside(day, bound):
                yield f"lines[{number}].period"

    return check


_RULES: dict[str, Rule] = {
    "PEPPOL-EN16931-R001": required(gettext_lazy("XRechnung needs the business process (BT-23)."), lambda i: i.process),
    "PEPPOL-EN16931-R005": Rule(
        gettext_lazy("The accounting currency (BT-6) must differ from the invoice's (BT-5)."),
        whole(lambda i: given(i.tax_currency) and i.tax_currency == i.currency),
    ),
    "PEPPOL-EN16931-R010": required(
        gettext_lazy("XRechnung needs the buyer's electronic address (BT-49)."), lambda i: i.buyer.electronic_address
    ),
    "PEPPOL-EN16931-R020": required(
        gettext_lazy("XRechnung needs the seller's electronic address (BT-34)."), lambda i: i.seller.electronic_address
    ),
    "PEPPOL-EN16931-R040": Rule(
        gettext_lazy("An allowance or charge must be base amount · percentage, to 0.02."), _each_entry(_wrong_share)
    ),
    "PEPPOL-EN16931-R041": Rule(
        gettext_lazy("An allowance or charge with a percentage needs its base amount."),
        _each_entry(lambda entry: entry.percentage is not None and entry.base is None),
    ),
    "PEPPOL-EN16931-R042": Rule(
        gettext_lazy("An allowance or charge with a base amount needs its percentage."),
        _each_entry(lambda entry: entry.base is not None and entry.percentage is None),
    ),
    "PEPPOL-EN16931-R046": Rule(
        gettext_lazy("The net price (BT-146) must be the gross price (BT-148) - discount (BT-147)."),
        each_line(_wrong_price),
    ),
    "PEPPOL-EN16931-R055": Rule(
        gettext_lazy("VAT in the accounting currency (BT-111) must have the sign of the VAT (BT-110)."),
        whole(_other_sign),
    ),
    "PEPPOL-EN16931-R061": Rule(
        gettext_lazy("A direct debit (payment means 49 and 59) needs the reference of its mandate (BT-89)."),
        whole(_without_mandate),
    ),
    "PEPPOL-EN16931-R110": Rule(
        gettext_lazy("A line's period must not start (BT-134) before the invoice's (BT-73)."),
        _outside("starts_on", lambda day, bound: day < bound),
    ),
    "PEPPOL-EN16931-R111": Rule(
        gettext_lazy("A line's period must not end (BT-135) after the invoice's (BT-74)."),
        _outside("ends_on", lambda day, bound: day > bound),
    ),
    "PEPPOL-EN16931-R120": Rule(
        gettext_lazy(
            "A line's net amount (BT-131) must be quantity · net price / base quantity - allowances + charges, to 0.02."
        ),
        each_line(_wrong_net),
    ),
    "PEPPOL-EN16931-R121": Rule(
        gettext_lazy("The base quantity of a price (BT-149) must be greater than 0."),
        each_line(lambda line: (base := _base(line)) is not None and base <= 0),
    ),
    "PEPPOL-EN16931-R130": Rule(
        gettext_lazy("The unit of the base quantity (BT-150) must be that of the quantity (BT-130)."),
        each_line(_other_unit),
    ),
}

PEPPOL_RULES = {name: replace(rule, lenient=lambda invoice: []) for name, rule in _RULES.items()}
