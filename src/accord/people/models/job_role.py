"""What people are hired and sold as."""

from __future__ import annotations

from django.db import models

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models.user import Role


class JobRole(Record):
    """Consultant, senior developer, designer: rates are agreed by it, and plans count on it before there is a name.

    Not to be confused with :class:`~accord.people.models.user.Role`, which says what a user may do.
    """

    name = models.CharField(gettext_lazy("name"), max_length=100, unique=True)

    searched = Searched(names=("name",))
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.FINANCE, Role.PROJECT_MANAGER))

    class Meta:
        ordering = ["name"]
        verbose_name = gettext_lazy("job role")

    def __str__(self) -> str:
        return self.name
