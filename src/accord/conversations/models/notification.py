"""Something that a person should hear of."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.fields import LinkFreeCharField
from accord.core.models import Record


class Notification(Record):
    """One line for one user, with the record that it speaks of: its page is looked up where the line is shown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    text = LinkFreeCharField(max_length=300)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    root_type = models.CharField(max_length=60, blank=True)
    root_id = models.BigIntegerField(null=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "read_at", "-created_at"], name="notification_user")]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q(user=user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.user_id == user.pk
