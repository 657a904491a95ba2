"""One table for a syntax, by which an invoice is both read and written.

A syntax is a :class:`Group` of entries: a :class:`Value` is a field and its path, a :class:`Group` a field that has
fields of its own, a :class:`Constant` what XML must say beside them. What the table doesn't reach is never dropped in
silence: what a file says beyond it is named by :func:`read`, and what an invoice says beyond it by :func:`write`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any

from lxml import etree

from accord.engines.invoices.document import ElectronicInvoice
from accord.engines.invoices.errors import InvoiceFileError
from accord.engines.invoices.kinds import Kind
from accord.engines.invoices.paths import Step, Xml, put, steps_of, unread, where
from accord.engines.texts import gettext_lazy

TEXT = Kind()
_SHOWN, _NAMED = 60, 100
Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A field and where it stands; of several paths (``a|b``) the first that has it counts."""

    field: str
    path: str
    kind: Kind = TEXT
    many: bool = False

    @property
    def ways(self) -> list[tuple[Step, ...]]:
        return [steps_of(path) for path in self.path.split("|")]


@dataclass(frozen=True, slots=True)
class Constant:
    """What stands at ``path`` where the group says nothing else there.

    ``beside`` restricts it to where another element is; with ``written=False`` it is only known when read.
    """

    path: str
    text: str
    beside: str = ""
    written: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A field that is a dataclass, or with ``many`` a tuple of them. Without entries it has those of the group that
    it is in, as the lines below a line."""

    field: str
    path: str
    cls: type
    entries: tuple[Value | Constant | Group, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Syntax:
    """A syntax: its root element, namespaces, entries, and the order of children where that of the entries isn't it."""

    name: str
    root: str
    namespaces: Mapping[str, str]
    entries: tuple[Value | Constant | Group, ...]
    order: Mapping[str, tuple[str, ...]]
    currency: str
    tax_currency: str


