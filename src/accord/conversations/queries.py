"""What can be asked about conversations."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import QuerySet

from accord.conversations.models import Comment, Notification


def comments_on(record: models.Model) -> QuerySet[Comment]:
    """The comments on a record; whoever could fetch the record may read them."""
    return Comment.objects.filter(subject_type=record._meta.label_lower, subject_id=record.pk).select_related("author")


def unread(user: Any) -> QuerySet[Notification]:
    """What the user has not read yet, the newest first."""
    return Notification.objects.visible_to(user).filter(read_at=None)
