"""Making two rows one, and two again: whatever points at the one that goes is pointed at the one that stays.

Works on any model, by what Django knows of the relations to it, so that a room which adds a relation to accounts or
contacts need not think of this. What cannot be there twice (the same colleague on both teams) is made one in the same
way, children and all.

The log of it is plain JSON::

    {"moved":   [{"model", "field", "from", "to", "rows": [pk, …]}],    rows that pointed at what went
     "values":  {field: [before, after]},                               what the kept record took over
     "filled":  [{"model", "pk", "values": {field: [before, after]}}],   empty fields of rows that absorbed others
     "made":    [{"model", "pk"}],                                      rows that the merge made
     "dropped": [serialised row, …]}                                    rows that went, children before parents
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import models
from django.db.models import ForeignObjectRel, Q, UniqueConstraint

from accord.core.exact_json import ExactEncoder

Log = dict[str, Any]
_AT_ONCE = 500  # rows in one statement


def new_log() -> Log:
    return {"moved": [], "values": {}, "filled": [], "made": [], "dropped": []}


def absorb(kept: models.Model, gone: models.Model, log: Log) -> None:
    """Point everything at ``kept`` that points at ``gone``, then delete ``gone``. Call it in a transaction."""
    for relation in _relations(type(kept)):
        _move(relation, kept, gone, log)
    for model, key, field in _loose(kept):
        _drop_twins(model, key, field, kept, gone, log)
        rows = list(model._base_manager.filter(**key, **{field: gone.pk}).values_list("pk", flat=True))
        _point(model, field, rows, kept.pk)
        _note_moved(log, model, field, kept.pk, rows, gone.pk)
    _drop(gone, log)


def unmerge(log: Log) -> None:
    """Undo `absorb`: what went comes back under its old number, and gets back what still lies where it was moved to.

    Rows that were removed, or given to somebody else in the meantime, stay as they are.
    """
    for entry in log.get("made", []):
        apps.get_model(entry["model"])._base_manager.filter(pk=entry["pk"]).delete()
    for entry in log.get("filled", []):
        _empty_again(entry)
    for text in reversed(log["dropped"]):
        for found in serializers.deserialize("json", text):
            found.save()
    for entry in reversed(log["moved"]):
        model, field = apps.get_model(entry["model"]), entry["field"]
        for rows in _portions(entry["rows"]):
            model._base_manager.filter(pk__in=rows, **{field: entry["to"]}).update(**{field: entry["from"]})


def _relations(model: type[models.Model]) -> Iterator[ForeignObjectRel]:
    """Every foreign key to ``model``, those of many-to-many tables among them."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.field.concrete and not relation.many_to_many:
            yield relation


def _loose(record: models.Model) -> list[tuple[type[models.Model], dict[str, str], str]]:
    """What points at a record by its type and number: events, comments, who watches, files and notifications."""
    label = record._meta.label_lower
    return [
        (apps.get_model("core.Event"), {"root_type": label}, "root_id"),
        (apps.get_model("conversations.Comment"), {"subject_type": label}, "subject_id"),
        (apps.get_model("conversations.Watch"), {"subject_type": label}, "subject_id"),
        *(
            (apps.get_model(model), {f"{what}_type": label}, f"{what}_id")
            for model in ("core.File", "conversations.Notification")
            for what in ("subject", "root")
        ),
    ]


def _move(relation: ForeignObjectRel, kept: models.Model, gone: models.Model, log: Log) -> None:
    model, field = relation.related_model, relation.field.attname
    rows = model._base_manager.filter(**{field: gone.pk})
    for others in _once_by(model, relation.field.name):
        _make_one(model, field, others, kept, gone, log)
    moving = list(rows.values_list("pk", flat=True))
    _point(model, field, moving, kept.pk)
    _note_moved(log, model, field, kept.pk, moving, gone.pk)


def _drop_twins(
    model: type[models.Model], key: dict[str, str], field: str, kept: models.Model, gone: models.Model, log: Log
) -> None:
    """Of rows that may be there once per record, such as watches, those go that ``kept`` has already."""
    for others in _once_by(model, field):
        standing = set(model._base_manager.filter(**key, **{field: kept.pk}).values_list(*others))
        for row in model._base_manager.filter(**key, **{field: gone.pk}).order_by("pk"):
            if tuple(getattr(row, _column(model, name)) for name in others) in standing:
                _drop(row, log)


