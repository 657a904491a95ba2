"""A row of the plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accord.core.access import Permission
from accord.core.due import DueFields
from accord.core.fields import MoneyField, WallTimeField
from accord.core.policy import part_of
from accord.core.rules import Through, Where
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.engines.planning.plan import Accrual, Constraint
from accord.projects.models.part import CurrentRows, PlanRow
from accord.projects.models.project import Project

CONSTRAINTS = [
    (Constraint.ASAP.value, gettext_lazy("As soon as possible")),
    (Constraint.ALAP.value, gettext_lazy("As late as possible")),
    (Constraint.START_NO_EARLIER_THAN.value, gettext_lazy("Start no earlier than")),
    (Constraint.START_NO_LATER_THAN.value, gettext_lazy("Start no later than")),
    (Constraint.FINISH_NO_EARLIER_THAN.value, gettext_lazy("Finish no earlier than")),
    (Constraint.FINISH_NO_LATER_THAN.value, gettext_lazy("Finish no later than")),
    (Constraint.MUST_START_ON.value, gettext_lazy("Must start on")),
    (Constraint.MUST_FINISH_ON.value, gettext_lazy("Must finish on")),
]

ACCRUALS = [
    (Accrual.START.value, gettext_lazy("With the start")),
    (Accrual.PRORATED.value, gettext_lazy("Over the duration")),
    (Accrual.END.value, gettext_lazy("With the finish")),
]


class ActiveTasks(CurrentRows):
    """Leaves out tasks that were deleted: they are kept so that undo brings back all that hung on them."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(deleted_at=None)


