"""How figures look: rich tables for people, plain JSON numbers for machines."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

UNKNOWN = "—"
_PLAIN_WIDTH = 180  # where the output is not a terminal: a file or a pipe wraps nothing


def print_json(document: Any) -> None:
    """One JSON document on standard output: decimals as numbers, moments in ISO 8601."""
    click.echo(json.dumps(document, default=_plain, indent=2, ensure_ascii=False))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value % 1 == 0 else float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def print_table(title: str, columns: list[tuple[str, str]], rows: list[list[str]], caption: str = "") -> None:
    """A table with ``columns`` of (heading, ``left`` or ``right``); cells are plain text, never markup."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for heading, justify in columns:
        right = justify == "right"
        table.add_column(
            Text(heading), justify="right" if right else "left", no_wrap=right, overflow="fold", min_width=len(heading)
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH, highlight=False)
    # Not the table's own title, which would wrap at a narrow table's width.
    console.print(Text(title, style="bold"), table, sep="\n")
    if caption:
        console.print(Text(caption))


def amount(value: Decimal | None, places: int = 2) -> str:
    """Money with thousands separated, or the sign of the unknown."""
    return UNKNOWN if value is None else f"{value:,.{places}f}"


def share(value: Decimal | None) -> str:
    """A ratio as a percentage."""
    return UNKNOWN if value is None else f"{value:.1%}"


def share_range(low: float, high: float) -> str:
    """A range of ratios, with one sign: 9.0–31.0%."""
    return f"{low * 100:.1f}–{high * 100:.1f}%"


def minute(value: datetime | None) -> str:
    """A moment to the minute."""
    return UNKNOWN if value is None else value.strftime("%Y-%m-%d %H:%M")


def working_days(minutes: int | None, minutes_per_day: int) -> str:
    """Minutes of work as days of the plan's own length."""
    return UNKNOWN if minutes is None else f"{minutes / minutes_per_day:,.2f}".rstrip("0").rstrip(".") + " d"
