"""``accord einvoice read``, ``check`` and ``convert``: an invoice in; its figures, its faults or another syntax out.

The file is read in this process: it belongs to the person at the terminal, and the reader has bounds of its own.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from accord.cli.lazy import BadInput
from accord.cli.plan_file import JSON
from accord.cli.tables import UNKNOWN, amount, print_json, print_table
from accord.cli.texts import gettext, ngettext, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accord.engines.invoices.document import ElectronicInvoice, Line, Party
    from accord.engines.invoices.mapping import Remainder
    from accord.engines.invoices.rules import Finding
    from accord.engines.invoices.validation import Verdict

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
_NAMED = 10


@click.command(
    help=gettext(
        "Show an electronic invoice (UBL or CII as XML, or a PDF that carries it).\n\n"
        "Prints parties, lines, VAT and totals as the file has them. What the file says beyond the terms of EN 16931 "
        "is listed, never dropped."
    )
)
@FILE
@JSON
def read(file: Path, as_json: bool) -> None:
    from accord.engines.invoices.xml_file import read_xml

    with _Refusals(file):
        reading = read_xml(_xml_of(file))
    if as_json:
        document = {"syntax": reading.syntax, **_document(reading.invoice), "not_read": _remainders(reading.unread)}
        print_json(document)
        return
    _print_invoice(reading.invoice, reading.syntax)
    _print_remainders(gettext("Not read (no term of EN 16931): %(place)s, %(value)s"), reading.unread)


@click.command(
    help=gettext(
        "Check an electronic invoice (UBL or CII as XML, or a PDF that carries it).\n\n"
        "Applies the XML schema, Accord's own rules (EN 16931, and BR-DE for an XRechnung) and the official rules. "
        "Exits with 1 if a rule is broken; warnings and notes don't count."
    )
)
@FILE
@click.option(
    "--rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=gettext("Folder with KoSIT's rules (xrechnung-schematron), applied as well."),
)
@click.option("--strict", is_flag=True, help=gettext("Check as before sending: VAT must be exact to the cent."))
@JSON
@click.pass_context
def check(ctx: click.Context, file: Path, rules: Path | None, strict: bool, as_json: bool) -> None:
    from accord.engines.invoices.validation import check_xml

    with _Refusals(file):
        reading, verdict = check_xml(_xml_of(file), rules=rules, strict=strict)
    if as_json:
        print_json({"valid": verdict.is_valid, "syntax": reading.syntax, **_verdict_document(verdict)})
    else:
        _print_verdict(reading.invoice, verdict)
    ctx.exit(0 if verdict.is_valid else 1)


@click.command(
    help=gettext(
        "Convert an electronic invoice to UBL or CII.\n\n"
        "What the other syntax has no place for, as the lines below a line in CII, is listed on standard error."
    )
)
@FILE
@click.option("--to", type=click.Choice(["ubl", "cii"]), required=True, help=gettext("Syntax to write."))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help=gettext("File to write.")
)
def convert(file: Path, to: Any, output: Path) -> None:
    from accord.engines.invoices.xml_file import read_xml, write_xml

    with _Refusals(file):
        reading = read_xml(_xml_of(file))
    writing = write_xml(reading.invoice, to)
    try:
        output.write_bytes(writing.xml)
    except OSError as error:
        raise BadInput(f"{output}: {error.strerror or error}") from None
    click.echo(gettext("%(file)s written (%(syntax)s).") % {"file": output, "syntax": writing.syntax})
    _print_remainders(gettext("Not read (no term of EN 16931): %(place)s, %(value)s"), reading.unread, err=True)
    _print_remainders(gettext("Not written (no place for it): %(place)s, %(value)s"), writing.unwritten, err=True)


class _Refusals:
    """Errors about the file, each as one line that names it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __enter__(self) -> None:
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it would log is in our own message

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        from accord.engines.texts import TextError

        if isinstance(error, TextError):
            raise BadInput(f"{self.file.name}: {said(error)}") from None
        if isinstance(error, OSError):
            raise BadInput(f"{self.file}: {error.strerror or error}") from None


def _xml_of(file: Path) -> bytes:
    from accord.engines.invoices.hybrid import xml_of

    return xml_of(file.read_bytes())


def _document(invoice: ElectronicInvoice) -> dict[str, Any]:
    """The invoice by the names of its fields; what is empty is not in it, and of files only their size."""
    found = _plain(invoice)
    assert isinstance(found, dict)
    return found


def _plain(value: Any) -> Any:
    from dataclasses import fields, is_dataclass
    from datetime import date

    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(part) for name, part in parts.items() if part not in (None, "", ())}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return {"bytes": len(value)} if isinstance(value, bytes) else value


def _remainders(found: Iterable[Remainder]) -> list[dict[str, Any]]:
    return [{"place": each.place, "value": each.value, "line": each.line} for each in found]


def _print_remainders(template: str, found: tuple[Remainder, ...], err: bool = False) -> None:
    for each in found[:_NAMED]:
        click.echo(template % {"place": each.place, "value": repr(each.value)}, err=err)
    more = len(found) - _NAMED
    if more > 0:
        click.echo(ngettext("… and %(count)s more.", "… and %(count)s more.", more) % {"count": more}, err=err)


