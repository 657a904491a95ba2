"""What is due for whom, in one query: of every model that says how it is a due item (``core/due.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Cast, Coalesce, RowNumber, TruncDate

from accord.core.due import DueFields
from accord.core.models import Record
from accord.support.models import Severity

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class DueItem:
    """One thing that is due.

    ``about`` and ``about_pk`` are its project or, where the kind belongs to no project, its client. ``due_at`` is set
    beside ``due_on`` where the time of day counts. ``state`` is a request's status, or ``decides`` where the user
    has to decide; ``number`` is a task's percent complete or a request's severity; ``note`` says who asks, or why.
    """

    kind: str
    pk: int
    title: str
    about_pk: int
    about: str
    due_on: date | None
    due_at: datetime | None
    state: str
    number: int
    note: str
    owner_pk: int | None
    owner: str | None

    @property
    def severity(self) -> str:
        """Of a request, in words."""
        return Severity(self.number).label

    @property
    def about_type(self) -> str:
        """Whether it is about a ``project`` or an ``account``."""
        return kinds()[self.kind].about


COLUMNS = (
    "due_kind", "pk", "due_title", "about_pk", "about_name", "due_day", "due_moment", "due_state", "due_number",
    "due_note",
)  # fmt: skip


@cache
def due_models() -> tuple[type[Record], ...]:
    """The models whose rows somebody has to do by a day."""
    return tuple(m for m in apps.get_models() if issubclass(m, Record) and m.due_item is not None)


@cache
def kinds() -> dict[str, DueFields]:
    """How they are due items, by kind."""
    return {_fields(model).kind: _fields(model) for model in due_models()}


def due_items(user: Any, now: datetime, *, most: int = 6) -> dict[str, list[DueItem]]:
    """What ``user`` has to do within two weeks, should have done, or has no date: the ``most`` urgent of each kind.

    ``now`` is aware, in the zone of the reader.
    """
    last = now.date() + SOON
    parts = []
    for model in due_models():
        fields = _fields(model)
        mine = _of(model, user)
        if not fields.ahead:
            mine &= _by(model, fields.starts or fields.due, last, now, undated=fields.undated)
        order: Any = [F(fields.due).asc(nulls_last=True), *fields.then]
        place = Window(RowNumber(), order_by=order)
        rows = _unfinished(model, user, mine).annotate(**_values(model, user, now), place=place)
        parts.append(rows.filter(place__lte=most).values_list(*COLUMNS, "place"))
    found: dict[str, list[DueItem]] = {kind: [] for kind in kinds()}
    for *values, _place in sorted(_union(parts), key=lambda row: row[-1]):
        item = DueItem(*(*values, user.pk, user.name))
        found[item.kind].append(item)
    return found


def due_list(
    user: Any, now: datetime, until: date, *, since: date | None = None, everyone: bool = False
) -> QuerySet[Any]:
    """What is due by ``until`` or has no date, the most urgent first, as rows for :class:`DueItem`.

    With ``since``, what was due earlier or has no date is left out. It is what ``user`` has to do or, with
    ``everyone``, all that they see: a task once for each who works on it.
    """
    parts = []
    for model in due_models():
        fields = _fields(model)
        due = _by(model, fields.due, until, now, undated=fields.undated and since is None)
        if since is not None:
            due &= Q(**{f"{fields.due}__gte": _start_of(model, fields.due, since, now)})
        rows = _unfinished(model, user, due if everyone else due & _of(model, user))
        owner = _owner(fields) if everyone else {"owner_pk": Value(user.pk), "owner_name": Value(user.name)}
        rows = rows.annotate(**_values(model, user, now), **owner)
        parts.append(rows.values_list(*COLUMNS, "owner_pk", "owner_name"))
    order = F("due_day").asc(nulls_last=True)
    return _union(parts).order_by(order, "due_moment", "due_kind", "pk", "owner_pk")


def _union(parts: list[Any]) -> QuerySet[Any]:
    first, *others = parts
    united: QuerySet[Any] = first.union(*others, all=True)
    return united


def _fields(model: type[Record]) -> DueFields:
    assert model.due_item is not None
    return model.due_item


def _unfinished(model: type[Record], user: Any, wanted: Q) -> QuerySet[Any]:
    """What of the ``wanted`` rows ``user`` sees and is still to be done; what is archived is not."""
    fields = _fields(model)
    rows = model.objects.visible_to(user).filter(fields.unfinished, wanted, **{f"{fields.about}__archived_at": None})
    return rows.order_by()


def _of(model: type[Record], user: Any) -> Q:
    """What ``user`` has to do. Where a path leads to many rows, they are asked apart: nothing is found twice."""
    parts = []
    for path in _fields(model).owners:
        is_many = model._meta.get_field(path.split(LOOKUP_SEP)[0]).one_to_many
        rows = model._base_manager.filter(**{path: user}).order_by().values("pk")
        parts.append(Q(pk__in=rows) if is_many else Q(**{path: user}))
    return reduce(or_, parts)


def _by(model: type[Record], path: str, last: date, now: datetime, *, undated: bool) -> Q:
    """Due by the end of the day ``last``: of a moment in the reader's zone, of a plan on its own clock."""
    by = Q(**{f"{path}__lt": _start_of(model, path, last + timedelta(days=1), now)})
    return by | Q(**{path: None}) if undated else by


def _start_of(model: type[Record], path: str, day: date, now: datetime) -> date:
    """The start of ``day`` as the field holds it: a day, a moment in the reader's zone, or one on a plan's clock."""
    field = model._meta.get_field(path)
    if isinstance(field, DateField) and not isinstance(field, DateTimeField):
        return day
    return datetime.combine(day, time(), now.tzinfo if isinstance(field, DateTimeField) else None)


def _values(model: type[Record], user: Any, now: datetime) -> dict[str, Any]:
    """What a :class:`DueItem` has of a row, but who has to do it."""
    fields = _fields(model)
    text, whole = CharField(), IntegerField()
    is_moment = isinstance(model._meta.get_field(fields.due), DateTimeField)
    return {
        "due_kind": Value(fields.kind, text),
        "due_title": Cast(fields.title, text),
        "about_pk": F(f"{fields.about}_id"),
        "about_name": Cast(f"{fields.about}__name", text),
        "due_day": TruncDate(fields.due, tzinfo=now.tzinfo) if is_moment else Cast(fields.due, DateField()),
        "due_moment": F(fields.due) if is_moment else _no(DateTimeField()),
        "due_state": Cast(_state(fields, user), text),
        "due_number": Cast(F(fields.number) if fields.number else Value(0), whole),
        "due_note": Cast(Coalesce(fields.note, Value("")) if fields.note else Value(""), text),
    }


def _owner(fields: DueFields) -> dict[str, Any]:
    """The first of its owners who is set; a row for each where there are many."""
    names = [f"{path}__name" for path in fields.owners]
    return {
        "owner_pk": Cast(_first(fields.owners), IntegerField()),
        "owner_name": Cast(_first(names), CharField()),
    }


def _state(fields: DueFields, user: Any) -> Any:
    """Its status or, where one of its owners decides, ``"decides"`` to that one."""
    if fields.decides:
        return Case(When(**{fields.decides: user}, then=Value("decides")), default=Value(""), output_field=CharField())
    return F(fields.state) if fields.state else Value("")


def _first(paths: Sequence[str]) -> Any:
    return Coalesce(*paths) if len(paths) > 1 else F(*paths)


def _no(field: Any) -> Expression:
    """No value, of the type of ``field``: without one, PostgreSQL takes the column for text."""
    return Cast(Value(None), field)
