"""The words of a mail that is written in HTML."""

from __future__ import annotations

from contextlib import suppress
from enum import IntEnum
from typing import Any

from lxml import etree

LONGEST_HTML = 500_000
_BLOCKS = (
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table tbody tfoot thead tr ul"
)
_LINES = frozenset(_BLOCKS.split(" "))
_APART = frozenset({"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_MUTE = "script style head title template noscript object iframe select textarea svg math video audio canvas"
_NOT_SHOWN = frozenset(_MUTE.split(" "))
_CELLS = frozenset({"td", "th"})
_MARKED = {"sup": "^"} | dict.fromkeys(("sub", "del", "ins", "s", "strike"), " ")  # shown apart by their form only
_LONGEST_LINK = 120  # longer ones count their readers, and say nothing to people


def text_of_html(html: str) -> str:
    """What a browser would show of ``html``, in lines.

    Cells of a table stand apart on one line, hidden text is left out, and a link that is not its own text follows it.
    """
    writer = _Writer()
    parser = etree.HTMLParser(target=writer, recover=True, huge_tree=True, no_network=True)
    with suppress(etree.XMLSyntaxError, ValueError):  # nothing in it, or no more of it can be read
        etree.fromstring(html[:LONGEST_HTML].replace("\0", ""), parser)
    return writer.text()


class _Gap(IntEnum):
    """What lies between two pieces of text."""

    NONE, SPACE, LINE, PARAGRAPH = range(4)


class _Cell:
    """A cell of a table: blocks at its very beginning and end part nothing, as programs put a paragraph in each."""

    def __init__(self) -> None:
        self.has_text = self.has_lines = False


class _Writer:
    """What the parser calls for each element; it closes those that the mail leaves open."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.gap = _Gap.NONE
        self.muted = 0  # elements that are open inside of one that is not shown, with it
        self.cells: list[_Cell] = []
        self.links: list[tuple[str, int]] = []
        self.as_written = [False]  # of each open element: its blanks and lines are those of the text
        self.mark = ""  # between two figures that only their form parts

    def start(self, tag: str, attributes: Any) -> None:
        self.as_written.append(_as_written(tag, attributes, inherited=self.as_written[-1]))
        if self.muted or tag in _NOT_SHOWN or _is_hidden(attributes):
            self.muted += 1
        elif tag == "br":
            self._part(_Gap.PARAGRAPH if self.gap >= _Gap.LINE else _Gap.LINE)
        elif tag in _CELLS:
            self._part(_Gap.SPACE)
            self.cells.append(_Cell())
        elif tag in _LINES:
            self._part(_Gap.PARAGRAPH if tag in _APART else _Gap.LINE)
        elif tag in _MARKED:
            self.mark = _MARKED[tag]
        elif tag == "a":
            self.links.append((attributes.get("href", "").strip(), len(self.pieces)))

    def end(self, tag: str) -> None:
        if len(self.as_written) > 1:
            self.as_written.pop()
        if self.muted:
            self.muted -= 1
        elif tag in _CELLS and self.cells:
            cell = self.cells.pop()
            if cell.has_text:
                self.gap = _Gap.LINE if cell.has_lines else _Gap.SPACE
                self._mark_cell(lines=cell.has_lines)
        elif tag in _LINES:
            self._part(_Gap.PARAGRAPH if tag in _APART else _Gap.LINE)
        elif tag in _MARKED:
            self.mark = " "
        elif tag == "a" and self.links:
            self._link(*self.links.pop())

    def data(self, text: str) -> None:
        if self.as_written[-1] and not self.muted and len(lines := text.replace("\r", "").split("\n")) > 1:
            for place, line in enumerate(lines):
                if place:
                    self._part(_Gap.PARAGRAPH if self.gap >= _Gap.LINE else _Gap.LINE)
                self._say(line)
        else:
            self._say(text)

    def _say(self, text: str) -> None:
        words = text.strip() if self.as_written[-1] else " ".join(text.split())
        if self.muted or not words:
            if not self.muted and text:
                self.gap = max(self.gap, _Gap.SPACE)
            return
        if text[0].isspace():
            self.gap = max(self.gap, _Gap.SPACE)
        if self.pieces:
            if self.mark and self.gap == _Gap.NONE and self.pieces[-1][-1:].isdigit() and words[0].isdigit():
                self.pieces.append(self.mark)
            self.pieces.append(("", " ", "\n", "\n\n")[self.gap])
            self._mark_cell(lines=self.gap >= _Gap.LINE and bool(self.cells) and self.cells[-1].has_text)
        self._mark_cell(lines=False)
        self.pieces.append(words)
        self.mark = ""
        self.gap = _Gap.SPACE if text[-1].isspace() else _Gap.NONE

    def comment(self, text: str) -> None:
        """Nobody sees it."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nobody sees it."""

    def close(self) -> None:
        """All was written."""

    def text(self) -> str:
        return "".join(self.pieces)

    def _part(self, gap: _Gap) -> None:
        if gap == _Gap.SPACE or not self.cells or self.cells[-1].has_text:
            self.gap = max(self.gap, gap)

    def _mark_cell(self, *, lines: bool) -> None:
        if self.cells:
            self.cells[-1].has_text = True
            self.cells[-1].has_lines |= lines

    def _link(self, target: str, since: int) -> None:
        said = "".join(self.pieces[since:]).strip()
        if not target.startswith(("http://", "https://")) or len(target) > _LONGEST_LINK:
            return
        if said and said.rstrip("/").removeprefix("https://") not in target:
            self.pieces.append(f" <{target}>")


def _as_written(tag: str, attributes: Any, *, inherited: bool) -> bool:
    _, found, style = "".join(attributes.get("style", "").lower().split()).partition("white-space:")
    if found:
        return style.startswith(("pre", "break-spaces"))
    return inherited or tag in ("pre", "textarea")


def _is_hidden(attributes: Any) -> bool:
    style = "".join(attributes.get("style", "").lower().split())
    return (
        "hidden" in attributes
        or "display:none" in style
        or "visibility:hidden" in style
        or "mso-hide:all" in style
    )  # fmt: skip
