"""What the firm does when something happens with a client: signals, steps, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from accord.accounts.models.note_template import NoteTemplate
from accord.accounts.models.part import TeamPart, team_part
from accord.core.due import DueFields
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Among, Holding, Is, everyone
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import Role


class OfPlaybooks(Record):
    """Playbooks are the firm's: everybody reads them, who manages clients writes them."""

    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER))

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class Threshold:
    """What the threshold of a trigger counts, how a rule with it reads, and what it is unless another is entered."""

    counts: str
    rule: str
    default: int

    @property
    def help_text(self) -> str:
        """What the form says.

        >>> Threshold("Days behind baseline", "Project is more than {} days behind its baseline", 10).help_text
        'Days behind baseline. Default 10.'
        """
        return gettext("%(counts)s. Default %(default)s.") % {"counts": self.counts, "default": self.default}

    def text(self, threshold: int) -> str:
        """The rule in words.

        >>> Threshold("Days behind baseline", "More than {} days late", 10).text(1)
        'More than 1 day late'
        """
        rule = self.rule
        if threshold == 1:
            rule = rule.replace(" days", " day").replace(" points", " point")
        return rule.format(threshold)


class Playbook(OfPlaybooks):
    """Steps that begin by themselves when a signal is seen at a client, once for each time it is."""

    class Signal(models.TextChoices):
        HAND = "hand", gettext_lazy("Started manually")
        RENEWAL = "renewal", gettext_lazy("Agreement ends or notice is due soon")
        SILENCE = "silence", gettext_lazy("Sponsor has gone silent")
        LOW_SCORE = "low_score", gettext_lazy("Low survey score")
        LATE_PROJECT = "late_project", gettext_lazy("Project is behind its baseline")
        LATE_REQUEST = "late_request", gettext_lazy("Request is overdue")
        CHURN = "churn", gettext_lazy("High churn risk")
        HEALTH = "health", gettext_lazy("Client health drops")
        NEW_CLIENT = "new_client", gettext_lazy("New client")

    # Triggers without an entry have no threshold.
    THRESHOLDS = {
        Signal.RENEWAL: Threshold(
            gettext_lazy("Days before the end or notice deadline"),
            gettext_lazy("Agreement ends or notice is due within {} days"),
            120,
        ),
        Signal.LATE_PROJECT: Threshold(
            gettext_lazy("Days behind baseline"), gettext_lazy("Project is more than {} days behind its baseline"), 10
        ),
        Signal.CHURN: Threshold(gettext_lazy("Churn risk in %"), gettext_lazy("Churn risk is {}% or more"), 60),
        Signal.HEALTH: Threshold(
            gettext_lazy("Health points lost within a month"),
            gettext_lazy("Health falls by {} points or more within a month"),
            15,
        ),
        Signal.NEW_CLIENT: Threshold(
            gettext_lazy("Days since becoming a client"), gettext_lazy("New client, for the first {} days"), 60
        ),
    }

    name = models.CharField(max_length=120, unique=True)
    signal = models.CharField(gettext_lazy("trigger"), max_length=12, choices=Signal.choices, default=Signal.HAND)
    threshold = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=(
            gettext_lazy(
                "Meaning depends on the trigger: days before the end, days late, churn risk in %, health points "
                "lost, or days as a client."
            )
        ),
    )
    description = models.TextField(gettext_lazy("purpose"), blank=True)
    active = models.BooleanField(default=True, help_text=gettext_lazy("Inactive playbooks don't start automatically."))

    searched = Searched(names=("name",), texts=("description",))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.signal in self.THRESHOLDS and self.threshold is None:
            counted = self.THRESHOLDS[self.Signal(self.signal)].help_text
            raise ValidationError({"threshold": gettext("Enter the threshold. %(counted)s") % {"counted": counted}})


class PlaybookStep(OfPlaybooks):
    """One step: what, how many days after the signal, by whom, and with which template."""

    class Who(models.TextChoices):
        ACCOUNT_MANAGER = "account_manager", gettext_lazy("The account manager")
        PERSON = "person", gettext_lazy("Specific person")

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="steps", editable=False)
    title = models.CharField(max_length=200)
    offset_days = models.PositiveSmallIntegerField(gettext_lazy("due after (days)"), default=0)
    who = models.CharField(gettext_lazy("assignee"), max_length=15, choices=Who.choices, default=Who.ACCOUNT_MANAGER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("person"),
    )
    template = models.ForeignKey(
        NoteTemplate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("note template"),
    )

    class Meta:
        ordering = ["offset_days", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def root(self) -> models.Model:
        return self.playbook

    def clean(self) -> None:
        if (self.who == self.Who.PERSON) != (self.user is not None):
            raise ValidationError({"user": gettext("Choose a person only if a specific person is the assignee.")})


class PlaybookRun(TeamPart):
    """A playbook at one client, begun by one signal. ``cleared_on`` is when the signal was gone: the effect."""

    class Status(models.TextChoices):
        RUNNING = "running", gettext_lazy("Active")
        DONE = "done", gettext_lazy("Done")
        SKIPPED = "skipped", gettext_lazy("Skipped")

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="runs", editable=False)
    key = models.CharField(max_length=100, editable=False)
    about = models.CharField(gettext_lazy("reason"), max_length=300, editable=False)
    started_on = models.DateField(editable=False)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.RUNNING, editable=False)
    skip_reason = models.TextField(gettext_lazy("reason for skipping"), blank=True)
    ended_on = models.DateField(null=True, editable=False)
    cleared_on = models.DateField(gettext_lazy("resolved on"), null=True, editable=False)

    policy = team_part(Among("steps", "owner"))

    class Meta:
        ordering = ["-started_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["playbook", "account", "key"], name="playbook_run_once")]
        indexes = [models.Index(fields=["status", "playbook"], name="playbook_run_status")]

    def __str__(self) -> str:
        return f"{self.playbook}: {self.about}"


class PlaybookRunStep(TeamPart):
    """One step of a run, to be done by somebody by a day."""

    run = models.ForeignKey(PlaybookRun, on_delete=models.CASCADE, related_name="steps", editable=False)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="playbook_steps"
    )
    template = models.ForeignKey(
        NoteTemplate,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("note template"),
    )
    due_on = models.DateField(gettext_lazy("due date"))
    done_at = models.DateTimeField(null=True, editable=False)

    due_item = DueFields(
        "playbook step", Q(done_at=None, run__status=PlaybookRun.Status.RUNNING), about="account", note="run__about"
    )
    policy = team_part(Is("owner"))

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["owner", "done_at", "due_on"], name="playbook_step_owner")]

    def __str__(self) -> str:
        return self.title