def _print_invoice(invoice: ElectronicInvoice, syntax: str) -> None:
    kind = gettext("Credit note %(number)s") if invoice.is_credit_note else gettext("Invoice %(number)s")
    click.echo(f"{kind % {'number': invoice.number}} ({syntax}, {invoice.profile})")
    rows = [
        (gettext("Issued"), _day(invoice.issued_on)),
        (gettext("Due"), _day(invoice.due_on)),
        (gettext("Seller"), _party(invoice.seller)),
        (gettext("Buyer"), _party(invoice.buyer)),
        (gettext("Buyer reference"), invoice.buyer_reference or UNKNOWN),
        (gettext("Payment reference"), invoice.payment_reference or UNKNOWN),
    ]
    for label, value in rows:
        click.echo(f"{label}: {value}")
    _print_lines(invoice)
    _print_tax(invoice)
    _print_totals(invoice)


def _day(value: Any) -> str:
    return value.isoformat() if value else UNKNOWN


def _party(party: Party) -> str:
    city = f"{party.address.post_code} {party.address.city}".strip() if party.address else ""
    country = party.address.country if party.address else ""
    return ", ".join(part for part in (party.name, city, country, party.vat_number) if part) or UNKNOWN


def _print_lines(invoice: ElectronicInvoice) -> None:
    columns = [
        (gettext("Line"), "left"),
        (gettext("Item"), "left"),
        (gettext("Quantity"), "right"),
        (gettext("Unit"), "left"),
        (gettext("Price"), "right"),
        (gettext("VAT"), "left"),
        (gettext("Net amount"), "right"),
    ]
    rows = [row for line in invoice.lines for row in _line_rows(line)]
    print_table(gettext("Lines in %(currency)s") % {"currency": invoice.currency}, columns, rows)


def _line_rows(line: Line, depth: int = 0) -> list[list[str]]:
    price = line.price.net if line.price else None
    row = [
        "  " * depth + line.id,
        line.item.name,
        UNKNOWN if line.quantity is None else f"{line.quantity.normalize():f}",
        line.unit,
        UNKNOWN if price is None else f"{price:f}",
        _rate(line.tax_category, line.tax_rate),
        amount(line.net_amount),
    ]
    return [row, *(below for sub in line.sub_lines for below in _line_rows(sub, depth + 1))]


def _rate(category: str, rate: Any) -> str:
    return category if rate is None else f"{category} {rate.normalize():f} %"


def _print_tax(invoice: ElectronicInvoice) -> None:
    columns = [
        (gettext("Category"), "left"),
        (gettext("Taxable"), "right"),
        (gettext("VAT"), "right"),
        (gettext("Exemption"), "left"),
    ]
    rows = [
        [
            _rate(row.category, row.rate),
            amount(row.taxable),
            amount(row.tax),
            row.exemption_reason or row.exemption_code,
        ]
        for row in invoice.tax_breakdown
    ]
    print_table(gettext("VAT"), columns, rows)


def _print_totals(invoice: ElectronicInvoice) -> None:
    totals = invoice.totals
    rows = [
        (gettext("Lines"), totals.lines),
        (gettext("Allowances"), totals.allowances),
        (gettext("Charges"), totals.charges),
        (gettext("Net total"), totals.net),
        (gettext("VAT"), totals.tax),
        (gettext("VAT in %(currency)s") % {"currency": invoice.tax_currency}, totals.tax_in_tax_currency),
        (gettext("Gross total"), totals.gross),
        (gettext("Paid"), totals.prepaid),
        (gettext("Rounding"), totals.rounding),
        (gettext("Amount due"), totals.payable),
    ]
    columns = [(gettext("Total"), "left"), (invoice.currency, "right")]
    print_table(gettext("Totals"), columns, [[label, amount(value)] for label, value in rows if value is not None])


def _verdict_document(verdict: Verdict) -> dict[str, Any]:
    return {"applied": list(verdict.sources), "findings": [_finding_document(found) for found in verdict.findings]}


def _finding_document(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "severity": found.severity.value,
        "text": str(found.text),
        "place": str(found.place),
        "source": found.source,
    }


def _print_verdict(invoice: ElectronicInvoice, verdict: Verdict) -> None:
    from accord.engines.invoices.rules import Severity

    labels = {
        Severity.ERROR: gettext("Error"),
        Severity.WARNING: gettext("Warning"),
        Severity.NOTE: gettext("Note"),
    }
    columns = [
        (gettext("Severity"), "left"),
        (gettext("Rule"), "left"),
        (gettext("Rules of"), "left"),
        (gettext("What is wrong"), "left"),
        (gettext("Place"), "left"),
    ]
    rows = [
        [labels[found.severity], found.rule, found.source, said(found.text), said(found.place)]
        for found in sorted(verdict.findings, key=lambda found: list(Severity).index(found.severity))
    ]
    valid = gettext("%(number)s is valid") if verdict.is_valid else gettext("%(number)s is not valid")
    title = valid % {"number": invoice.number or "?"}
    caption = gettext("Rules applied: %(sources)s") % {"sources": ", ".join(verdict.sources)}
    if rows:
        print_table(title, columns, rows, caption)
    else:
        click.echo(f"{title}\n{caption}")
