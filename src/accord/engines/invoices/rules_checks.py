"""Where a rule is broken: checks of lines, of allowances and charges, of the tax breakdown and of the whole invoice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from accord.engines.invoices.document import AllowanceCharge, ElectronicInvoice, Line, TaxBreakdown


def each_line(broken: Callable[[Line], bool]) -> Callable[[ElectronicInvoice], Iterator[str]]:
    """The lines for which ``broken`` is true."""
    return lambda invoice: (f"lines[{n}]" for n, line in enumerate(invoice.lines, 1) if broken(line))


def each_entry(is_charge: bool, broken: Callable[[AllowanceCharge], bool]) -> Callable[..., Iterator[str]]:
    """The allowances or charges of the invoice for which ``broken`` is true."""
    return lambda invoice: (
        f"allowance_charges[{n}]"
        for n, entry in enumerate(invoice.allowance_charges, 1)
        if entry.is_charge == is_charge and broken(entry)
    )


def each_line_entry(is_charge: bool, broken: Callable[[AllowanceCharge], bool]) -> Callable[..., Iterator[str]]:
    """The allowances or charges of lines for which ``broken`` is true."""
    return lambda invoice: (
        f"lines[{n}].allowance_charges[{m}]"
        for n, line in enumerate(invoice.lines, 1)
        for m, entry in enumerate(line.allowance_charges, 1)
        if entry.is_charge == is_charge and broken(entry)
    )


def each_tax(broken: Callable[[TaxBreakdown], bool]) -> Callable[[ElectronicInvoice], Iterator[str]]:
    """The rows of the tax breakdown for which ``broken`` is true."""
    return lambda invoice: (f"tax_breakdown[{n}]" for n, row in enumerate(invoice.tax_breakdown, 1) if broken(row))


def whole(broken: Callable[[ElectronicInvoice], object]) -> Callable[[ElectronicInvoice], list[str]]:
    """The invoice itself, where ``broken`` is true."""
    return lambda invoice: [""] if broken(invoice) else []
