"""From bytes to records: safe XML parsing, one record of the file at a time.

The parser is expat behind defusedxml with every document type definition refused, so entities
cannot expand and nothing outside the file is fetched. Records (calendars, tasks, resources,
assignments) are handed on as they close and then forgotten: memory follows the plan, not the XML.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.expatreader import DefusedExpatParser  # type: ignore[import-untyped]

from accord.exchange.errors import ImportProblem, PlanFileError
from accord.exchange.mspdi.limits import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_RECORDS,
    MAX_TEXT,
    NAMESPACE,
)

# Large pieces: expat looks at an unfinished token again with every piece it is fed.
_PIECE = 4 * 1024 * 1024

_SECTIONS = {"Calendars": "Calendar", "Tasks": "Task", "Resources": "Resource", "Assignments": "Assignment"}
# Custom fields, outline codes and views carry nothing a plan needs and are most of many files.
_SKIPPED = {"ExtendedAttribute", "ExtendedAttributes", "OutlineCode", "OutlineCodes", "WBSMasks"}

_SAVE_AS = "In MS Project choose File, Save As, XML Format (*.xml)."

_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "is a binary MS Project or Office file, not XML", _SAVE_AS),
    (b"PK\x03\x04", "is a ZIP archive, not XML", "Unpack it and import the XML file inside."),
    (b"\x89PNG", "is a picture (PNG), not XML", _SAVE_AS),
    (b"\xff\xd8\xff", "is a picture (JPEG), not XML", _SAVE_AS),
    (b"GIF8", "is a picture (GIF), not XML", _SAVE_AS),
    (b"%PDF", "is a PDF document, not XML", _SAVE_AS),
    (b"MPX", "is an MPX file, not XML", _SAVE_AS),
    (b"{", "looks like JSON, not XML", _SAVE_AS),
    (b"[", "looks like JSON, not XML", _SAVE_AS),
)


class Node:
    """One element: its text, its children by tag, and the line it starts on."""

    __slots__ = ("children", "line", "tag", "text")

    def __init__(self, tag: str, line: int | None) -> None:
        self.tag = tag
        self.line = line
        self.text = ""
        self.children: dict[str, list[Node]] = {}

    def all(self, tag: str) -> list[Node]:
        return self.children.get(tag, [])

    def first(self, tag: str) -> Node | None:
        found = self.children.get(tag)
        return found[0] if found else None

    def value(self, tag: str) -> str | None:
        """The child's text, stripped; ``None`` when the child is absent or empty."""
        found = self.children.get(tag)
        return (found[0].text.strip() or None) if found else None


def refuse(message: str, remedy: str = "", *, file: str = "", **where: Any) -> PlanFileError:
    """An error for a file that cannot be read any further."""
    return PlanFileError([ImportProblem(message, remedy, file=file, **where)])


def too_large(file: str = "") -> PlanFileError:
    return refuse(f"is larger than {MAX_BYTES // 1024**2} MB", "Split the plan into smaller projects.", file=file)


