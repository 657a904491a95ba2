"""People who do the work, with or without a sign-in."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models.job_role import JobRole
from accord.people.models.user import Role


class Team(Record):
    """A group of people who work together: Design, Backend, Field engineers."""

    name = models.CharField(max_length=100, unique=True)

    searched = Searched(names=("name",))
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Person(Record):
    """Somebody of the firm, employed or freelance. Their rates are kept by the money room."""

    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    title = models.CharField(gettext_lazy("job title"), max_length=100, blank=True)
    job_role = models.ForeignKey(
        JobRole,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="persons",
        verbose_name=gettext_lazy("job role"),
        help_text=gettext_lazy("Rates of the role apply where the person has none."),
    )
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="persons")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=gettext_lazy("user account"),
    )
    calendar = models.ForeignKey(
        "people.Calendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=gettext_lazy("Leave empty to use the firm's working time."),
    )
    share = models.PositiveSmallIntegerField(
        gettext_lazy("working time (%)"),
        default=100,
        validators=[MinValueValidator(5), MaxValueValidator(100)],
        help_text=gettext_lazy("Share of full-time hours available for planning."),
    )
    joined_on = models.DateField(gettext_lazy("start date"), null=True, blank=True)
    left_on = models.DateField(gettext_lazy("end date"), null=True, blank=True)

    searched = Searched(names=("name", "title", "email"))
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.PROJECT_MANAGER))

    class Meta:
        ordering = ["name"]
        verbose_name_plural = gettext_lazy("people")
        constraints = [from_source("person")]

    def __str__(self) -> str:
        return self.name
