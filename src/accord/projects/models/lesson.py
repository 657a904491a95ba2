"""What the next project should know."""

from __future__ import annotations

from django.db import models

from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.projects.models.log import LogEntry


class Lesson(LogEntry):
    """Something learned: what happened and what to do next time."""

    holds_files = True
    searched = Searched(names=("title", "field"), texts=("happened", "advice"))

    LETTER = "L"

    class Kind(models.TextChoices):
        KEEP = "keep", gettext_lazy("Repeat")
        AVOID = "avoid", gettext_lazy("Improve")

    kind = models.CharField(gettext_lazy("type"), max_length=5, choices=Kind.choices, default=Kind.AVOID)
    happened = models.TextField(gettext_lazy("what happened"))
    advice = models.TextField(gettext_lazy("recommendation"))
    field = models.CharField(
        gettext_lazy("area"),
        max_length=100,
        blank=True,
        help_text=gettext_lazy("For example estimating, testing or client communication."),
    )

    class Meta(LogEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="lesson_number_once")]
