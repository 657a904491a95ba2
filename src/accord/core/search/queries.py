"""Asking the index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router
from django.db.models import Q
from django.db.models.expressions import RawSQL

from accord.core.models import Record
from accord.core.search.folding import digits_of, fold
from accord.core.search.schema import SHIFT, Indexed, rows_in

LONGEST_QUERY = 200
READ_FOR_EACH, MOST_READ = 200, 50_000  # rows read, on PostgreSQL, for each row wanted, before the index is asked
FEWEST_LETTERS = 3  # of a part of a word: trigrams know no shorter ones
KEY = (1 << SHIFT) - 1
_NUMBER = re.compile(r"[0-9+()/.\-\s]+")
_ONE_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
_UMLAUTS = {"ae": "a", "oe": "o", "ue": "u"}


def search(model: type[Record], text: str, path: str = "pk") -> Q:
    """Rows of ``model`` that hold every word of ``text``: a condition for a queryset, which adds permission itself.

    ``path`` leads to such a row from that of the queryset, for what is found by the name of its client, say.

    Words are found by their beginnings, in names by any part of three letters or more; accents and case do not matter,
    and telephone numbers are found by their digits. Nothing is found for a text without letters or digits.
    """
    each = rows_in(model)
    sql = _statements(each, text, _vendor(model))
    if not sql:
        return Q(pk__in=[])
    found = Q()
    for statement, parameters in sql:
        found |= Q(**{f"{path}__in": RawSQL(statement, parameters)})
    return found


def newest(found: Sequence[Indexed], text: str, most: int, rare: int = 0) -> dict[int, list[int]]:
    """The newest matching rows of each of ``found``, up to ``most`` of each, in one query: keys by number.

    Where matches are so rare that PostgreSQL's index is asked for all of them, up to ``rare`` come: they are there.
    """
    if not found:
        return {}
    connection = connections[router.db_for_read(found[0].model)]
    keys: dict[int, dict[int, None]] = {}  # in their order, each once
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            rows = _newest_sqlite(cursor, found, text, most)
        else:
            rows = _newest_postgresql(cursor, found, text, most, max(most, rare))
        for number, key in rows:
            keys.setdefault(number, {})[key] = None
    return {number: list(held) for number, held in keys.items()}


def _newest_postgresql(cursor: Any, found: Sequence[Indexed], text: str, most: int, rare: int) -> list[tuple[int, int]]:
    """One statement for all models. For each, the newest rows are read first, and the index asked where these are few.

    The planner knows how frequent the common words are, and takes any other for frequent enough to be found by reading
    all rows from the newest on: half a second where a million hold it nowhere. What is in one of 200 rows is
    found among the newest; of what is rarer, the index gives few rows. ``OFFSET 0`` keeps both apart from their limits.
    """
    reach = min(READ_FOR_EACH * int(most), MOST_READ)
    first: list[str] = []
    parts: list[str] = []
    early: list[Any] = []
    late: list[Any] = []
    for each in found:
        matching, given = condition(each, *wanted(each, text))
        if not matching:
            continue
        table, newest_first = f"search_{each.number}", "ORDER BY record_id DESC LIMIT"
        first.append(
            f"newest_{each.number} AS MATERIALIZED (SELECT record_id FROM (SELECT * FROM {table} "
            f"ORDER BY record_id DESC LIMIT {reach}) AS n WHERE {matching} {newest_first} {int(most)})"
        )
        parts.append(f"SELECT {each.number}, record_id FROM newest_{each.number}")
        parts.append(
            f"SELECT {each.number}, record_id FROM (SELECT record_id FROM (SELECT record_id FROM {table} "
            f"WHERE {matching} OFFSET 0) AS a WHERE (SELECT count(*) FROM newest_{each.number}) < {int(most)} "
            f"{newest_first} {int(rare)}) AS b"
        )
        early += given
        late += given
    if not parts:
        return []
    cursor.execute(f"WITH {', '.join(first)} {' UNION ALL '.join(parts)}", [*early, *late])
    return list(cursor.fetchall())


def _newest_sqlite(cursor: Any, found: Sequence[Indexed], text: str, most: int) -> list[tuple[int, int]]:
    """What the words mean is worked out by FTS5 before the row ids are looked at, for each statement anew.

    So all models are asked in one statement of each kind, which is asked again below a model that has enough.
    """
    asked: dict[tuple[str, str], list[int]] = {}
    for each in found:
        for each_match in matches(each, *wanted(each, text)):
            asked.setdefault(each_match, []).append(each.number)
    rows: list[tuple[int, int]] = []
    for (table, match), numbers in asked.items():
        low, high = min(numbers) << SHIFT, ((max(numbers) + 1) << SHIFT) - 1
        taken = dict.fromkeys(numbers, 0)
        while high > low:
            cursor.execute(
                f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN {low} AND {high} "
                "ORDER BY rowid DESC",
                [match],
            )
            high = low
            for (rowid,) in iter(cursor.fetchone, None):  # leaving `for … in cursor` early would close it
                number = rowid >> SHIFT
                if taken.get(number, most) >= most:
                    high = (number << SHIFT) - 1
                    break
                taken[number] += 1
                rows.append((number, rowid & KEY))
    return rows


def _vendor(model: type[models.Model]) -> str:
    return str(connections[router.db_for_read(model)].vendor)


def _statements(each: Indexed, text: str, vendor: str) -> list[tuple[str, list[Any]]]:
    """SELECTs of primary keys: by words, and by parts of names."""
    build = _sqlite if vendor == "sqlite" else _postgresql
    return build(each, *wanted(each, text))


def wanted(each: Indexed, text: str) -> tuple[list[str], list[str]]:
    """The words that ``text`` asks for, and the parts of names and numbers."""
    text = text[:LONGEST_QUERY]
    words = fold(text).split()
    number = _number(text)
    return words, [number] if number and each.fields.numbers else _parts(words)


def _number(text: str) -> str:
    """The digits of what looks like a telephone number, without the zeros before an area code."""
    digits = digits_of(text)
    return digits.lstrip("0") if len(digits) >= 4 and _NUMBER.fullmatch(text) else ""


def _parts(words: list[str]) -> list[str]:
    """What is looked for in names: each word; none where one is too short to be a part."""
    joined = [word for word in words if not _ONE_CJK.fullmatch(word)]
    return joined if joined and all(len(word) >= FEWEST_LETTERS for word in joined) and joined == words else []


def spellings(word: str) -> list[str]:
    """A word, and as it would be with umlauts: ``mueller`` is found as Müller, which is folded to ``muller``."""
    other = word
    for two, one in _UMLAUTS.items():
        other = other.replace(two, one)
    return [word] if other == word else [word, other]


def phrases(words: list[str]) -> list[list[str]]:
    """Neighbouring characters of Chinese, Japanese or Korean make one phrase, every other word stands alone."""
    phrases: list[list[str]] = []
    for word in words:
        if phrases and _ONE_CJK.fullmatch(word) and _ONE_CJK.fullmatch(phrases[-1][-1]):
            phrases[-1].append(word)
        else:
            phrases.append([word])
    return phrases


def _sqlite(each: Indexed, words: list[str], parts: list[str]) -> list[tuple[str, list[Any]]]:
    low = each.number << SHIFT
    span = f"rowid BETWEEN {low} AND {low + KEY}"
    return [
        (f"SELECT rowid & {KEY} AS record_id FROM {table} WHERE {table} MATCH %s AND {span}", [match])
        for table, match in matches(each, words, parts)
    ]


def matches(each: Indexed, words: list[str], parts: list[str]) -> list[tuple[str, str]]:
    """Tables of FTS5, and what is looked for in them."""
    found = []
    if words:
        terms = []
        for phrase in phrases(words):
            if len(phrase) > 1:
                terms.append('"' + " ".join(phrase) + '"')
            else:
                terms.append("(" + " OR ".join(f'"{spelling}" *' for spelling in spellings(phrase[0])) + ")")
        found.append(("search_words", " AND ".join(terms)))
    if parts and (each.fields.names or each.fields.numbers):
        match = " AND ".join("(" + " OR ".join(f'"{s}"' for s in spellings(part)) + ")" for part in parts)
        found.append(("search_names", match))
    return found


def _postgresql(each: Indexed, words: list[str], parts: list[str]) -> list[tuple[str, list[Any]]]:
    matching, given = condition(each, words, parts)
    return [(f"SELECT record_id FROM search_{each.number} WHERE {matching}", given)] if matching else []


def condition(each: Indexed, words: list[str], parts: list[str]) -> tuple[str, list[Any]]:
    """Words or parts of names, in one condition: two sets of keys joined by OR are made in full, however few are asked.

    A model without names is not asked for parts of them.
    """
    found: list[str] = []
    given: list[Any] = []
    if words:
        terms = []
        for phrase in phrases(words):
            if len(phrase) > 1:
                terms.append("(" + " <-> ".join(f"'{word}'" for word in phrase) + ")")
            else:
                terms.append("(" + " | ".join(f"'{spelling}':*" for spelling in spellings(phrase[0])) + ")")
        found.append("words @@ to_tsquery('simple', %s)")
        given.append(" & ".join(terms))
    if parts and (each.fields.names or each.fields.numbers):
        conditions = []
        for part in parts:
            either = spellings(part)
            conditions.append("(" + " OR ".join("names LIKE %s" for _ in either) + ")")
            given += [f"%{spelling}%" for spelling in either]
        found.append("(" + " AND ".join(conditions) + ")")
    return " OR ".join(found), given
