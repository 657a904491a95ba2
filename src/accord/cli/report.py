"""A report: tables, figures, charts and notes in order, made once and shown twice, at the terminal and as HTML.

Charts are for HTML only; each stands beside a table with the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from accord.cli.tables import print_table
from accord.cli.texts import gettext

# A heading and "left" or "right".
Column = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark; ``warns`` where a figure can't be used as it stands."""

    text: str
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The main numbers: (name, value, range or other addition, definition)."""

    title: str
    rows: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are plain text. ``shades`` (0 to 1, or None) colour the cells of a heat map in HTML."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    shades: Sequence[Sequence[float | None]] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of a :class:`LineChart`, perhaps with a band; ``dashed`` for what is projected."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    steps: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class LineChart:
    """Curves over a common x; values are shares shown as percentages if ``percent``."""

    title: str
    lines: Sequence[Line]
    x_label: str
    y_label: str
    percent: bool = False
    caption: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars with their values in words; ``ranges`` are whiskers. A ``centre`` makes them diverge from it."""

    title: str
    labels: Sequence[str]
    values: Sequence[float]
    texts: Sequence[str]
    ranges: Sequence[tuple[float, float]] | None = None
    centre: float = 0.0
    logarithmic: bool = False
    caption: str = ""


Block = Note | Figures | Table | LineChart | BarChart


@dataclass(slots=True)
class Report:
    """What is said about one file."""

    title: str
    file: str
    facts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def add(self, *blocks: Block) -> None:
        self.blocks += blocks


def print_report(report: Report) -> None:
    """At the terminal: facts, tables, and the notes at the end."""
    for fact in report.facts:
        click.echo(fact)
    click.echo()
    for block in report.blocks:
        if isinstance(block, Figures):
            columns = [(gettext("Figure"), "left"), (gettext("Value"), "right"), (gettext("Definition"), "left")]
            print_table(
                block.title,
                columns,
                [
                    [name, f"{value} ({beside})" if beside else value, words]
                    for name, value, beside, words in block.rows
                ],
            )
        elif isinstance(block, Table):
            print_table(block.title, list(block.columns), [list(row) for row in block.rows], block.caption)
    for block in report.blocks:
        if isinstance(block, Note):
            click.echo(block.text)
