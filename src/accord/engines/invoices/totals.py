"""What an electronic invoice adds up to: the net amount of a line, tax by category and rate, and the totals.

Everything is exact until it is rounded once, half up, to two decimal places (EN 16931-1 knows no more): a line's net
amount, the tax of each group, and the taxes in the accounting currency. Totals are sums of rounded amounts:

=====================  =======  ==================================================================================
figure                 rule     formula
=====================  =======  ==================================================================================
line net BT-131                 quantity · net price / base quantity - allowances + charges, rounded
lines BT-106           CO-10    sum of the lines' net amounts
allowances BT-107      CO-11    sum of the allowances of the invoice
charges BT-108         CO-12    sum of the charges of the invoice
net BT-109             CO-13    BT-106 - BT-107 + BT-108
taxable BT-116         S-08 …   of one category and rate: lines - allowances + charges
tax BT-117             CO-17    BT-116 · rate / 100, rounded
tax BT-110             CO-14    sum of BT-117
gross BT-112           CO-15    BT-109 + BT-110
payable BT-115         CO-16    BT-112 - prepaid BT-113 + rounding BT-114 (+ payments for third parties, DEX-09)
=====================  =======  ==================================================================================

>>> from accord.engines.invoices.document import ElectronicInvoice, Item, Line, Price
>>> line = Line(id="1", quantity=Decimal(3), unit="HUR", price=Price(net=Decimal("95.255")), tax_category="S",
...             tax_rate=Decimal(19), item=Item(name="Consulting"))
>>> invoice = with_totals(ElectronicInvoice(currency="EUR", lines=(line,)))
>>> invoice.lines[0].net_amount, invoice.totals.tax, invoice.totals.payable
(Decimal('285.77'), Decimal('54.30'), Decimal('340.07'))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from accord.engines.invoices.document import (
    EXPORT,
    INTRA_COMMUNITY,
    NOT_SUBJECT,
    REVERSE_CHARGE,
    XRECHNUNG_EXTENSION,
    AllowanceCharge,
    ElectronicInvoice,
    Line,
    TaxBreakdown,
    Totals,
    allowances,
    charges,
)
from accord.engines.texts import gettext_noop

PLACES = 2
NOTHING = Decimal(0)
Group = tuple[str, Decimal | None]  # a category of tax and its rate


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why no tax is charged: BT-120 and BT-121."""

    reason: str = ""
    code: str = ""


# Categories whose reason is always the same, in English; that of E (exempt) must be given.
EXEMPTIONS: Mapping[str, Exemption] = {
    REVERSE_CHARGE: Exemption(gettext_noop("Reverse charge"), "VATEX-EU-AE"),
    INTRA_COMMUNITY: Exemption(gettext_noop("Intra-Community supply"), "VATEX-EU-IC"),
    EXPORT: Exemption(gettext_noop("Export outside the EU"), "VATEX-EU-G"),
    NOT_SUBJECT: Exemption(gettext_noop("Not subject to VAT"), "VATEX-EU-O"),
}


