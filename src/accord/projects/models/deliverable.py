"""What the client gets, when it counts as done, who answers for it, and that the client took it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Contact
from accord.core.access import Permission
from accord.core.policy import Policy
from accord.core.rules import Has, Through
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.projects.models.charter import Stakeholder
from accord.projects.models.part import ProjectPart


class Deliverable(ProjectPart):
    """A result handed to the client. Tasks (work packages) that make it name it, so each hour can be traced to it."""

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    criteria = models.TextField(
        gettext_lazy("acceptance criteria"),
        blank=True,
        help_text=gettext_lazy("Conditions under which the client accepts it."),
    )
    due_on = models.DateField(gettext_lazy("due date"), null=True, blank=True)
    delivered_on = models.DateField(gettext_lazy("delivered on"), null=True, blank=True)
    order = models.PositiveIntegerField(gettext_lazy("position"), default=0, editable=False)

    holds_files = True
    searched = Searched(names=("name",), texts=("description", "criteria"))
    policy = Policy(
        view=Through("project", Permission.VIEW),
        change=Through("project", Permission.CHANGE),
        delete=~Has("acceptances") & Through("project", Permission.CHANGE),  # what the client gave their word on stays
    )

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """The project's forecast finish may have been that of the tasks that made it."""
        from accord.projects.forecast import refresh_forecast

        project = self.project_id
        deleted = super().delete(*args, **kwargs)
        refresh_forecast(project)
        return deleted


class Acceptance(ProjectPart):
    """The client's word on a deliverable, as it was given. Words are not edited: a later one stands beside it."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        CONDITIONAL = "conditional", gettext_lazy("Accepted with conditions")
        REJECTED = "rejected", gettext_lazy("Rejected")

    deliverable = models.ForeignKey(Deliverable, on_delete=models.CASCADE, related_name="acceptances")
    verdict = models.CharField(
        gettext_lazy("decision"), max_length=11, choices=Verdict.choices, default=Verdict.ACCEPTED
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=gettext_lazy("client contact")
    )
    given_on = models.DateField(gettext_lazy("date"), default=timezone.localdate)
    note = models.TextField(gettext_lazy("conditions or reasons"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    named_openly = frozenset({"contact"})  # whose word it is
    policy = Policy(
        view=Through("project", Permission.VIEW),
        create=Through("project", Permission.CHANGE) | Through("project__account", Permission.CHANGE),
    )  # whoever manages the project or the client may record the client's word; nobody may change it

    class Meta:
        ordering = ["-given_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.deliverable}: {self.get_verdict_display()}"


class Responsibility(ProjectPart):
    """One cell of the RACI matrix: who does what for a deliverable."""

    class Letter(models.TextChoices):
        RESPONSIBLE = "R", gettext_lazy("Responsible")
        ACCOUNTABLE = "A", gettext_lazy("Accountable")
        CONSULTED = "C", gettext_lazy("Consulted")
        INFORMED = "I", gettext_lazy("Informed")

    deliverable = models.ForeignKey(Deliverable, on_delete=models.CASCADE, related_name="responsibilities")
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.CASCADE, related_name="responsibilities")
    letter = models.CharField(gettext_lazy("role"), max_length=1, choices=Letter.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deliverable", "stakeholder"], name="responsibility_once"),
            # One person answers for a thing, or nobody does.
            models.UniqueConstraint(
                fields=["deliverable"], condition=models.Q(letter="A"), name="responsibility_one_accountable"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(stakeholder)s: %(letter)s for %(deliverable)s") % {
            "stakeholder": self.stakeholder,
            "letter": self.letter,
            "deliverable": self.deliverable,
        }


def verdict_of(deliverable: Any) -> Acceptance | None:
    """The client's latest word, if ``acceptances`` were prefetched without another query."""
    words = list(deliverable.acceptances.all())
    return max(words, key=lambda word: (word.given_on, word.pk), default=None)
