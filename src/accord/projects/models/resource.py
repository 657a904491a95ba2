"""Who and what the plan counts on."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext

from accord.core.fields import MoneyField, WallTimeField
from accord.core.texts import gettext_lazy
from accord.engines.planning.plan import Accrual, ResourceKind
from accord.projects.models.part import PlanRow
from accord.projects.models.task import ACCRUALS


class Resource(PlanRow):
    """A person of the firm, a role still to be filled, a material or a cost item of one project."""

    uid = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(
        gettext_lazy("type"),
        max_length=10,
        choices=[(k.value, k.value.title()) for k in ResourceKind],
        default=ResourceKind.WORK.value,
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="resources"
    )
    job_role = models.ForeignKey(
        "people.JobRole",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="resources",
        verbose_name=gettext_lazy("job role"),
        help_text=gettext_lazy("For a place that no one fills yet: its work counts as demand for the role."),
    )
    email = models.EmailField(blank=True)
    group = models.CharField(max_length=100, blank=True)
    max_units = models.FloatField(gettext_lazy("maximum units"), default=1.0)
    calendar = models.ForeignKey("people.Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rate = MoneyField(
        gettext_lazy("cost per hour (materials: per unit)"), currency="project.currency", default=Decimal(0)
    )
    cost_per_use = MoneyField(currency="project.currency", default=Decimal(0))
    rates = models.JSONField(
        default=list, blank=True, help_text=gettext_lazy("Rate table from the imported plan file.")
    )
    accrual = models.CharField(max_length=8, choices=ACCRUALS, default=Accrual.PRORATED.value)
    material_label = models.CharField(gettext_lazy("unit of measure"), max_length=40, blank=True)
    availability = models.JSONField(
        default=list,
        blank=True,
        help_text=gettext_lazy("Units by period, as the plan file gave them; none outside the periods."),
    )

    money_fields = frozenset({"rate", "cost_per_use"})
    changing_actions: ClassVar[dict[str, str]] = {"person": "change_resource"}

    class Meta(PlanRow.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["plan", "uid"], name="resource_uid_once")]

    def __str__(self) -> str:
        return self.name


class Assignment(PlanRow):
    """A resource on a task."""

    uid = models.PositiveIntegerField()
    task = models.ForeignKey("projects.Task", on_delete=models.CASCADE, related_name="assignments")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, null=True, related_name="assignments")
    units = models.FloatField(default=1.0)
    work_minutes = models.PositiveIntegerField(default=0)
    actual_work_minutes = models.PositiveIntegerField(default=0)
    overtime_minutes = models.PositiveIntegerField(
        default=0, help_text=gettext_lazy("Part of the work, done beside working time.")
    )
    actual_overtime_minutes = models.PositiveIntegerField(default=0)
    remaining_work_minutes = models.PositiveIntegerField(null=True, blank=True)
    cost = MoneyField(currency="project.currency", default=Decimal(0))
    actual_cost = MoneyField(currency="project.currency", null=True, blank=True)
    delay_minutes = models.IntegerField(gettext_lazy("delay"), default=0)
    start = WallTimeField(null=True, blank=True)
    finish = WallTimeField(null=True, blank=True)
    contour = models.PositiveSmallIntegerField(default=0)
    baseline_cost = MoneyField(currency="project.currency", null=True, blank=True)
    baseline_work_minutes = models.PositiveIntegerField(null=True, blank=True)

    money_fields = frozenset({"cost", "actual_cost", "baseline_cost"})

    class Meta(PlanRow.Meta):
        constraints = [models.UniqueConstraint(fields=["plan", "uid"], name="assignment_uid_once")]

    def __str__(self) -> str:
        return gettext("%(resource)s on %(task)s") % {"resource": self.resource or "somebody", "task": self.task}
