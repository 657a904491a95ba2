"""Weeks of hours on their way from draft to locked, and the day up to which time is closed for everyone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, Model, Rows, Rule, everyone, nobody
from accord.core.texts import gettext_lazy
from accord.people.models import Person, Role

WEEK = timedelta(days=6)  # from Monday to Sunday


class _LeadsItsProjects(Rule):
    """The actor manages a project on which the week has hours."""

    def rows(self, actor: Any, model: Model) -> Rows:
        return Q(
            Exists(_led(actor).filter(person=OuterRef("person"), day__range=(OuterRef("week"), OuterRef("ends_on"))))
        )

    def holds(self, actor: Any, record: Any) -> bool:
        if record.pk is None:
            return False
        return _led(actor).filter(person=record.person_id, day__range=(record.week, record.ends_on)).exists()


def _led(actor: Any) -> Any:
    from accord.money.models.time_entry import TimeEntry

    return TimeEntry._base_manager.filter(project__manager=actor.pk).order_by()


class Timesheet(Record):
    """One person's week. A week without a row here is a draft that nothing was done with but logging time.

    ``rows`` are the lines of the week that were added before they have hours: ``[project, task, work type]`` by their
    keys; small and always read whole, so they live in the row.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        SUBMITTED = "submitted", gettext_lazy("Submitted")
        APPROVED = "approved", gettext_lazy("Approved")
        LOCKED = "locked", gettext_lazy("Locked")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="timesheets")
    week = models.DateField(gettext_lazy("Monday"))
    ends_on = models.DateField(gettext_lazy("Sunday"), editable=False)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.CharField(gettext_lazy("reason"), max_length=300, blank=True)  # why it was returned
    rows = models.JSONField(default=list, blank=True, editable=False)

    unaudited = frozenset({"rows"})
    policy = Policy(
        view=Is("person__user") | Holding(Role.ADMINISTRATOR, Role.FINANCE) | _LeadsItsProjects(),
        change=Is("person__user") | Holding(Role.ADMINISTRATOR),
        approve=Holding(Role.ADMINISTRATOR) | (~Is("person__user") & _LeadsItsProjects()),
        delete=nobody,
    )

    class Meta:
        ordering = ["-week", "person__name"]
        constraints = [
            from_source("timesheet"),
            models.UniqueConstraint(fields=["person", "week"], name="timesheet_of_a_week"),
        ]
        indexes = [models.Index(fields=["status", "week"], name="timesheet_status")]

    def __str__(self) -> str:
        return gettext("Week %(week)s of %(person)s") % {"week": day_text(self.week), "person": self.person}

    @property
    def root(self) -> models.Model:
        return self.person

    @property
    def is_returned(self) -> bool:
        return self.status == self.Status.DRAFT and bool(self.reason)

    @classmethod
    def of(cls, person: Person, day: date) -> Timesheet:
        """The week of ``person`` with ``day`` in it; not stored yet where nothing was done with it."""
        monday = day - timedelta(days=day.weekday())
        found = cls.objects.filter(person=person, week=monday).select_related("decided_by").first()
        if found is None:
            return cls(person=person, week=monday, ends_on=monday + WEEK)
        found.person = person
        return found


class PeriodLock(Record):
    """Up to and including which day time is closed; the newest row holds, the others are its history."""

    until = models.DateField(gettext_lazy("locked until"), help_text=gettext_lazy("The last day that is closed."))
    note = models.CharField(gettext_lazy("reason"), max_length=200, blank=True)

    creating_action = "lock_period"
    policy = Policy(
        view=everyone, create=Holding(Role.ADMINISTRATOR, Role.FINANCE), change=nobody, delete=nobody, archive=nobody
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return gettext("Time locked until %(day)s") % {"day": day_text(self.until)}

    def clean(self) -> None:
        if self.until and self.until >= timezone.localdate():
            raise ValidationError({"until": gettext("Choose a day in the past.")})


def locked_until() -> date | None:
    """The last day that is closed for everyone."""
    return PeriodLock.objects.values_list("until", flat=True).first()


def hold_time(person: int) -> None:
    """Make whoever else writes or decides on the time of ``person`` wait until this transaction ends."""
    Person.objects.select_for_update(no_key=True).filter(pk=person).order_by().values_list("pk").first()


def why_closed(person: int, day: date, *, correcting: bool = False) -> str:
    """Why the hours of ``person`` on ``day`` can't change; empty where they can.

    A correction may change what is submitted or approved, never what is locked.
    """
    monday = day - timedelta(days=day.weekday())
    sheet = Timesheet.objects.filter(person=person, week=monday).order_by().values("status")
    lock = PeriodLock.objects.values("until")[:1]
    status, until = Person.objects.filter(pk=person).order_by().values_list(Subquery(sheet), Subquery(lock)).get()
    if until is not None and day <= until:
        return gettext("Time is locked until %(day)s. Ask finance to unlock it.") % {"day": day_text(until)}
    if correcting or status in (None, Timesheet.Status.DRAFT):
        return ""
    if status == Timesheet.Status.SUBMITTED:
        return gettext("The week of %(day)s is submitted. Withdraw it before you change it.") % {
            "day": day_text(monday)
        }
    return gettext("The week of %(day)s is approved. Ask whoever approved it for a correction.") % {
        "day": day_text(monday)
    }
