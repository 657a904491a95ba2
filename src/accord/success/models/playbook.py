"""What the firm does when something happens with a client: signals, steps, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accord.accounts.models.note_template import NoteTemplate
from accord.accounts.models.part import TeamPart, team_part
from accord.core.due import DueFields
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Among, Holding, Is, everyone
from accord.core.search import Searched
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
        return f"{self.counts}. Default {self.default}."

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
        HAND = "hand", "Started manually"
        RENEWAL = "renewal", "Agreement ends or notice is due soon"
        SILENCE = "silence", "Sponsor has gone silent"
        LOW_SCORE = "low_score", "Low survey score"
        LATE_PROJECT = "late_project", "Project is behind its baseline"
        LATE_REQUEST = "late_request", "Request is overdue"
        CHURN = "churn", "High churn risk"
        HEALTH = "health", "Client health drops"
        NEW_CLIENT = "new_client", "New client"

    # Triggers without an entry have no threshold.
    THRESHOLDS = {
        Signal.RENEWAL: Threshold(
            "Days before the end or notice deadline", "Agreement ends or notice is due within {} days", 120
        ),
        Signal.LATE_PROJECT: Threshold("Days behind baseline", "Project is more than {} days behind its baseline", 10),
        Signal.CHURN: Threshold("Churn risk in %", "Churn risk is {}% or more", 60),
        Signal.HEALTH: Threshold(
            "Health points lost within a month", "Retention probability falls by {} points or more within a month", 15
        ),
        Signal.NEW_CLIENT: Threshold("Days since becoming a client", "New client, for the first {} days", 60),
    }

    name = models.CharField(max_length=120, unique=True)
    signal = models.CharField("trigger", max_length=12, choices=Signal.choices, default=Signal.HAND)
    threshold = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=(
            "Meaning depends on the trigger: days before the end, days late, churn risk in %, health points "
            "lost, or days as a client."
        ),
    )  # fmt: skip
    description = models.TextField("purpose", blank=True)
    active = models.BooleanField(default=True, help_text="Inactive playbooks don't start automatically.")

    searched = Searched(names=("name",), texts=("description",))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.signal in self.THRESHOLDS and self.threshold is None:
            counted = self.THRESHOLDS[self.Signal(self.signal)].help_text
            raise ValidationError({"threshold": f"Enter the threshold. {counted}"})


class PlaybookStep(OfPlaybooks):
    """One step: what, how many days after the signal, by whom, and with which template."""

    class Who(models.TextChoices):
        ACCOUNT_MANAGER = "account_manager", "The account manager"
        PERSON = "person", "Specific person"

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="steps", editable=False)
    title = models.CharField(max_length=200)
    offset_days = models.PositiveSmallIntegerField("due after (days)", default=0)
    who = models.CharField("assignee", max_length=15, choices=Who.choices, default=Who.ACCOUNT_MANAGER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="person",
    )  # fmt: skip
    template = models.ForeignKey(
        NoteTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="note template",
    )  # fmt: skip

    class Meta:
        ordering = ["offset_days", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def root(self) -> models.Model:
        return self.playbook

    def clean(self) -> None:
        if (self.who == self.Who.PERSON) != (self.user is not None):
            raise ValidationError({"user": "Choose a person only if a specific person is the assignee."})


class PlaybookRun(TeamPart):
    """A playbook at one client, begun by one signal. ``cleared_on`` is when the signal was gone: the effect."""

    class Status(models.TextChoices):
        RUNNING = "running", "Active"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="runs", editable=False)
    key = models.CharField(max_length=100, editable=False)
    about = models.CharField("reason", max_length=300, editable=False)
    started_on = models.DateField(editable=False)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.RUNNING, editable=False)
    skip_reason = models.TextField("reason for skipping", blank=True)
    ended_on = models.DateField(null=True, editable=False)
    cleared_on = models.DateField("resolved on", null=True, editable=False)

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
        verbose_name="note template",
    )
    due_on = models.DateField("due date")
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
