"""What an event changed, field by field, as far as a reader may know it: the before and after of the audit log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext

from accord.accounts.models import CustomField
from accord.core.fields import WallTimeField
from accord.core.models import Event
from accord.core.money_fields import money_fields_of
from accord.core.seen import hidden_keys, sees_key
from accord.core.texts import gettext_lazy
from accord.people.models import Role
from accord.sales.models.stage import stages
from accord.web.shell.templatetags.shell import day, moment

NOT_VISIBLE = gettext_lazy("(not visible to you)")
EMPTY = "empty"
# Bookkeeping and checksums: true, and of no use to any reader.
NEVER = frozenset({
    "version", "source", "external_id", "digest", "edit", "waited_minutes", "escalated_to", "created_at",
    "updated_at", "id", "undo",
})  # fmt: skip
# An edit of a plan is one event about its project, with the rows of the plan under these names.
PARTS = {"tasks": "projects.task", "links": "projects.link", "assignments": "projects.assignment",
         "resources": "projects.resource"}  # fmt: skip
# Numbers of rows and places of a plan: they say nothing without the plan beside them.
INNER = frozenset({"order", "uid", "deleted_at", "segments", "stop", "resume", "uploaded_by_id"})
# Values that events add to the fields of their subject, and the kind of record that they name.
NAMED = {"project": "projects.project", "person": "people.person", "baseline": "projects.baseline"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, with its values as the pages write them."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Raw:
    """One value that changed, before it is put into words; ``row`` names the part of a plan it belongs to."""

    name: str
    model: type[models.Model] | None
    before: Any
    after: Any
    row: str = ""
    custom_on: str = ""  # the kind of record whose custom field it is

    @property
    def column(self) -> Any:
        return fields_of(self.model).get(self.name) if self.model is not None else None

    @property
    def named(self) -> type[models.Model] | None:
        """The kind of record that its values name."""
        target = getattr(self.column, "related_model", None)
        if isinstance(target, type):
            return target
        return model_of(NAMED[self.name]) if self.column is None and self.name in NAMED else None

    @property
    def is_open(self) -> bool:
        """Whether what it names is told to all who see the record."""
        return self.name in getattr(self.model, "named_openly", ())


@cache
def model_of(label: str) -> type[models.Model] | None:
    """The model that an event names; ``None`` where this version no longer has it."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


@cache
def fields_of(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}


class EventReader:
    """Reads a page of events for one reader; who may see what is asked once for the page, not for each row."""

    def __init__(self, events: Iterable[Event], user: Any, *, money: bool) -> None:
        self.user, self.money = user, money
        self.events = list(events)
        self._raw = {event.pk: list(_changed(event, money=money)) for event in self.events}
        hidden = hidden_keys(user, self._subjects(), self._names())
        self._custom = self._custom_labels()
        self._hidden = {(model._meta.label_lower, key) for model, key in hidden}

    def _custom_labels(self) -> dict[tuple[str, str], str]:
        """What the custom fields of these events are called; one that was removed keeps its key."""
        kinds = {raw.custom_on for raws in self._raw.values() for raw in raws} - {""}
        rows = CustomField.objects.filter(on__in=kinds).values_list("on", "key", "label") if kinds else ()
        return {(on, key): label for on, key, label in rows}

    def hides(self, event: Event) -> bool:
        """Whether the record exists and the reader may not see it: its name and values stay hidden."""
        return (event.subject_type, event.subject_id) in self._hidden

    def name(self, event: Event) -> str:
        return NOT_VISIBLE if self.hides(event) else event.subject_name

    def changes(self, event: Event) -> list[Change]:
        """The fields that the reader may know, in the order of the event."""
        if self.hides(event):
            return []
        return [
            Change(self._label(raw), self._text(raw, raw.before), self._text(raw, raw.after))
            for raw in self._raw[event.pk]
        ]

    def value(self, event: Event, name: str, *, before: bool = False) -> str:
        """One value of the event in words: for the sentences of timelines."""
        model = _about(event)
        values = event.before if before else event.after
        hidden = money_fields_of(model) if model is not None else frozenset()
        if name not in values or (not self.money and (model is None or name in hidden)):
            return ""
        return self._text(_Raw(name, model, None, values[name]), values[name])

    def _subjects(self) -> dict[type[models.Model], set[int]]:
        keys: dict[type[models.Model], set[int]] = {}
        for event in self.events:
            if event.subject_id is not None and (model := model_of(event.subject_type)) is not None:
                keys.setdefault(model, set()).add(event.subject_id)
        return keys

    def _names(self) -> dict[type[models.Model], set[Any]]:
        wanted: dict[type[models.Model], set[Any]] = {}
        for raws in self._raw.values():
            for raw in raws:
                if raw.named is not None and not raw.is_open:
                    keys = wanted.setdefault(raw.named, set())
                    keys.update(item["id"] for side in (raw.before, raw.after) for item in _records(side))
        return wanted

    def _text(self, raw: _Raw, value: Any) -> str:
        """A value that an event keeps as JSON, as the pages write it."""
        if _is_void(value):
            return EMPTY
        if isinstance(value, dict):
            return self._name(raw, value) if "name" in value else _counted(value, money=self.money)
        if isinstance(value, list):
            if all(isinstance(item, dict) and "id" in item and "name" in item for item in value):
                return ", ".join(self._name(raw, item) for item in value)
            if any(isinstance(item, dict | list) for item in value):
                return _counted(value, money=self.money)
            return ", ".join(str(item) for item in value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        column = raw.column
        if isinstance(column, models.DateTimeField | WallTimeField) and isinstance(value, str):
            return moment(parse_datetime(value)) if _is_moment(value) else value
        if isinstance(column, models.DateField) and isinstance(value, str):
            return day(parse_date(value[:10])) if _is_date(value) else value
        if isinstance(column, models.DecimalField) and isinstance(value, str):
            return _number(value)
        if column is None and isinstance(value, str) and "T" in value and _is_moment(value):
            return moment(parse_datetime(value))
        if column is None and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) and _is_date(value):
            return day(parse_date(value))
        if raw.name == "stage":
            return _stage_name(str(value))
        return str(dict(column.flatchoices).get(value, value)) if column is not None else str(value)

    def _label(self, raw: _Raw) -> str:
        label = str(raw.column.verbose_name) if raw.column is not None else raw.name.replace("_", " ")
        label = self._custom.get((raw.custom_on, raw.name), label)
        label = label[:1].upper() + label[1:]
        return f"{raw.row}: {label}" if raw.row else label

    def _name(self, raw: _Raw, value: dict[str, Any]) -> str:
        """The name of a record, for who may see it; one of an unknown kind is named to nobody whom anything hides."""
        if self.user is None or raw.is_open:
            return str(value.get("name", ""))
        if raw.named is None:
            is_known = "id" not in value or self.user.has_role(Role.ADMINISTRATOR)
            return str(value.get("name", "")) if is_known else NOT_VISIBLE
        return str(value.get("name", "")) if sees_key(self.user, raw.named, value.get("id")) else NOT_VISIBLE


