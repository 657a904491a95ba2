"""What must happen before what."""

from __future__ import annotations

from django.db import models

from accord.engines.planning.plan import LagUnit, LinkType
from accord.projects.models.part import PlanRow


class Link(PlanRow):
    """A dependency between two tasks of one project. ``lag`` is minutes, or percent where ``lag_unit`` says so."""

    predecessor = models.ForeignKey("projects.Task", on_delete=models.CASCADE, related_name="links_out")
    successor = models.ForeignKey("projects.Task", on_delete=models.CASCADE, related_name="links_in")
    type = models.CharField(max_length=2, choices=[(t.value, t.value) for t in LinkType], default=LinkType.FS.value)
    lag = models.FloatField(default=0)
    lag_unit = models.CharField(
        max_length=20, choices=[(u.value, u.value.replace("_", " ")) for u in LagUnit], default=LagUnit.WORKING.value
    )

    class Meta(PlanRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="link_once"),
            models.CheckConstraint(condition=~models.Q(predecessor=models.F("successor")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor} ({self.type})"
