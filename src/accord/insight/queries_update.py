"""How an update of the client figures is doing."""

from __future__ import annotations

from typing import Any

from accord.insight.models import FiguresUpdate
from accord.insight.queries import require_firm_figures


def latest_update(user: Any) -> FiguresUpdate | None:
    """The update that is going on, else the last one; for who may see figures of the whole firm."""
    require_firm_figures(user)
    return FiguresUpdate.objects.select_related("by", "result").order_by("-pk").first()
