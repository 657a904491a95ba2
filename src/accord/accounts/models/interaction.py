"""What passed between us and the client."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accord.accounts.models.account import Account
from accord.accounts.models.contact import Contact
from accord.core.access import Permission
from accord.core.due import DueFields
from accord.core.fields import LinkFreeCharField, LinkFreeTextField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy
from accord.core.rules import Is, Rows, Rule, Through, Where
from accord.core.search import Searched
from accord.core.texts import gettext_lazy


class _LiesInMailbox(Rule):
    """A mail that came into the actor's own mailbox. The floor of mailboxes is above this one: it is named by name."""

    def rows(self, actor: Any, model: type[models.Model]) -> Rows:
        copies = apps.get_model("correspondence", "MailCopy").objects.filter(mailbox__owner=actor)
        return Q(pk__in=copies.values("message__interaction"))

    def holds(self, actor: Any, record: Any) -> bool:
        return bool(record.mail.copies.filter(mailbox__owner=actor).exists())


_IS_OPEN = Where(hidden=False) | _LiesInMailbox()


class Interaction(Record):
    """A meeting, call, mail or note: one timeline for all."""

    class Kind(models.TextChoices):
        MEETING = "meeting", gettext_lazy("Meeting")
        CALL = "call", gettext_lazy("Call")
        MAIL = "mail", gettext_lazy("Email")
        NOTE = "note", gettext_lazy("Note")

    class Direction(models.TextChoices):
        OUT = "out", gettext_lazy("Outgoing")
        IN = "in", gettext_lazy("Incoming")

    # Two indexes begin with it: one of its own would be written for nothing.
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="interactions", db_index=False)
    kind = models.CharField(gettext_lazy("type"), max_length=10, choices=Kind.choices, default=Kind.NOTE)
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.OUT)
    at = models.DateTimeField(gettext_lazy("date and time"), default=timezone.now)
    subject = LinkFreeCharField(max_length=200)
    body = LinkFreeTextField(gettext_lazy("notes"), blank=True, help_text=gettext_lazy("Supports Markdown."))
    contacts = models.ManyToManyField(Contact, blank=True, related_name="interactions")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="interactions",
        verbose_name=gettext_lazy("logged by"),
    )
    next_step = LinkFreeCharField(max_length=200, blank=True)
    due_on = models.DateField(gettext_lazy("next step due date"), null=True, blank=True)
    hidden = models.BooleanField(default=False, editable=False)  # a mail that only those see whose mailbox it lies in
    done_at = models.DateTimeField(gettext_lazy("completed at"), null=True, blank=True, editable=False)

    holds_files = True
    searched = Searched(texts=("subject", "body", "next_step"))
    due_item = DueFields(  # of an interaction its next step; who wrote it down does it, or the account manager
        "next step", Q(done_at=None, next_step__gt=""),  # not `exclude`: the index is read from "" on
        about="account", title="next_step", owners=("by", "account__owner"), then=("-at", "pk"), ahead=True,
    )  # fmt: skip
    policy = Policy(
        view=Through("account", Permission.VIEW) & _IS_OPEN,
        create=Through("account", Permission.VIEW) & _IS_OPEN,
        change=(Is("by") | Through("account", Permission.CHANGE)) & _IS_OPEN,
    )

    class Meta:
        ordering = ["-at"]
        constraints = [from_source("interaction")]
        indexes = [
            models.Index(fields=["account", "-at"], name="interaction_account"),
            # Open next steps are few among many conversations.
            models.Index(fields=["done_at", "next_step"], name="interaction_next_step"),
            models.Index(fields=["account", "done_at", "next_step"], name="interaction_account_step"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def root(self) -> models.Model:
        return self.account
