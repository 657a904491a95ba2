"""What a client asks of us, within what time we answer, and who hears of it when we do not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accord.accounts.models.account import Account, of_visible_account
from accord.accounts.models.contact import Contact
from accord.accounts.models.part import TeamPart
from accord.core.access import Deed
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.people.models import Role


class Severity(models.IntegerChoices):
    """How much it hurts the client; the most severe first."""

    CRITICAL = 1, "Critical: their business stands still"
    HIGH = 2, "High: an important thing does not work"
    NORMAL = 3, "Normal"
    LOW = 4, "Low: when there is time"


class Topic(Record):
    """Something that clients ask for, whoever puts it in which words: the voice of the clients, counted."""

    class Status(models.TextChoices):
        OPEN = "open", "Under consideration"
        PLANNED = "planned", "Planned"
        DONE = "done", "Done"
        DECLINED = "declined", "Declined"

    name = models.CharField(max_length=150, unique=True)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="topics"
    )
    answer = models.TextField("what we tell the clients", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q()

    def permits(self, user: Any, deed: Deed) -> bool:
        if deed == Deed.VIEW or user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER):
            return True
        return deed == Deed.CREATE or (deed == Deed.CHANGE and self.owner_id == user.pk)


class Request(TeamPart):
    """One thing a client asked for. Times to answer and to solve run in working hours, and rest while we wait for them.

    ``answer_by`` and ``solve_by`` are promised by the service level that held when it was reported; None: none did.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", "Question"
        FAULT = "fault", "Fault"
        CHANGE = "change", "Change"
        COMPLAINT = "complaint", "Complaint"
        WISH = "wish", "Wish"

    class Status(models.TextChoices):
        NEW = "new", "New"
        WORK = "work", "In work"
        WAITING = "waiting", "Waiting for the client"
        SOLVED = "solved", "Solved"
        CLOSED = "closed", "Closed"

    OPEN = (Status.NEW, Status.WORK, Status.WAITING)

    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(max_length=200)
    body = models.TextField("what they asked", blank=True, help_text="Markdown.")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.QUESTION)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.NORMAL)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name="asked by"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="requests"
    )
    topic = models.ForeignKey(
        Topic,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name="what it is about",
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    reported_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    solved_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    answer_by = models.DateTimeField(null=True, blank=True, editable=False)
    solve_by = models.DateTimeField(null=True, blank=True, editable=False)
    waiting_since = models.DateTimeField(null=True, blank=True, editable=False)
    waited_minutes = models.PositiveIntegerField(default=0, editable=False)
    escalated_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    escalated_at = models.DateTimeField(null=True, blank=True, editable=False)
    cause = models.TextField("root cause", blank=True)
    solution = models.TextField("how it was solved", blank=True)

    class Meta:
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="request_number_once"),
            from_source("request"),
        ]
        indexes = [models.Index(fields=["status", "solve_by"], name="request_open")]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        """How people speak of it: Q-3 of that client."""
        return f"Q-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def belongs_to(self, user: Any) -> bool:
        return user.pk in (self.owner_id, self.raised_by_id)


class ServiceLevel(Record):
    """How soon we answer and solve what is so severe, in working minutes; of one client, or for all that have none."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="service_levels")
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    answer_minutes = models.PositiveIntegerField("minutes to answer", validators=[MinValueValidator(1)])
    solve_minutes = models.PositiveIntegerField("minutes to solve", validators=[MinValueValidator(1)])
    calendar = models.ForeignKey(
        "people.Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="counted in the hours of", help_text="Empty: the firm's.",
    )  # fmt: skip

    class Meta:
        ordering = ["account__name", "severity"]
        constraints = [
            models.UniqueConstraint(fields=["account", "severity"], name="service_level_once"),
            models.UniqueConstraint(fields=["severity"], condition=Q(account=None), name="usual_service_level_once"),
        ]

    def __str__(self) -> str:
        return f"{Severity(self.severity).label.split(':')[0]} for {self.account or 'all clients'}"

    def clean(self) -> None:
        if self.answer_minutes and self.solve_minutes and self.answer_minutes > self.solve_minutes:
            raise ValidationError({"answer_minutes": "An answer comes before the solution."})

    @property
    def root(self) -> models.Model:
        return self.account or self

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q(account=None) | of_visible_account(user)

    def permits(self, user: Any, deed: Deed) -> bool:
        if self.account is not None:
            return self.account.permits(user, Deed.VIEW if deed == Deed.VIEW else Deed.CHANGE)
        return deed == Deed.VIEW or user.has_role(Role.ADMINISTRATOR)


class EscalationStep(Record):
    """Who hears of a request when so much of its time is spent; of one client, or for all that have none."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="escalation_steps"
    )
    severity = models.PositiveSmallIntegerField(
        "at least this severe", choices=Severity.choices, default=Severity.NORMAL
    )
    percent = models.PositiveSmallIntegerField(
        "of the time to solve", default=80, validators=[MinValueValidator(1), MaxValueValidator(300)],
        help_text="100: when the promise is broken.",
    )  # fmt: skip
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name="tell", help_text="Empty: the account manager.",
    )  # fmt: skip

    class Meta:
        ordering = ["account__name", "percent", "severity"]

    def __str__(self) -> str:
        return f"{self.to or 'the account manager'} at {self.percent} %"

    @property
    def root(self) -> models.Model:
        return self.account or self

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q(account=None) | of_visible_account(user)

    def permits(self, user: Any, deed: Deed) -> bool:
        if self.account is not None:
            return self.account.permits(user, Deed.VIEW if deed == Deed.VIEW else Deed.CHANGE)
        return deed == Deed.VIEW or user.has_role(Role.ADMINISTRATOR)


class Plea(TeamPart):
    """What somebody asked of the firm on a client's behalf, and what became of it."""

    class Status(models.TextChoices):
        ASKED = "asked", "Asked"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        DONE = "done", "Done"

    title = models.CharField("what we ask of ourselves", max_length=200)
    why = models.TextField("why it matters to the client", blank=True)
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pleas", verbose_name="asked of"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    request = models.ForeignKey(
        Request, on_delete=models.SET_NULL, null=True, blank=True, related_name="pleas", verbose_name="comes from"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    due_on = models.DateField("needed by", null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True, editable=False)
    outcome = models.TextField("what became of it", blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title

    def belongs_to(self, user: Any) -> bool:
        return user.pk in (self.by_id, self.asked_of_id)
