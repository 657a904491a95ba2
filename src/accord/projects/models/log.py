"""What a project writes down: the base of its register and its logs."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accord.core.access import Permission
from accord.core.policy import Policy
from accord.core.rules import Is, Through
from accord.projects.models.part import ProjectPart

RAISED_OR_OWNED = (Is("owner") | Is("raised_by")) & Through("project", Permission.VIEW)


class LogEntry(ProjectPart):
    """A numbered entry. Whoever sees the project may write one; who wrote or owns it may change it."""

    LETTER = ""

    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="owned_%(class)ss"
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="raised_%(class)ss"
    )

    policy = Policy(
        view=Through("project", Permission.VIEW),
        create=Through("project", Permission.VIEW),
        change=Through("project", Permission.CHANGE) | RAISED_OR_OWNED,
        delete=Through("project", Permission.CHANGE),
    )

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        """How people speak of it: R-3."""
        return f"{self.LETTER}-{self.number}"
