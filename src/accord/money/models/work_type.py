"""Types of work: what hours were for, beside the task."""

from __future__ import annotations

from django.db import models

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.texts import gettext_lazy
from accord.people.models import Role


class WorkType(Record):
    """One line of the firm's short list: consulting, travel, team meeting."""

    name = models.CharField(max_length=80, unique=True)
    billable = models.BooleanField(
        gettext_lazy("billable"),
        default=True,
        help_text=gettext_lazy(
            "Hours of this type start as billable. Time that is not on a project is never billable."
        ),
    )
    internal = models.BooleanField(
        gettext_lazy("without a project"),
        default=False,
        help_text=gettext_lazy("For work that belongs to no project, for example a team meeting."),
    )
    active = models.BooleanField(
        gettext_lazy("active"), default=True, help_text=gettext_lazy("Clear to stop offering it. Logged time keeps it.")
    )

    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.FINANCE))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
