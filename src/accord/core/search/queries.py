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
FEWEST_LETTERS = 3  # of a part of a word: trigrams know no shorter ones
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


def newest(found: Sequence[Indexed], text: str, most: int) -> dict[int, list[int]]:
    """The newest matching rows of each of ``found``, up to ``most`` of each, in one query: keys by number."""
    if not found:
        return {}
    connection = connections[router.db_for_read(found[0].model)]
    parts: list[str] = []
    parameters: list[Any] = []
    for each in found:
        for statement, given in _statements(each, text, connection.vendor):
            order = "rowid" if connection.vendor == "sqlite" else "record_id"
            newest_first = f"{statement} ORDER BY {order} DESC LIMIT {int(most)}"
            parts.append(f"SELECT {each.number}, a.record_id FROM ({newest_first}) AS a")
            parameters += given
    keys: dict[int, list[int]] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            for number, key in cursor.fetchall():
                held = keys.setdefault(number, [])
                if key not in held:
                    held.append(key)
    return keys


def _vendor(model: type[models.Model]) -> str:
    return str(connections[router.db_for_read(model)].vendor)


def _statements(each: Indexed, text: str, vendor: str) -> list[tuple[str, list[Any]]]:
    """SELECTs of primary keys: by words, and by parts of names."""
    text = text[:LONGEST_QUERY]
    number = _number(text)
    words = fold(text).split()
    build = _sqlite if vendor == "sqlite" else _postgresql
    if number and each.fields.numbers:
        return build(each, [], [number]) + (build(each, words, []) if words else [])
    parts = _parts(words)
    return build(each, words, parts) if words else []


def _number(text: str) -> str:
    """The digits of what looks like a telephone number, without the zeros before an area code."""
    digits = digits_of(text)
    return digits.lstrip("0") if len(digits) >= 4 and _NUMBER.fullmatch(text) else ""


def _parts(words: list[str]) -> list[str]:
    """What is looked for in names: each word; none where one is too short to be a part."""
    joined = [word for word in words if not _ONE_CJK.fullmatch(word)]
    return joined if joined and all(len(word) >= FEWEST_LETTERS for word in joined) and joined == words else []


def _spellings(word: str) -> list[str]:
    """A word, and as it would be with umlauts: ``mueller`` is found as Müller, which is folded to ``muller``."""
    other = word
    for two, one in _UMLAUTS.items():
        other = other.replace(two, one)
    return [word] if other == word else [word, other]


def _phrases(words: list[str]) -> list[list[str]]:
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
    span = f"rowid BETWEEN {low} AND {low + (1 << SHIFT) - 1}"
    key = f"rowid & {(1 << SHIFT) - 1} AS record_id"
    found = []
    if words:
        terms = []
        for phrase in _phrases(words):
            if len(phrase) > 1:
                terms.append('"' + " ".join(phrase) + '"')
            else:
                terms.append("(" + " OR ".join(f'"{spelling}" *' for spelling in _spellings(phrase[0])) + ")")
        found.append((f"SELECT {key} FROM search_words WHERE search_words MATCH %s AND {span}", [" AND ".join(terms)]))
    if parts and (each.fields.names or each.fields.numbers):
        match = " AND ".join("(" + " OR ".join(f'"{s}"' for s in _spellings(part)) + ")" for part in parts)
        found.append((f"SELECT {key} FROM search_names WHERE search_names MATCH %s AND {span}", [match]))
    return found


def _postgresql(each: Indexed, words: list[str], parts: list[str]) -> list[tuple[str, list[Any]]]:
    table = f"search_{each.number}"
    found: list[tuple[str, list[Any]]] = []
    if words:
        terms = []
        for phrase in _phrases(words):
            if len(phrase) > 1:
                terms.append("(" + " <-> ".join(f"'{word}'" for word in phrase) + ")")
            else:
                terms.append("(" + " | ".join(f"'{spelling}':*" for spelling in _spellings(phrase[0])) + ")")
        query = "to_tsquery('simple', %s)"
        found.append((f"SELECT record_id FROM {table} WHERE words @@ {query}", [" & ".join(terms)]))
    if parts:
        conditions, given = [], []
        for part in parts:
            either = _spellings(part)
            conditions.append("(" + " OR ".join("names LIKE %s" for _ in either) + ")")
            given += [f"%{spelling}%" for spelling in either]
        found.append((f"SELECT record_id FROM {table} WHERE {' AND '.join(conditions)}", given))
    return found
