"""Asking the index about some rows only: those that somebody may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, TypeVar

from django.db import connections, router
from django.db.models import QuerySet

from accord.core.search.queries import KEY, MOST_READ, condition, matches, phrases, search, spellings, wanted
from accord.core.search.schema import SHIFT, Indexed, rows_in, words_and_names

Rows = TypeVar("Rows", bound=QuerySet[Any])
FEW = 2_000  # rows, or matches, that are gone through one by one
PORTION = 1_000  # matches that are looked up in one query


def newest_among(rows: QuerySet[Any], text: str, most: int) -> list[int]:
    """Keys of the newest of ``rows`` that match, up to ``most``, however many newer matches are not of ``rows``.

    Few rows are compared one by one, which costs as much as there are rows. Of many, the matches are looked up in
    ``rows`` from the newest on, a portion in a query, until there are enough: one of some hundred is of them.
    """
    each = rows_in(rows.model)
    connection = connections[router.db_for_read(rows.model)]
    ask = _sqlite if connection.vendor == "sqlite" else _postgresql
    return ask(connection, each, rows.order_by(), text, most)


def matching_among(rows: Rows, text: str) -> Rows:
    """Those of ``rows`` that match, in their order. Few are compared one by one, however many others match."""
    each = rows_in(rows.model)
    keys = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(keys) > FEW:
        return rows.filter(search(rows.model, text))
    connection = connections[router.db_for_read(rows.model)]
    compare = _compared if connection.vendor == "sqlite" else _compared_by_index
    return rows.filter(pk__in=compare(connection, each, keys, *wanted(each, text)))


def _keys(connection: Any, sql: str, given: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [row[0] for row in cursor.fetchall()]


def _of_rows(rows: QuerySet[Any], portions: Iterator[list[int]], most: int) -> list[int]:
    """The first of the keys in ``portions`` that are of ``rows``."""
    found: list[int] = []
    for keys in portions:
        found += rows.filter(pk__in=keys).order_by("-pk").values_list("pk", flat=True)
        if len(found) >= most:
            break
    return found[:most]


def _portions(keys: list[int]) -> Iterator[list[int]]:
    return (keys[at : at + PORTION] for at in range(0, len(keys), PORTION))


def _fetched(cursor: Any) -> Iterator[list[int]]:
    while keys := [row[0] for row in cursor.fetchmany(PORTION)]:
        yield keys


def _postgresql(connection: Any, each: Indexed, rows: QuerySet[Any], text: str, most: int) -> list[int]:
    """Where the newest matches are not enough: all matches, if these are few, and all of ``rows``, if they are many.

    For if most of what was read matches and is not of ``rows``, these are few among all.
    """
    matching, given = condition(each, *wanted(each, text))
    if not matching:
        return []
    table, newest = f"search_{each.number}", "ORDER BY record_id DESC"

    if len(keys := list(rows.values_list("pk", flat=True)[: FEW + 1])) <= FEW:
        return _compared_by_index(connection, each, keys, *wanted(each, text))[:most]
    read = _keys(
        connection,
        f"SELECT record_id FROM (SELECT * FROM {table} {newest} LIMIT {MOST_READ}) AS n "
        f"WHERE ({matching}) {newest} LIMIT {FEW + 1}",
        given,
    )
    found = _of_rows(rows, _portions(read), most)
    if len(found) == most:
        return found
    if len(read) > FEW:
        keys = list(rows.values_list("pk", flat=True))
        return _compared_by_index(connection, each, keys, *wanted(each, text))[:most]
    every = _keys(connection, f"SELECT record_id FROM {table} WHERE {matching}", given)
    return _of_rows(rows, _portions(sorted(every, reverse=True)), most)


def _compared_by_index(
    connection: Any, each: Indexed, keys: list[int], words: list[str], parts: list[str]
) -> list[int]:
    """Those of ``keys`` that match: PostgreSQL's index has a row for each of them."""
    matching, given = condition(each, words, parts)
    if not matching:
        return []
    sql = (
        f"SELECT record_id FROM search_{each.number} WHERE record_id = ANY(%s) AND ({matching}) ORDER BY record_id DESC"
    )
    return _keys(connection, sql, [keys, *given])


def _sqlite(connection: Any, each: Indexed, rows: QuerySet[Any], text: str, most: int) -> list[int]:
    words, parts = wanted(each, text)
    if len(keys := list(rows.values_list("pk", flat=True)[: FEW + 1])) <= FEW:
        return _compared(connection, each, keys, words, parts)[:most]
    low = each.number << SHIFT
    found: set[int] = set()
    for table, match in matches(each, words, parts):
        with closing(connection.cursor()) as cursor:
            cursor.execute(
                f"SELECT rowid & {KEY} FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN {low} AND {low + KEY} "
                "ORDER BY rowid DESC",
                [match],
            )
            found |= set(_of_rows(rows, _fetched(cursor), most))
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
    held = f" AND {each.holds()}" if each.holds() else ""
    return _keys(
        connection,
        f"SELECT pk FROM (SELECT \"{pk}\" AS pk, ' ' || {in_words} || ' ' AS words, {in_names or chr(39) * 2} AS names "
        f'FROM "{each.table}" WHERE "{pk}" IN ({places}){held}) WHERE {matching} ORDER BY pk DESC',
        [*keys, *given],
    )
