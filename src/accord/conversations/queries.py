"""What can be asked about conversations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import CharField, Count, DateTimeField, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from accord.conversations.models import Comment, NoticeKind, NoticeSetting, Notification
from accord.conversations.subjects import concerned, those_who_see
from accord.conversations.watching import chosen
from accord.core.models import Record
from accord.people.models import Notices, User

MOST_NAMES = 8
MOST_ASKED = 150  # of whom the query asks whether they see the record


def comments_on(record: models.Model) -> QuerySet[Comment]:
    """The comments on a record; whoever could fetch the record may read them."""
    return Comment.objects.filter(subject_type=record._meta.label_lower, subject_id=record.pk).select_related("author")


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One comment as a page shows it."""

    pk: int
    author_id: int
    author: str
    created_at: datetime
    body: str
    version: int

    @property
    def is_edited(self) -> bool:
        return self.version > 1


def conversation(record: Record, user: Any, most: int) -> tuple[list[CommentLine], bool]:
    """The latest ``most`` comments on a record, newest first, and whether ``user`` watches it: in one query.

    Like :func:`comments_on`, for those who could fetch the record.
    """
    latest = comments_on(record).select_related(None).order_by("-created_at", "-pk")[:most]
    comments = Comment.objects.filter(pk__in=latest.values("pk")).order_by()
    author = Coalesce(
        NullIf("author__name", Value("")), "author__email", output_field=CharField()
    )  # as the user is written everywhere
    lines = comments.values_list("pk", "author_id", author, "created_at", "body", "version")
    # The user's choice is a line of the same columns whose version is 0 for "stopped" and 1 for "watches".
    choice = (
        chosen(user, record)
        .order_by()
        .annotate(
            no_author=Value(0, IntegerField()),
            no_name=Cast(Value(""), CharField()),
            no_moment=Cast(Value(None), DateTimeField()),
            no_body=Cast(Value(""), TextField()),
            choice=Cast("on", IntegerField()),
        )
        .values_list("pk", "no_author", "no_name", "no_moment", "no_body", "choice")
    )
    found = [CommentLine(*row) for row in lines.union(choice, all=True)]
    is_watching = next((bool(row.version) for row in found if not row.author_id), None)
    if is_watching is None:
        is_watching = user.pk in concerned(record)
    said = sorted((row for row in found if row.author_id), key=lambda row: (row.created_at, row.pk), reverse=True)
    return said, is_watching


def count_comments(records: Iterable[Any]) -> None:
    """Give each of these records its ``comment_count``, in one query whatever they are."""
    rows = list(records)
    keys: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        keys[row._meta.label_lower].append(row.pk)
    if not keys:
        return
    asked = reduce(or_, (Q(subject_type=label, subject_id__in=found) for label, found in keys.items()))
    said = Comment.objects.filter(asked).order_by().values_list("subject_type", "subject_id").annotate(Count("pk"))
    counts = {(label, key): count for label, key, count in said}
    for row in rows:
        row.comment_count = counts.get((row._meta.label_lower, row.pk), 0)


def due_now(now: datetime) -> Q:
    """Notifications that are not snoozed."""
    return Q(snoozed_until=None) | Q(snoozed_until__lte=now)


def inbox(user: Any, now: datetime) -> QuerySet[Notification]:
    """What concerns the user: unread first, then the newest. What comes back from snoozing counts from that moment."""
    rows: QuerySet[Notification] = Notification.objects.visible_to(user)
    at = models.functions.Coalesce("snoozed_until", "created_at")
    rows = rows.filter(due_now(now)).annotate(at=at, is_read=Q(read_at__isnull=False))
    return rows.order_by("is_read", "-at", "-pk")


def snoozed(user: Any, now: datetime) -> QuerySet[Notification]:
    """What the user put away, by the moment when it comes back."""
    rows: QuerySet[Notification] = Notification.objects.visible_to(user).filter(snoozed_until__gt=now)
    rows = rows.annotate(at=models.F("snoozed_until"), is_read=models.Value(False))
    return rows.order_by("snoozed_until", "pk")


def unread(user: Any) -> QuerySet[Notification]:
    """What the user has not read yet and not snoozed, the newest first."""
    return inbox(user, timezone.now()).filter(read_at=None)


def can_be_mentioned(record: Record, words: str, *, by: Any) -> list[User]:
    """Colleagues whose name or address begins a word with ``words`` and who may see ``record``."""
    users = User.objects.filter(is_active=True).exclude(pk=by.pk)
    if words:
        begins = Q(name__istartswith=words) | Q(name__icontains=f" {words}") | Q(email__istartswith=words)
        users = users.filter(begins)
    return those_who_see(record, users.order_by("name", "pk")[:MOST_ASKED])[:MOST_NAMES]


DEFAULTS = {
    Notices.OFF: NoticeSetting.Delivery.ACCORD,
    Notices.AT_ONCE: NoticeSetting.Delivery.AT_ONCE,
    Notices.DAILY: NoticeSetting.Delivery.DAILY,
}


def deliveries(users: Iterable[User]) -> dict[int, dict[str, str]]:
    """How each user hears of each kind: as they set it, else as their profile says for all kinds."""
    people = list(users)
    found: dict[int, dict[str, str]] = {
        user.pk: dict.fromkeys(NoticeKind.values, DEFAULTS[Notices(user.notices)].value) for user in people
    }
    for key, kind, delivery in NoticeSetting.objects.filter(user__in=people).values_list("user", "kind", "delivery"):
        found[key][kind] = delivery
    return found