def _kind_of(model: type[models.Model] | None) -> str:
    return str(model._meta.model_name) if model is not None else ""


def _about(event: Event) -> type[models.Model] | None:
    """The model whose fields the event's values are: those of a merge are the fields of what was merged."""
    return model_of(event.root_type if event.subject_type == "accounts.merge" else event.subject_type)


def _changed(event: Event, *, money: bool) -> Iterator[_Raw]:
    """What differs, without what nobody reads, secrets, and amounts where they are not for the reader."""
    model = _about(event)
    if model is None and not money:
        return  # nobody knows any more what of it were amounts
    for name, before, after in _differing(event.before, event.after):
        if name in PARTS and isinstance(before or after, dict):
            yield from _of_parts(model_of(PARTS[name]), before or {}, after or {}, money=money)
        elif name == "custom" and isinstance(before or after, dict):
            for key, old, new in _differing(before or {}, after or {}):
                yield _Raw(key, None, old, new, custom_on=_kind_of(model))
        elif _is_readable(model, name, money=money):
            yield _Raw(name, model, before, after)


def _of_parts(
    model: type[models.Model] | None, before: dict[str, Any], after: dict[str, Any], *, money: bool
) -> Iterator[_Raw]:
    """Rows of a plan, each with its fields that changed."""
    for _, old, new in _differing(before, after):
        old, new = (side if isinstance(side, dict) else {} for side in (old, new))
        row = str(new.get("name") or old.get("name") or "")
        if not old or not new or old.get("deleted_at") != new.get("deleted_at"):
            is_gone = not new or bool(new.get("deleted_at"))
            noun = str(model._meta.verbose_name) if model is not None else "row"
            yield _Raw(noun, None, row or noun, None) if is_gone else _Raw(noun, None, None, row or noun)
            continue
        for name, left, right in _differing(old, new):
            if name == "custom":
                for key, was, now in _differing(left or {}, right or {}):
                    yield _Raw(key, None, was, now, row, _kind_of(model))
                continue
            if name not in INNER and not name.endswith("_id") and _is_readable(model, name, money=money):
                yield _Raw(name, model, left, right, row)


def _is_readable(model: type[models.Model] | None, name: str, *, money: bool) -> bool:
    if name in NEVER or name in getattr(model, "unaudited", ()):
        return False
    return money or (model is not None and name not in money_fields_of(model))


def _differing(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old != new and not (_is_void(old) and _is_void(new)):
            yield name, old, new


def _is_void(value: Any) -> bool:
    """Whether it reads as "empty": a text that was never entered differs from none only in the database."""
    return value is None or value in ("", [], {})


def _records(value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), int)]


def _counted(value: Any, *, money: bool) -> str:
    """Rows within a value: in full for who sees amounts, for others how many they are."""
    if not money:
        return gettext("1 entry") if len(value) == 1 else gettext("%(count)s entries") % {"count": len(value)}
    if isinstance(value, list):
        return "; ".join(_flat(item) for item in value)
    return _flat(value)


def _flat(item: Any) -> str:
    if isinstance(item, dict):
        return ", ".join(f"{str(key).replace('_', ' ')}: {_flat(part)}" for key, part in item.items())
    return ", ".join(_flat(part) for part in item) if isinstance(item, list) else str(item)


def _stage_name(key: str) -> str:
    known = stages().get(key)
    return known.name if known is not None else key


def _number(value: str) -> str:
    """An amount in plain digits, also where an older event keeps it as 1.11E+3."""
    try:
        return f"{Decimal(value):f}"
    except InvalidOperation:
        return value


def _is_moment(value: str) -> bool:
    try:
        return parse_datetime(value) is not None
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    try:
        return parse_date(value[:10]) is not None
    except ValueError:
        return False
