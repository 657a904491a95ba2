"""XRechnung 3.0: the national rules BR-DE, and BR-DEX of its extension, as KoSIT publishes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import re2

from accord.engines.invoices.document import (
    NOT_SUBJECT,
    XRECHNUNG,
    XRECHNUNG_EXTENSION,
    Address,
    ElectronicInvoice,
    Line,
    PaymentMeans,
)
from accord.engines.invoices.rules import Rule, Severity, given, required
from accord.engines.invoices.rules_checks import whole
from accord.engines.invoices.totals import summed
from accord.engines.texts import gettext_lazy

TYPE_CODES = ("326", "380", "384", "389", "381", "875", "876", "877")
TRANSFERS, CARDS, DEBITS = ("30", "58"), ("48", "54", "55"), ("59",)
_DISCOUNT = re.compile(r"#SKONTO#TAGE=\d+#PROZENT=\d+\.\d\d(#BASISBETRAG=-?\d+\.\d\d)?#")
_PART = r"[A-Za-z0-9!#$%&\"*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re2.compile(rf"{_PART}(\.{_PART})*@({_LABEL}\.)+{_LABEL}")
_IBAN = re.compile(r"[A-Z]{2}\d\d[A-Za-z0-9]{0,30}")


def is_iban(account: str) -> bool:
    """Whether the account is an IBAN whose check digits are right (ISO 13616).

    >>> is_iban("DE75 5121 0800 1245 1261 99"), is_iban("DE75 5121 0800 1245 1261 98")
    (True, False)
    """
    number = "".join(account.split())
    if not _IBAN.fullmatch(number):
        return False
    turned = number[4:].upper() + number[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _of_address(party: str, field: str) -> Callable[[ElectronicInvoice], list[str]]:
    def check(invoice: ElectronicInvoice) -> list[str]:
        address: Address | None = getattr(invoice, party).address if getattr(invoice, party) else None
        return [f"{party}.address"] if address is not None and not given(getattr(address, field)) else []

    return check


def _of_contact(field: str) -> Callable[[ElectronicInvoice], list[str]]:
    return lambda i: ["seller.contact"] if i.seller.contact and not given(getattr(i.seller.contact, field)) else []


def _each_means(
    codes: tuple[str, ...], broken: Callable[[ElectronicInvoice, PaymentMeans], object]
) -> Callable[[ElectronicInvoice], Iterator[str]]:
    return lambda invoice: (
        f"payment_means[{n}]"
        for n, means in enumerate(invoice.payment_means, 1)
        if means.code in codes and broken(invoice, means)
    )


def _wrong_discount(invoice: ElectronicInvoice) -> bool:
    """A line of the payment terms that starts like a cash discount but isn't written as one."""
    lines = (" ".join(line.split()) for line in invoice.payment_terms.splitlines())
    discounts = [line for line in lines if line.startswith("#")]
    last = invoice.payment_terms.rpartition("#")[2]
    return any(not _DISCOUNT.fullmatch(line) for line in discounts) or bool(
        discounts and last.partition("\n")[0].strip()
    )


def _unregistered(invoice: ElectronicInvoice) -> bool:
    codes = {line.tax_category for line in invoice.lines} | {e.tax_category for e in invoice.allowance_charges}
    codes -= {"", NOT_SUBJECT}
    seller = invoice.seller
    return bool(codes) and not (invoice.tax_representative or given(seller.vat_number) or given(seller.tax_number))


def _same_files(invoice: ElectronicInvoice) -> bool:
    names = [file.file_name for file in invoice.attachments if file.file_name]
    return len(names) != len(set(names))


def _debits(invoice: ElectronicInvoice) -> bool:
    return given(invoice.mandate_reference) or any(given(means.debited_account) for means in invoice.payment_means)


def _undated(invoice: ElectronicInvoice) -> bool:
    delivered = invoice.delivery is not None and invoice.delivery.delivered_on is not None
    return not (delivered or invoice.period or all(line.period for line in invoice.lines))


def _is_debit(invoice: ElectronicInvoice, means: PaymentMeans) -> bool:
    return given(means.debited_account)


def below(lines: tuple[Line, ...], place: str = "lines") -> Iterator[tuple[str, Line]]:
    """Each line with those below it."""
    for number, line in enumerate(lines, 1):
        here = f"{place}[{number}]"
        yield here, line
        yield from below(line.sub_lines, f"{here}.sub_lines")


