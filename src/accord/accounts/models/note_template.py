"""What notes of one kind begin with, so that nothing is forgotten to be asked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from accord.accounts.models.interaction import Interaction
from accord.core.access import Deed
from accord.core.models import Record
from accord.people.models import Role


class NoteTemplate(Record):
    """The beginning of a note: a kick-off, a review, an escalation, a negotiation."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField("type", max_length=10, choices=Interaction.Kind.choices, default=Interaction.Kind.MEETING)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField("content", help_text="Supports Markdown.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q()

    def permits(self, user: Any, deed: Deed) -> bool:
        return deed == Deed.VIEW or user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
