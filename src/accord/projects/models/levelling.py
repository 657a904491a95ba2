"""One proposal of a plan in which nobody works more than there is of them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accord.core.texts import gettext_lazy
from accord.projects.models.plan import Plan
from accord.projects.models.plan_run import PlanRun
from accord.projects.models.project import Project


class Levelling(PlanRun):
    """A levelled plan as a proposal: it stands beside the plan until someone accepts it.

    ``others`` are projects levelled together with the current plan, because people work on both; a what-if is levelled
    alone. ``progress`` and ``result``
    have the shapes that ``projects.levelling_result`` gives them.
    """

    others = models.ManyToManyField(
        Project, blank=True, related_name="+", verbose_name=gettext_lazy("included projects")
    )
    seconds = models.PositiveSmallIntegerField(
        gettext_lazy("search time (seconds)"), default=20, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    seed = models.PositiveIntegerField(default=1, validators=[MaxValueValidator(2**31 - 1)])
    progress = models.JSONField(default=dict, blank=True)
    stop_asked = models.BooleanField(default=False, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(PlanRun.Meta):
        indexes = [models.Index(fields=["plan", "status", "-id"], name="levelling_latest")]

    @property
    def percent(self) -> int:
        """How much of the time is spent."""
        return min(100, round(100 * self.progress.get("seconds", 0) / self.seconds))

    @property
    def gap_percent(self) -> float:
        """How far the best plan so far is above the bound at most."""
        return 100 * float(self.progress.get("gap", 0))

    @property
    def is_open(self) -> bool:
        """A plan was found and waits to be accepted."""
        return self.status == self.Status.DONE and self.accepted_at is None

    def plans(self) -> list[Plan]:
        """All that are levelled, the one it was asked for first."""
        return [self.plan, *(project.plan for project in self.others.order_by("name", "pk"))]
