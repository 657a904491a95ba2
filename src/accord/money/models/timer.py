"""The clock that runs while somebody works."""

from __future__ import annotations

from django.db import models

from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Is
from accord.core.texts import gettext_lazy
from accord.money.models.work_type import WorkType
from accord.people.models import Person
from accord.projects.models import Project, Task


class Timer(Record):
    """What somebody works on since when; there is at most one for each person, and stopping it logs the time."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="timer")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    work_type = models.ForeignKey(
        WorkType, on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=gettext_lazy("type of work"),
    )  # fmt: skip
    note = models.CharField(gettext_lazy("description"), max_length=300, blank=True)
    started_at = models.DateTimeField(editable=False)

    creating_action = "start_timer"
    named_openly = frozenset({"project", "task", "work_type"})  # one's own time says what it is for
    policy = Policy(view=Is("person__user"), change=Is("person__user"))

    def __str__(self) -> str:
        return str(self.task or self.work_type or self.project or "")

    @property
    def root(self) -> models.Model:
        return self.person
