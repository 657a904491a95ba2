"""The index in the database: its tables, and the triggers that keep them.

Triggers see every write, also of imports, merges, synced mail and undone edits, which no event names row by row; and
they write in the transaction of the action. Each searched model has a number; ``install`` compares what is there with
what the models declare, and builds the index anew where they differ.

SQLite: two FTS5 tables without content, with ``number << 40 | primary key`` as row id; one of words (unicode61 over
folded text), one of trigrams for parts of words. PostgreSQL: a table for each model with a ``tsvector`` of words (GIN)
and folded names (GIN of trigrams, by the extension pg_trgm).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from accord.core.models import Record
from accord.core.search.fields import Searched
from accord.core.search.folding import CJK, LETTERS, LONGEST, digits_of, fold

SHIFT = 40
_META = "search_version"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A searched model with its number in the index."""

    number: int
    model: type[Record]
    fields: Searched

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    def columns(self) -> list[str]:
        """The columns on which the index depends."""
        fields = self.fields
        names = (*fields.names, *fields.texts, *fields.numbers, *fields.present, *fields.absent)
        return [self._column(name) for name in names]

    def holds(self, row: str = "") -> str:
        """Whether the index holds ``row``, in SQL; "" where it holds every one."""
        present = (f'{row}"{self._column(name)}" IS NOT NULL' for name in self.fields.present)
        absent = (f'{row}"{self._column(name)}" IS NULL' for name in self.fields.absent)
        return " AND ".join((*present, *absent))

    def _column(self, name: str) -> str:
        return str(self.model._meta.get_field(name).column)  # type: ignore[union-attr]


def indexed_models() -> list[Indexed]:
    """The searched models, numbered by their labels."""
    found = [
        model
        for model in apps.get_models()
        if issubclass(model, Record) and model.searched is not None and not model._meta.proxy
    ]
    found.sort(key=lambda model: model._meta.label_lower)
    return [Indexed(number, model, model.searched) for number, model in enumerate(found, 1) if model.searched]


def prepare_connection(connection: Any) -> None:
    """Give a new SQLite connection the functions that the triggers call."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("accord_fold", 1, fold, deterministic=True)
        connection.connection.create_function("accord_digits", 1, digits_of, deterministic=True)


def install(connection: Any) -> None:
    """Bring the index to what the models declare; nothing to do where it is so already.

    Altering a table on SQLite makes it anew without its triggers, so these are looked for each time.
    """
    models_ = [each for each in indexed_models() if _exists(connection, each.table)]
    sql = _sqlite if connection.vendor == "sqlite" else _postgresql
    tables, triggers, fill = sql(models_)
    version = hashlib.sha256("\n".join([*tables, *triggers]).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {_META} (version varchar(64) NOT NULL)")
        cursor.execute(f"SELECT version FROM {_META}")
        row = cursor.fetchone()
        if row is not None and row[0] == version:
            for statement in triggers:
                cursor.execute(statement)
            return
        _remove(connection, cursor)
        for statement in (*tables, *triggers, *fill):
            cursor.execute(statement)
        cursor.execute(f"INSERT INTO {_META} (version) VALUES (%s)", [version])


def _exists(connection: Any, table: str) -> bool:
    with connection.cursor() as cursor:
        return table in connection.introspection.table_names(cursor)


def _remove(connection: Any, cursor: Any) -> None:
    """Take down an index of another shape."""
    cursor.execute(f"DELETE FROM {_META}")
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search@_%' ESCAPE '@'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        for table in ("search_words", "search_names"):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
        return
    cursor.execute(
        "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE tgname LIKE 'search@_%' ESCAPE '@' AND NOT tgisinternal"
    )
    for name, table in cursor.fetchall():
        cursor.execute(f"DROP TRIGGER {name} ON {table}")
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ '^search_[0-9]+$'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP TABLE {name}")


def _joined(each: Indexed, names: tuple[str, ...], row: str, empty: str = "''") -> str:
    columns = [f'COALESCE({row}"{each.model._meta.get_field(name).column}", {empty})' for name in names]  # type: ignore[union-attr]
    return " || ' ' || ".join(columns) if columns else empty


def _digits(each: Indexed, row: str) -> str:
    parts = [f'accord_digits({row}"{each.model._meta.get_field(name).column}")' for name in each.fields.numbers]  # type: ignore[union-attr]
    return "".join(f" || ' ' || {part}" for part in parts)


def words_and_names(each: Indexed, row: str = "") -> tuple[str, str]:
    """What the index holds of ``row``, in SQL: its words, and its names and numbers ("" where it has none)."""
    digits = _digits(each, row)
    words = f"accord_fold({_joined(each, (*each.fields.names, *each.fields.texts), row)}){digits}"
    has_names = each.fields.names or each.fields.numbers
    return words, f"accord_fold({_joined(each, each.fields.names, row)}){digits}" if has_names else ""


Statements = tuple[list[str], list[str], list[str]]


def _sqlite(found: list[Indexed]) -> Statements:
    tables = [
        (
            "CREATE VIRTUAL TABLE search_words USING fts5(words, content='', contentless_delete=1, "
            "tokenize='unicode61 remove_diacritics 0', prefix='1 2 3')"
        ),
        (
            "CREATE VIRTUAL TABLE search_names USING fts5(names, content='', contentless_delete=1, "
            "tokenize='trigram case_sensitive 1')"
        ),
    ]
    triggers, fill = [], []
    for each in found:
        key = str(each.model._meta.pk.column)
        prefix = each.number << SHIFT

        def add(row: str, each: Indexed = each, key: str = key, prefix: int = prefix) -> list[tuple[str, str, str]]:
            words, names = words_and_names(each, row)
            found = [("search_words", "words", words)]
            if names:
                found.append(("search_names", "names", names))
            return [(table, column, f'{prefix} | {row}"{key}", {text}') for table, column, text in found]

        only = f" WHERE {each.holds('NEW.')}" if each.holds() else ""
        insert = "; ".join(f"INSERT INTO {t}(rowid, {c}) SELECT {values}{only}" for t, c, values in add("NEW."))
        delete = "; ".join(f'DELETE FROM {t} WHERE rowid = ({prefix} | OLD."{key}")' for t, _, _ in add("OLD."))
        columns = ", ".join(f'"{name}"' for name in each.columns())
        on = f'ON "{each.table}"'
        triggers += [
            f"CREATE TRIGGER IF NOT EXISTS search_{each.number}_i AFTER INSERT {on} BEGIN {insert}; END",
            (
                f"CREATE TRIGGER IF NOT EXISTS search_{each.number}_u AFTER UPDATE OF {columns} {on} "
                f"BEGIN {delete}; {insert}; END"
            ),
            f"CREATE TRIGGER IF NOT EXISTS search_{each.number}_d AFTER DELETE {on} BEGIN {delete}; END",
        ]
        rows = f'"{each.table}" WHERE {each.holds()}' if each.holds() else f'"{each.table}"'
        fill += [f"INSERT INTO {t}(rowid, {c}) SELECT {values} FROM {rows}" for t, c, values in add("")]
    return tables, triggers, fill


def _fold_in_sql() -> list[str]:
    """``fold`` and ``digits_of`` in SQL, by the rules of ICU, whatever the database's own locale is."""
    text = f'lower(left(value, {LONGEST}) COLLATE "und-x-icu")'
    text = f"regexp_replace(normalize({text}, NFKD), '[\u0300-\u036f]+', '', 'g')"
    text = f'normalize(lower({text} COLLATE "und-x-icu"), NFC)'
    for letter, instead in LETTERS.items():
        text = f"replace({text}, '{letter}', '{instead}')"
    text = f"regexp_replace({text}, '([{CJK}])', ' \\1 ', 'g')"
    text = f"btrim(regexp_replace({text} COLLATE \"und-x-icu\", '(\\W|_)+', ' ', 'g'))"
    head = "LANGUAGE sql IMMUTABLE PARALLEL SAFE AS"
    return [
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        f"CREATE OR REPLACE FUNCTION accord_fold(value text) RETURNS text {head} $accord$ SELECT {text} $accord$",
        (
            f"CREATE OR REPLACE FUNCTION accord_digits(value text) RETURNS text {head} "
            "$accord$ SELECT regexp_replace(coalesce(value, ''), '[^0-9]+', '', 'g') $accord$"
        ),
    ]


