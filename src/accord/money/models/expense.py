"""Money spent on a project."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy
from accord.core.rules import Holding, Through
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import Role
from accord.projects.models import Project, Task


class Expense(Record):
    """Travel, licences, subcontractors: cost other than hours, in the project's currency."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="expenses")
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="expenses")
    day = models.DateField(gettext_lazy("date"))
    description = models.CharField(max_length=200)
    amount = MoneyField(currency="project.currency")
    billable = models.BooleanField(gettext_lazy("billable"), default=False)
    invoice_line = models.ForeignKey(
        "money.InvoiceLine",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="expenses",
        editable=False,
        verbose_name=gettext_lazy("billed on"),
    )

    holds_files = True
    searched = Searched(names=("description",))
    commercial = True
    money_fields = frozenset({"amount"})
    policy = Policy(
        view=Through("project", Permission.VIEW_MONEY),
        change=Holding(Role.FINANCE) | Through("project", Permission.CHANGE),
    )

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [from_source("expense")]

    def __str__(self) -> str:
        return self.description

    def refuse_closed(self, action: str) -> None:
        if self.invoice_line is not None:
            raise ValidationError(
                gettext("This expense is on invoice %(invoice)s.") % {"invoice": self.invoice_line.invoice}
            )

    @property
    def root(self) -> models.Model:
        return self.project
