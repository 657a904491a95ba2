"""The forecast of all clients being made: one at a time for the firm, by a worker where it takes long."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext

from accord.core.models import BackgroundRun
from accord.core.texts import gettext_lazy
from accord.insight.models.client_figures_run import ClientFigures


class FiguresUpdate(BackgroundRun):
    """What an update of the client figures is at. Until it is done, pages show the figures of the one before.

    ``again`` says that records came while it was running (an import): another update follows it.
    """

    class Stage(models.TextChoices):
        READING = "reading", gettext_lazy("Reading records")
        FITTING = "fitting", gettext_lazy("Fitting")
        FORECASTING = "forecasting", gettext_lazy("Forecasting")
        SAVING = "saving", gettext_lazy("Saving")

    AFTER_FAILURE = gettext_lazy("Update the client figures again.")

    objects: ClassVar[models.Manager[FiguresUpdate]]  # Django's own; the checker sees none below an abstract model
    started_at = models.DateTimeField(auto_now_add=True)
    stage = models.CharField(max_length=11, choices=Stage.choices, default=Stage.READING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    again = models.BooleanField(default=False)
    result = models.ForeignKey(ClientFigures, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return gettext("Update of the client figures, %(status)s") % {"status": self.Status(self.status).label}

    @classmethod
    def from_the_start(cls) -> dict[str, Any]:
        return {"stage": cls.Stage.READING, "done": 0, "total": 0}

    @property
    def percent(self) -> int:
        """How much of the stage is done."""
        return min(100, 100 * self.done // self.total) if self.total else 0
