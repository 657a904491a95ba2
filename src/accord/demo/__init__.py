"""The demo firm: Northlight Partners, its clients and four years of work, made by chance from a seed.

Everything is told relative to ``today``, so the demo is never stale; ``docs/demo-firm.md`` names the stories.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accord.demo.people import SignIn


class NotEmpty(Exception):
    """The database holds accounts or people already: a demo is never mixed into real data."""


def build(
    seed: int = 7, echo: Callable[[str], Any] = print, today: date | None = None, scale: float = 1.0
) -> list[SignIn]:
    """Fill an empty database with the demo firm; returns a sign-in of each role.

    The same ``seed`` and ``today`` give the same firm. ``scale`` below 1 makes fewer clients and projects (the stories
    stay) for quick tests. Raises :class:`NotEmpty` and writes nothing if there are accounts or users already.
    """
    from accord.demo.stages import build_world

    return build_world(seed, echo, today or date.today(), scale)
