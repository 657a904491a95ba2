"""Which records somebody sees, asked of the records that others name: an invoice's project, an account's parent.

A record that names another gives away the other's name. Whoever shows such a name asks here; the answers are kept with
the user for as long as the request lasts, and :func:`look_up` gets those of a whole list in one query a relation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from django.db import models
from django.db.models import QuerySet, Value

from accord.core.models.record import Record

M = TypeVar("M", bound=models.Model)


def sees(user: Any, record: models.Model | None) -> bool:
    """Whether ``user`` may see ``record``; ``None``, Accord itself, sees all."""
    if record is None or user is None or not isinstance(record, Record):
        return True
    return record.pk in _seen(user, cast("type[Record]", record._meta.model), {record.pk})


def seen(user: Any, record: M | None) -> M | None:
    """``record``, or ``None`` where ``user`` may not see it."""
    return record if sees(user, record) else None


def named(row: models.Model, name: str, user: Any) -> Any:
    """The field ``name`` of ``row``; ``None`` where it is a record that ``user`` may not see.

    What a model declares as ``named_openly`` is part of it: a project names its client to all who work on it.
    """
    value = getattr(row, name)
    if not isinstance(value, models.Model) or name in getattr(row, "named_openly", ()):
        return value
    return seen(user, value)


def sees_key(user: Any, model: type[models.Model], key: Any) -> bool:
    """The same for a record that is known by its key only, as the audit trail names it."""
    if user is None or not issubclass(model, Record):
        return True
    return key in _seen(user, model, {key})


def hidden_keys(
    user: Any, wanted: Mapping[type[models.Model], set[Any]], named: Mapping[type[models.Model], set[Any]]
) -> set[tuple[type[models.Model], Any]]:
    """The records among ``wanted`` that exist and ``user`` may not see.

    What was deleted is judged by what it hung on. The same query asks for those that are ``named``, about which
    :func:`sees_key` will be asked.
    """
    if user is None:
        return set()
    parts: dict[Any, QuerySet[Any]] = {}
    for model, keys in wanted.items():
        if keys and issubclass(model, Record) and (shown := model.visible_rows(user)):
            rows: Any = model._base_manager.filter(pk__in=keys)
            parts["hidden", model] = rows.exclude(pk__in=rows.filter(shown).values("pk"))
    records = {_record(model): keys for model, keys in named.items() if keys and issubclass(model, Record)}
    parts |= {("seen", model): rows for model, rows in _to_ask(user, records).items()}
    found = _keys_of(parts)
    for (what, model), key in found:
        if what == "seen":
            user.seen_records[model][1].add(key)
    return {(model, key) for (what, model), key in found if what == "hidden"}


def _keys_of(parts: Mapping[Any, QuerySet[Any]]) -> set[tuple[Any, Any]]:
    """The name of its part and the key of every row, in one query however many the parts are."""
    names = dict(enumerate(parts))
    numbered: list[Any] = [
        rows.order_by().annotate(part_of=Value(number)).values_list("part_of", "pk")
        for number, rows in enumerate(parts.values())
    ]
    if not numbered:
        return set()
    first, *others = numbered
    return {(names[number], key) for number, key in (first.union(*others, all=True) if others else first)}


def look_up(user: Any, rows: Iterable[models.Model]) -> None:
    """Ask in one query for all records that ``rows``, of one kind, name."""
    rows = list(rows)
    if user is None or not rows:
        return
    wanted: dict[type[Record], set[Any]] = {}
    for field in rows[0]._meta.concrete_fields:
        target: Any = field.related_model
        if field.name in getattr(rows[0], "named_openly", ()):
            continue
        if field.is_relation and isinstance(target, type) and issubclass(target, Record):
            keys = {key for row in rows if (key := getattr(row, field.attname)) is not None}
            if keys:
                wanted.setdefault(target, set()).update(keys)
    _look_up(user, wanted)


def _record(model: type[models.Model]) -> type[Record]:
    return cast("type[Record]", model)


def _seen(user: Any, model: type[Record], keys: set[Any]) -> set[Any]:
    """Those of ``keys`` that ``user`` may see, asking only for what was not asked before."""
    _look_up(user, {model: keys})
    found: set[Any] = user.seen_records[model][1]
    return keys & found


def _look_up(user: Any, wanted: Mapping[type[Record], set[Any]]) -> None:
    """Remember of all ``wanted`` keys whether ``user`` may see them; one query for those that were not asked before."""
    for model, key in _keys_of(_to_ask(user, wanted)):
        user.seen_records[model][1].add(key)


def _to_ask(user: Any, wanted: Mapping[type[Record], set[Any]]) -> dict[type[Record], QuerySet[Any]]:
    """The rows to look for of those not asked for before; they count as asked for from now on."""
    if not hasattr(user, "seen_records"):
        user.seen_records = {}
    memory: dict[type[Record], tuple[set[Any], set[Any]]] = user.seen_records
    parts: dict[type[Record], QuerySet[Any]] = {}
    for model, keys in wanted.items():
        asked, found = memory.setdefault(model, (set(), set()))
        if not (new := keys - asked):
            continue
        if user.is_authenticated and user.is_active and not model.visible_rows(user):
            found |= new
        else:
            parts[model] = model.objects.visible_to(user).filter(pk__in=new)
        asked |= new
    return parts
