"""The clients that have a story."""

from __future__ import annotations

from accord.demo import leaving, settled, troubled

STORIES = (
    troubled.BEST,
    troubled.QUIET,
    troubled.OVER_BUDGET,
    troubled.CREEP,
    settled.RECOVERED,
    troubled.DETRACTOR,
    troubled.RENEWAL,
    settled.PROSPECT,
    troubled.PROMISED,
    troubled.UNKNOWN,
    settled.STERLING,
    settled.EMPTY,
    settled.GROWING,
    leaving.SHRINKING,
    leaving.LOST,
    troubled.FROZEN,
    settled.DOLLAR,
    settled.FRANC,
    settled.GROUP,
    *settled.GROUP_PARTS,
)
