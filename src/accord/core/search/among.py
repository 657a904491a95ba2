"""Asking the index about some rows only: those that somebody may see."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accord.core.search.queries import KEY, MOST_READ, condition, matches, phrases, spellings, wanted
from accord.core.search.schema import SHIFT, Indexed, rows_in, words_and_names

FEW, MANY = (
    2_000,
    20_000,
)  # rows that are compared one by one: at once, and where their matches are not among the newest


def newest_among(rows: QuerySet[Any], text: str, most: int) -> list[int]:
    """Keys of the newest of ``rows`` that match, up to ``most``, however many newer matches are not of ``rows``.

    Few rows are compared one by one, which costs as much as there are rows. Of many, the matches are read from the
    newest on until enough of them are of ``rows``: each is looked up there, by the conditions of ``rows`` itself.
    """
    each = rows_in(rows.model)
    using = router.db_for_read(rows.model)
    build = _sqlite if connections[using].vendor == "sqlite" else _postgresql
    try:
        return build(connections[using], each, rows.order_by(), text, most)
    except EmptyResultSet:  # nothing can be of rows, or match
        return []


def _some(rows: QuerySet[Any], most: int) -> list[int] | None:
    """The keys of ``rows``; None where there are more than ``most``."""
    keys = list(rows.values_list("pk", flat=True)[: most + 1])
    return keys if len(keys) <= most else None


def _looked_up(connection: Any, rows: QuerySet[Any], key: str) -> tuple[str, list[Any]]:
    """Whether the row with the primary key that the SQL ``key`` gives is one of ``rows``.

    A subquery that gives a value is asked row by row. EXISTS and IN would let PostgreSQL read the whole table first,
    because it cannot know that a match is soon found.
    """
    query = rows.filter(pk=RawSQL(key, [])).values_list("pk", flat=True)[:1].query
    sql, given = query.get_compiler(connection=connection).as_sql()
    return f"({sql}) IS NOT NULL", list(given)


def _keys(connection: Any, sql: str, given: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [row[0] for row in cursor.fetchall()]


def _postgresql(connection: Any, each: Indexed, rows: QuerySet[Any], text: str, most: int) -> list[int]:
    matching, given = condition(each, *wanted(each, text))
    if not matching:
        return []
    table, newest = f"search_{each.number}", "ORDER BY record_id DESC"

    def one_by_one(keys: list[int]) -> list[int]:
        sql = f"SELECT record_id FROM {table} WHERE record_id = ANY(%s) AND ({matching}) {newest} LIMIT {most}"
        return _keys(connection, sql, [keys, *given])

    if (keys := _some(rows, FEW)) is not None:
        return one_by_one(keys)
    of_rows, also = _looked_up(connection, rows, "n.record_id")
    found = _keys(
        connection,
        f"SELECT record_id FROM (SELECT * FROM {table} {newest} LIMIT {MOST_READ}) AS n "
        f"WHERE ({matching}) AND {of_rows} {newest} LIMIT {most}",
        [*given, *also],
    )
    if len(found) == most:
        return found
    if (keys := _some(rows, MANY)) is not None:
        return one_by_one(keys)
    return _keys(
        connection,
        f"SELECT record_id FROM (SELECT record_id FROM {table} WHERE {matching} {newest} OFFSET 0) AS n "
        f"WHERE {of_rows} {newest} LIMIT {most}",
        [*given, *also],
    )


def _sqlite(connection: Any, each: Indexed, rows: QuerySet[Any], text: str, most: int) -> list[int]:
    words, parts = wanted(each, text)
    if (keys := _some(rows, FEW)) is not None:
        return _compared(connection, each, keys, words, parts)[:most]
    of_rows, also = _looked_up(connection, rows, f"n.rowid & {KEY}")
    low = each.number << SHIFT
    found: set[int] = set()
    for table, match in matches(each, words, parts):
        sql = (
            f"SELECT n.rowid & {KEY} FROM {table} AS n WHERE {table} MATCH %s "
            f"AND n.rowid BETWEEN {low} AND {low + KEY} AND {of_rows} ORDER BY n.rowid DESC LIMIT {most}"
        )
        found |= set(_keys(connection, sql, [match, *also]))
    return sorted(found, reverse=True)[:most]


def _compared(connection: Any, each: Indexed, keys: list[int], words: list[str], parts: list[str]) -> list[int]:
    """Those of ``keys`` whose text matches, as FTS5 would say, which would search for the words anew for each key.

    The index does not hold the text, so it is folded again.
    """
    if not keys or not words:
        return []
    in_words, in_names = words_and_names(each)
    all_words, given = [], []
    for phrase in phrases(words):
        # A phrase of several characters ends with a whole one, a single word may go on.
        either = [f" {' '.join(phrase)} "] if len(phrase) > 1 else [f" {spelling}" for spelling in spellings(phrase[0])]
        all_words.append("(" + " OR ".join("instr(words, %s) > 0" for _ in either) + ")")
        given += either
    matching = " AND ".join(all_words)
    if parts and in_names:
        all_parts = []
        for part in parts:
            all_parts.append("(" + " OR ".join("instr(names, %s) > 0" for _ in spellings(part)) + ")")
            given += spellings(part)
        matching += f" OR ({' AND '.join(all_parts)})"
    pk = each.model._meta.pk.column
    places = ", ".join(["%s"] * len(keys))
    return _keys(
        connection,
        f"SELECT pk FROM (SELECT \"{pk}\" AS pk, ' ' || {in_words} || ' ' AS words, {in_names or chr(39) * 2} AS names "
        f'FROM "{each.table}" WHERE "{pk}" IN ({places})) WHERE {matching} ORDER BY pk DESC',
        [*keys, *given],
    )
