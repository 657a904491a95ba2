"""Short lists of other rows that come with a record in its own query: its tags, its addresses, the fields of a firm.

A page of one record would ask for each of them by a query of its own, which costs more than the rows are worth.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import Func, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=models.Model)


class _Array(Func):
    """All values as one JSON array; not an ``Aggregate``, which would group the rows."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def rows_as_json(rows: QuerySet[Any], *fields: str) -> Subquery:
    """For ``annotate``: primary keys and these text and number ``fields`` of ``rows``; :func:`read_rows` reads it."""
    each = JSONObject(id="pk", **{name: name for name in fields})
    return Subquery(rows.order_by().values(found=_Array(each)), output_field=JSONField())


def read_rows(model: type[M], found: list[dict[str, Any]] | None, *order: str) -> list[M]:
    """The rows of ``model`` that :func:`rows_as_json` found, by these fields; what they lack is deferred."""
    rows = [model.from_db("default", list(row), list(row.values())) for row in _by_column(model, found or [])]
    return sorted(rows, key=lambda row: tuple(_folded(getattr(row, name)) for name in (*order, "pk")))


def fill(record: models.Model, name: str, rows: list[Any]) -> None:
    """Let ``record``'s related rows ``name`` be these, as if they were prefetched."""
    found = getattr(record, name).all()
    found._result_cache, found._prefetch_done = rows, True
    record.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def _by_column(model: type[models.Model], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of the model's columns, as ``from_db`` wants them."""
    return [
        {field.attname: row[field.attname] for field in model._meta.concrete_fields if field.attname in row}
        for row in found
    ]


def _folded(value: Any) -> Any:
    return (value.casefold(), value) if isinstance(value, str) else value