def _wrong_sums(invoice: ElectronicInvoice) -> Iterator[str]:
    for place, line in below(invoice.lines):
        if line.sub_lines and (line.net_amount or Decimal(0)) != summed(sub.net_amount for sub in line.sub_lines):
            yield place


def _untaxed_sub_lines(invoice: ElectronicInvoice) -> Iterator[str]:
    return (place for place, line in below(invoice.lines) if "sub_lines" in place and not given(line.tax_category))


def _each_third_party(field: str) -> Callable[[ElectronicInvoice], Iterator[str]]:
    return lambda invoice: (
        f"third_party_payments[{n}]"
        for n, payment in enumerate(invoice.third_party_payments, 1)
        if not given(getattr(payment, field))
    )


GERMAN_RULES: dict[str, Rule] = {
    "BR-DE-1": required(gettext_lazy("XRechnung needs payment instructions (BG-16)."), lambda i: i.payment_means),
    "BR-DE-2": required(gettext_lazy("XRechnung needs the seller's contact (BG-6)."), lambda i: i.seller.contact),
    "BR-DE-3": Rule(gettext_lazy("The seller's address needs a city (BT-37)."), _of_address("seller", "city")),
    "BR-DE-4": Rule(
        gettext_lazy("The seller's address needs a post code (BT-38)."), _of_address("seller", "post_code")
    ),
    "BR-DE-5": Rule(gettext_lazy("The seller's contact needs a name (BT-41)."), _of_contact("name")),
    "BR-DE-6": Rule(gettext_lazy("The seller's contact needs a telephone number (BT-42)."), _of_contact("phone")),
    "BR-DE-7": Rule(gettext_lazy("The seller's contact needs an email address (BT-43)."), _of_contact("email")),
    "BR-DE-8": Rule(gettext_lazy("The buyer's address needs a city (BT-52)."), _of_address("buyer", "city")),
    "BR-DE-9": Rule(gettext_lazy("The buyer's address needs a post code (BT-53)."), _of_address("buyer", "post_code")),
    "BR-DE-10": Rule(gettext_lazy("The address of delivery needs a city (BT-77)."), _of_address("delivery", "city")),
    "BR-DE-11": Rule(
        gettext_lazy("The address of delivery needs a post code (BT-78)."), _of_address("delivery", "post_code")
    ),
    "BR-DE-14": Rule(
        gettext_lazy("VAT needs its rate (BT-119), also where it is 0."),
        lambda i: (f"tax_breakdown[{n}]" for n, row in enumerate(i.tax_breakdown, 1) if row.rate is None),
    ),
    "BR-DE-15": required(
        gettext_lazy("XRechnung needs the buyer's reference (BT-10): the routing id (Leitweg-ID) of an authority."),
        lambda i: i.buyer_reference,
    ),
    "BR-DE-16": Rule(
        gettext_lazy("The seller needs a VAT number (BT-31), a tax number (BT-32) or a tax representative (BG-11)."),
        whole(_unregistered),
    ),
    "BR-DE-17": Rule(
        gettext_lazy("The type code (BT-3) should be 326, 380, 381, 384, 389, 875, 876 or 877."),
        whole(lambda i: i.type_code not in TYPE_CODES),
        Severity.WARNING,
    ),
    "BR-DE-18": Rule(
        gettext_lazy(
            "A cash discount in the payment terms (BT-20) is a line of its own, as #SKONTO#TAGE=7#PROZENT=2.00# or "
            "#SKONTO#TAGE=7#PROZENT=2.00#BASISBETRAG=100.00#."
        ),
        whole(_wrong_discount),
    ),
    "BR-DE-19": Rule(
        gettext_lazy("For a SEPA credit transfer the account (BT-84) should be a correct IBAN."),
        _each_means(("58",), lambda i, m: not is_iban(m.credit_transfer.account if m.credit_transfer else "")),
        Severity.WARNING,
    ),
    "BR-DE-20": Rule(
        gettext_lazy("For a SEPA direct debit the debited account (BT-91) should be a correct IBAN."),
        _each_means(DEBITS, lambda i, m: not is_iban(m.debited_account)),
        Severity.WARNING,
    ),
    "BR-DE-21": Rule(
        gettext_lazy("The specification identifier (BT-24) should be that of XRechnung 3.0."),
        whole(lambda i: i.profile not in (XRECHNUNG, XRECHNUNG_EXTENSION)),
        Severity.WARNING,
    ),
    "BR-DE-22": Rule(gettext_lazy("Two attachments must not have the same file name."), whole(_same_files)),
    "BR-DE-23-a": Rule(
        gettext_lazy("A credit transfer (payment means 30 and 58) needs its account (BG-17)."),
        _each_means(TRANSFERS, lambda i, m: m.credit_transfer is None),
    ),
    "BR-DE-23-b": Rule(
        gettext_lazy("A credit transfer (30 and 58) has neither a card (BG-18) nor a direct debit (BG-19)."),
        _each_means(TRANSFERS, lambda i, m: m.card or _is_debit(i, m)),
    ),
    "BR-DE-24-a": Rule(
        gettext_lazy("A payment by card (payment means 48, 54 and 55) needs the card (BG-18)."),
        _each_means(CARDS, lambda i, m: m.card is None),
    ),
    "BR-DE-24-b": Rule(
        gettext_lazy(
            "A payment by card (48, 54, 55) has neither a credit transfer (BG-17) nor a direct debit (BG-19)."
        ),
        _each_means(CARDS, lambda i, m: m.credit_transfer or _is_debit(i, m)),
    ),
    "BR-DE-25-a": Rule(
        gettext_lazy("A direct debit (payment means 59) needs its mandate and account (BG-19)."),
        _each_means(DEBITS, lambda i, m: not (given(i.mandate_reference) or _is_debit(i, m))),
    ),
    "BR-DE-25-b": Rule(
        gettext_lazy("A direct debit (payment means 59) has neither a credit transfer (BG-17) nor a card (BG-18)."),
        _each_means(DEBITS, lambda i, m: m.credit_transfer or m.card),
    ),
    "BR-DE-26": Rule(
        gettext_lazy("A corrected invoice (type 384) should name the invoice that it corrects (BG-3)."),
        whole(lambda i: i.type_code == "384" and not i.preceding_invoices),
        Severity.WARNING,
    ),
    "BR-DE-27": Rule(
        gettext_lazy("The telephone number of the seller's contact (BT-42) should have at least three digits."),
        whole(lambda i: i.seller.contact and sum(sign.isdigit() for sign in i.seller.contact.phone) < 3),
        Severity.WARNING,
    ),
    "BR-DE-28": Rule(
        gettext_lazy("The email address of the seller's contact (BT-43) should be one."),
        whole(lambda i: i.seller.contact and not _EMAIL.fullmatch(i.seller.contact.email)),
        Severity.WARNING,
    ),
    "BR-DE-30": Rule(
        gettext_lazy("A direct debit needs the creditor's identifier (BT-90)."),
        whole(lambda i: _debits(i) and not given(i.creditor_identifier)),
    ),
    "BR-DE-31": Rule(
        gettext_lazy("A direct debit needs the debited account (BT-91)."),
        whole(lambda i: _debits(i) and not any(given(means.debited_account) for means in i.payment_means)),
    ),
    "BR-DE-TMP-32": Rule(
        gettext_lazy(
            "An invoice should say when it was delivered (BT-72), or its period (BG-14), or that of each line (BG-26)."
        ),
        whole(_undated),
        Severity.NOTE,
    ),
    "BR-DEX-02": Rule(
        gettext_lazy("A line's net amount (BT-131) should be the sum of the lines below it (BG-DEX-01)."),
        _wrong_sums,
        Severity.WARNING,
    ),
    "BR-DEX-03": Rule(gettext_lazy("A line below a line needs its VAT category (BG-DEX-06)."), _untaxed_sub_lines),
    "BR-DEX-10": Rule(
        gettext_lazy("A payment for a third party needs its type (BT-DEX-001)."), _each_third_party("kind")
    ),
    "BR-DEX-11": Rule(
        gettext_lazy("A payment for a third party needs an amount (BT-DEX-002)."), _each_third_party("amount")
    ),
    "BR-DEX-12": Rule(
        gettext_lazy("A payment for a third party needs a description (BT-DEX-003)."), _each_third_party("description")
    ),
}
