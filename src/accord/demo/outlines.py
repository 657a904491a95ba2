"""Outlines read into tasks and links. The notation is told in services.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import Random

from accord.demo.programmes import Programme
from accord.engines.planning.plan import LagUnit, Link, LinkType

DAY = 480
_LINK = re.compile(r"(FS|SS|FF|SF)(?:([+-]\d+)([%e]?))?$")


@dataclass(frozen=True, slots=True)
class Line:
    """One task of an outline before it has dates and people."""

    name: str
    days: float = 0
    who: tuple[tuple[str, float | None], ...] = ()
    link: tuple[LinkType, float, LagUnit] = (LinkType.FS, 0, LagUnit.WORKING)
    cost: int = 0
    beside: bool = False
    milestone: bool = False
    optional: bool = False
    appointment: bool = False
    on_site: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A line with its number and the number of the phase it lies in."""

    uid: int
    parent: int | None
    line: Line
    minutes: int = 0


@dataclass
class Outline:
    """Tasks in outline order, and what waits for what."""

    nodes: list[Node] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def leaves(self) -> list[Node]:
        return [n for n in self.nodes if not n.line.heading]


def read(text: str) -> list[Line]:
    """The lines of an outline."""
    return [_line(row) for row in text.splitlines() if row.strip()]


def _line(row: str) -> Line:
    if not row.startswith(" "):
        return Line(row.strip(), heading=True)
    cells = [cell.strip() for cell in row.split("|")] + [""] * 4
    marks = re.match(r"[?=*@#]*", cells[0])
    assert marks is not None
    signs = marks.group()
    return Line(
        name=cells[0][len(signs) :],
        days=float(cells[1] or 0),
        who=tuple(_skill(word) for word in cells[2].split()),
        link=_link(cells[3]),
        cost=int(cells[4] or 0),
        beside="=" in signs,
        milestone="*" in signs,
        optional="?" in signs,
        appointment="@" in signs,
        on_site="#" in signs,
    )


def _skill(word: str) -> tuple[str, float | None]:
    skill, _, share = word.partition(":")
    return skill, float(share) if share else None


def _link(text: str) -> tuple[LinkType, float, LagUnit]:
    if not text:
        return LinkType.FS, 0, LagUnit.WORKING
    found = _LINK.match(text)
    assert found is not None, text
    kind, amount, unit = LinkType(found[1]), float(found[2] or 0), found[3]
    if unit == "%":
        return kind, amount, LagUnit.PERCENT
    return (kind, amount * 1440, LagUnit.ELAPSED) if unit == "e" else (kind, amount * DAY, LagUnit.WORKING)


