"""Work on a plan that may take longer than somebody waits."""

from __future__ import annotations

from typing import Any

from django.db import models

from accord.core.fields import TextsField
from accord.core.models import BackgroundRun, Record
from accord.core.policy import part_of
from accord.core.texts import gettext_lazy
from accord.projects.models.plan import Plan
from accord.projects.models.project import Project


class PlanRun(Record, BackgroundRun):
    """A calculation on a plan, current or what-if: how far it is, and its result. It changes nothing in the plan.

    ``plan_changed_at`` says which state of the plan it is about: pages tell when the plan has moved on since.
    """

    AFTER_FAILURE = gettext_lazy("Run it again. If it needs too much memory, choose smaller settings.")

    progress: Any  # a field of each kind's own

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="%(class)ss")
    plan_changed_at = models.DateTimeField()
    result = TextsField(default=dict, blank=True)

    policy = part_of("plan")

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}".capitalize()

    @property
    def project(self) -> Project:
        return self.plan.project

    @property
    def root(self) -> models.Model:
        return self.project

    @classmethod
    def from_the_start(cls) -> dict[str, Any]:
        return {"progress": cls().progress}