def decompressed(data: bytes, file: str = "") -> bytes:
    """The bytes themselves, or what a gzip wrapper around them holds, up to :data:`MAX_BYTES`."""
    if data[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        try:
            data = unpacker.decompress(data, MAX_BYTES + 1)
        except zlib.error:
            raise refuse("is a damaged gzip file", "Compress it again or import the plain XML.", file=file) from None
        if not unpacker.eof and len(data) <= MAX_BYTES:
            raise refuse("ends before the gzip data is complete", "Copy the file again.", file=file)
    if len(data) > MAX_BYTES:
        raise too_large(file)
    return data


def check_kind(data: bytes, file: str = "") -> None:
    """Refuse by content what is plainly something else; the file's name is not believed."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head and not data.strip():
        raise refuse("is empty", _SAVE_AS, file=file)
    for signature, message, remedy in _SIGNATURES:
        if head.startswith(signature):
            raise refuse(message, remedy, file=file)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return  # UTF-16 with its mark: NUL bytes are part of it and expat reads it
    if b"\0" in data:
        raise refuse("contains NUL bytes", "The file is damaged or not text. " + _SAVE_AS, file=file)
    if not head.startswith(b"<"):
        raise refuse("is not XML", _SAVE_AS, file=file)


class _Builder(ContentHandler):
    """Builds the project's own fields into one node and hands each record to ``consume``."""

    def __init__(self, consume: Callable[[Node], None], line: Callable[[], int | None], file: str) -> None:
        super().__init__()
        self.consume = consume
        self.line = line
        self.file = file
        self.project: Node | None = None
        self.stack: list[Node] = []
        self.skipping = 0
        self.elements = 0
        self.records = dict.fromkeys(MAX_RECORDS, 0)
        self.text: list[str] = []
        self.length = 0

    def _refuse(self, message: str, remedy: str = "", **where: Any) -> PlanFileError:
        return refuse(message, remedy, file=self.file, line=self.line(), **where)

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:
        namespace, tag = name
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise self._refuse(f"has more than {MAX_ELEMENTS:,} XML elements", "Split the plan into smaller projects.")
        if self.skipping:
            self.skipping += 1
            if self.skipping > MAX_DEPTH:
                raise self._refuse("nests XML elements too deeply", _SAVE_AS)
            return
        if self.project is None:
            self._check_root(namespace, tag)
            self.project = Node(tag, 1)
            self.stack.append(self.project)
            return
        parent = self.stack[-1]
        depth = len(self.stack)
        if depth > MAX_DEPTH:
            raise self._refuse("nests XML elements too deeply", _SAVE_AS)
        if namespace != NAMESPACE or tag in _SKIPPED or (depth == 2 and _SECTIONS.get(parent.tag) != tag):
            self.skipping = 1
            return
        if depth == 2:
            self.records[tag] += 1
            if self.records[tag] > MAX_RECORDS[tag]:
                raise self._refuse(
                    f"has more than {MAX_RECORDS[tag]:,} {tag.lower()}s", "Split the plan into smaller projects."
                )
        self.text.clear()
        self.length = 0
        self.stack.append(Node(tag, self.line()))

    def _check_root(self, namespace: str | None, tag: str) -> None:
        if tag == "Project" and namespace == NAMESPACE:
            return
        if tag == "Project":
            raise self._refuse(
                "has the wrong XML namespace", f"MS Project XML declares {NAMESPACE}.", value=namespace or "none"
            )
        raise self._refuse("is XML, but not an MS Project plan", _SAVE_AS, value=f"<{tag}>")

    def characters(self, content: str) -> None:
        if self.skipping:
            return
        self.length += len(content)
        if self.length > MAX_TEXT:
            raise self._refuse(f"has a field of more than {MAX_TEXT:,} characters", "Shorten it in MS Project.")
        self.text.append(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        node = self.stack.pop()
        if not node.children:
            node.text = "".join(self.text)
        self.text.clear()
        self.length = 0
        if not self.stack:
            return
        if len(self.stack) == 2 and self.stack[-1].tag in _SECTIONS:
            self.consume(node)
            return
        self.stack[-1].children.setdefault(node.tag, []).append(node)


def _pieces(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    for start in range(0, len(data), _PIECE):
        yield bytes(view[start : start + _PIECE])


def parse(data: bytes, consume: Callable[[Node], None], file: str = "") -> Node:
    """Parse the document: every record goes to ``consume``, the project's own fields are returned.

    Raises :class:`PlanFileError` for anything that is not one whole, safe MS Project XML document.
    """
    check_kind(data, file)
    parser = DefusedExpatParser(namespaceHandling=1, forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    builder = _Builder(consume, parser.getLineNumber, file)
    parser.setContentHandler(builder)
    try:
        for piece in _pieces(data):
            parser.feed(piece)
        parser.close()
    except DefusedXmlException:
        raise refuse(
            "declares a document type or entities, which is refused as unsafe",
            "Remove the <!DOCTYPE …> part; MS Project never writes one.",
            file=file,
        ) from None
    except SAXParseException as error:
        raise refuse(
            f"is not well-formed XML: {error.getMessage()}",
            "The file is damaged or cut off. Copy or export it again.",
            file=file,
            line=error.getLineNumber(),
        ) from None
    if builder.project is None:
        raise refuse("is empty", _SAVE_AS, file=file)
    return builder.project
