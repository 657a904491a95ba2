"""One simulation of a plan, with all that came of it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accord.core.fields import WallTimeField
from accord.projects.models.part import PlanPart


class Simulation(PlanPart):
    """What the plan, as it stood at ``plan_changed_at``, may come to. It changes nothing in the plan.

    ``result`` has the shape that :func:`accord.projects.simulation_result.as_json` gives it. Tasks without an estimate
    of their own are certain, or spread by so many percent less and more than planned.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting for its turn"
        RUNNING = "running", "Being simulated"
        DONE = "done", "Done"
        FAILED = "failed", "Not possible"
        CANCELLED = "cancelled", "Cancelled"

    class Risks(models.TextChoices):
        LEFT_OUT = "left_out", "Left out"
        AS_THEY_ARE = "as_they_are", "As they are now"
        AFTER_RESPONSE = "after_response", "As our responses will leave them"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    iterations = models.PositiveIntegerField(
        default=10_000, validators=[MinValueValidator(100), MaxValueValidator(100_000)]
    )
    seed = models.PositiveIntegerField(
        default=1, validators=[MaxValueValidator(2**31 - 1)], help_text="The same seed draws the same chances again."
    )
    spread_low = models.PositiveSmallIntegerField(
        "shorter at best, in %", default=0, validators=[MaxValueValidator(100)]
    )
    spread_high = models.PositiveSmallIntegerField(
        "longer at worst, in %", default=0, validators=[MaxValueValidator(1000)]
    )
    risks = models.CharField(max_length=14, choices=Risks.choices, default=Risks.AS_THEY_ARE)
    not_before = WallTimeField(null=True, blank=True, help_text="Open work goes on from here; empty: as planned.")
    plan_changed_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="In percent.")
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["project", "status", "-id"], name="simulation_latest")]

    def __str__(self) -> str:
        return f"Simulation {self.pk}"

    @property
    def is_busy(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    def move(self, *, to: Simulation.Status, only_from: tuple[Simulation.Status, ...], **values: object) -> bool:
        """Change the status if it is still one of ``only_from``; of two who try at once, one succeeds."""
        won = type(self).objects.filter(pk=self.pk, status__in=only_from).update(status=to, **values)
        if won:
            self.status = to
            for name, value in values.items():
                setattr(self, name, value)
        return bool(won)