@dataclass(frozen=True, slots=True)
class Remainder:
    """Something that could not be taken along: where it stands, and what it says."""

    place: str
    value: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """An invoice from a file, and what else the file says (the first hundred) that no term of EN 16931 holds."""

    invoice: ElectronicInvoice
    syntax: str
    unread: tuple[Remainder, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """An invoice as XML, and which of its terms the syntax has no place for."""

    xml: bytes
    syntax: str
    unwritten: tuple[Remainder, ...] = ()


# Reading


def read(root: Any, syntax: Syntax) -> Reading:
    """The invoice below ``root``. Raises :class:`InvoiceFileError` naming element and line."""
    xml = Xml(syntax.namespaces, {}, set())
    everything = list(root.iter())  # so that each element stays the same object and can be ticked off
    xml.variables = {
        name: next((xml.text(place) for place in xml.find(root, steps_of(path))), "")
        for name, path in (("currency", syntax.currency), ("tax_currency", syntax.tax_currency))
    }
    invoice = _read_group(xml, root, ElectronicInvoice, syntax.entries)
    rest = [
        Remainder(where(element, attribute), text[:_SHOWN], element.sourceline)
        for (element, attribute, text), _ in zip(unread(root, xml.read), range(_NAMED), strict=False)
    ]
    del everything
    return Reading(invoice, syntax.name, tuple(rest))


def _read_group(xml: Xml, element: Any, cls: type, entries: tuple[Value | Constant | Group, ...]) -> Any:
    found: dict[str, Any] = {}
    for entry in entries:
        if isinstance(entry, Constant):
            _read_constant(xml, element, entry)
        elif isinstance(entry, Value):
            found[entry.field] = _read_value(xml, element, entry)
        else:
            _read_field(xml, element, entry, entries, found)
    return cls(**found)


def _read_constant(xml: Xml, element: Any, entry: Constant) -> None:
    for place in xml.find(element, steps_of(entry.path)):
        if xml.text(place) == entry.text:
            xml.read.add(place)


def _read_value(xml: Xml, element: Any, entry: Value) -> Any:
    places = [place for way in entry.ways for place in xml.find(element, way) if xml.text(place)]
    values = [(place, entry.kind.read(xml, place)) for place in places]
    kept = values if entry.many else [pair for pair in values if pair[1] == values[0][1]]
    xml.read.update(place for place, _ in kept)
    if entry.many:
        return tuple(value for _, value in kept)
    return kept[0][1] if kept else entry.kind.empty


def _read_field(xml: Xml, element: Any, entry: Group, outer: Any, found: dict[str, Any]) -> None:
    entries = entry.entries or outer
    places = [place[0] for place in xml.find(element, steps_of(entry.path))]
    if entry.many:
        found[entry.field] = tuple(_read_group(xml, place, entry.cls, entries) for place in places)
        return
    for place in places[:1]:
        value = _read_group(xml, place, entry.cls, entries)
        if value != _nothing(entry):
            found[entry.field] = value


def _nothing(entry: Group) -> Any:
    """The group with nothing in it: its texts empty, whatever its fields begin with."""
    empty = {part.field: part.kind.empty for part in entry.entries if isinstance(part, Value) and not part.many}
    return entry.cls(**empty)


# Writing


def write(invoice: ElectronicInvoice, syntax: Syntax) -> Writing:
    """The invoice as XML, its elements in the order of the schema."""
    prefix, _, local = syntax.root.partition(":")
    root = etree.Element(f"{{{syntax.namespaces[prefix]}}}{local}", nsmap=dict(syntax.namespaces))
    variables = {"currency": invoice.currency, "tax_currency": invoice.tax_currency}
    writer = _Writer(Xml(syntax.namespaces, variables, set()), [])
    writer.group(root, invoice, syntax.entries, "")
    for element in root.iter(etree.Element):
        names = syntax.order.get(etree.QName(element).localname)
        if names:
            element[:] = sorted(element, key=lambda child: _rank(names, child))
    etree.indent(root)
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return Writing(text, syntax.name, tuple(writer.unwritten))


def _rank(names: tuple[str, ...], child: Any) -> int:
    name = etree.QName(child).localname
    return names.index(name) if name in names else len(names)


@dataclass(slots=True)
class _Writer:
    xml: Xml
    unwritten: list[Remainder]

    def group(self, element: Any, record: Any, entries: tuple[Value | Constant | Group, ...], place: str) -> None:
        """Write the fields of ``record`` below ``element``."""
        for entry in entries:
            if isinstance(entry, Value):
                self._value(element, entry, getattr(record, entry.field), place)
            elif isinstance(entry, Group):
                self._field(element, entry, getattr(record, entry.field), entries, place)
        for entry in entries:
            if isinstance(entry, Constant) and entry.written:
                self._constant(element, entry)
        known = {entry.field for entry in entries if not isinstance(entry, Constant)}
        for part in fields(record):
            value = getattr(record, part.name)
            if part.name not in known and value != _default(part):
                self._name(place + part.name, value)

    def _name(self, place: str, value: Any) -> None:
        self.unwritten.append(Remainder(place, str(value)[:_SHOWN]))

    def _value(self, element: Any, entry: Value, value: Any, place: str) -> None:
        for part in value if entry.many else (value,):
            if part is None or part == "":
                continue
            ways = entry.ways
            places = self.xml.make(element, ways[min(entry.kind.way(part), len(ways) - 1)])
            for found in places:
                entry.kind.write(self.xml, found, part)
            if not places:
                self._name(place + entry.field, part)

    def _field(self, element: Any, entry: Group, value: Any, outer: Any, place: str) -> None:
        entries = entry.entries or outer
        for number, part in enumerate(value if entry.many else (value,), 1):
            if part is None or (not entry.many and part == _nothing(entry)):
                continue
            inner = f"{place}{entry.field}[{number}]." if entry.many else f"{place}{entry.field}."
            for below, _ in self.xml.make(element, steps_of(entry.path)):
                self.group(below, part, entries, inner)

    def _constant(self, element: Any, entry: Constant) -> None:
        steps = steps_of(entry.path)
        beside = not entry.beside or any(self.xml.find(element, steps_of(entry.beside)))
        if beside and not any(self.xml.find(element, steps)):
            for place in self.xml.make(element, steps):
                put(place, entry.text)


def _default(part: Field[Any]) -> Any:
    return None if part.default is MISSING else part.default


def refuse_root(root: Any) -> InvoiceFileError:
    """The refusal of XML that is no invoice."""
    return InvoiceFileError(
        gettext_lazy(
            "The file is no electronic invoice: its first element is %(name)s. Expected are UBL Invoice or CreditNote "
            "and CII CrossIndustryInvoice.",
            name=etree.QName(root).localname,
        ),
        root.sourceline,
    )
