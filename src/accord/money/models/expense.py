"""Money spent on a project."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.fields import MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.search import Searched
from accord.people.models import Role
from accord.projects.models import Project, Task
from accord.projects.models.project import of_visible_project


class Expense(Record):
    """Travel, licences, subcontractors: cost other than hours, in the project's currency."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="expenses")
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="expenses")
    day = models.DateField("date")
    description = models.CharField(max_length=200)
    amount = MoneyField(currency="project.currency")
    billable = models.BooleanField("billable", default=False)

    holds_files = True
    searched = Searched(names=("description",))
    commercial = True
    money_fields = frozenset({"amount"})

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [from_source("expense")]

    def __str__(self) -> str:
        return self.description

    @property
    def root(self) -> models.Model:
        return self.project

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        if user.has_role(Role.ADMINISTRATOR, Role.FINANCE, Role.PROJECT_MANAGER, Role.ACCOUNT_MANAGER):
            return of_visible_project(user)
        return Q(project__manager=user)

    def permits(self, user: Any, deed: Deed) -> bool:
        if deed == Deed.VIEW:
            return self.project.permits(user, Deed.VIEW_MONEY)
        return user.has_role(Role.FINANCE) or self.project.permits(user, Deed.CHANGE)
