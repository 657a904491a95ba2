"""Which project an invitation to a survey, and the answer, was about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.policy import Policy
from accord.core.rules import Through
from accord.core.texts import gettext_lazy
from accord.projects.models.part import ProjectPart
from accord.projects.models.task import Task
from accord.success.models import SurveyAnswer, SurveyInvitation


class SurveyedProject(ProjectPart):
    """The invitation was sent because of this project; ``task`` is the milestone that was reached.

    Of an anonymous survey the answer has a row of its own: nothing joins it with who was invited.
    """

    invitation = models.OneToOneField(
        SurveyInvitation, on_delete=models.CASCADE, null=True, blank=True, related_name="surveyed"
    )
    answer = models.OneToOneField(
        SurveyAnswer, on_delete=models.CASCADE, null=True, blank=True, related_name="surveyed"
    )
    task = models.ForeignKey(
        Task,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=gettext_lazy("milestone"),
    )

    policy = Policy(view=Through("project", Permission.VIEW))

    def __str__(self) -> str:
        return gettext("survey about %(project)s") % {"project": self.project}
