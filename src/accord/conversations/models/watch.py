"""Who follows what is said about a record."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Is
from accord.core.texts import gettext_lazy


class Watch(Record):
    """A user who watches a record, or who stopped watching one that concerns them (``on`` is false).

    Owners, managers and assignees watch without a row: :func:`accord.conversations.watching.watchers_of`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    on = models.BooleanField(default=True)

    policy = Policy(view=Is("user"), change=Is("user"))

    class Meta:
        verbose_name_plural = gettext_lazy("watches")
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "user"], name="one_watch_per_record")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.subject_type} {self.subject_id}"