class Writer:
    """Numbers lines and links them as they come."""

    def __init__(self, chance: Random, size: float) -> None:
        self.chance, self.size = chance, size
        self.outline = Outline()
        self._phase: int | None = None
        self._gates: list[int] = []  # ends of the phase before
        self._ends: list[int] = []  # open ends of this phase
        self._above: int | None = None
        self._waits: list[Link] = []  # what the task above waits for

    def write(self, lines: Iterable[Line]) -> None:
        """Add a sequence of phases, each after the one before."""
        for line in lines:
            if line.heading:
                self.open(line.name)
            elif not (line.optional and self.chance.random() < 0.35):
                self._task(line)

    def open(self, name: str) -> int:
        """Begin a phase; it waits for what is open so far."""
        self._gates = self._ends or self._gates
        self._ends, self._above, self._waits = [], None, []
        self._phase = self._number(Line(name, heading=True), None)
        return self._phase

    def block(
        self, name: str, lines: Iterable[Line], after: list[int], beside: int | None, stagger: int
    ) -> tuple[int, list[int]]:
        """A phase that starts ``stagger`` days after the task ``beside``, or after the tasks ``after``.

        Returns its first task and its open ends.
        """
        self._gates, self._ends = list(after), []
        phase = self.open(name)
        if beside is not None:
            self._gates = []
        first = len(self.outline.nodes)
        self.write(lines)
        start = self.outline.nodes[first].uid
        if beside is not None:
            self.outline.links.append(Link(beside, start, LinkType.SS, stagger * DAY))
        assert phase == self._phase
        return start, list(self._ends)

    def _number(self, line: Line, parent: int | None, minutes: int = 0) -> int:
        uid = len(self.outline.nodes) + 1
        self.outline.nodes.append(Node(uid, parent, line, minutes))
        return uid

    def _task(self, line: Line) -> None:
        minutes = 0
        if line.days and not line.milestone:
            days = line.days * self.size * self.chance.uniform(0.85, 1.2) if line.days > 2 else line.days
            minutes = max(1, round(days * 2)) * (DAY // 2)
        uid = self._number(line, self._phase, minutes)
        kind, lag, unit = line.link
        if line.milestone and self._ends:
            waits = [Link(end, uid) for end in self._ends]
        elif self._above is None:
            waits = [Link(gate, uid) for gate in self._gates]
        elif line.beside:
            waits = [replace(link, successor=uid) for link in self._waits]
        else:
            waits = [Link(self._above, uid, kind, lag, unit)]
        closed = {link.predecessor for link in waits if link.type in (LinkType.FS, LinkType.FF)}
        self._ends = [end for end in self._ends if end not in closed] + [uid]
        self.outline.links += waits
        self._above, self._waits = uid, waits


def service_outline(chance: Random, text: str, size: float) -> Outline:
    """The tasks of a usual project."""
    writer = Writer(chance, size)
    writer.write(read(text))
    return writer.outline


def programme_outline(chance: Random, programme: Programme, size: float) -> Outline:
    """The tasks of a large project; ``size`` sets the number of its parts."""
    writer = Writer(chance, 1.0)
    writer.write(read(programme.opening))
    opened = list(writer._ends)
    count = max(3, min(len(programme.parts), round(14 * size)))
    lines = read(programme.block)
    ends: list[int] = []
    beside: int | None = None
    for part in programme.parts[:count]:
        own = [replace(line, name=line.name.format(part=part)) for line in lines]
        stagger = programme.stagger + chance.randint(-2, 2)
        beside, open_ends = writer.block(part[0].upper() + part[1:], own, opened, beside, stagger)
        ends += open_ends
    writer._gates, writer._ends = ends, []
    writer.write(read(programme.closing))
    return writer.outline


def leaves_after(outline: Outline, host: Node) -> list[Node]:
    """The milestone that closes the phase of ``host``."""
    return [n for n in outline.leaves() if n.parent == host.parent and n.line.milestone][-1:]


def creep_outline(outline: Outline, chance: Random, share: float) -> frozenset[int]:
    """Add tasks that were never agreed to the build phases; returns their numbers.

    They hang on tasks of their phase and hold up what follows, as additions do.
    """
    wishes = (
        "Request history",
        "Spreadsheet export",
        "Dark mode",
        "Second sign-in method",
        "Bulk upload",
        "SMS notifications",
        "Usage statistics",
        "Printable version",
        "Sandbox data",
        "Rate limits per API key",
        "French translation",
        "Audit log",
    )
    leaves = [n for n in outline.leaves() if n.minutes >= DAY and n.line.who]
    hosts = chance.sample(leaves, min(len(wishes), round(len(leaves) * share)))
    added = set()
    for host, wish in zip(sorted(hosts, key=lambda n: n.uid), wishes, strict=False):
        uid = max(n.uid for n in outline.nodes) + 1
        line = Line(f"{wish} (client request)", who=host.line.who)
        place = outline.nodes.index(host) + 1
        outline.nodes.insert(place, Node(uid, host.parent, line, chance.choice((1, 2, 2, 3, 4)) * DAY))
        outline.links.append(Link(host.uid, uid))
        outline.links += [Link(uid, n.uid) for n in leaves_after(outline, host)]
        added.add(uid)
    return frozenset(added)
