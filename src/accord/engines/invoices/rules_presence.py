"""EN 16931: what an invoice must say (BR-01 … BR-65)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from accord.engines.invoices.document import AllowanceCharge, Delivery, ElectronicInvoice, Party, Period
from accord.engines.invoices.rules import Rule, Severity, given, required
from accord.engines.invoices.rules_checks import each_entry, each_line, each_line_entry, each_tax, whole
from accord.engines.texts import gettext_lazy

_CREDIT_TRANSFERS = ("30", "58")


def _country(party: Party | None) -> str:
    return party.address.country if party and party.address else ""


def _reversed(period: Period | None) -> bool:
    return bool(period and period.starts_on and period.ends_on and period.ends_on < period.starts_on)


def _no_reason(entry: AllowanceCharge) -> bool:
    return not (given(entry.reason) or given(entry.reason_code))


def _negative(value: Decimal | None) -> bool:
    return value is not None and value < 0


def _without_account(invoice: ElectronicInvoice) -> Iterator[str]:
    for number, means in enumerate(invoice.payment_means, 1):
        transfer = means.credit_transfer
        if means.code in _CREDIT_TRANSFERS and not (transfer and transfer.account):
            yield f"payment_means[{number}]"


def _unknown_addresses(name: str) -> Callable[[ElectronicInvoice], list[str]]:
    def check(invoice: ElectronicInvoice) -> list[str]:
        address = getattr(invoice, name).electronic_address
        return [f"{name}.electronic_address"] if address and not address.scheme else []

    return check


def _of_payee(broken: Callable[[Party], bool]) -> Callable[[ElectronicInvoice], list[str]]:
    return lambda invoice: ["payee"] if invoice.payee is not None and broken(invoice.payee) else []


def _of_representative(broken: Callable[[Party], bool]) -> Callable[[ElectronicInvoice], list[str]]:
    def check(invoice: ElectronicInvoice) -> list[str]:
        party = invoice.tax_representative
        return ["tax_representative"] if party is not None and broken(party) else []

    return check


def _nowhere(delivery: Delivery | None) -> bool:
    """An address of delivery without its country."""
    return delivery is not None and delivery.address is not None and not given(delivery.address.country)


PRESENCE_RULES: dict[str, Rule] = {
    "BR-01": required(gettext_lazy("An invoice needs a specification identifier (BT-24)."), lambda i: i.profile),
    "BR-02": required(gettext_lazy("An invoice needs a number (BT-1)."), lambda i: i.number),
    "BR-03": required(gettext_lazy("An invoice needs a date of issue (BT-2)."), lambda i: i.issued_on),
    "BR-04": required(gettext_lazy("An invoice needs a type code (BT-3)."), lambda i: i.type_code),
    "BR-05": required(gettext_lazy("An invoice needs a currency (BT-5)."), lambda i: i.currency),
    "BR-06": required(gettext_lazy("The seller needs a name (BT-27)."), lambda i: i.seller.name),
    "BR-07": required(gettext_lazy("The buyer needs a name (BT-44)."), lambda i: i.buyer.name),
    "BR-08": required(gettext_lazy("The seller needs an address (BG-5)."), lambda i: i.seller.address),
    "BR-09": required(gettext_lazy("The seller's address needs a country (BT-40)."), lambda i: _country(i.seller)),
    "BR-10": required(gettext_lazy("The buyer needs an address (BG-8)."), lambda i: i.buyer.address),
    "BR-11": required(gettext_lazy("The buyer's address needs a country (BT-55)."), lambda i: _country(i.buyer)),
    "BR-12": required(gettext_lazy("An invoice needs the sum of its lines (BT-106)."), lambda i: i.totals.lines),
    "BR-13": required(gettext_lazy("An invoice needs a total without VAT (BT-109)."), lambda i: i.totals.net),
    "BR-14": required(gettext_lazy("An invoice needs a total with VAT (BT-112)."), lambda i: i.totals.gross),
    "BR-15": required(gettext_lazy("An invoice needs an amount due (BT-115)."), lambda i: i.totals.payable),
    "BR-16": required(gettext_lazy("An invoice needs at least one line (BG-25)."), lambda i: i.lines),
    "BR-17": Rule(gettext_lazy("A payee needs a name (BT-59)."), _of_payee(lambda party: not given(party.name))),
    "BR-18": Rule(
        gettext_lazy("The seller's tax representative needs a name (BT-62)."),
        _of_representative(lambda party: not given(party.name)),
    ),
    "BR-19": Rule(
        gettext_lazy("The seller's tax representative needs an address (BG-12)."),
        _of_representative(lambda party: party.address is None),
    ),
    "BR-20": Rule(
        gettext_lazy("The tax representative's address needs a country (BT-69)."),
        _of_representative(lambda party: not _country(party)),
    ),
    "BR-21": Rule(gettext_lazy("A line needs an identifier (BT-126)."), each_line(lambda row: not given(row.id))),
    "BR-22": Rule(gettext_lazy("A line needs a quantity (BT-129)."), each_line(lambda row: row.quantity is None)),
    "BR-23": Rule(gettext_lazy("A line's quantity needs a unit (BT-130)."), each_line(lambda row: not given(row.unit))),
    "BR-24": Rule(gettext_lazy("A line needs a net amount (BT-131)."), each_line(lambda row: row.net_amount is None)),
    "BR-25": Rule(
        gettext_lazy("A line needs the item's name (BT-153)."), each_line(lambda row: not given(row.item.name))
    ),
    "BR-26": Rule(
        gettext_lazy("A line needs the item's net price (BT-146)."),
        each_line(lambda row: row.price is None or row.price.net is None),
    ),
    "BR-27": Rule(
        gettext_lazy("The item's net price (BT-146) must not be negative."),
        each_line(lambda row: row.price is not None and _negative(row.price.net)),
    ),
    "BR-28": Rule(
        gettext_lazy("The item's gross price (BT-148) must not be negative."),
        each_line(lambda row: row.price is not None and _negative(row.price.gross)),
    ),
    "BR-29": Rule(
        gettext_lazy("The invoicing period must not end (BT-74) before it starts (BT-73)."),
        whole(lambda i: _reversed(i.period)),
    ),
    "BR-30": Rule(
        gettext_lazy("A line's period must not end (BT-135) before it starts (BT-134)."),
        each_line(lambda row: _reversed(row.period)),
    ),
    "BR-31": Rule(gettext_lazy("An allowance needs an amount (BT-92)."), each_entry(False, lambda e: e.amount is None)),
    "BR-32": Rule(
        gettext_lazy("An allowance needs a VAT category (BT-95)."), each_entry(False, lambda e: not e.tax_category)
    ),
    "BR-33": Rule(
        gettext_lazy("An allowance needs a reason (BT-97) or its code (BT-98)."), each_entry(False, _no_reason)
    ),
    "BR-36": Rule(gettext_lazy("A charge needs an amount (BT-99)."), each_entry(True, lambda e: e.amount is None)),
    "BR-37": Rule(
        gettext_lazy("A charge needs a VAT category (BT-102)."), each_entry(True, lambda e: not e.tax_category)
    ),
    "BR-38": Rule(gettext_lazy("A charge needs a reason (BT-104) or its code (BT-105)."), each_entry(True, _no_reason)),
    "BR-41": Rule(
        gettext_lazy("A line's allowance needs an amount (BT-136)."), each_line_entry(False, lambda e: e.amount is None)
    ),
    "BR-42": Rule(
        gettext_lazy("A line's allowance needs a reason (BT-139) or its code (BT-140)."),
        each_line_entry(False, _no_reason),
    ),
    "BR-43": Rule(
        gettext_lazy("A line's charge needs an amount (BT-141)."), each_line_entry(True, lambda e: e.amount is None)
    ),
    "BR-44": Rule(
        gettext_lazy("A line's charge needs a reason (BT-144) or its code (BT-145)."), each_line_entry(True, _no_reason)
    ),
    "BR-45": Rule(gettext_lazy("VAT needs its taxable amount (BT-116)."), each_tax(lambda t: t.taxable is None)),
    "BR-46": Rule(gettext_lazy("VAT needs its amount (BT-117)."), each_tax(lambda t: t.tax is None)),
    "BR-47": Rule(gettext_lazy("VAT needs its category (BT-118)."), each_tax(lambda t: not given(t.category))),
    "BR-48": Rule(
        gettext_lazy("VAT needs its rate (BT-119), unless the invoice is not subject to VAT."),
        each_tax(lambda t: t.rate is None and t.category != "O"),
    ),
    "BR-49": Rule(
        gettext_lazy("Payment instructions need the code of a payment means (BT-81)."),
        lambda i: (f"payment_means[{n}]" for n, means in enumerate(i.payment_means, 1) if not given(means.code)),
    ),
    "BR-50": Rule(
        gettext_lazy("A credit transfer needs an account (BT-84)."),
        lambda i: (
            f"payment_means[{n}]"
            for n, means in enumerate(i.payment_means, 1)
            if means.credit_transfer and not given(means.credit_transfer.account)
        ),
    ),
    "BR-51": Rule(
        gettext_lazy("Of a card's number (BT-87) at most the first six and the last four digits are shown."),
        lambda i: (
            f"payment_means[{n}]"
            for n, means in enumerate(i.payment_means, 1)
            if means.card and sum(sign.isdigit() for sign in means.card.number) > 10
        ),
        Severity.WARNING,
    ),
    "BR-52": Rule(
        gettext_lazy("A supporting document needs a reference (BT-122)."),
        lambda i: (f"attachments[{n}]" for n, file in enumerate(i.attachments, 1) if not given(file.reference)),
    ),
    "BR-53": Rule(
        gettext_lazy("With an accounting currency (BT-6), the VAT in it (BT-111) is needed."),
        whole(lambda i: given(i.tax_currency) and i.totals.tax_in_tax_currency is None),
    ),
    "BR-54": Rule(
        gettext_lazy("An item attribute needs a name (BT-160) and a value (BT-161)."),
        each_line(lambda row: any(not (given(a.name) and given(a.value)) for a in row.item.attributes)),
    ),
    "BR-55": Rule(
        gettext_lazy("A preceding invoice needs its number (BT-25)."),
        whole(lambda i: any(not given(invoice.number) for invoice in i.preceding_invoices)),
    ),
    "BR-56": Rule(
        gettext_lazy("The seller's tax representative needs a VAT number (BT-63)."),
        _of_representative(lambda party: not given(party.vat_number)),
    ),
    "BR-57": Rule(
        gettext_lazy("The address of delivery needs a country (BT-80)."),
        whole(lambda i: _nowhere(i.delivery)),
    ),
    "BR-61": Rule(
        gettext_lazy("A credit transfer (payment means 30 and 58) needs an account (BT-84)."), _without_account
    ),
    "BR-62": Rule(
        gettext_lazy("The seller's electronic address (BT-34) needs a scheme; EM for an email address."),
        _unknown_addresses("seller"),
    ),
    "BR-63": Rule(
        gettext_lazy("The buyer's electronic address (BT-49) needs a scheme; EM for an email address."),
        _unknown_addresses("buyer"),
    ),
    "BR-64": Rule(
        gettext_lazy("The item's standard identifier (BT-157) needs a scheme."),
        each_line(lambda row: row.item.standard_id is not None and not row.item.standard_id.scheme),
    ),
    "BR-65": Rule(
        gettext_lazy("The item's classification (BT-158) needs a scheme."),
        each_line(lambda row: any(not found.scheme for found in row.item.classifications)),
    ),
}
