"""Keys by which programs act for a user."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accord.core.access import Deed
from accord.core.models import Record


class ApiToken(Record):
    """A key for the API. Only its hash is kept: the key itself is shown once, when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="What uses it, such as “time clock”.")
    hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(null=True, blank=True, help_text="Empty: until it is deleted.")

    untold = frozenset({"hash"})

    class Meta:
        ordering = ["name"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest(key: str) -> str:
        """The stored form of ``key``: it is long and random, so one round of SHA-256 is enough."""
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def new_key(cls) -> str:
        return f"accord_{secrets.token_urlsafe(32)}"

    @classmethod
    def user_of(cls, key: str) -> Any:
        """The active user whom ``key`` speaks for, or ``None``."""
        token = cls.objects.select_related("user").filter(hash=cls.digest(key)).first()
        if token is None or not token.user.is_active:
            return None
        if token.expires_on is not None and token.expires_on < timezone.localdate():
            return None
        return token.user

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q(user=user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.user_id == user.pk
