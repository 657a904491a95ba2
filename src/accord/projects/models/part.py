"""What every part of a project's plan has in common."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.models import Record
from accord.projects.models.project import Project, of_visible_project


class PlanPart(Record):
    """A row of a plan: seen by who sees the project, changed by who may change it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def root(self) -> models.Model:
        return self.project

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return of_visible_project(user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.project.permits(user, Deed.VIEW if deed == Deed.VIEW else Deed.CHANGE)
