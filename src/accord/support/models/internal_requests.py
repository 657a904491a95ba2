"""What the account manager asks of the firm on the client's behalf."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.part import TeamPart
from accord.core.access import Permission
from accord.core.due import DueFields
from accord.core.policy import Policy
from accord.core.rules import Is, Through
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.support.models.request import Request


class InternalRequest(TeamPart):
    """One thing asked for the client inside the firm, of whom, why, and what became of it."""

    class Status(models.TextChoices):
        ASKED = "asked", gettext_lazy("Open")
        GRANTED = "granted", gettext_lazy("Agreed")
        PARTLY = "partly", gettext_lazy("Partly agreed")
        REFUSED = "refused", gettext_lazy("Declined")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")

    title = models.CharField(gettext_lazy("title"), max_length=200)
    reason = models.TextField(gettext_lazy("why it matters"), blank=True)
    request = models.ForeignKey(
        Request, on_delete=models.SET_NULL, null=True, blank=True, related_name="internal_requests",
        verbose_name=gettext_lazy("client request"),
    )  # fmt: skip
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="asked_internal_requests",
        verbose_name=gettext_lazy("requested by"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="internal_requests",
        verbose_name=gettext_lazy("assignee"),
    )
    asked_on = models.DateField(gettext_lazy("requested on"), default=timezone.localdate)
    due_on = models.DateField(gettext_lazy("answer due"), null=True, blank=True)
    status = models.CharField(gettext_lazy("outcome"), max_length=9, choices=Status.choices, default=Status.ASKED)
    answer = models.TextField(gettext_lazy("answer"), blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    client_informed_on = models.DateField(gettext_lazy("client informed on"), null=True, blank=True)

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
            raise ValidationError({"due_on": gettext("The answer due date can't be before the request date.")})
