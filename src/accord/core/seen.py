"""Which records somebody sees, asked of the records that others name: an invoice's project, an account's parent.

A record that names another gives away the other's name. Whoever shows such a name asks here; the answers are kept with
the user for as long as the request lasts, and :func:`look_up` gets those of a whole list in one query a relation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from django.db import models

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


def look_up_keys(user: Any, model: type[models.Model], keys: set[Any]) -> None:
    """Ask in one query for all records of ``model`` that :func:`sees_key` will be asked about."""
    if user is not None and keys and issubclass(model, Record):
        _seen(user, model, keys)


def hidden_keys(user: Any, model: type[models.Model], keys: set[Any]) -> set[Any]:
    """Those of ``keys`` whose records exist and ``user`` may not see. What was deleted is judged by what it hung on."""
    if user is None or not keys or not issubclass(model, Record):
        return set()
    condition = model.visible_rows(user)
    if not condition:
        return set()
    rows = model._base_manager.filter(pk__in=keys)
    return set(rows.exclude(pk__in=rows.filter(condition).values("pk")).values_list("pk", flat=True))


def look_up(user: Any, rows: Iterable[models.Model]) -> None:
    """Ask for all records that ``rows``, of one kind, name: one query for each relation that hides anything."""
    rows = list(rows)
    if user is None or not rows:
        return
    for field in rows[0]._meta.concrete_fields:
        target: Any = field.related_model
        if field.name in getattr(rows[0], "named_openly", ()):
            continue
        if field.is_relation and isinstance(target, type) and issubclass(target, Record):
            keys = {key for row in rows if (key := getattr(row, field.attname)) is not None}
            if keys:
                _seen(user, target, keys)


def _seen(user: Any, model: type[Record], keys: set[Any]) -> set[Any]:
    """Those of ``keys`` that ``user`` may see, asking only for what was not asked before."""
    if not hasattr(user, "seen_records"):
        user.seen_records = {}
    memory: dict[type[Record], tuple[set[Any], set[Any]]] = user.seen_records
    asked, found = memory.setdefault(model, (set(), set()))
    new = keys - asked
    if new:
        is_open = user.is_authenticated and user.is_active and not model.visible_rows(user)
        visible = new if is_open else model.objects.visible_to(user).filter(pk__in=new).values_list("pk", flat=True)
        found |= set(visible)
        asked |= new
    return keys & found