def _once_by(model: type[models.Model], name: str) -> Iterator[list[str]]:
    """The other fields of every rule that lets a row be there once per record."""
    rules = [c.fields for c in model._meta.constraints if isinstance(c, UniqueConstraint) and c.condition is None]
    for fields in (*rules, *model._meta.unique_together):
        if name in fields:
            yield [other for other in fields if other != name]
    if getattr(model._meta.get_field(name), "unique", False):
        yield []


def _make_one(
    model: type[models.Model], field: str, others: list[str], kept: models.Model, gone: models.Model, log: Log
) -> None:
    """Rows that both records have are absorbed one by the other."""
    standing = {tuple(getattr(row, _column(model, name)) for name in others): row for row in _rows(model, field, kept)}
    for row in _rows(model, field, gone):
        twin = standing.get(tuple(getattr(row, _column(model, name)) for name in others))
        if twin is not None:
            _fill(twin, row, log)
            absorb(twin, row, log)


def _fill(twin: models.Model, row: models.Model, log: Log) -> None:
    """Give the row that stays what it lacks and the other has, of the fields that its model names for that."""
    values: dict[str, list[Any]] = {}
    for name in getattr(twin, "filled_by_merge", ()):
        before, after = getattr(twin, name), getattr(row, name)
        if before in (None, "") and after not in (None, ""):
            values[name] = [_plain(twin, name, before), _plain(twin, name, after)]
            setattr(twin, name, after)
    if values:
        new = {name: getattr(twin, name) for name in values}
        type(twin)._base_manager.filter(pk=twin.pk).update(**new)
        log["filled"].append({"model": twin._meta.label_lower, "pk": twin.pk, "values": values})


def _empty_again(entry: dict[str, Any]) -> None:
    """Take back what `_fill` gave, but for what somebody has changed since."""
    model = apps.get_model(entry["model"])
    row = model._base_manager.filter(pk=entry["pk"]).first()
    if row is None:
        return
    back = {}
    for name, (before, after) in entry["values"].items():
        if _plain(row, name, getattr(row, name)) == after:
            field: Any = model._meta.get_field(name)
            back[name] = field.to_python(before)
    if back:
        model._base_manager.filter(pk=row.pk).update(**back)


def _plain(row: models.Model, name: str, value: Any) -> Any:
    """A value as JSON can hold it and the field can read it back."""
    if value is None or isinstance(value, str | int):
        return value
    field: Any = row._meta.get_field(name)
    return field.value_to_string(row) if getattr(row, name) == value else str(value)


def drop(row: models.Model, log: Log) -> None:
    """Delete a row to which nothing points; undoing brings it back."""
    _drop(row, log)


def note_made(row: models.Model, log: Log) -> None:
    """Undoing deletes a row that the merge made."""
    log["made"].append({"model": row._meta.label_lower, "pk": row.pk})


def _rows(model: type[models.Model], field: str, record: models.Model) -> Any:
    return model._base_manager.filter(**{field: record.pk}).order_by("pk")


def _column(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(field.attname)


def _point(model: type[models.Model], field: str, rows: list[int], to: int) -> None:
    for portion in _portions(rows):
        model._base_manager.filter(pk__in=portion).update(**{field: to})


def _portions(rows: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(rows), _AT_ONCE):
        yield rows[first : first + _AT_ONCE]


def _note_moved(log: Log, model: type[models.Model], field: str, to: int, rows: list[int], before: int) -> None:
    if rows:
        log["moved"].append({"model": model._meta.label_lower, "field": field, "from": before, "to": to, "rows": rows})


def _drop(gone: models.Model, log: Log) -> None:
    """Keep the row as text and delete it; nothing may go with it."""
    left = [relation for relation in _relations(type(gone)) if _points_at(relation, gone)]
    assert not left, f"{left} still point at {gone}"
    log["dropped"].append(serializers.serialize("json", [gone], cls=ExactEncoder))
    type(gone)._base_manager.filter(pk=gone.pk)._raw_delete(using=gone._state.db or "default")


def _points_at(relation: ForeignObjectRel, gone: models.Model) -> bool:
    model = relation.related_model
    return bool(model._base_manager.filter(Q(**{relation.field.attname: gone.pk})).exists())
