"""How survival curves are shown, wherever they come from."""

from __future__ import annotations

from typing import Any

from accord.cli.report import Block, Line, LineChart, Table
from accord.cli.tables import UNKNOWN, share_range
from accord.cli.texts import gettext

_MOST_LINES = 5


def survival_blocks(curves: list[tuple[str, dict[str, Any]]], unit: str) -> list[Block]:
    """A chart of all curves and a table of each; the time is in ``unit``."""
    if len(curves) > _MOST_LINES:
        caption = gettext("Kaplan-Meier; bands are 95%% intervals. The first %(shown)s of %(groups)s groups.") % {
            "shown": _MOST_LINES,
            "groups": len(curves),
        }
    else:
        caption = gettext("Kaplan-Meier; bands are 95% intervals.")
    blocks: list[Block] = [
        LineChart(
            gettext("Share of clients still here"),
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
            gettext("share still here"),
            percent=True,
            caption=caption,
        )
    ]
    for name, curve in curves:
        points = curve["table"]
        median = curve["median"]
        words = gettext("not reached") if median[0] is None else f"{median[0]:g}{_interval(median[1:])}"
        blocks.append(
            Table(
                gettext("Survival of %(name)s") % {"name": name},
                [
                    (head, "right")
                    for head in (
                        unit,
                        gettext("At risk"),
                        gettext("Left by then"),
                        gettext("Still here"),
                        gettext("95% interval"),
                    )
                ],
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
                gettext(
                    "%(clients)s clients, %(left)s left. Half have left after: %(median)s. Mean time here within "
                    "%(longest)s: %(mean)s."
                )
                % {
                    "clients": f"{curve['clients']:,.0f}",
                    "left": f"{curve['leavings']:,.0f}",
                    "median": words,
                    "longest": f"{curve['longest']:g}",
                    "mean": f"{curve['restricted_mean']:,.1f}",
                },
            )
        )
    return blocks


def _interval(ends: list[float | None]) -> str:
    if ends[0] is None:
        return ""
    return f" ({ends[0]:g}–{UNKNOWN if ends[1] is None else format(ends[1], 'g')})"
