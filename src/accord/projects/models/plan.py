"""The plan of a project: the current one, or a what-if copy to try a change on."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.fields import WallTimeField
from accord.core.models import Record, RecordQuerySet
from accord.core.policy import part_of
from accord.core.texts import gettext_lazy
from accord.projects.models.project import Project


class PlanQuerySet(RecordQuerySet):
    def current_of(self, project: int) -> Self:
        return self.filter(project=project, kind=Plan.Kind.CURRENT)

    def touch(self) -> datetime:
        """These plans look different from now on: open pages read them again."""
        now = timezone.now()
        self.update(changed_at=now)
        return now


class Plan(Record):
    """Tasks with what links, staffs and schedules them: rows of `PlanRow`.

    A project has one current plan from its beginning and any number of what-ifs. The frame of all of them is the
    project's: its start, calendar, status date, currency and length of a day.
    """

    class Kind(models.TextChoices):
        CURRENT = "current", gettext_lazy("Current plan")
        WHAT_IF = "what_if", "What-if"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="plans", editable=False)
    kind = models.CharField(
        gettext_lazy("type"), max_length=7, choices=Kind.choices, default=Kind.CURRENT, editable=False
    )
    name = models.CharField(
        max_length=120, blank=True, help_text=gettext_lazy("What you try out, such as “Second designer from May”.")
    )
    purpose = models.TextField(blank=True, help_text=gettext_lazy("The question to answer and what you assume."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=gettext_lazy("created by"),
    )  # fmt: skip
    copied_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text=gettext_lazy("The state of the current plan that a what-if was copied from."),
    )
    copies = models.JSONField(
        default=dict,
        editable=False,
        help_text=gettext_lazy("The rows of the current plan that a what-if's were copied from."),
    )
    adopted_at = models.DateTimeField(null=True, editable=False)
    finish = WallTimeField(gettext_lazy("forecast finish"), null=True, editable=False)
    changed_at = models.DateTimeField(
        default=timezone.now,
        editable=False,
        help_text=gettext_lazy("Pages that show the plan ask whether this has moved on."),
    )

    objects: ClassVar[Any] = PlanQuerySet.as_manager()

    creating_action = "start_what_if"
    policy = part_of("project")

    class Meta:
        ordering = ["kind", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=models.Q(kind="current"), name="plan_current_once"),
            models.CheckConstraint(
                condition=models.Q(kind="current", copied_at=None) | models.Q(kind="what_if", copied_at__isnull=False),
                name="plan_copied_from",
            ),
        ]

    def __str__(self) -> str:
        return self.name or gettext("%(kind)s of %(project)s") % {
            "kind": self.get_kind_display(),
            "project": self.project,
        }

    @property
    def root(self) -> models.Model:
        return self.project

    @property
    def is_current(self) -> bool:
        return self.kind == self.Kind.CURRENT

    def origins(self, table: str) -> dict[int, int]:
        """The rows of the current plan that this what-if's rows of ``table`` were copied from, by the copy."""
        return {int(copy): origin for copy, origin in self.copies.get(table, {}).items()}

    def copy_of(self, table: str) -> dict[int, int]:
        """The same the other way round: the copies, by the row they were made of."""
        return {origin: copy for copy, origin in self.origins(table).items()}

    @property
    def place(self) -> dict[str, Any]:
        """What a new row of this plan is given, to be one of it."""
        return {"plan": self, "project": self.project if self.is_current else None}
