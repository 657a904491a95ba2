"""Lists over the API come in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from accord.core.events import plain
from accord.core.money_fields import money_fields_of
from accord.core.seen import look_up, named

MOST = 500
MAX_KEY = 2**63 - 1  # what the databases count with


Key = Annotated[int, Field(ge=1, le=MAX_KEY)]  # a record's id


class Paging(Schema):
    """``limit`` rows (at most 500) after the first ``offset``."""

    limit: int = 100
    offset: Annotated[int, Field(le=MAX_KEY)] = 0


def page(
    rows: QuerySet[Any], paging: Paging, shape: Callable[[Any], dict[str, Any]] | Sequence[str], *, user: Any
) -> dict[str, Any]:
    """``{"count", "next_offset", "items"}``; ``shape`` makes the answer of a row, or names its fields."""

    def row_of(row: Any) -> dict[str, Any]:
        return shape(row) if callable(shape) else values(row, *shape, user=user)

    return page_of_rows(rows, paging, row_of, before=lambda found: look_up(user, found))


def page_of_rows(
    rows: QuerySet[Any],
    paging: Paging,
    shape: Callable[[Any], dict[str, Any]],
    before: Callable[[list[Any]], None] = lambda found: None,
) -> dict[str, Any]:
    """The same of rows that are no records; ``before`` gets those of the page first."""
    limit, offset = min(max(paging.limit, 1), MOST), max(paging.offset, 0)
    count = rows.count()
    found = list(rows[offset : offset + limit])
    before(found)
    following = offset + limit
    items = [shape(row) for row in found]
    return {"count": count, "next_offset": following if following < count else None, "items": items}


def values(row: Any, *names: str, user: Any, money: bool | None = None) -> dict[str, Any]:
    """The named fields of a row that ``user`` may see: amounts as text (exact), references by id and name.

    What a row names, but ``user`` may not see, is null. Amounts are absent for who may not see them, by what the model
    declares as its ``money_fields``; ``money`` says it beforehand, where all rows of a list belong to one record.
    """
    hidden = money_fields_of(type(row)) & set(names)
    if hidden and (row.shows_money_to(user) if money is None else money):
        hidden = frozenset()
    return {"id": row.pk, **{name: plain(named(row, name, user)) for name in names if name not in hidden}}
