"""Forms of time: entries, corrections, decisions on weeks, and what the firm sets about time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.durations import hours_of
from accord.core.formfields import HoursField
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.money.actions.correct_time import correct_time
from accord.money.actions.decide_week import return_week
from accord.money.actions.lock_period import lock_period
from accord.money.actions.log_time import change_time, log_time
from accord.money.models import PeriodLock, TimeEntry, Timesheet, WorkType
from accord.people.models import Person
from accord.projects.models import Project, Task
from accord.web.money.forms_reason import AsksReason
from accord.web.shell.forms import RecordForm


class TimeForm(RecordForm):
    """Hours on one day."""

    hours = HoursField(min_value=0, max_value=24, help_text=gettext_lazy("For example 7:30, 7.5 or 90m."))

    class Meta:
        model = TimeEntry
        fields = ["person", "project", "task", "work_type", "day", "note", "billable"]

    field_order = ["person", "project", "task", "work_type", "day", "hours", "note", "billable"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entry = self.instance
        if entry.pk:
            self.fields["hours"].initial = hours_of(entry.minutes)
        offered = WorkType.objects.filter(Q(active=True) | Q(pk=entry.work_type_id))
        self.fields["work_type"].queryset = offered
        if entry.project_id:
            del self.fields["project"]
            self.fields["task"].queryset = Task.objects.filter(project=entry.project).exclude(kind=Task.Kind.SUMMARY)
            may_book_others = entry.project.allows(self.user, Permission.CHANGE)
        else:
            self.fields["project"].queryset = Project.objects.visible_to(self.user).filter(
                status__in=(Project.Status.ACTIVE, Project.Status.PLANNED), archived_at=None
            )
            self.fields["project"].help_text = gettext("Leave empty for work without a project, and choose its type.")
            del self.fields["task"]
            may_book_others = False
        own = Person.objects.filter(user=self.user)
        offered_people = Person.objects.filter(Q(user=self.user) | Q(pk=entry.person_id))  # who worked stays who worked
        if may_book_others:
            self.fields["person"].queryset = Person.objects.filter(left_on=None)
        else:
            self.fields["person"].queryset = offered_people
        if not self.is_bound:  # what is sent says who
            self.suggest("person", own.values_list("pk", flat=True).first())

    def clean_hours(self) -> Any:
        hours = self.cleaned_data["hours"]
        minutes = round(hours * 60)
        if minutes < 1:
            raise ValidationError(gettext("Enter at least one minute."))
        self.instance.minutes = minutes
        return hours

    def save_for_user(self) -> Record:
        self.instance.minutes = round(self.cleaned_data["hours"] * 60)
        if self.instance.pk is None:
            return log_time(entry=self.instance, by=self.user)
        version = self.cleaned_data["version"]
        values = {**self.stored_values, "minutes": self.instance.minutes}
        return change_time(entry=self.instance, by=self.user, version=version, **values)


class CorrectionForm(RecordForm):
    """Other hours for an entry of an approved week, and why."""

    hours = HoursField(min_value=0, max_value=24, help_text=gettext_lazy("Enter 0 to remove the entry."))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("Stays in the history of the week.")
    )

    class Meta:
        model = TimeEntry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].initial = hours_of(self.instance.minutes)

    def save_for_user(self) -> Record:
        minutes = round(self.cleaned_data["hours"] * 60)
        entry: TimeEntry = self.instance
        correct_time(
            entry=entry, by=self.user, version=self.cleaned_data["version"], minutes=minutes,
            reason=self.cleaned_data["reason"],
        )  # fmt: skip
        return entry


class ReturnForm(AsksReason, RecordForm):
    class Meta(AsksReason.Meta):
        model = Timesheet

    def save_for_user(self) -> Record:
        given = self.cleaned_data
        return return_week(sheet=self.instance, by=self.user, version=given["version"], reason=given["reason"])


class WorkTypeForm(RecordForm):
    class Meta:
        model = WorkType
        fields = ["name", "billable", "internal", "active"]


class PeriodLockForm(RecordForm):
    class Meta:
        model = PeriodLock
        fields = ["until", "note"]

    def save_for_user(self) -> Record:
        return lock_period(lock=self.instance, by=self.user)
