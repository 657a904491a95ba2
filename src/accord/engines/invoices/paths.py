"""Paths into an invoice's XML that can be followed both ways: to find what is there, and to make what is missing.

A path is steps from an element: ``cac:Party/cac:PartyTaxScheme[cac:TaxScheme/cbc:ID=VAT]/cbc:CompanyID``. A step is
an element, or at the end an attribute (``@unitCode``). In brackets stands what marks the element among others of its
name; where the element is made, so is its mark:

==============  ==========================================================================================
``[p=a]``       ``p``, an element or attribute, is ``a`` (or one of ``a,b``)
``[p!=a]``      it isn't ``a``, or isn't there
``[p!=a;b]``    … and is made as ``b``
``$currency``   as a value: the currency of the invoice (BT-5); ``$tax_currency`` that of accounting (BT-6)
``step*``       each value has such an element of its own
``step+``       every such element has the value; they are never made
==============  ==========================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2
from lxml import etree

_STEP = re2.compile(r"(@?[\w:]+)(?:\[([^\]!=]+)(!?=)([^\];]*)(?:;([^\]]*))?\])?([*+]?)/?")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SAME = {"0": "false", "1": "true"}  # as xs:boolean may be written


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path; ``mark`` is the path of what marks it."""

    name: str
    mark: tuple[Step, ...] = ()
    equal: bool = True
    values: tuple[str, ...] = ()
    made: str = ""
    repeats: str = ""

    @property
    def is_attribute(self) -> bool:
        return self.name.startswith("@")


@cache
def steps_of(path: str) -> tuple[Step, ...]:
    """The steps of ``path``; none for ``.``, the element itself."""
    return () if path == "." else tuple(_step(found) for found in _STEP.finditer(path))


def _step(found: re.Match[str]) -> Step:
    name, mark, sign, values, made, repeats = found.groups()
    if mark is None:
        return Step(name, repeats=repeats)
    allowed = tuple(values.split(","))
    return Step(name, steps_of(mark), sign == "=", allowed, allowed[0] if sign == "=" else made or "", repeats)


@dataclass(slots=True)
class Xml:
    """One document while it is read or written: its namespaces, the values of ``$``, and what was read of it."""

    namespaces: Mapping[str, str]
    variables: Mapping[str, str]
    read: set[tuple[Any, str]]

    def qualified(self, name: str) -> str:
        """``cbc:ID`` as lxml names it."""
        prefix, _, local = name.rpartition(":")
        return f"{{{self.namespaces[prefix]}}}{local}" if prefix else local

    def find(self, element: Any, steps: tuple[Step, ...]) -> Iterator[tuple[Any, str]]:
        """Every place at the end of the steps: an element with ``""``, or with the name of an attribute."""
        if not steps:
            yield element, ""
            return
        step, rest = steps[0], steps[1:]
        if step.is_attribute:
            if element.get(step.name[1:]) is not None:
                yield element, step.name[1:]
            return
        for child in element.iterchildren(self.qualified(step.name)):
            if self._is_marked(child, step):
                yield from self.find(child, rest)

    def text(self, place: tuple[Any, str]) -> str:
        """What stands at a place."""
        element, attribute = place
        found = element.get(attribute) if attribute else element.text
        return (found or "").strip()

    def _value(self, value: str) -> str:
        return self.variables.get(value[1:], "") if value.startswith("$") else value

    def _is_marked(self, element: Any, step: Step) -> bool:
        if not step.mark:
            return True
        marks = list(self.find(element, step.mark))
        allowed = {self._value(value) for value in step.values} - {""}
        equal = any(_SAME.get(self.text(mark), self.text(mark)) in allowed for mark in marks)
        if equal != step.equal:
            return False
        if step.equal or step.made:
            self.read.update(marks)
        return True

    def make(self, element: Any, steps: tuple[Step, ...]) -> list[tuple[Any, str]]:
        """The place at the end of the steps, made where it is missing; several or none for a step with ``+``."""
        if not steps:
            return [(element, "")]
        step, rest = steps[0], steps[1:]
        if step.is_attribute:
            return [(element, step.name[1:])]
        found = [child for child in element.iterchildren(self.qualified(step.name)) if self._is_marked(child, step)]
        if step.repeats == "+":
            return [place for child in found for place in self.make(child, rest)]
        child = found[0] if found and step.repeats != "*" else self._made(element, step)
        return self.make(child, rest)

    def _made(self, element: Any, step: Step) -> Any:
        child = etree.SubElement(element, self.qualified(step.name))
        if step.made and step.mark:
            for place in self.make(child, step.mark):
                put(place, self._value(step.made))
        return child


def put(place: tuple[Any, str], text: str) -> None:
    """Write ``text`` to a place, without the control characters that XML can't hold."""
    element, attribute = place
    text = _ILLEGAL.sub("", text)
    if attribute:
        element.set(attribute, text)
    else:
        element.text = text


def unread(root: Any, read: set[tuple[Any, str]]) -> Iterable[tuple[Any, str, str]]:
    """What nobody has read: each element or attribute that says something, with its text."""
    for element in root.iter(etree.Element):
        text = (element.text or "").strip()
        if text and (element, "") not in read:
            yield element, "", text
        for name, value in element.attrib.items():
            if value.strip() and not name.startswith("{") and (element, name) not in read:
                yield element, name, value


def where(element: Any, attribute: str = "") -> str:
    """The path of an element in words: ``Invoice/InvoiceLine[2]/Price/PriceAmount``."""
    names: list[str] = []
    while element is not None:
        name = etree.QName(element).localname
        parent = element.getparent()
        twins = [] if parent is None else [child for child in parent if child.tag == element.tag]
        names.append(f"{name}[{twins.index(element) + 1}]" if len(twins) > 1 else name)
        element = parent
    return "/".join(reversed(names)) + (f"/@{attribute}" if attribute else "")
