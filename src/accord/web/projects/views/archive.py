"""Archiving, restoring and deleting accounts and projects."""

from __future__ import annotations

from accord.projects.models import Project
from accord.web.shell.views.archive import Archiving, EmptyRemove, Restoration


class ProjectArchiving(Archiving):
    model = Project


class ProjectRestoration(Restoration):
    model = Project


class ProjectRemove(EmptyRemove):
    model, back = Project, "projects"
