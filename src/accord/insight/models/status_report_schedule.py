"""When status reports of a project are drafted, and who gets them by email."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.insight.models.status_report import StatusReport
from accord.projects.models.part import ProjectPart

_WEEK = timedelta(days=7)


class StatusReportSchedule(ProjectPart):
    """One for each project that has some. ``next_on`` is the day of the next draft."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", gettext_lazy("Every week")
        MONTHLY = "monthly", gettext_lazy("Every month, on the first such weekday")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, gettext_lazy("Monday")
        TUESDAY = 1, gettext_lazy("Tuesday")
        WEDNESDAY = 2, gettext_lazy("Wednesday")
        THURSDAY = 3, gettext_lazy("Thursday")
        FRIDAY = 4, gettext_lazy("Friday")
        SATURDAY = 5, gettext_lazy("Saturday")
        SUNDAY = 6, gettext_lazy("Sunday")

    rhythm = models.CharField(
        gettext_lazy("frequency"), max_length=7, choices=Rhythm.choices, default=Rhythm.WEEKLY
    )  # fmt: skip
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, default=Weekday.FRIDAY)
    publishes = models.BooleanField(
        gettext_lazy("publish automatically"),
        default=False,
        help_text=gettext_lazy("Otherwise a draft is created, and the project manager is notified to publish it."),
    )
    recipients = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        help_text=gettext_lazy("They get each published report by email, without amounts if they can't see money."),
    )
    next_on = models.DateField(gettext_lazy("next draft"), editable=False)

    class Meta:
        verbose_name = gettext_lazy("schedule of status reports")
        verbose_name_plural = gettext_lazy("schedules of status reports")
        constraints = [models.UniqueConstraint(fields=["project"], name="status_report_schedule_once")]

    def __str__(self) -> str:
        return gettext("Schedule of status reports, %(project)s") % {"project": self.project}

    def consequences(self, changed: dict[str, Any]) -> dict[str, Any]:
        if "rhythm" in changed or "weekday" in changed:
            return {"next_on": self.day_after(timezone.localdate())}
        return {}

    def day_after(self, day: date) -> date:
        """The first day of the schedule after ``day``.

        >>> StatusReportSchedule(rhythm="monthly", weekday=0).day_after(date(2026, 12, 1))
        datetime.date(2026, 12, 7)
        """
        found = day + timedelta(days=(self.weekday - day.weekday() - 1) % 7 + 1)
        while self.rhythm == self.Rhythm.MONTHLY and found.day > 7:
            found += _WEEK
        return found


class StatusReportDelivery(models.Model):
    """The email that brings a published report to one recipient: waiting, sent, or refused with the reason."""

    report = models.ForeignKey(StatusReport, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "user"], name="status_report_delivery_once")]

    def __str__(self) -> str:
        return f"{self.report}, {self.user}"
