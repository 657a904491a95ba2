"""The clients that a page of Explore is about: those whose money the reader may see, as its filters ask."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accord.insight.models import ClientFigure
from accord.insight.queries import client_figures
from accord.insight.queries_segments import in_segment


def explored(user: Any, values: dict[str, Any]) -> QuerySet[ClientFigure]:
    """Rows of the newest run. ``values``: ``segment``, ``kind`` and ``whose``; what is empty asks for nothing.

    Accounts that never ordered anything are in no figure: they have no row of the forecast.
    """
    rows = in_segment(client_figures(user).exclude(first_decision_on=None), values.get("segment", ""), user)
    if kind := values.get("kind"):
        rows = rows.filter(kind=kind)
    if whose := values.get("whose"):
        rows = rows.filter(account__owner={"me": user, "nobody": None}.get(whose, whose))
    return rows.order_by("account__name", "pk")
