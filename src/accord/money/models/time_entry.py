"""Hours worked."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.dates import day_text
from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.money import rounded
from accord.core.policy import Policy
from accord.core.rules import Is, Through
from accord.core.texts import gettext_lazy
from accord.people.models import Person
from accord.projects.models import Project, Task

DAY = 24 * 60  # minutes


class TimeEntry(Record):
    """Minutes of one person on one day. Rates are copied in when it is booked: a later rise rewrites no history."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="time_entries")
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="time_entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="time_entries")
    day = models.DateField(gettext_lazy("date"))
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(DAY)])
    note = models.CharField(gettext_lazy("description"), max_length=300, blank=True)
    billable = models.BooleanField(default=True)
    cost_rate = MoneyField(currency="project.currency", default=Decimal(0), editable=False)
    bill_rate = MoneyField(currency="project.currency", default=Decimal(0), editable=False)

    money_fields = frozenset({"cost_rate", "bill_rate"})
    named_openly = frozenset({"project", "task"})  # one's own hours say what they were for
    creating_action = "log_time"
    changing_actions: ClassVar[dict[str, str]] = dict.fromkeys(("project", "person", "day"), "change_time")
    policy = Policy(
        view=Is("person__user") | Through("project", Permission.VIEW_MONEY),
        create=(Is("person__user") & Through("project", Permission.VIEW)) | Through("project", Permission.CHANGE),
        change=Is("person__user") | Through("project", Permission.CHANGE),
    )

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name_plural = gettext_lazy("time entries")
        constraints = [from_source("time_entry")]
        indexes = [
            models.Index(fields=["project", "-day"], name="time_entry_project"),
            models.Index(fields=["person", "-day"], name="time_entry_person"),
        ]

    def __str__(self) -> str:
        return gettext("%(person)s, %(day)s: %(minutes)s min") % {
            "person": self.person,
            "day": self.day,
            "minutes": self.minutes,
        }

    def clean(self) -> None:
        if self.task_id and self.project_id and self.task is not None and self.task.project_id != self.project_id:
            raise ValidationError({"task": gettext("This task belongs to another project.")})
        if self.task is not None and self.task.kind == Task.Kind.SUMMARY:
            raise ValidationError({"task": gettext("Choose a task, not a summary task.")})
        if self.day is None or self.minutes is None or self.person_id is None:
            return
        # It may be tomorrow already where the person is.
        if self.day > timezone.localdate() + timedelta(days=1):
            raise ValidationError({"day": gettext("The date can't be in the future.")})
        others = TimeEntry.objects.filter(person=self.person_id, day=self.day).exclude(pk=self.pk)
        logged = others.aggregate(total=Sum("minutes"))["total"] or 0
        if logged + self.minutes > DAY:
            hours, minutes = divmod(logged, 60)
            raise ValidationError(
                gettext("A day has 24 hours, and %(hours)s:%(minutes)s h are already logged on %(day)s.")
                % {"hours": hours, "minutes": f"{minutes:02d}", "day": day_text(self.day)}
            )

    @property
    def cost(self) -> Decimal:
        """Hours × cost rate, in the project's currency."""
        return rounded(self.cost_rate * self.minutes / 60, self.project.currency)

    @property
    def root(self) -> models.Model:
        return self.project
