"""What the firm does when something happens with a client: signals, steps, and what came of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accord.accounts.models.note_template import NoteTemplate
from accord.accounts.models.part import TeamPart
from accord.core.access import Deed
from accord.core.models import Record
from accord.core.search import Searched
from accord.people.models import Role


class OfPlaybooks(Record):
    """Playbooks are the firm's: everybody reads them, who manages clients writes them."""

    class Meta:
        abstract = True

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q()

    def permits(self, user: Any, deed: Deed) -> bool:
        return deed == Deed.VIEW or user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)


class Playbook(OfPlaybooks):
    """Steps that begin by themselves when a signal is seen at a client, once for each time it is."""

    class Signal(models.TextChoices):
        HAND = "hand", "By hand"
        RENEWAL = "renewal", "An agreement ends, or needs notice, soon"
        SILENCE = "silence", "A sponsor went silent"
        DISCONTENT = "discontent", "Somebody answered a survey discontentedly"
        LATE_PROJECT = "late_project", "A project is expected after what was agreed"
        LATE_REQUEST = "late_request", "A request is late"
        CHURN = "churn", "The chance of churn is high"
        HEALTH = "health", "A client’s health drops"
        NEW_CLIENT = "new_client", "Somebody became a client"

    THRESHOLDS = {
        Signal.RENEWAL: "days ahead",
        Signal.LATE_PROJECT: "days late at least",
        Signal.CHURN: "percent at least",
        Signal.HEALTH: "points less chance to stay than a month ago",
        Signal.NEW_CLIENT: "days a client at most",
    }

    name = models.CharField(max_length=120, unique=True)
    signal = models.CharField("begins when", max_length=12, choices=Signal.choices, default=Signal.HAND)
    threshold = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="Days ahead, days a project is late, percent of churn, points of health, days as a client.",
    )  # fmt: skip
    description = models.TextField("what it is for", blank=True)
    active = models.BooleanField(default=True, help_text="Switched off, it does not begin by itself.")

    searched = Searched(names=("name",), texts=("description",))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.signal in self.THRESHOLDS and self.threshold is None:
            raise ValidationError({"threshold": f"From when on? Give the {self.THRESHOLDS[self.Signal(self.signal)]}."})


class PlaybookStep(OfPlaybooks):
    """One step: what, how many days after the signal, by whom, and with which template."""

    class Who(models.TextChoices):
        ACCOUNT_MANAGER = "account_manager", "The account manager"
        PERSON = "person", "One person"

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="steps", editable=False)
    title = models.CharField(max_length=200)
    offset_days = models.PositiveSmallIntegerField("days after the signal", default=0)
    who = models.CharField("who does it", max_length=15, choices=Who.choices, default=Who.ACCOUNT_MANAGER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="the person",
    )  # fmt: skip
    template = models.ForeignKey(
        NoteTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="note to begin with",
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
            raise ValidationError({"user": "Name the person, and only where one person does it."})


class PlaybookRun(TeamPart):
    """A playbook at one client, begun by one signal. ``cleared_on`` is when the signal was gone: the effect."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="runs", editable=False)
    key = models.CharField(max_length=100, editable=False)
    about = models.CharField(max_length=300, editable=False)
    started_on = models.DateField(editable=False)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.RUNNING, editable=False)
    skip_reason = models.TextField("why it is skipped", blank=True)
    ended_on = models.DateField(null=True, editable=False)
    cleared_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["-started_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["playbook", "account", "key"], name="playbook_run_once")]
        indexes = [models.Index(fields=["status", "playbook"], name="playbook_run_status")]

    def __str__(self) -> str:
        return f"{self.playbook}: {self.about}"

    def belongs_to(self, user: Any) -> bool:
        return self.pk is not None and self.steps.filter(owner=user).exists()


class PlaybookRunStep(TeamPart):
    """One step of a run, to be done by somebody by a day."""

    run = models.ForeignKey(PlaybookRun, on_delete=models.CASCADE, related_name="steps", editable=False)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="playbook_steps"
    )
    template = models.ForeignKey(NoteTemplate, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    due_on = models.DateField("by when")
    done_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["owner", "done_on", "due_on"], name="playbook_step_owner")]

    def __str__(self) -> str:
        return self.title

    def belongs_to(self, user: Any) -> bool:
        return bool(user.pk == self.owner_id)
