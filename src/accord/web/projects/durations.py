"""Durations as people write them: 3d, 4h, 1:30, 90min, 2w, and 1d 4h."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext

from accord.core.durations import clock_minutes
from accord.core.money import round_half_up
from accord.core.texts import gettext_lazy
from accord.web.shell.templatetags.shell import NARROW

_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(weeks?|w|days?|d|hours?|h|minutes?|min|m)?", re.IGNORECASE)
EXAMPLES = gettext_lazy("Enter 3d, 4h, 90min or 2w. A number alone means days.")


def minutes_of(text: str, per_day: int) -> int | None:
    """Minutes of a written duration, a plain number being days; None for nothing. Raises ``ValueError``."""
    rest = text.strip()
    if not rest:
        return None
    if (clock := clock_minutes(rest.removesuffix("h"))) is not None:
        return clock
    unit_minutes = {"w": 5 * per_day, "d": per_day, "h": 60, "m": 1}
    total, at = Decimal(0), 0
    while at < len(rest):
        found = _PART.match(rest, at)
        if found is None:
            raise ValueError(
                gettext("“%(text)s” isn't a duration. %(examples)s") % {"text": text, "examples": EXAMPLES}
            )
        unit = (found[2] or "d")[0].lower()
        total += Decimal(found[1].replace(",", ".")) * unit_minutes[unit]
        at = found.end()
        while at < len(rest) and rest[at].isspace():
            at += 1
    return int(round_half_up(total, 0))


def written(minutes: int | None, per_day: int) -> str:
    """As short as it can be said, to a hundredth: 2.5d, 4h, 20min; nothing for nothing."""
    return "" if minutes is None else "".join(_parts(minutes, per_day))


def written_together(minutes: Iterable[int], per_day: int) -> str:
    """Durations beside one another on a page: 2 / 3.5 / 5 d, the unit named once where all have the same."""
    parts = [_parts(each, per_day) for each in minutes]
    if len({unit for _, unit in parts}) == 1:
        return f"{' / '.join(figure for figure, _ in parts)}{NARROW}{parts[0][1]}"
    return " / ".join(f"{figure}{NARROW}{unit}" for figure, unit in parts)


def _parts(minutes: int, per_day: int) -> tuple[str, str]:
    size, unit = (per_day, "d") if minutes >= per_day else (60, "h") if minutes >= 60 else (1, "min")
    return f"{round_half_up(Decimal(minutes) / size, 2).normalize():f}", unit
