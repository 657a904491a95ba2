"""How survival curves are shown, wherever they come from."""

from __future__ import annotations

from typing import Any

from accord.cli.report import Block, Line, LineChart, Table
from accord.cli.tables import UNKNOWN, share_range

_MOST_LINES = 5


def survival_blocks(curves: list[tuple[str, dict[str, Any]]], unit: str) -> list[Block]:
    """A chart of all curves and a table of each; the time is in ``unit``."""
    caption = "Kaplan-Meier; bands are 95% intervals."
    if len(curves) > _MOST_LINES:
        caption += f" The first {_MOST_LINES} of {len(curves)} groups."
    blocks: list[Block] = [
        LineChart(
            "Share of clients still here",
            [
                Line(
                    name,
                    [0.0, *curve["time"]],
                    [1.0, *curve["survival"]],
                    low=[1.0, *curve["low"]],
                    high=[1.0, *curve["high"]],
                    steps=True,
                )
                for name, curve in curves[:_MOST_LINES]
            ],
            unit,
            "share still here",
            percent=True,
            caption=caption,
        )
    ]
    for name, curve in curves:
        points = curve["table"]
        median = curve["median"]
        words = "not reached" if median[0] is None else f"{median[0]:g}{_interval(median[1:])}"
        blocks.append(
            Table(
                f"Survival of {name}",
                [(head, "right") for head in (unit, "At risk", "Left by then", "Still here", "95% interval")],
                [
                    [
                        f"{point['time']:g}",
                        f"{point['at_risk']:,.0f}",
                        f"{point['left']:,.0f}",
                        f"{point['survival']:.1%}",
                        share_range(point["low"], point["high"]),
                    ]
                    for point in points
                ],
                f"{curve['clients']:,.0f} clients, {curve['leavings']:,.0f} left. Half have left after: {words}. "
                f"Mean time here within {curve['longest']:g}: {curve['restricted_mean']:,.1f}.",
            )
        )
    return blocks


def _interval(ends: list[float | None]) -> str:
    if ends[0] is None:
        return ""
    return f" ({ends[0]:g}–{UNKNOWN if ends[1] is None else format(ends[1], 'g')})"
