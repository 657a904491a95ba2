"""Health set by hand, applied to what was calculated: health and chances change together, by the one scale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from accord.engines.customers.client_health import chance_of_health
from accord.insight.models import ClientFigure, HealthOverride
from accord.insight.queries import newest_runs

CALCULATED = ("health", "chance", "chance_low", "chance_high", "chance_90", "chance_180")


def overrides_on(day: date, accounts: Iterable[int] | None = None) -> dict[int, HealthOverride]:
    """What is set by hand and valid on ``day``, by account: the newest that was set until then."""
    rows = HealthOverride.objects.filter(until__gte=day, created_at__date__lte=day)
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    return {row.account_id: row for row in rows.order_by("pk")}


def apply_override(row: ClientFigure, override: HealthOverride | None, typical: float) -> None:
    """Let ``override`` count in ``row`` (unsaved), or what was calculated where there is none.

    Only of active clients: notice given is a fact. The chances of 90 and 180 days keep their share of the year's.
    """
    for name, value in row.calculated.items():
        setattr(row, name, value)
    row.override, row.calculated = None, {}
    if override is None or row.state != ClientFigure.State.ACTIVE or row.chance is None:
        return
    row.override = override
    row.calculated = {name: getattr(row, name) for name in CALCULATED}
    chance = chance_of_health(override.health, typical)
    before = row.chance
    row.health, row.chance = float(override.health), chance
    row.chance_90, row.chance_180 = (_rescaled(part or 0.0, before, chance) for part in (row.chance_90, row.chance_180))
    row.chance_low = row.chance_high = None  # an opinion has no interval


def _rescaled(part: float, before: float, now: float) -> float:
    """The chance of a shorter time, where the year's goes from ``before`` to ``now``: the same share of its hazard."""
    share = np.log1p(-part) / np.log1p(-before) if 0 < before < 1 else 0.25
    return float(-np.expm1(share * np.log1p(-now)))


def refresh_overrides(accounts: Iterable[int], today: date) -> int:
    """Apply what is set by hand today to the newest run's rows of ``accounts``; returns how many rows."""
    run = newest_runs().first()
    if run is None or "typical" not in run.model:
        return 0
    rows = list(ClientFigure.objects.filter(analysis=run, account__in=accounts))
    found = overrides_on(today, [row.account_id for row in rows])
    for row in rows:
        apply_override(row, found.get(row.account_id), run.model["typical"])
    return ClientFigure.objects.bulk_update(rows, [*CALCULATED, "override", "calculated"])
