"""Creating, changing and removing one record: permission, version, event, in one transaction.

Plain edits of every part come through here; an action across several rows is an action of its own.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.event_kinds import EventKind, RecordEvent
from accord.core.events import plain, record_event
from accord.core.models import Record
from accord.core.texts import gettext_lazy

R = TypeVar("R", bound=Record)

ENTER_AGAIN = gettext_lazy("Enter the password again, because it would be sent elsewhere than before.")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two people changed: what I sent and what is stored now."""

    field: str
    yours: Any
    theirs: Any


class Conflict(Exception):
    """The record was changed by somebody else since it was read. Nothing was written."""

    def __init__(self, record: Record, differences: list[Difference]) -> None:
        self.record = record
        self.differences = differences
        super().__init__(gettext("Someone else changed %(record)s while you were editing.") % {"record": record})


def _split(record: Record, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Separate column values from many-to-many sets."""
    many = {f.name for f in record._meta.many_to_many}
    return {k: v for k, v in values.items() if k not in many}, {k: list(v) for k, v in values.items() if k in many}


@transaction.atomic
def create(
    record: R,
    *,
    by: Any,
    many: dict[str, Any] | None = None,
    event: EventKind = RecordEvent.CREATED,
    acting_user: Any = None,
    action: str = "",
) -> R:
    """Save a new ``record`` and its event.

    An action that asked for a permission of its own passes ``by=None``, and who acted as ``acting_user`` for the event.
    A record with a ``creating_action`` is created by that action alone, which passes its name.
    """
    if record.creating_action != action:
        raise TypeError(f"{record._meta.object_name} is created by {record.creating_action or 'any action'}.")
    require(by, Permission.CREATE, record)
    record.refuse_closed(action)
    for field in record._meta.concrete_fields:  # a text that waits for its language is stored in the one of now
        if isinstance(value := record.__dict__.get(field.attname), Promise):
            setattr(record, field.attname, str(value))
    given = {f.name: getattr(record, f.name) for f in record._meta.concrete_fields if f.name != "id"}
    for name, value in record.consequences(given).items():
        if given.get(name) in (None, ""):
            setattr(record, name, value)
    record.save(force_insert=True)
    for name, items in (many or {}).items():
        getattr(record, name).set(items)
    skip = {"id", "created_at", "updated_at", "version"} | record.unaudited
    after = {f.name: getattr(record, f.name) for f in record._meta.concrete_fields if f.name not in skip}
    actor = by if by is not None else acting_user
    record_event(by=actor, kind=event, subject=record, after={k: v for k, v in after.items() if v not in (None, "")})
    record.log_security(by=actor, before={}, after=after)
    return record


@transaction.atomic
def change(
    record: R,
    *,
    by: Any,
    version: int,
    event: EventKind = RecordEvent.CHANGED,
    told_by: Any = None,
    action: str = "",
    **values: Any,
) -> R:
    """Store ``values`` if ``record`` is still at ``version``; otherwise raise :class:`Conflict`.

    An action that asked for a permission of its own passes ``by=None``, and who acted as ``told_by`` for the event.
    A field in the record's ``changing_actions`` is changed by that action alone, which passes its name.

    The comparison and the write are one UPDATE, so of two simultaneous editors exactly one wins.
    """
    stored = type(record)._base_manager.get(pk=record.pk)
    require(by, Permission.CHANGE, stored)
    columns, many = _split(stored, values)
    before = {k: getattr(stored, k) for k in columns}
    before_many = {k: list(getattr(stored, k).all()) for k in many}
    changed = {k: v for k, v in columns.items() if before[k] != v}
    if changed:
        for name, value in _consequences(stored, changed).items():
            before[name] = getattr(stored, name)
            if before[name] != value:
                changed.setdefault(name, value)
    for name in changed:
        if (own := record.changing_actions.get(name, action)) != action:
            raise TypeError(f"{record._meta.object_name}.{name} is changed by {own}.")
    changed_many = {k: v for k, v in many.items() if set(before_many[k]) != set(v)}
    if stored.version != version:
        raise Conflict(stored, _differences(stored, changed | changed_many))
    if not changed and not changed_many:
        return stored
    stored.refuse_closed(action)
    _edited(stored, changed).refuse_closed(action)
    _keep_secrets_in_place(stored, changed)
    won = (
        type(record)
        ._base_manager.filter(pk=record.pk, version=version)
        .update(version=F("version") + 1, updated_at=timezone.now(), **changed)
    )
    if not won:
        fresh = type(record)._base_manager.get(pk=record.pk)
        raise Conflict(fresh, _differences(fresh, changed | changed_many))
    for name, items in changed_many.items():
        getattr(stored, name).set(items)
    stored.refresh_from_db()
    record_event(
        by=by if by is not None else told_by,
        kind=event,
        subject=stored,
        before={k: (before | before_many)[k] for k in changed | changed_many if k not in record.unaudited},
        after={k: v for k, v in (changed | changed_many).items() if k not in record.unaudited},
    )
    stored.log_security(by=by, before={k: (before | before_many)[k] for k in changed | changed_many}, after=changed)
    return stored


def _consequences(stored: Record, changed: dict[str, Any]) -> dict[str, Any]:
    """What follows from ``changed``, asked of a copy that has it."""
    return _edited(stored, changed).consequences(changed)


def _edited(stored: R, changed: dict[str, Any]) -> R:
    """A copy of ``stored`` that has ``changed``."""
    edited = copy(stored)
    for name, value in changed.items():
        setattr(edited, name, value)
    return edited


def _keep_secrets_in_place(stored: Record, changed: dict[str, Any]) -> None:
    """Raises ``ValidationError`` where a stored secret would be sent to a place that it was not entered for."""
    places = stored.secret_places()
    if not places:
        return
    after = _edited(stored, changed)
    for secret, place in after.secret_places().items():
        if getattr(stored, secret) and secret not in changed and place != places[secret]:
            raise ValidationError(ENTER_AGAIN)


@transaction.atomic
def remove(record: Record, *, by: Any, version: int | None = None, acting_user: Any = None, action: str = "") -> None:
    """Delete ``record``; its event keeps what it was.

    An action that asked for a permission of its own passes ``by=None``, and who acted as ``acting_user`` for the event.
    """
    stored = type(record)._base_manager.get(pk=record.pk)
    require(by, Permission.DELETE, stored)
    stored.refuse_closed(action)
    if version is not None and stored.version != version:
        raise Conflict(stored, [])
    told = [f.name for f in stored._meta.concrete_fields if f.name not in stored.unaudited]
    before = {name: getattr(stored, name) for name in told}
    actor = by if by is not None else acting_user
    record_event(by=actor, kind=RecordEvent.DELETED, subject=stored, before=before)
    stored.log_security(by=actor, before=before, after={})
    stored.delete()


def _differences(stored: Record, submitted: dict[str, Any]) -> list[Difference]:
    found = []
    for name, yours in submitted.items():
        theirs = getattr(stored, name)
        if isinstance(theirs, models.Manager):
            theirs = list(theirs.all())
        if plain(theirs) != plain(yours):
            label = stored._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            found.append(Difference(str(label), _shown(yours), _shown(theirs)))
    return found


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "(empty)"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value) or "(none)"
    return str(value)
