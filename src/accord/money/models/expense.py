"""Money spent on a project."""

from __future__ import annotations

from django.db import models

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

    @property
    def root(self) -> models.Model:
        return self.project
