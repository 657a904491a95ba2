"""Earned value of a project as of a day: the series behind its curve."""

from __future__ import annotations

from django.db import models

from accord.core.fields import MoneyField, TextsField, WallTimeField
from accord.core.texts import gettext_lazy
from accord.engines.money.earned_value import EarnedSchedule, EarnedValue
from accord.projects.models import Project


class ProjectMeasure(models.Model):
    """One measurement. Unknown figures are null; ``missing`` says why."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="measures")
    day = models.DateField()
    status_date = WallTimeField()
    latest = models.BooleanField(default=True)
    bac = MoneyField(null=True)
    pv = MoneyField(null=True)
    ev = MoneyField(null=True)
    ac = MoneyField(null=True)
    cv = MoneyField(null=True)
    sv = MoneyField(null=True)
    cpi = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    spi = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    eac = MoneyField(null=True)
    percent_complete = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    weeks = models.DecimalField(
        max_digits=9, decimal_places=3, null=True, help_text=gettext_lazy("Since the start of the agreed plan.")
    )
    planned_weeks = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    earned_weeks = models.DecimalField(
        max_digits=9,
        decimal_places=3,
        null=True,
        help_text=gettext_lazy("Earned schedule: when the plan had this done."),
    )
    finish = WallTimeField(null=True)
    baseline_finish = WallTimeField(null=True)
    missing = TextsField(default=list)
    status_source = TextsField(default=list)
    curve = models.JSONField(
        default=list, help_text=gettext_lazy("Cumulative planned value: [moment, amount] by week.")
    )
    made_at = models.DateTimeField(auto_now=True)
    seen_event = models.BigIntegerField(
        default=0, help_text=gettext_lazy("The last event of the project that these figures know.")
    )

    money_fields = frozenset({"bac", "pv", "ev", "ac", "cv", "sv", "cpi", "spi", "eac", "curve"})
    not_money = frozenset({"percent_complete", "weeks", "planned_weeks", "earned_weeks"})

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["project", "day"], name="project_measure_once_a_day"),
            models.UniqueConstraint(fields=["project"], condition=models.Q(latest=True), name="project_measure_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.project}, {self.day}"

    @property
    def schedule(self) -> EarnedSchedule | None:
        """Schedule performance in time, in weeks; ``None`` where there is no agreed plan to compare with."""
        if self.weeks is None or self.planned_weeks is None or self.earned_weeks is None:
            return None
        return EarnedSchedule(self.weeks, self.planned_weeks, self.earned_weeks)

    @property
    def total(self) -> EarnedValue:
        """The four sums with every measure that follows from them."""
        return EarnedValue(
            self.bac,
            self.pv,
            self.ev,
            self.ac,
            tuple(self.missing),
            closed=self.project.status == Project.Status.CLOSED,
        )
