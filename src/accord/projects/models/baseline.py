"""The plan as it was agreed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.fields import MoneyField, WallTimeField
from accord.core.texts import gettext_lazy
from accord.projects.models.part import ProjectPart


class Baseline(ProjectPart):
    """A snapshot of the plan; number 0 is the one that progress is measured against."""

    number = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=100, blank=True)
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="baseline_number_once")]

    def __str__(self) -> str:
        return self.name or gettext("Baseline %(number)s") % {"number": self.number}


class BaselineTask(models.Model):
    """One task's agreed dates, work and cost."""

    baseline = models.ForeignKey(Baseline, on_delete=models.CASCADE, related_name="rows")
    task = models.ForeignKey("projects.Task", on_delete=models.CASCADE, related_name="baseline_rows")
    start = WallTimeField(null=True)
    finish = WallTimeField(null=True)
    duration_minutes = models.PositiveIntegerField(null=True)
    work_minutes = models.PositiveIntegerField(null=True)
    cost = MoneyField(currency="baseline.project.currency", null=True)
    spread = models.JSONField(default=list, help_text=gettext_lazy("Time-phased cost from the imported plan file."))

    money_fields = frozenset({"cost", "spread"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["baseline", "task"], name="baseline_task_once")]

    def __str__(self) -> str:
        return f"{self.baseline}: {self.task}"
