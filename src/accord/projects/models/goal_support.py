"""Where a project serves a client's goal."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.policy import Policy
from accord.core.rules import Through
from accord.core.texts import gettext_lazy
from accord.projects.models.deliverable import Deliverable
from accord.projects.models.part import ProjectPart
from accord.projects.models.task import Task
from accord.success.models import Goal


class GoalSupport(ProjectPart):
    """What of a project brings the client nearer to a goal: a milestone, a deliverable, or all of it, and the proof."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="supports")
    deliverable = models.ForeignKey(
        Deliverable, on_delete=models.CASCADE, null=True, blank=True, related_name="goal_supports"
    )
    task = models.ForeignKey(
        Task,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="goal_supports",
        verbose_name=gettext_lazy("milestone"),
    )
    evidence = models.TextField(blank=True, help_text=gettext_lazy("How you know that it contributed."))

    policy = Policy(
        view=Through("project", Permission.VIEW),
        change=Through("project", Permission.CHANGE)
        | (Through("goal__account", Permission.CHANGE) & Through("project", Permission.VIEW)),
    )  # both sides may say it: who keeps the client, and who leads the project

    class Meta:
        ordering = ["goal", "pk"]
        verbose_name = gettext_lazy("support of a goal")
        verbose_name_plural = gettext_lazy("supports of goals")

    def __str__(self) -> str:
        return gettext("%(task)s for %(goal)s") % {
            "task": self.task or self.deliverable or self.project,
            "goal": self.goal,
        }

    def clean(self) -> None:
        if self.goal_id and self.project_id and self.goal.account_id != self.project.account_id:
            raise ValidationError({"goal": gettext("This goal belongs to another account.")})
        for name in ("deliverable", "task"):
            part = getattr(self, name)
            if part is not None and part.project_id != self.project_id:
                raise ValidationError({name: gettext("It belongs to a different project.")})
