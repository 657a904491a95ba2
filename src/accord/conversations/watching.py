"""Who watches a record: whom it concerns and who chose to, but for those who stopped."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accord.conversations.models import Watch
from accord.conversations.subjects import concerned, those_who_see
from accord.core.access import Permission, require
from accord.core.models import Record
from accord.people.models import User


def _rows(record: Record) -> Any:
    return Watch.objects.filter(subject_type=record._meta.label_lower, subject_id=record.pk)


def watchers_of(record: Record) -> list[User]:
    """Who hears of what is said about ``record``: of its watchers those who may see it now."""
    rows = dict(_rows(record).values_list("user", "on"))
    keys = {key for key in concerned(record) if rows.get(key, True)} | {key for key, on in rows.items() if on}
    users = User.objects.filter(pk__in=keys, is_active=True)
    return those_who_see(record, users)


def chosen(user: Any, record: Record) -> QuerySet[Watch]:
    """The one row, if any, that says what ``user`` chose about ``record``."""
    rows: QuerySet[Watch] = _rows(record).filter(user=user)
    return rows


def set_watching(*, user: Any, record: Record, on: bool) -> None:
    """Watch ``record``, or stop; whoever may see it may watch it, archived or not."""
    require(user, Permission.VIEW, record)
    _rows(record).update_or_create(
        user=user,
        defaults={"on": on},
        create_defaults={"on": on, "subject_type": record._meta.label_lower, "subject_id": record.pk},
    )


def watch_after_comment(*, user: Any, record: Record) -> None:
    """Who comments watches, unless they chose otherwise before."""
    Watch.objects.get_or_create(user=user, subject_type=record._meta.label_lower, subject_id=record.pk)
