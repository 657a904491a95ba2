"""Something that a person should hear of, and how they wish to hear of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accord.core.fields import LinkFreeCharField
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Is
from accord.core.texts import gettext_lazy


class NoticeKind(models.TextChoices):
    """What a notification is about; people choose for each kind how they hear of it."""

    MENTION = "mention", gettext_lazy("Mentions")
    COMMENT = "comment", gettext_lazy("Comments")
    ASSIGNMENT = "assignment", gettext_lazy("Assignments")
    DUE = "due", gettext_lazy("Deadlines and escalations")
    SYSTEM = "system", gettext_lazy("Other updates")


class Notification(Record):
    """One line for one user, with the record that it speaks of: its page is looked up where the line is shown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=NoticeKind.choices, default=NoticeKind.SYSTEM)
    text = LinkFreeCharField(max_length=300)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    root_type = models.CharField(max_length=60, blank=True)
    root_id = models.BigIntegerField(null=True)
    read_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)  # until then it is neither shown nor emailed
    mailed_at = models.DateTimeField(null=True, blank=True)

    policy = Policy(view=Is("user"), change=Is("user"))

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "read_at", "-created_at"], name="notification_user")]

    def __str__(self) -> str:
        return self.text


class NoticeSetting(Record):
    """How a user hears of one kind of notification, where it is otherwise than their profile says for all."""

    class Delivery(models.TextChoices):
        ACCORD = "accord", gettext_lazy("In Accord only")
        AT_ONCE = "now", gettext_lazy("In Accord and by email immediately")
        DAILY = "daily", gettext_lazy("In Accord and in the daily email")
        OFF = "off", gettext_lazy("Off")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_settings")
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    delivery = models.CharField(max_length=6, choices=Delivery.choices)

    policy = Policy(view=Is("user"), change=Is("user"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_setting_per_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_delivery_display()}"
