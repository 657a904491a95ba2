"""The ledger of progress: what was known of a task's progress, as of which moment, and who said so."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext

from accord.core.fields import MoneyField, WallTimeField
from accord.core.texts import gettext_lazy
from accord.projects.fields import PROGRESS
from accord.projects.models.part import ProjectPart
from accord.projects.models.plan_edit import PlanEdit
from accord.projects.models.task import Task

NOTHING_YET = {name: getattr(Task(), name) for name in PROGRESS}  # the progress of a task before anybody reports any


class ProgressEntry(ProjectPart):
    """All progress fields of one task from a moment on, until the next entry. Rows are only ever added.

    The fields are those of ``projects.fields.PROGRESS``, with the columns of `Task`; the task itself holds its newest.
    ``step`` is the edit that said so: undoing it adds an entry as of the same moment with what stood before.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="progress")
    as_of = WallTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("reported by"),
    )
    step = models.ForeignKey(PlanEdit, on_delete=models.SET_NULL, null=True, related_name="progress")
    percent_complete = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    physical_percent_complete = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    actual_start = WallTimeField(null=True)
    actual_finish = WallTimeField(null=True)
    actual_duration = models.PositiveIntegerField(null=True)
    remaining_duration = models.PositiveIntegerField(null=True)
    stop = WallTimeField(null=True)
    resume = WallTimeField(null=True)
    actual_work_minutes = models.PositiveIntegerField(default=0)
    actual_cost = MoneyField(currency="project.currency", null=True)

    money_fields = frozenset({"actual_cost"})
    not_money = frozenset({"percent_complete", "physical_percent_complete"})

    class Meta:
        ordering = ["as_of", "pk"]
        verbose_name_plural = gettext_lazy("progress entries")
        indexes = [
            models.Index(fields=["project", "as_of", "id"], name="progress_project"),
            models.Index(fields=["task", "-as_of", "-id"], name="progress_task"),
        ]

    def __str__(self) -> str:
        return gettext("progress of %(task)s") % {"task": self.task}
