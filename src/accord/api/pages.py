"""Lists over the API come in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from ninja import Schema

from accord.core.events import plain

MOST = 500


class Paging(Schema):
    """``limit`` rows (at most 500) after the first ``offset``."""

    limit: int = 100
    offset: int = 0


def page(rows: QuerySet[Any], paging: Paging, shape: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """``{"count", "next_offset", "items"}``."""
    limit, offset = min(max(paging.limit, 1), MOST), max(paging.offset, 0)
    count = rows.count()
    items = [shape(row) for row in rows[offset : offset + limit]]
    following = offset + limit
    return {"count": count, "next_offset": following if following < count else None, "items": items}


def values(row: Any, *names: str) -> dict[str, Any]:
    """The named fields of a row: amounts as text (exact), references by id."""
    return {"id": row.pk, **{name: plain(getattr(row, name)) for name in names}}
