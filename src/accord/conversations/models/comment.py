"""A word about a record."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.fields import LinkFreeTextField
from accord.core.models import Record
from accord.core.search import Searched


class Comment(Record):
    """Markdown text on any record, named by type and id: rooms above hang on to it without it knowing them."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    body = LinkFreeTextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")

    searched = Searched(texts=("body",))

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-created_at"], name="comment_subject")]

    def __str__(self) -> str:
        return self.body[:60]

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        """One's own; the comments on a record are fetched by those who could fetch the record."""
        return Q(author=user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.author_id == user.pk
