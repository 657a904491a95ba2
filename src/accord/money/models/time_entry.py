"""Hours worked."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.dates import day_text
from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.money import rounded
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, Through, Where
from accord.core.texts import gettext_lazy
from accord.money.models.timesheet import hold_time, why_closed
from accord.money.models.work_type import WorkType
from accord.people.models import Firm, Person, Role
from accord.projects.models import Project, Task

DAY = 24 * 60  # minutes
PRICED_BY = ("project", "person", "day", "work_type")  # what rates depend on


class TimeEntry(Record):
    """Minutes of one person on one day. Rates are copied in when it is booked: a later rise rewrites no history.

    Without a project it is work of the firm itself, named by its type of work and priced in the firm's currency; it is
    never billable, and no question about projects or clients meets it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="time_entries")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, blank=True, related_name="time_entries")
    work_type = models.ForeignKey(
        WorkType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="time_entries",
        verbose_name=gettext_lazy("type of work"),
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="time_entries")
    day = models.DateField(gettext_lazy("date"))
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(DAY)])
    note = models.CharField(gettext_lazy("description"), max_length=300, blank=True)
    billable = models.BooleanField(default=True)
    cost_rate = MoneyField(currency="currency", default=Decimal(0), editable=False)
    bill_rate = MoneyField(currency="currency", default=Decimal(0), editable=False)
    invoice_line = models.ForeignKey(
        "money.InvoiceLine",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="time_entries",
        editable=False,
        verbose_name=gettext_lazy("billed on"),
    )

    money_fields = frozenset({"cost_rate", "bill_rate"})
    named_openly = frozenset({"project", "task", "work_type"})  # one's own hours say what they were for
    creating_action = "log_time"
    changing_actions: ClassVar[dict[str, str]] = dict.fromkeys(PRICED_BY, "change_time")
    policy = Policy(
        view=Is("person__user")
        | Through("project", Permission.VIEW_MONEY)
        | (Where(project=None) & Holding(Role.ADMINISTRATOR, Role.FINANCE)),
        create=(Is("person__user") & (Where(project=None) | Through("project", Permission.VIEW)))
        | Through("project", Permission.CHANGE)
        | (Where(project=None) & Holding(Role.ADMINISTRATOR)),
        change=Is("person__user")
        | Through("project", Permission.CHANGE)
        | (Where(project=None) & Holding(Role.ADMINISTRATOR)),
    )

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name_plural = gettext_lazy("time entries")
        constraints = [
            from_source("time_entry"),
            models.CheckConstraint(
                condition=Q(project__isnull=False) | Q(work_type__isnull=False, task=None, billable=False),
                name="time_entry_says_what_for",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-day"], name="time_entry_project"),
            models.Index(fields=["person", "-day"], name="time_entry_person"),
            models.Index(
                fields=["project", "day"], condition=Q(billable=True, invoice_line=None), name="time_entry_unbilled"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(person)s, %(day)s: %(minutes)s min") % {
            "person": self.person,
            "day": self.day,
            "minutes": self.minutes,
        }

    def validate_constraints(self, exclude: Any = None) -> None:
        """What an entry without a project needs is asked by ``clean`` already, and in words."""
        super().validate_constraints({*(exclude or ()), "billable"})

    def clean(self) -> None:
        if self.project_id is None:
            self._check_internal()
        if self.task_id and self.project_id and self.task is not None and self.task.project_id != self.project_id:
            raise ValidationError({"task": gettext("This task belongs to another project.")})
        if self.task is not None and self.task.kind == Task.Kind.SUMMARY:
            raise ValidationError({"task": gettext("Choose a task, not a summary task.")})
        self._check_day()

    def _check_internal(self) -> None:
        if self.work_type is None or not self.work_type.internal:
            raise ValidationError({"project": gettext("Choose a project, or a type of work without one.")})
        self.task, self.billable = None, False

    def _check_day(self) -> None:
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

    def refuse_closed(self, action: str) -> None:
        if self.invoice_line is not None:
            raise ValidationError(
                gettext("These hours are on invoice %(invoice)s.") % {"invoice": self.invoice_line.invoice}
            )
        hold_time(self.person_id)
        if reason := why_closed(self.person_id, self.day, correcting=action == "correct_time"):
            raise ValidationError(reason)

    @property
    def currency(self) -> str:
        """What its rates are in."""
        return self.project.currency if self.project is not None else Firm.current().currency

    @property
    def cost(self) -> Decimal:
        """Hours × cost rate."""
        return rounded(self.cost_rate * self.minutes / 60, self.currency)

    @property
    def root(self) -> models.Model:
        return self.project or self.person
