"""EN 16931: what each VAT category asks for (BR-S, -Z, -E, -AE, -IC, -G, -O, -AF, -AG).

The rules of a category have the same numbers: 01 its row in the tax breakdown, 02 to 04 who is registered (of lines,
allowances, charges), 05 to 07 the rate, 08 the taxable amount, 09 the tax, 10 the reason of an exemption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from accord.engines.invoices.document import (
    CANARY_ISLANDS,
    CEUTA_MELILLA,
    EXEMPT,
    EXPORT,
    INTRA_COMMUNITY,
    NOT_SUBJECT,
    REVERSE_CHARGE,
    STANDARD,
    ZERO_RATED,
    AllowanceCharge,
    ElectronicInvoice,
    Line,
    Party,
    TaxBreakdown,
)
from accord.engines.invoices.rules import Rule, given
from accord.engines.invoices.rules_checks import each_entry, each_line, each_tax, whole
from accord.engines.invoices.rules_sums import far_off, wrong_tax
from accord.engines.invoices.totals import group_of, taxable_by_group
from accord.engines.texts import gettext_lazy

Check = Callable[[ElectronicInvoice], bool]
TAXED, UNTAXED, WITHOUT_RATE, ANY_RATE = "taxed", "untaxed", "none", "any"


@dataclass(frozen=True, slots=True)
class Category:
    """A VAT category: its code, how its rules are called, what rate it has, whether it needs a reason."""

    code: str
    rules: str
    rate: str
    needs_reason: bool = False


CATEGORIES = (
    Category(STANDARD, "S", TAXED),
    Category(ZERO_RATED, "Z", UNTAXED),
    Category(EXEMPT, "E", UNTAXED, needs_reason=True),
    Category(REVERSE_CHARGE, "AE", UNTAXED, needs_reason=True),
    Category(INTRA_COMMUNITY, "IC", UNTAXED, needs_reason=True),
    Category(EXPORT, "G", UNTAXED, needs_reason=True),
    Category(NOT_SUBJECT, "O", WITHOUT_RATE, needs_reason=True),
    Category(CANARY_ISLANDS, "AF", ANY_RATE),
    Category(CEUTA_MELILLA, "AG", ANY_RATE),
)

SEVERAL_RATES = (STANDARD, CANARY_ISLANDS, CEUTA_MELILLA)
_RATES = {
    TAXED: gettext_lazy("The rate of VAT category %(code)s must be greater than 0.", code=""),
    UNTAXED: gettext_lazy("The rate of VAT category %(code)s must be 0.", code=""),
    WITHOUT_RATE: gettext_lazy("VAT category %(code)s has no rate.", code=""),
    ANY_RATE: gettext_lazy("The rate of VAT category %(code)s must be 0 or more.", code=""),
}
_SELLER = gettext_lazy(
    "The seller needs a VAT number (BT-31), a tax number (BT-32) or a tax representative with a VAT number (BT-63)."
)
_REGISTRATION = dict.fromkeys((category.code for category in CATEGORIES), _SELLER) | {
    REVERSE_CHARGE: gettext_lazy(
        "Reverse charge needs the seller's VAT number (BT-31), tax number (BT-32) or tax representative (BT-63), and "
        "the buyer's VAT number (BT-48) or legal registration (BT-47)."
    ),
    INTRA_COMMUNITY: gettext_lazy(
        "An intra-Community supply needs the VAT numbers of the seller (BT-31) or its tax representative (BT-63) and "
        "of the buyer (BT-48)."
    ),
    EXPORT: gettext_lazy("An export needs the seller's VAT number (BT-31) or that of its tax representative (BT-63)."),
    NOT_SUBJECT: gettext_lazy(
        "An invoice that is not subject to VAT has no VAT number of the seller (BT-31), of a tax representative "
        "(BT-63) or of the buyer (BT-48)."
    ),
}


def _used(invoice: ElectronicInvoice) -> set[str]:
    """The categories of lines, allowances and charges."""
    return {line.tax_category for line in invoice.lines} | {e.tax_category for e in invoice.allowance_charges}


def _registered(party: Party | None) -> bool:
    return party is not None and given(party.vat_number)


def _unregistered(code: str) -> Check:
    """Whether someone lacks the registration that the category asks for."""

    def check(invoice: ElectronicInvoice) -> bool:
        seller, buyer = invoice.seller, invoice.buyer
        taxable = _registered(seller) or _registered(invoice.tax_representative)
        if code == NOT_SUBJECT:
            return taxable or _registered(buyer)
        if code == INTRA_COMMUNITY:
            return not (taxable and _registered(buyer))
        if code == EXPORT:
            return not taxable
        known = taxable or given(seller.tax_number)
        if code == REVERSE_CHARGE:
            return not (known and (_registered(buyer) or buyer.legal_registration is not None))
        return not known

    return check


def _wrong_rate(category: Category, entry: Line | AllowanceCharge | TaxBreakdown) -> bool:
    code, rate = group_of(entry)
    if code != category.code:
        return False
    given_rate = entry.rate if isinstance(entry, TaxBreakdown) else entry.tax_rate
    if category.rate == WITHOUT_RATE:
        return given_rate is not None
    if rate is None:
        return True
    return rate <= 0 if category.rate == TAXED else rate < 0 if category.rate == ANY_RATE else rate != 0


def _rows(code: str) -> Callable[[ElectronicInvoice], list[str]]:
    """Broken where the category is used and has no row, or not exactly one where it has only one rate."""

    def check(invoice: ElectronicInvoice) -> list[str]:
        rows = [row for row in invoice.tax_breakdown if row.category == code]
        used = code in _used(invoice)
        return ["tax_breakdown"] if (used and not rows) or (code not in SEVERAL_RATES and len(rows) > 1) else []

    return check


def _wrong_taxable(code: str) -> Callable[[ElectronicInvoice], Iterator[str]]:
    def check(invoice: ElectronicInvoice) -> Iterator[str]:
        expected = taxable_by_group(invoice)
        rows = [(n, row) for n, row in enumerate(invoice.tax_breakdown, 1) if row.category == code]
        for number, row in rows:
            if row.taxable is not None and row.taxable != expected.get(group_of(row), 0):
                yield f"tax_breakdown[{number}].taxable"
        missing = {group for group in expected if group[0] == code} - {group_of(row) for _, row in rows}
        if rows and missing:
            yield "tax_breakdown"

    return check


def _users(number: str, invoice: ElectronicInvoice) -> Iterator[str]:
    """The categories of the entries that the registration rule with this number is about."""
    if number == "02":
        return (line.tax_category for line in invoice.lines)
    is_charge = number == "04"
    return (entry.tax_category for entry in invoice.allowance_charges if entry.is_charge == is_charge)


def _registration_rule(category: Category, number: str) -> Rule:
    unregistered, code = _unregistered(category.code), category.code
    return Rule(_REGISTRATION[code], whole(lambda i: code in _users(number, i) and unregistered(i)))


def _reason_rule(category: Category) -> Rule:
    def broken(row: TaxBreakdown) -> bool:
        has_reason = given(row.exemption_reason) or given(row.exemption_code)
        return row.category == category.code and has_reason != category.needs_reason

    if category.needs_reason:
        text = gettext_lazy(
            "VAT category %(code)s needs the reason of its exemption (BT-120 or BT-121).", code=category.code
        )
    else:
        text = gettext_lazy("VAT category %(code)s has no reason of an exemption (BT-120, BT-121).", code=category.code)
    return Rule(text, each_tax(broken))


def _rules_of(category: Category) -> Iterator[tuple[str, Rule]]:
    code, rate = category.code, _RATES[category.rate].with_values(code=category.code)
    missing = gettext_lazy("VAT category %(code)s needs its row in the VAT breakdown (BG-23), and one only.", code=code)
    if code in SEVERAL_RATES:
        missing = gettext_lazy("VAT category %(code)s needs its row in the VAT breakdown (BG-23).", code=code)
    yield "01", Rule(missing, _rows(code))
    for number in ("02", "03", "04"):
        yield number, _registration_rule(category, number)
    yield "05", Rule(rate, each_line(lambda line: _wrong_rate(category, line)))
    yield "06", Rule(rate, each_entry(False, lambda entry: _wrong_rate(category, entry)))
    yield "07", Rule(rate, each_entry(True, lambda entry: _wrong_rate(category, entry)))
    taxable = gettext_lazy(
        "The taxable amount (BT-116) of VAT category %(code)s must be its lines - allowances + charges.", code=code
    )
    yield "08", Rule(taxable, _wrong_taxable(code))
    tax = gettext_lazy("VAT (BT-117) of category %(code)s must be its taxable amount (BT-116) · its rate.", code=code)
    yield (
        "09",
        Rule(
            tax,
            each_tax(lambda row: row.category == code and wrong_tax(row)),
            lenient=far_off(lambda row: row.category == code),
        ),
    )
    yield "10", _reason_rule(category)


def _is_delivered(invoice: ElectronicInvoice) -> bool:
    delivery, period = invoice.delivery, invoice.period
    return bool((delivery and delivery.delivered_on) or (period and (period.starts_on or period.ends_on)))


def _is_addressed(invoice: ElectronicInvoice) -> bool:
    address = invoice.delivery.address if invoice.delivery else None
    return address is not None and given(address.country)


def _has_row(invoice: ElectronicInvoice, code: str) -> bool:
    return any(row.category == code for row in invoice.tax_breakdown)


def _beside_not_subject(
    entries: Callable[[ElectronicInvoice], Iterable[str]],
) -> Callable[[ElectronicInvoice], list[str]]:
    """Another category among ``entries`` of an invoice that is not subject to VAT."""
    return whole(lambda i: _has_row(i, NOT_SUBJECT) and any(code != NOT_SUBJECT for code in entries(i)))


_ALONE = gettext_lazy("An invoice that is not subject to VAT (category O) has no other category.")
TAX_RULES: dict[str, Rule] = {
    f"BR-{category.rules}-{number}": rule for category in CATEGORIES for number, rule in _rules_of(category)
} | {
    "BR-IC-11": Rule(
        gettext_lazy("An intra-Community supply needs the date of delivery (BT-72) or the invoicing period (BG-14)."),
        whole(lambda i: _has_row(i, INTRA_COMMUNITY) and not _is_delivered(i)),
    ),
    "BR-IC-12": Rule(
        gettext_lazy("An intra-Community supply needs the country that it is delivered to (BT-80)."),
        whole(lambda i: _has_row(i, INTRA_COMMUNITY) and not _is_addressed(i)),
    ),
    "BR-O-11": Rule(_ALONE, _beside_not_subject(lambda i: [row.category for row in i.tax_breakdown])),
    "BR-O-12": Rule(_ALONE, _beside_not_subject(lambda i: _users("02", i))),
    "BR-O-13": Rule(_ALONE, _beside_not_subject(lambda i: _users("03", i))),
    "BR-O-14": Rule(_ALONE, _beside_not_subject(lambda i: _users("04", i))),
}
