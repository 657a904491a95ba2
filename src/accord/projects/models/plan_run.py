"""Work on a plan that may take longer than somebody waits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.policy import part_of
from accord.core.texts import gettext_lazy
from accord.projects.models.plan import Plan
from accord.projects.models.project import Project


class PlanRun(Record):
    """A calculation on a plan, current or what-if: how far it is, and its result. It changes nothing in the plan.

    ``plan_changed_at`` says which state of the plan it is about: pages tell when the plan has moved on since.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", gettext_lazy("Queued")
        RUNNING = "running", gettext_lazy("Running")
        DONE = "done", gettext_lazy("Done")
        FAILED = "failed", gettext_lazy("Failed")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    BUSY = (Status.WAITING, Status.RUNNING)

    progress: Any  # a field of each kind's own

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="%(class)ss")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    plan_changed_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    policy = part_of("plan")

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}".capitalize()

    @property
    def project(self) -> Project:
        return self.plan.project

    @property
    def root(self) -> models.Model:
        return self.project

    @property
    def is_busy(self) -> bool:
        return self.status in self.BUSY

    @classmethod
    def interrupted(cls, pk: int, given_up: str) -> None:
        """The process that ran it has ended: it waits for its turn again or, ``given_up``, has failed."""
        rows = cls.objects.filter(pk=pk, status__in=cls.BUSY)
        if given_up:
            text = gettext("%(given_up)s Run it again. If it needs too much memory, choose smaller settings.") % {
                "given_up": given_up
            }
            rows.update(status=cls.Status.FAILED, error=text, done_at=timezone.now())
        else:
            rows.update(status=cls.Status.WAITING, progress=cls().progress)

    def move(self, *, to: PlanRun.Status, only_from: tuple[PlanRun.Status, ...], **values: object) -> bool:
        """Change the status if it is still one of ``only_from``; of two who try at once, one succeeds."""
        won = type(self).objects.filter(pk=self.pk, status__in=only_from).update(status=to, **values)
        if won:
            self.status = to
            for name, value in values.items():
                setattr(self, name, value)
        return bool(won)
