"""Each term of a full invoice is changed and taken away in turn: nothing is lost, and nothing else changes."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from types import ModuleType
from typing import Any

import pytest

from accord.engines.invoices import rules, rules_germany, schematron, totals
from accord.engines.invoices.document import ElectronicInvoice
from accord.engines.invoices.xml_file import read_xml, write_xml
from tests.engines.invoices.cases import CASES

ODD = "Ä & <b> “q” 'z'\n2"
WHOLE = CASES["everything"]
# Texts that the syntax takes a meaning from: where they are changed, so is what is written.
CODES = ("type_code", "currency", "code", "category", "subject_code", "scheme", "account")


def leaves(record: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each value in ``record``: where it is, what it is, and a function that gives the record with another."""
    for field in fields(record):
        value, here = getattr(record, field.name), f"{place}{field.name}"
        parts = value if isinstance(value, tuple) else (value,)
        for number, part in enumerate(parts):

            def put(new: Any, name: str = field.name, number: int = number, value: Any = value) -> Any:
                if isinstance(value, tuple):
                    return replace(record, **{name: (*value[:number], new, *value[number + 1 :])})
                return replace(record, **{name: new})

            where = f"{here}[{number + 1}]" if isinstance(value, tuple) else here
            if is_dataclass(part):
                for inner, leaf, put_inner in leaves(part, f"{where}."):
                    yield inner, leaf, lambda new, put=put, put_inner=put_inner: put(put_inner(new))
            elif part not in (None, ""):
                yield where, part, put


def written_and_read(invoice: ElectronicInvoice, syntax: str) -> tuple[ElectronicInvoice, bool]:
    """What is read again, and whether something was named as lost."""
    writing = write_xml(invoice, syntax)
    reading = read_xml(writing.xml)
    return reading.invoice, bool(writing.unwritten or reading.unread)


def tidy(value: Any) -> Any:
    """What is said, without records that say nothing."""
    if is_dataclass(value):
        parts = {field.name: tidy(getattr(value, field.name)) for field in fields(value)}
        return {name: part for name, part in parts.items() if part not in (None, "", False, [])} or None
    return [part for part in map(tidy, value) if part is not None] if isinstance(value, tuple) else value


TEXTS = [(place, put) for place, leaf, put in leaves(WHOLE) if isinstance(leaf, str) and not place.endswith(CODES)]
VALUES = [
    (place, "" if isinstance(leaf, str) else None, put) for place, leaf, put in leaves(WHOLE) if leaf is not False
]


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
def test_odd_texts_come_back(syntax: str) -> None:
    assert len(TEXTS) >= 90
    for place, put in TEXTS:
        changed = put(ODD)
        assert written_and_read(changed, syntax) == (changed, False), place


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
def test_each_term_may_be_absent(syntax: str) -> None:
    for place, nothing, put in VALUES:
        changed = put(nothing)
        found, named = written_and_read(changed, syntax)
        assert tidy(found) == tidy(changed) or named, place


@pytest.mark.parametrize("module", [totals, rules, rules_germany, schematron], ids=lambda each: each.__name__)
def test_the_documented_examples(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    invoice = ElectronicInvoice(number="A\x00\x0b1", payment_terms="a\nb")
    found = read_xml(write_xml(invoice, "cii").xml).invoice
    assert (found.number, found.payment_terms) == ("A1", "a\nb")
