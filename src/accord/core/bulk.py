"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models, router


def update_rows(rows: Iterable[models.Model], names: Sequence[str]) -> int:
    """Write the fields ``names`` of each row; returns how many rows there were.

    One prepared UPDATE runs over all rows. ``bulk_update`` builds a CASE per column and row instead, which takes
    seconds to compile for a plan of a few hundred tasks (610 tasks: 8.6 s against 0.03 s).
    """
    rows = list(rows)
    if not rows:
        return 0
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    key: Any = model._meta.pk
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {quote(key.column)} = %s"
    values = [[*(_stored(f, getattr(row, f.attname), connection) for f in fields), row.pk] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
    return len(rows)


def _stored(field: Any, value: Any, connection: Any) -> Any:
    return field.get_db_prep_save(value, connection)
