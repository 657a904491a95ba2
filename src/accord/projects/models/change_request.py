"""What somebody wants changed of a project's scope, time or price."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accord.core.access import Permission
from accord.core.due import DueFields
from accord.core.fields import MoneyField
from accord.core.policy import Policy
from accord.core.rules import Through, Where
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.projects.models.log import RAISED_OR_OWNED, LogEntry


class ChangeRequest(LogEntry):
    """A change with what it would do to the plan and the price. Once decided, only who leads the project edits it."""

    LETTER = "C"

    class Status(models.TextChoices):
        PROPOSED = "proposed", gettext_lazy("Proposed")
        APPROVED = "approved", gettext_lazy("Approved")
        DECLINED = "declined", gettext_lazy("Rejected")
        DONE = "done", gettext_lazy("Implemented")

    OVER = (Status.DECLINED, Status.DONE)

    description = models.TextField(gettext_lazy("description"), blank=True)
    reason = models.TextField(gettext_lazy("reason"), blank=True)
    days = models.DecimalField(
        gettext_lazy("effect on finish (working days)"), max_digits=6, decimal_places=1, null=True, blank=True,
        help_text=gettext_lazy("Working days added to the finish. Negative if it saves time."),
    )  # fmt: skip
    cost = MoneyField(gettext_lazy("internal cost"), currency="project.currency", null=True, blank=True)
    price = MoneyField(gettext_lazy("price to the client"), currency="project.currency", null=True, blank=True)
    due_on = models.DateField(gettext_lazy("decision due"), null=True, blank=True)
    tasks = models.ManyToManyField(
        "projects.Task", blank=True, related_name="change_requests", verbose_name=gettext_lazy("affected tasks")
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PROPOSED, editable=False)
    decided_on = models.DateField(null=True, blank=True, editable=False)
    decided_by = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("Names of colleagues or client contacts.")
    )
    answer = models.TextField(gettext_lazy("decision note"), blank=True)
    implemented_on = models.DateField(gettext_lazy("implemented on"), null=True, blank=True, editable=False)

    money_fields = frozenset({"cost", "price"})
    not_money = frozenset({"days"})
    due_item = DueFields(  # what is due is the decision; it is made by who leads the project
        "decision", Q(status=Status.PROPOSED), about="project",
        owners=("owner", "project__manager"), decides="project__manager",
    )  # fmt: skip
    policy = Policy(
        view=Through("project", Permission.VIEW),
        create=Through("project", Permission.VIEW),
        change=Through("project", Permission.CHANGE) | (Where(status=Status.PROPOSED) & RAISED_OR_OWNED),
        delete=Through("project", Permission.CHANGE),
    )

    class Meta(LogEntry.Meta):
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="change_request_number_once")]

    holds_files = True
    searched = Searched(names=("title",), texts=("description", "reason", "answer"))
