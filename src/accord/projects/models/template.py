"""Plans to begin new projects with."""

from __future__ import annotations

from django.db import models

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import Role


class PlanTemplate(Record):
    """A plan without dates, people or clients. Everybody who may start projects may use it.

    ``content`` is what ``projects.actions.copy_plan`` wrote: tasks with days after the start, links, roles, charter
    lines and risks. A snapshot: editing the project it was taken from changes no template.
    """

    name = models.CharField(max_length=150, unique=True)
    description = models.TextField(blank=True, help_text=gettext_lazy("What kind of project this template is for."))
    content = models.JSONField(default=dict, editable=False)

    searched = Searched(names=("name",), texts=("description",))
    policy = Policy(
        view=Holding(Role.ADMINISTRATOR, Role.PROJECT_MANAGER, Role.ACCOUNT_MANAGER),
        change=Holding(Role.ADMINISTRATOR, Role.PROJECT_MANAGER),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
