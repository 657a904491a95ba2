"""The firm's own steps on the way to an order."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.remembered import Remembered
from accord.core.rules import Holding, Where, everyone
from accord.core.texts import gettext_lazy
from accord.people.models import Role


class OpportunityStage(Record):
    """One step, with the usual chance of an order. Won and lost are always there; all else is as the firm likes it."""

    WON, LOST = "won", "lost"
    ENDS = (WON, LOST)

    key = models.SlugField(max_length=15, unique=True, help_text=gettext_lazy("The name used in imports and the API."))
    name = models.CharField(max_length=60, unique=True)
    chance = models.PositiveSmallIntegerField(
        gettext_lazy("default probability (%)"), validators=[MaxValueValidator(100)]
    )
    order = models.PositiveSmallIntegerField(
        gettext_lazy("position"), default=50, help_text=gettext_lazy("Lower numbers come first.")
    )

    policy = Policy(
        view=everyone,
        change=Holding(Role.ADMINISTRATOR),
        delete=Holding(Role.ADMINISTRATOR) & ~Where(key=ENDS),
    )

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = gettext_lazy("stage")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        usual = {self.WON: 100, self.LOST: 0}.get(self.key)
        if usual is not None and self.chance != usual:
            raise ValidationError(
                {
                    "chance": gettext("The stage %(key)s always has a probability of %(usual)s%%.")
                    % {"key": self.key, "usual": usual}
                }
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_stages()


def stages() -> dict[str, OpportunityStage]:
    """The stages by key, in order; they may be half a minute old."""
    return dict(_known())


_known = Remembered(lambda: {stage.key: stage for stage in OpportunityStage.objects.all()})
forget_stages = _known.forget
