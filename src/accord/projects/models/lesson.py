"""What the next project should know."""

from __future__ import annotations

from django.db import models

from accord.core.search import Searched
from accord.projects.models.log import LogEntry


class Lesson(LogEntry):
    """Something learned: what happened and what to do next time."""

    searched = Searched(names=("title", "field"), texts=("happened", "advice"))

    LETTER = "L"

    class Kind(models.TextChoices):
        KEEP = "keep", "Do again"
        AVOID = "avoid", "Do otherwise"

    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.AVOID)
    happened = models.TextField("what happened")
    advice = models.TextField("what to do next time")
    field = models.CharField(max_length=100, blank=True, help_text="Estimating, testing, working with the client …")

    class Meta(LogEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="lesson_number_once")]
