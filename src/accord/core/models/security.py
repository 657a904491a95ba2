"""What concerns who gets in: security events, the counters of failed tries, stored answers of the API."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.dates import moment_text
from accord.core.models.record import Guarded, RecordQuerySet
from accord.core.policy import Policy
from accord.core.rules import Holding
from accord.core.texts import gettext_lazy


class SecurityEvent(Guarded):
    """One thing that happened to a sign-in or a key: a failed password, a new role, a key used from a new address.

    ``user`` is whose sign-in it concerns, ``actor`` who did it; both are plain values, since the log outlives them.
    Rows are deleted after a time (``settings.SECURITY_LOG_DAYS``).
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", gettext_lazy("Signed in")
        SIGN_IN_FAILED = "sign_in_failed", gettext_lazy("Sign-in failed")
        SIGN_IN_SLOWED = "sign_in_slowed", gettext_lazy("Sign-in slowed down")
        SIGNED_OUT = "signed_out", gettext_lazy("Signed out")
        SESSION_ENDED = "session_ended", gettext_lazy("Session ended")
        PASSWORD_CHANGED = "password_changed", gettext_lazy("Password changed")
        LINK_SENT = "link_sent", gettext_lazy("Password link sent")
        PASSWORD_RESET = "password_reset", gettext_lazy("Password reset")
        FACTOR_ADDED = "factor_added", gettext_lazy("Second factor added")
        FACTOR_REMOVED = "factor_removed", gettext_lazy("Second factor removed")
        FACTOR_FAILED = "factor_failed", gettext_lazy("Second factor failed")
        CODES_RENEWED = "codes_renewed", gettext_lazy("Recovery codes renewed")
        IDENTITY_ADDED = "identity_added", gettext_lazy("Single sign-on connected")
        IDENTITY_REMOVED = "identity_removed", gettext_lazy("Single sign-on disconnected")
        USER_CREATED = "user_created", gettext_lazy("User created")
        ROLES_CHANGED = "roles_changed", gettext_lazy("Roles changed")
        ACCESS_CHANGED = "access_changed", gettext_lazy("Sign-in switched on or off")
        EMAIL_CHANGED = "email_changed", gettext_lazy("Email address changed")
        RULES_CHANGED = "rules_changed", gettext_lazy("Sign-in rules changed")
        KEY_CREATED = "key_created", gettext_lazy("API key created")
        KEY_USED = "key_used", gettext_lazy("API key used")
        KEY_REVOKED = "key_revoked", gettext_lazy("API key revoked")
        KEY_REFUSED = "key_refused", gettext_lazy("API key refused")

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(gettext_lazy("type"), max_length=20, choices=Kind.choices)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=200, blank=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(gettext_lazy("browser or program"), max_length=200, blank=True)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = RecordQuerySet.as_manager()

    policy = Policy(view=Holding("administrator"))  # this floor does not know the roles' own names

    class Meta:
        indexes = [models.Index(fields=["user_id", "-at"], name="security_event_user")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user_name}"


class Throttle(models.Model):
    """How often something failed within a time, and when the next try is due. One row for each key, for all processes.

    Rows rather than the cache: a counter must not lose a count to a race, nor be evicted by an attacker's flood.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)
    free_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return gettext("%(count)s until %(expires_at)s") % {
            "count": self.count,
            "expires_at": moment_text(self.expires_at),
        }


class StoredAnswer(models.Model):
    """The answer of the API to a write that carried an ``Idempotency-Key``; ``status`` is null while it is at work.

    ``claim`` belongs to the request that does the action: it stores the answer only while the row is still its own.
    """

    KEEPS_HOURS: ClassVar[int] = 24

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    claim = models.CharField(max_length=32)
    claimed_at = models.DateTimeField(default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="stored_answer_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status or gettext('at work')}"
