"""What every part of a project, and every row of its plans, has in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from accord.core.models import Record
from accord.core.models.record import RecordQuerySet
from accord.core.policy import part_of
from accord.projects.models.plan import Plan
from accord.projects.models.project import Project


class ProjectPart(Record):
    """A part of a project: seen by who sees the project, changed by who may change it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="%(class)ss")

    policy = part_of("project")

    class Meta:
        abstract = True

    @property
    def root(self) -> models.Model:
        return self.project


class PlanRowQuerySet(RecordQuerySet):
    """Rows made for a ``project`` are rows of its current plan."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        homeless = [row for row in rows if row.plan_id is None]
        projects = {row.project_id for row in homeless}
        current = {plan.project_id: plan for plan in Plan.objects.filter(kind=Plan.Kind.CURRENT, project__in=projects)}
        for row in homeless:
            row.plan = current[row.project_id]
        made: list[Any] = super().bulk_create(rows, *args, **kwargs)
        return made


class CurrentRows(models.Manager.from_queryset(PlanRowQuerySet)):  # type: ignore[misc]
    """The rows of current plans: nobody meets a what-if's who does not ask for it."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(project__isnull=False)


class PlanRow(Record):
    """A row of a plan.

    ``project`` is set in the current plan alone: whatever is asked about projects, with their hours, costs and lists,
    meets rows of current plans and needs no join to leave out the others. Those of a what-if are found by ``plan``,
    through ``all_objects``; who may see the plan may see them.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    # Typed as always there, which it is for whoever comes by ``objects``.
    project: models.ForeignKey[Project, Project] = models.ForeignKey(  # type: ignore[assignment, misc]
        Project, on_delete=models.CASCADE, null=True, related_name="%(class)ss"
    )

    objects = CurrentRows()  # type: ignore[misc]
    all_objects = PlanRowQuerySet.as_manager()

    policy = part_of("project")
    unaudited = frozenset({"plan"})

    class Meta:
        abstract = True
        base_manager_name = "all_objects"

    @property
    def root(self) -> models.Model:
        return self.project or self.plan.project

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.plan_id is None:
            self.plan = self.project.plan
        super().save(*args, **kwargs)
