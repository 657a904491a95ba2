"""Keys by which programs act for a user."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accord.core.expiry import check_expiry
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Is
from accord.core.security import Kind, record_security
from accord.core.texts import format_lazy, gettext_lazy

LONGEST_DAYS = 365


def default_expiry() -> date:
    """90 days: long enough to forget about it, short enough that a forgotten one dies."""
    return timezone.localdate() + timedelta(days=90)


class ApiToken(Record):
    """A key for the API. Only its hash is kept: the key itself is shown once, when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text=gettext_lazy("What uses the key, for example “time clock”."))
    hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(
        default=default_expiry,
        help_text=format_lazy(
            gettext_lazy("The last day on which it works, at most {days} days from now."), days=LONGEST_DAYS
        ),
    )

    unaudited = frozenset({"hash"})
    policy = Policy(view=Is("user"), change=Is("user"))

    class Meta:
        ordering = ["name"]
        verbose_name = gettext_lazy("API key")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest(key: str) -> str:
        """The stored form of ``key``: it is long and random, so one round of SHA-256 is enough."""
        return hashlib.sha256(key.encode(errors="replace")).hexdigest()

    @classmethod
    def new_key(cls) -> str:
        return f"accord_{secrets.token_urlsafe(32)}"

    @classmethod
    def of_key(cls, key: str) -> ApiToken | None:
        """The token of ``key``, if it has not expired and its user may sign in."""
        today = timezone.localdate()
        rows = cls.objects.select_related("user").filter(user__is_active=True, expires_on__gte=today)
        return rows.filter(hash=cls.digest(key)).first()

    def clean(self) -> None:
        check_expiry(self.expires_on, LONGEST_DAYS)

    def log_security(self, *, by: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
        if not before:
            record_security(Kind.KEY_CREATED, user=self.user, by=by, key=self.name, expires_on=str(self.expires_on))
        elif not after:
            record_security(Kind.KEY_REVOKED, user=self.user, by=by, key=self.name)