def _postgresql(found: list[Indexed]) -> Statements:
    tables, triggers, fill = _fold_in_sql(), [], []
    for each in found:
        key, store = str(each.model._meta.pk.column), f"search_{each.number}"

        def row_of(row: str, each: Indexed = each) -> str:
            every = (*each.fields.names, *each.fields.texts)
            words = f"accord_fold({_joined(each, every, row)}){_digits(each, row)}"
            names = f"accord_fold({_joined(each, each.fields.names, row)}){_digits(each, row)}"
            return f"to_tsvector('simple', {words}), {names}"

        tables += [
            f"CREATE TABLE {store} (record_id bigint PRIMARY KEY, words tsvector NOT NULL, names text NOT NULL)",
            f"CREATE INDEX {store}_words ON {store} USING gin (words)",
            f"CREATE INDEX {store}_names ON {store} USING gin (names gin_trgm_ops)",
        ]
        columns = ", ".join(f'"{name}"' for name in each.columns())
        only = f" WHERE {each.holds('NEW.')}" if each.holds() else ""
        triggers += [
            (
                f"CREATE OR REPLACE FUNCTION {store}_keep() RETURNS trigger LANGUAGE plpgsql AS $accord$ BEGIN "
                f"IF TG_OP <> 'INSERT' THEN DELETE FROM {store} WHERE record_id = OLD.\"{key}\"; END IF; "
                f"IF TG_OP <> 'DELETE' THEN INSERT INTO {store} SELECT NEW.\"{key}\", {row_of('NEW.')}{only} "
                "ON CONFLICT (record_id) DO UPDATE SET words = EXCLUDED.words, names = EXCLUDED.names; END IF; "
                "RETURN NULL; END $accord$"
            ),
            (
                f'CREATE OR REPLACE TRIGGER {store}_i AFTER INSERT OR DELETE ON "{each.table}" '
                f"FOR EACH ROW EXECUTE FUNCTION {store}_keep()"
            ),
            (
                f'CREATE OR REPLACE TRIGGER {store}_u AFTER UPDATE OF {columns} ON "{each.table}" '
                f"FOR EACH ROW EXECUTE FUNCTION {store}_keep()"
            ),
        ]
        rows = f'"{each.table}" WHERE {each.holds()}' if each.holds() else f'"{each.table}"'
        fill.append(f'INSERT INTO {store} SELECT "{key}", {row_of("")} FROM {rows}')
    return tables, triggers, fill


def rows_in(model: type[models.Model]) -> Indexed:
    """How ``model`` stands in the index. Raises ``LookupError`` for one that is not searched."""
    for each in indexed_models():
        if each.model is model:
            return each
    raise LookupError(f"{model._meta.label} is not searched")
