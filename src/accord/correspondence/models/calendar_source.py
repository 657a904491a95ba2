"""Calendars of colleagues, and the meetings with clients that were found in them."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.interaction import Interaction
from accord.accounts.models.part import AccountPart
from accord.core.encryption import decrypt, encrypt
from accord.core.fields import SealedURLField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Is
from accord.core.texts import gettext_lazy
from accord.core.tokens import digest


class CalendarSource(Record):
    """A calendar that is read, as a feed or on a CalDAV server. Only meetings with people we know count."""

    class Kind(models.TextChoices):
        ICS = "ics", gettext_lazy("ICS feed")
        CALDAV = "caldav", gettext_lazy("CalDAV calendar")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_sources")
    name = models.CharField(max_length=120)
    kind = models.CharField(gettext_lazy("type"), max_length=6, choices=Kind.choices, default=Kind.ICS)
    url = SealedURLField(
        gettext_lazy("address"), max_length=1000, help_text=gettext_lazy("Address of the ICS feed or CalDAV calendar.")
    )
    user_name = models.CharField(gettext_lazy("username"), max_length=200, blank=True)
    sealed_password = models.TextField(gettext_lazy("password"), blank=True, editable=False)
    active = models.BooleanField(default=True, help_text=gettext_lazy("Inactive calendars are not synced."))
    read_at = models.DateTimeField(gettext_lazy("last sync"), null=True, editable=False)
    kept = models.PositiveIntegerField(gettext_lazy("meetings saved"), default=0, editable=False)
    failure = models.CharField(gettext_lazy("last error"), max_length=300, blank=True, editable=False)
    # The log of the last sync: events that were skipped, or read with a doubt, as {title, when, reason, skipped}.
    problems = models.JSONField(default=list, blank=True, editable=False)

    unaudited = frozenset({"sealed_password", "url"})  # a feed's address is a secret of its own
    policy = Policy(view=Is("owner"), change=Is("owner"))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def secret_places(self) -> dict[str, Any]:
        address = urlsplit(self.url)
        return {"sealed_password": (address.scheme.lower(), address.netloc.lower(), self.user_name)}

    @property
    def skipped(self) -> int:
        """How many events of the last sync could not be read."""
        return sum(bool(row["skipped"]) for row in self.problems)

    @property
    def password(self) -> str:
        return decrypt(self.sealed_password) if self.sealed_password else ""

    @password.setter
    def password(self, text: str) -> None:
        self.sealed_password = encrypt(text) if text else ""


class CalendarMeeting(AccountPart):
    """One occurrence of a calendar's event that became a meeting on a client's timeline."""

    source_calendar = models.ForeignKey(CalendarSource, on_delete=models.SET_NULL, null=True, related_name="meetings")
    interaction = models.OneToOneField(Interaction, on_delete=models.CASCADE, related_name="calendar_meeting")
    key = models.CharField(max_length=64, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="calendar_meeting_once")]

    def __str__(self) -> str:
        return str(self.interaction)

    @staticmethod
    def key_of(uid: str, start: str) -> str:
        return hashlib.sha256(f"{uid}\0{start}".encode()).hexdigest()


FEED_DAYS = 365  # a calendar program keeps its address for long; once a year its owner says that it is still theirs


def feed_expiry() -> date:
    """The last day of an address that is made today."""
    return timezone.localdate() + timedelta(days=FEED_DAYS)


class CalendarFeed(Record):
    """The secret address under which somebody's own dates are read by their calendar program."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    secret_link = "feeds"
    hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(default=feed_expiry, editable=False)
    read_at = models.DateTimeField(gettext_lazy("last sync"), null=True, editable=False)

    unaudited = frozenset({"hash"})

    policy = Policy(view=Is("owner"), change=Is("owner"))

    def __str__(self) -> str:
        return gettext("calendar feed of %(owner)s") % {"owner": self.owner}

    @classmethod
    def of_secret(cls, secret: str) -> CalendarFeed | None:
        today = timezone.localdate()
        rows = cls.objects.filter(owner__is_active=True, expires_on__gte=today).select_related("owner")
        found = rows.filter(hash=digest(secret)).first()
        if found is not None:
            cls.objects.filter(pk=found.pk).update(read_at=timezone.now())
        return found
