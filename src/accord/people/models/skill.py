"""What people can do, and how well."""

from __future__ import annotations

from django.db import models

from accord.core.access import Permission
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, Through, everyone
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models.person import Person
from accord.people.models.user import Role


class Level(models.IntegerChoices):
    """Five steps, as most skill matrices have them."""

    LEARNS = 1, gettext_lazy("Learning")
    HELPED = 2, gettext_lazy("Basic")
    ALONE = 3, gettext_lazy("Independent")
    EXPERT = 4, gettext_lazy("Expert")
    TEACHES = 5, gettext_lazy("Mentor")


class Skill(Record):
    """Something that work asks for: React, cost estimation, moderating a workshop in French."""

    name = models.CharField(max_length=100, unique=True)
    field = models.CharField(
        gettext_lazy("group"),
        max_length=100,
        blank=True,
        help_text=gettext_lazy("Used for grouping, for example design, languages or tools."),
    )

    searched = Searched(names=("name",))
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.PROJECT_MANAGER))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PersonSkill(Record):
    """How well somebody can do something. People keep their own; whoever staffs projects keeps everybody's."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="persons")
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.ALONE)

    policy = Policy(view=everyone, change=Is("person__user") | Through("person", Permission.CHANGE))

    class Meta:
        ordering = ["-level", "skill__name"]
        constraints = [models.UniqueConstraint(fields=["person", "skill"], name="person_skill_once")]

    def __str__(self) -> str:
        return f"{self.skill} ({self.get_level_display()})"

    @property
    def root(self) -> models.Model:
        return self.person
