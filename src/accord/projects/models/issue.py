"""What has gone wrong and must be dealt with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accord.core.due import DueFields
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.projects.models.log import LogEntry
from accord.projects.models.risk import Risk


class Issue(LogEntry):
    """A problem that is there now; a risk that struck becomes one."""

    holds_files = True
    searched = Searched(names=("title",), texts=("description", "resolution"))

    LETTER = "I"

    class Severity(models.IntegerChoices):
        LOW = 1, gettext_lazy("Low")
        MEDIUM = 2, gettext_lazy("Medium")
        HIGH = 3, gettext_lazy("High")
        CRITICAL = 4, gettext_lazy("Critical")

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        IN_WORK = "in_work", gettext_lazy("In progress")
        RESOLVED = "resolved", gettext_lazy("Resolved")

    description = models.TextField(blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.MEDIUM)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    due_on = models.DateField(gettext_lazy("due date"), null=True, blank=True)
    tasks = models.ManyToManyField(
        "projects.Task", blank=True, related_name="issues", verbose_name=gettext_lazy("affected tasks")
    )
    risk = models.OneToOneField(
        Risk, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="issue"
    )
    resolution = models.TextField(blank=True)
    done_at = models.DateTimeField(gettext_lazy("resolved at"), null=True, blank=True, editable=False)

    due_item = DueFields("issue", ~Q(status=Status.RESOLVED), about="project", then=("-severity", "pk"))

    class Meta(LogEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="issue_number_once")]
