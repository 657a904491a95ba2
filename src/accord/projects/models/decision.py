"""What was decided, and why."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.projects.models.log import LogEntry


class Decision(LogEntry):
    """A decision with what spoke for it, so that nobody decides it again unknowingly."""

    holds_files = True
    searched = Searched(names=("title",), texts=("context", "decision", "reasons"))

    LETTER = "D"

    context = models.TextField(blank=True, help_text=gettext_lazy("What had to be decided, and the options."))
    decision = models.TextField()
    reasons = models.TextField(gettext_lazy("rationale"), blank=True)
    decided_on = models.DateField(default=timezone.localdate)
    decided_by = models.CharField(max_length=200, help_text=gettext_lazy("Names of colleagues or client contacts."))

    class Meta(LogEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="decision_number_once")]
