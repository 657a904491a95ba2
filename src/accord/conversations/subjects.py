"""What can be discussed, and whom each such record concerns. Rooms above are named by their labels alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext

from accord.core.fetch import fetch
from accord.core.models import Record
from accord.people.models import User

AT_ONCE = 50

# By model label: the paths from the record to the users that own it, manage it or are assigned to it.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "accounts.account": ("owner",),
    "accounts.contact": (),
    "sales.opportunity": ("owner",),
    "sales.quote": ("written_by",),
    "sales.agreement": ("owner",),
    "support.request": ("owner",),
    "success.playbookrun": ("steps__owner",),
    "success.surveyanswer": (),
    "projects.project": ("manager",),
    "projects.task": ("assignments__resource__person__user",),
    "projects.deliverable": (),
    "projects.risk": ("owner",),
    "projects.issue": ("owner",),
    "projects.changerequest": ("owner",),
    "projects.decision": ("owner",),
    "projects.lesson": ("owner",),
    "money.invoice": (),
}

# Rows of them that nobody can point at: who answered an anonymous survey is not discussed.
ONLY: dict[str, dict[str, Any]] = {"success.surveyanswer": {"survey__anonymous": False}}


def subject_of(user: Any, name: str) -> Record:
    """The record that ``name`` (``label:number``, as ``projects.task:7``) names and ``user`` may see, else a 404."""
    label, _, number = name.partition(":")
    if label not in SUBJECTS or not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    return fetch(cast("type[Record]", apps.get_model(label)), user, pk=int(number), **ONLY.get(label, {}))


def name_of(record: Record) -> str:
    """The name by which :func:`subject_of` finds the record again."""
    return f"{record._meta.label_lower}:{record.pk}"


def seen_subjects(user: Any, *, only: Mapping[str, Mapping[str, Any]] | None = None) -> Q:
    """The filter for rows that name a subject (``subject_type``, ``subject_id``) which ``user`` sees.

    ``only`` says by label which rows of a model count.
    """
    found = Q(pk__in=[])
    for label in SUBJECTS:
        model = cast("type[Record]", apps.get_model(label))
        rows = model.objects.visible_to(user).filter(**(only or {}).get(label, {}))
        found |= Q(subject_type=label, subject_id__in=rows.values("pk"))
    return found


def there_still() -> Q:
    """The filter for rows that name a subject which has not been deleted."""
    found = Q(pk__in=[])
    for label in SUBJECTS:
        rows = cast("type[Record]", apps.get_model(label))._base_manager.values("pk")
        found |= Q(subject_type=label, subject_id__in=rows)
    return found


def those_who_see(record: Record, users: Iterable[User]) -> list[User]:
    """Those of ``users`` who may see ``record`` now, in one query for each fifty of them."""
    people = [user for user in users if user.is_active]
    model, found = type(record), []
    for first in range(0, len(people), AT_ONCE):
        some = people[first : first + AT_ONCE]
        sees = {f"user_{user.pk}": Exists(model.objects.visible_to(user).filter(pk=OuterRef("pk"))) for user in some}
        row = model._base_manager.filter(pk=record.pk).order_by().annotate(**sees).values(*sees).first() or {}
        found += [user for user in some if row.get(f"user_{user.pk}")]
    return found


def concerned(record: Record) -> set[int]:
    """The keys of the users whom ``record`` concerns: its owner, manager or assignees."""
    found: set[int] = set()
    for path in SUBJECTS.get(record._meta.label_lower, ()):
        if "__" not in path:
            found.add(getattr(record, f"{path}_id"))
        else:
            rows = type(record)._base_manager.filter(pk=record.pk, **{f"{path}__isnull": False})
            found.update(rows.values_list(path, flat=True))
    return found - {None}  # type: ignore[arg-type]
