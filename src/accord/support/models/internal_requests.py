"""What the account manager asks of the firm on the client's behalf."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accord.accounts.models.part import TeamPart
from accord.core.access import Permission
from accord.core.due import DueFields
from accord.core.policy import Policy
from accord.core.rules import Is, Through
from accord.core.search import Searched
from accord.support.models.request import Request


class InternalRequest(TeamPart):
    """One thing asked for the client inside the firm, of whom, why, and what became of it."""

    class Status(models.TextChoices):
        ASKED = "asked", "Open"
        GRANTED = "granted", "Agreed"
        PARTLY = "partly", "Partly agreed"
        REFUSED = "refused", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    title = models.CharField("title", max_length=200)
    reason = models.TextField("why it matters", blank=True)
    request = models.ForeignKey(
        Request, on_delete=models.SET_NULL, null=True, blank=True, related_name="internal_requests",
        verbose_name="client request",
    )  # fmt: skip
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="asked_internal_requests",
        verbose_name="requested by",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="internal_requests", verbose_name="assignee"
    )
    asked_on = models.DateField("requested on", default=timezone.localdate)
    due_on = models.DateField("answer due", null=True, blank=True)
    status = models.CharField("outcome", max_length=9, choices=Status.choices, default=Status.ASKED)
    answer = models.TextField("answer", blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    client_informed_on = models.DateField("client informed on", null=True, blank=True)

    searched = Searched(names=("title",), texts=("reason", "answer"))
    due_item = DueFields("internal request", Q(status=Status.ASKED), about="account", ahead=True, note="asked_by__name")
    policy = Policy(
        view=Is("owner") | Through("account", Permission.VIEW),  # who is asked may read it, on the client's team or not
        create=Through("account", Permission.VIEW),
        change=Is("owner")
        | Through("account", Permission.CHANGE)
        | (Is("asked_by") & Through("account", Permission.VIEW)),
        delete=Through("account", Permission.CHANGE),
    )

    class Meta:
        ordering = ["done_at", "due_on", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.due_on and self.asked_on and self.due_on < self.asked_on:
            raise ValidationError({"due_on": "The answer due date can't be before the request date."})
