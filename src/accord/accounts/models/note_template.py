"""What notes of one kind begin with, so that nothing is forgotten to be asked."""

from __future__ import annotations

from django.db import models

from accord.accounts.models.interaction import Interaction
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.texts import gettext_lazy
from accord.people.models import Role


class NoteTemplate(Record):
    """The beginning of a note: a kick-off, a review, an escalation, a negotiation."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(
        gettext_lazy("type"), max_length=10, choices=Interaction.Kind.choices, default=Interaction.Kind.MEETING
    )
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(gettext_lazy("content"), help_text=gettext_lazy("Supports Markdown."))

    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
