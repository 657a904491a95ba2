"""One edit on the plan, so that it can be undone."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accord.projects.models.part import PlanRow


class PlanEdit(PlanRow):
    """The decided values of every row that one edit touched, before and after it.

    ``before`` and ``after`` map ``"tasks"``, ``"links"`` and ``"assignments"`` to ``{id: values}``, with ``null`` where
    the row did not exist. Undo writes ``before`` back; redo writes ``after``.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)

    class Meta(PlanRow.Meta):
        ordering = ["-pk"]
        indexes = [models.Index(fields=["plan", "by", "undone", "-id"], name="plan_step_stack")]

    def __str__(self) -> str:
        return self.label
