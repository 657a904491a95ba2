"""The charts of the retention page. Each stands beside a table of the same figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext, ngettext
from numpy.typing import ArrayLike, NDArray

from accord.engines.customers.intervals import wilson
from accord.engines.customers.kaplan_meier import SurvivalCurve
from accord.web.shell.chart_axes import date_form
from accord.web.shell.drawing import drawing
from accord.web.shell.templatetags.shell import day, money, percent

Floats = NDArray[np.float64]


def rates_chart(rows: list[dict[str, Any]], rates: list[tuple[str, str]]) -> dict[str, Any] | None:
    """``rates`` (name, label) of the periods in ``rows``, each with its interval; None where none is known twice."""
    points = []
    for name, label in rates:
        for row in rows:
            if (value := row.get(name)) is None:
                continue
            low, high = row["intervals"].get(name) or (float(value), float(value))
            tip = {
                gettext("12 months to"): day(date.fromisoformat(row["end"])),
                label: percent(Decimal(value)),
                gettext("95% interval"): interval_text(low, high),
            }
            points.append(
                {"when": row["end"], "what": label, "value": float(value), "low": low, "high": high, "tip": tip}
            )
    if len(points) < 2:
        return None
    return drawing("rate-series", {"points": points}, form=date_form(date.fromisoformat(row["end"]) for row in rows))


def interval_text(low: float, high: float) -> str:
    """An interval of shares: "5–30%"."""
    return f"{percent(low, 0).removesuffix('%')}–{percent(high, 0)}"


def bridge_chart(steps: list[tuple[str, str, Decimal, Decimal]], currency: str) -> dict[str, Any]:
    """``steps`` (name, side, from, to) as bars that stand on one another."""
    drawn = [
        {
            "name": name,
            "side": side,
            "from": float(start),
            "to": float(end),
            "tip": {name: money(end if side == "total" else end - start, currency)},
        }
        for name, side, start, end in steps
    ]
    return drawing("waterfall", {"steps": drawn}, unit=currency)


def ranges(curve: SurvivalCurve, times: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Survival with its interval at ``times``. Before the first loss the curve knows of no spread: what so many
    observed clients without a loss leave open (Wilson) is the interval then."""
    shares, lows, highs = curve.at(times)
    for place, (share, at_risk) in enumerate(zip(shares, curve.at_risk_at(times), strict=True)):
        unseen = wilson(0, int(at_risk)) if share == 1 else None
        if unseen is not None:
            lows[place] = 1 - unseen.high
    return shares, lows, highs


def survival_chart(curve: SurvivalCurve, label: str) -> dict[str, Any]:
    """The curve month by month, as long as anyone was observed."""
    months = np.arange(0, int(curve.time[-1]) + 1)
    shares, lows, highs = ranges(curve, months)
    at_risk = curve.at_risk_at(months)
    points = [
        {
            "months": int(month),
            "what": label,
            "value": float(share),
            "low": float(low),
            "high": float(high),
            "tip": {
                gettext("After"): ngettext("%(count)s month", "%(count)s months", int(month)) % {"count": int(month)},
                label: percent(float(share)),
                gettext("95% interval"): interval_text(float(low), float(high)),
                gettext("Observed so long"): f"{at_risk[place]:,.0f}",
            },
        }
        for place, (month, share, low, high) in enumerate(zip(months, shares, lows, highs, strict=True))
    ]
    return drawing("survival", {"points": points}, unit=gettext("Months since the start"))