def round_amount(value: Decimal, places: int = PLACES) -> Decimal:
    """``value`` to ``places`` decimal places, halves away from zero.

    >>> round_amount(Decimal("2.345")), round_amount(Decimal("-2.345"))
    (Decimal('2.35'), Decimal('-2.35'))
    """
    with localcontext() as context:
        context.prec = max(context.prec, value.adjusted() + places + 2)
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def summed(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of the amounts that are given."""
    return sum((amount for amount in amounts if amount is not None), NOTHING)


def for_third_parties(invoice: ElectronicInvoice) -> Decimal:
    """What is collected for others on top of the invoice; only the extension of XRechnung has that."""
    if invoice.profile != XRECHNUNG_EXTENSION:
        return NOTHING
    return summed(payment.amount for payment in invoice.third_party_payments)


def line_net(line: Line, places: int = PLACES) -> Decimal | None:
    """BT-131 from quantity, price, allowances and charges; ``None`` without a quantity or price."""
    price = line.price
    if line.quantity is None or price is None or price.net is None or price.base_quantity == 0:
        return None
    exact = line.quantity * price.net / (price.base_quantity or 1)
    return round_amount(exact + _balance(line.allowance_charges), places)


def _balance(entries: Iterable[AllowanceCharge]) -> Decimal:
    """Charges less allowances."""
    return summed(None if e.amount is None else e.amount if e.is_charge else -e.amount for e in entries)


def group_of(entry: Line | AllowanceCharge | TaxBreakdown) -> Group:
    """Which category and rate the entry is taxed at; 19.00 is the rate 19, and what is not subject to tax has none."""
    category = entry.category if isinstance(entry, TaxBreakdown) else entry.tax_category
    rate = entry.rate if isinstance(entry, TaxBreakdown) else entry.tax_rate
    return category, None if rate is None or category == NOT_SUBJECT else rate.normalize() + 0


def taxable_by_group(invoice: ElectronicInvoice) -> dict[Group, Decimal]:
    """BT-116: what each category and rate is charged on, in the order in which they occur."""
    found: dict[Group, Decimal] = {}
    for line in invoice.lines:
        found[group_of(line)] = found.get(group_of(line), NOTHING) + (line.net_amount or 0)
    for entry in invoice.allowance_charges:
        found[group_of(entry)] = found.get(group_of(entry), NOTHING) + _balance([entry])
    return found


def entries_of(invoice: ElectronicInvoice, group: Group) -> int:
    """How many lines, allowances and charges are taxed in this category at this rate."""
    lines = sum(group_of(line) == group for line in invoice.lines)
    return lines + sum(group_of(entry) == group for entry in invoice.allowance_charges)


def tax_of(taxable: Decimal, rate: Decimal | None, places: int = PLACES) -> Decimal:
    """BT-117: the tax of one group, rounded once."""
    return round_amount(taxable * (rate or 0) / 100, places)


def breakdown_of(
    invoice: ElectronicInvoice, exemptions: Mapping[str, Exemption] = EXEMPTIONS, places: int = PLACES
) -> tuple[TaxBreakdown, ...]:
    """BG-23: the tax of each category and rate."""
    found = []
    for (category, rate), taxable in taxable_by_group(invoice).items():
        exemption = exemptions.get(category, Exemption())
        if category == NOT_SUBJECT and invoice.is_xrechnung:
            rate = NOTHING  # which EN 16931 allows in the breakdown, and BR-DE-14 asks for
        found.append(
            TaxBreakdown(category, rate, taxable, tax_of(taxable, rate, places), exemption.reason, exemption.code)
        )
    return tuple(found)


def totals_of(
    invoice: ElectronicInvoice,
    breakdown: Iterable[TaxBreakdown],
    tax_currency_rate: Decimal | None = None,
    places: int = PLACES,
) -> Totals:
    """BG-22 from lines, allowances, charges and tax; what is prepaid and the rounding are those of the invoice.

    ``tax_currency_rate`` is how many units of BT-6 one unit of BT-5 is; without it BT-111 stays as it is.
    """
    lines = summed(line.net_amount for line in invoice.lines)
    taken_off = summed(entry.amount for entry in allowances(invoice))
    put_on = summed(entry.amount for entry in charges(invoice))
    net, tax = lines - taken_off + put_on, summed(group.tax for group in breakdown)
    given = invoice.totals
    in_tax_currency = given.tax_in_tax_currency
    if tax_currency_rate is not None:
        in_tax_currency = round_amount(tax * tax_currency_rate)
    return Totals(
        lines=lines,
        allowances=taken_off if allowances(invoice) else None,
        charges=put_on if charges(invoice) else None,
        net=net,
        tax=tax,
        tax_in_tax_currency=in_tax_currency,
        gross=net + tax,
        prepaid=given.prepaid,
        rounding=given.rounding,
        payable=net + tax - (given.prepaid or 0) + (given.rounding or 0) + for_third_parties(invoice),
    )


def with_totals(
    invoice: ElectronicInvoice,
    *,
    exemptions: Mapping[str, Exemption] | None = None,
    tax_currency_rate: Decimal | None = None,
    places: int = PLACES,
) -> ElectronicInvoice:
    """``invoice`` with its lines' net amounts, its tax breakdown and its totals.

    A line that has no price keeps the net amount that it has. ``exemptions`` says why a category is not taxed where
    :data:`EXEMPTIONS` doesn't (E), and ``places`` how many decimal places amounts have: 0 for yen, otherwise 2.
    """
    lines = []
    for line in invoice.lines:
        net = line_net(line, places)
        lines.append(line if net is None else replace(line, net_amount=net))
    invoice = replace(invoice, lines=tuple(lines))
    breakdown = breakdown_of(invoice, {**EXEMPTIONS, **(exemptions or {})}, places)
    totals = totals_of(invoice, breakdown, tax_currency_rate, places)
    return replace(invoice, tax_breakdown=breakdown, totals=totals)
