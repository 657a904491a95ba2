"""Writing many rows at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models, router

_LENGTH = re.compile(r"\([0-9, ]+\)")


def update_rows(rows: Iterable[models.Model], names: Sequence[str]) -> int:
    """Write the fields ``names`` of each row; returns how many rows there were.

    PostgreSQL takes all rows as arrays in one UPDATE, whose text is the same however many they are; SQLite prepares one
    UPDATE and runs it for each row. ``bulk_update`` builds a CASE per column and row instead, which takes seconds to
    compile for a plan of a few hundred tasks (610 tasks: 8.6 s against 0.03 s).
    """
    rows = list(rows)
    if not rows:
        return 0
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    key: Any = model._meta.pk
    quote = connection.ops.quote_name
    table, of_key = quote(model._meta.db_table), quote(key.column)
    columns = [quote(field.column) for field in fields]
    values = [[*(_stored(f, getattr(row, f.attname), connection) for f in fields), row.pk] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [_type(field, connection) for field in (*fields, key)]
            sql = (
                f"UPDATE {table} SET {', '.join(f'{column} = given.{column}' for column in columns)} "
                f"FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)}) AS given({', '.join(columns)}, {of_key}) "
                f"WHERE {table}.{of_key} = given.{of_key}"
            )
            cursor.execute(sql, [list(column) for column in zip(*values, strict=True)])
        else:
            sql = f"UPDATE {table} SET {', '.join(f'{column} = %s' for column in columns)} WHERE {of_key} = %s"
            cursor.executemany(sql, values)
    return len(rows)


def _type(field: Any, connection: Any) -> str:
    """The database's type of a column, of any length: a cast to ``varchar(9)`` would cut what the column refuses."""
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return _LENGTH.sub("", str(kind))


def _stored(field: Any, value: Any, connection: Any) -> Any:
    return field.get_db_prep_save(value, connection)