class Task(PlanRow):
    """A task, summary, milestone or level of effort: support work that lasts as long as the work it supports.

    The first half is what people decide; each edit of it raises ``version``. The second half is what
    ``projects.actions.schedule`` computed from the whole plan and may rewrite at any time.
    """

    class Kind(models.TextChoices):
        TASK = "task", gettext_lazy("Task")
        SUMMARY = "summary", gettext_lazy("Summary")
        MILESTONE = "milestone", gettext_lazy("Milestone")
        LEVEL_OF_EFFORT = "effort", gettext_lazy("Level of effort")

    class Effort(models.TextChoices):
        """Which of units, duration and work stays when another changes (`engines.effort`)."""

        UNITS = "units", gettext_lazy("Fixed units")
        DURATION = "duration", gettext_lazy("Fixed duration")
        WORK = "work", gettext_lazy("Fixed work")

    class Shape(models.TextChoices):
        """The distribution of a three-point estimate (`engines.three_point`)."""

        TRIANGULAR = "triangular", gettext_lazy("Triangular")
        PERT = "pert", "PERT-beta"
        LOGNORMAL = "lognormal", gettext_lazy("Lognormal")

    uid = models.PositiveIntegerField(
        "UID", help_text=gettext_lazy("The task's number in the plan file it came from, or its own.")
    )
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    order = models.BigIntegerField(
        gettext_lazy("position"),
        default=0,
        help_text=gettext_lazy("Place among its siblings, with gaps: a move rewrites one row."),
    )
    name = models.CharField(max_length=300)
    kind = models.CharField(gettext_lazy("row type"), max_length=10, choices=Kind.choices, default=Kind.TASK)
    manual = models.BooleanField(gettext_lazy("manually scheduled"), default=False)
    active = models.BooleanField(default=True)
    duration_minutes = models.PositiveIntegerField(default=480)
    effort = models.CharField(gettext_lazy("task type"), max_length=8, choices=Effort.choices, default=Effort.UNITS)
    effort_driven = models.BooleanField(
        gettext_lazy("effort-driven"),
        default=False,
        help_text=gettext_lazy("Adding people shortens the task instead of adding work."),
    )
    optimistic_minutes = models.PositiveIntegerField(gettext_lazy("optimistic duration"), null=True, blank=True)
    pessimistic_minutes = models.PositiveIntegerField(gettext_lazy("pessimistic duration"), null=True, blank=True)
    estimate_shape = models.CharField(
        gettext_lazy("distribution"), max_length=10, choices=Shape.choices, default=Shape.PERT
    )
    estimate_group = models.CharField(
        gettext_lazy("correlation group"),
        max_length=60,
        blank=True,
        help_text=gettext_lazy("Tasks in the same group overrun or finish early together."),
    )
    waiting_for = models.CharField(
        max_length=300, blank=True, help_text=gettext_lazy("What the task is waiting for. Leave empty if nothing.")
    )
    deliverable = models.ForeignKey(
        "projects.Deliverable", on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    milestone_owner = models.ForeignKey(
        "people.Person",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="milestones",
        help_text=gettext_lazy("Who is responsible for the milestone."),
    )
    elapsed = models.BooleanField(gettext_lazy("elapsed duration"), default=False)
    constraint = models.CharField(max_length=4, choices=CONSTRAINTS, default=Constraint.ASAP.value)
    constraint_date = WallTimeField(null=True, blank=True)
    deadline = WallTimeField(null=True, blank=True)
    calendar = models.ForeignKey("people.Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ignore_resource_calendars = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField(default=500, validators=[MaxValueValidator(1000)])
    levelling_delay = models.IntegerField(default=0)
    percent_complete = models.DecimalField(
        max_digits=5, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    physical_percent_complete = models.DecimalField(
        gettext_lazy("physical % complete"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    actual_start = WallTimeField(null=True, blank=True)
    actual_finish = WallTimeField(null=True, blank=True)
    actual_duration = models.PositiveIntegerField(null=True, blank=True)
    remaining_duration = models.PositiveIntegerField(null=True, blank=True)
    stop = WallTimeField(gettext_lazy("split from"), null=True, blank=True)
    resume = WallTimeField(gettext_lazy("resume on"), null=True, blank=True)
    segments = models.JSONField(gettext_lazy("split parts"), default=list, blank=True)
    work_minutes = models.PositiveIntegerField(default=0)
    actual_work_minutes = models.PositiveIntegerField(default=0)
    fixed_cost = MoneyField(currency="project.currency", default=Decimal(0))
    fixed_cost_accrual = models.CharField(max_length=8, choices=ACCRUALS, default=Accrual.PRORATED.value)
    cost = MoneyField(gettext_lazy("planned cost"), currency="project.currency", default=Decimal(0))
    actual_cost = MoneyField(
        currency="project.currency",
        null=True,
        blank=True,
        help_text=gettext_lazy("Actual cost from the imported plan file. Logged time and expenses are added to it."),
    )
    notes = models.TextField(blank=True)
    wbs_code = models.CharField(
        gettext_lazy("WBS code"),
        max_length=255,
        blank=True,
        help_text=gettext_lazy("Leave empty to use the outline number, such as 2.1.3."),
    )
    hyperlink = models.CharField(
        max_length=2000, blank=True, help_text=gettext_lazy("An address on the web, such as a specification.")
    )
    custom = models.JSONField(gettext_lazy("custom fields"), default=dict, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Computed by the schedule action; the input for manual tasks.
    start = WallTimeField(null=True, blank=True)
    finish = WallTimeField(null=True, blank=True)
    early_start = WallTimeField(null=True, blank=True, editable=False)
    early_finish = WallTimeField(null=True, blank=True, editable=False)
    late_start = WallTimeField(null=True, blank=True, editable=False)
    late_finish = WallTimeField(null=True, blank=True, editable=False)
    total_float_minutes = models.IntegerField(null=True, editable=False)
    free_float_minutes = models.IntegerField(null=True, editable=False)
    critical = models.BooleanField(default=False, editable=False)

    objects = ActiveTasks()  # type: ignore[misc]

    holds_files = True
    searched = Searched(
        names=("name",), texts=("notes", "waiting_for"), present=("project",), absent=("deleted_at",)
    )  # fmt: skip
    money_fields = frozenset({"fixed_cost", "cost", "actual_cost"})
    not_money = frozenset({"percent_complete", "physical_percent_complete"})
    due_item = DueFields(
        "task", Q(active=True, percent_complete__lt=100, project__status=Project.Status.ACTIVE),
        about="project", title="name", due="finish", starts="start", undated=False, number="percent_complete",
        owners=("assignments__resource__person__user", "milestone_owner__user"),
    )  # fmt: skip
    policy = part_of("project", shared=Where(kind=Kind.MILESTONE, active=True) & Through("project", Permission.VIEW))

    class Meta(PlanRow.Meta):
        ordering = ["project", "order"]
        constraints = [models.UniqueConstraint(fields=["plan", "uid"], name="task_uid_once")]
        indexes = [models.Index(fields=["project", "order"], name="task_order")]

    def __str__(self) -> str:
        return self.name

    @property
    def misses_deadline(self) -> bool:
        """Planned to finish, or finished, after its deadline: what the deadline's mark shows."""
        return self.deadline is not None and self.finish is not None and self.finish > self.deadline
