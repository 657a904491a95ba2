"""The rules that an electronic invoice keeps: a table of sentences and checks, one for each rule of EN 16931.

These are our own checks, on the document and not on its XML: they need no other program, and they are exact where the
official ones allow a difference of less than 1 (tax, taxable amounts). Rules of the standard are in
``rules_presence``, ``rules_sums`` and ``rules_tax``, those of XRechnung in ``rules_germany`` and
``rules_peppol``; :func:`broken` applies them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from accord.engines.invoices.document import ElectronicInvoice
from accord.engines.texts import Text

Check = Callable[[ElectronicInvoice], Iterable[str]]


class Severity(Enum):
    """What a broken rule means: an invoice with an error is not sent."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its sentence, and a check that names each place where it is broken (``""`` is the invoice).

    With a ``lenient`` check, places that only the other one names are warnings, unless the rules are applied strictly.
    """

    text: Text
    check: Check
    severity: Severity = Severity.ERROR
    lenient: Check | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: its id (BR-CO-15), what it says, and where; ``source`` is who checked it."""

    rule: str
    severity: Severity
    text: str
    place: str = ""
    source: str = "Accord"

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def broken(invoice: ElectronicInvoice, *, strict: bool = False) -> list[Finding]:
    """Every rule that ``invoice`` breaks, those of XRechnung only where its profile is XRechnung's.

    ``strict`` is for invoices that we send: tax that is a cent off because someone rounded each line, and rules of
    Peppol that XRechnung has taken over, are errors then.

    >>> [finding.rule for finding in broken(ElectronicInvoice(number="2026-1"))][:4]
    ['BR-03', 'BR-05', 'BR-06', 'BR-07']
    """
    from accord.engines.invoices.rules_germany import GERMAN_RULES
    from accord.engines.invoices.rules_peppol import PEPPOL_RULES
    from accord.engines.invoices.rules_presence import PRESENCE_RULES
    from accord.engines.invoices.rules_sums import SUM_RULES
    from accord.engines.invoices.rules_tax import TAX_RULES

    tables: list[Mapping[str, Rule]] = [PRESENCE_RULES, SUM_RULES, TAX_RULES]
    if invoice.is_xrechnung:
        tables += [GERMAN_RULES, PEPPOL_RULES]
    return [finding for table in tables for finding in _of_table(invoice, table, strict)]


def _of_table(invoice: ElectronicInvoice, table: Mapping[str, Rule], strict: bool) -> Iterator[Finding]:
    for name, rule in table.items():
        for place in rule.check(invoice):
            tolerated = not strict and rule.lenient is not None and place not in rule.lenient(invoice)
            yield Finding(name, Severity.WARNING if tolerated else rule.severity, rule.text, place)


def required(text: Text, value: Callable[[ElectronicInvoice], object]) -> Rule:
    """A rule that asks for something: an empty text, ``None`` or an empty tuple breaks it."""
    return Rule(text, lambda invoice: [] if given(value(invoice)) else [""])


def given(value: object) -> bool:
    """Whether there is something; zero is something, blanks are not."""
    return bool(value.strip()) if isinstance(value, str) else value is not None and value != ()
