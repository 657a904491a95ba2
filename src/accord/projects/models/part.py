"""What every part of a project's plan has in common."""

from __future__ import annotations

from django.db import models

from accord.core.models import Record
from accord.core.policy import part_of
from accord.projects.models.project import Project


class PlanPart(Record):
    """A row of a plan: seen by who sees the project, changed by who may change it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="%(class)ss")

    policy = part_of("project")

    class Meta:
        abstract = True

    @property
    def root(self) -> models.Model:
        return self.project
