"""What clients ask of us, how soon they are to be answered, and to whom a late one goes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.accounts.models.contact import Contact
from accord.accounts.models.part import TeamPart, team_part
from accord.core.access import Permission
from accord.core.due import DueFields
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, Through, Where, everyone
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import Role


class Severity(models.IntegerChoices):
    LOW = 1, gettext_lazy("Low")
    MEDIUM = 2, gettext_lazy("Medium")
    HIGH = 3, gettext_lazy("High")
    CRITICAL = 4, gettext_lazy("Critical")


class Topic(Record):
    """What several clients ask for: one line of the voice of the clients, and what the firm says to it."""

    class Status(models.TextChoices):
        UNDER_REVIEW = "heard", gettext_lazy("Under review")
        PLANNED = "planned", gettext_lazy("Planned")
        DONE = "done", gettext_lazy("Delivered")
        DECLINED = "declined", gettext_lazy("Declined")

    name = models.CharField(gettext_lazy("topic"), max_length=120, unique=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNDER_REVIEW)
    answer = models.TextField(gettext_lazy("response to clients"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="topics"
    )

    searched = Searched(names=("name",), texts=("answer",))
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Request(TeamPart):
    """A question, fault, wish or complaint of a client, from the day it comes in until the client is content."""

    class Kind(models.TextChoices):
        QUESTION = "question", gettext_lazy("Question")
        INCIDENT = "incident", gettext_lazy("Incident")
        CHANGE = "change", gettext_lazy("Change")
        FEATURE_REQUEST = "feature_request", gettext_lazy("Feature request")
        COMPLAINT = "complaint", gettext_lazy("Complaint")

    class Status(models.TextChoices):
        NEW = "new", gettext_lazy("New")
        IN_WORK = "in_work", gettext_lazy("In progress")
        WAITING = "waiting", gettext_lazy("Waiting for client")
        RESOLVED = "resolved", gettext_lazy("Resolved")
        CLOSED = "closed", gettext_lazy("Closed")

    OVER = (Status.RESOLVED, Status.CLOSED)

    title = models.CharField(gettext_lazy("title"), max_length=200)
    body = models.TextField(gettext_lazy("description"), blank=True, help_text=gettext_lazy("Supports Markdown."))
    kind = models.CharField(gettext_lazy("type"), max_length=15, choices=Kind.choices, default=Kind.QUESTION)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.MEDIUM)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW, editable=False)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="requests",
        verbose_name=gettext_lazy("requester"), help_text=gettext_lazy("The contact waiting for an answer."),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="requests",
        verbose_name=gettext_lazy("owner"),
    )  # fmt: skip
    topic = models.ForeignKey(
        Topic, on_delete=models.SET_NULL, null=True, blank=True, related_name="requests",
        help_text=gettext_lazy("Groups requests from several clients under one topic."),
    )  # fmt: skip
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="raised_requests",
        verbose_name=gettext_lazy("recorded by"),
    )
    reported_at = models.DateTimeField(gettext_lazy("reported at"), default=timezone.now)
    first_response_due = models.DateTimeField(gettext_lazy("first response due"), null=True, editable=False)
    resolution_due = models.DateTimeField(gettext_lazy("resolution due"), null=True, editable=False)
    responded_at = models.DateTimeField(gettext_lazy("responded at"), null=True, editable=False)
    resolved_at = models.DateTimeField(gettext_lazy("resolved at"), null=True, editable=False)
    waiting_since = models.DateTimeField(null=True, editable=False)
    waited_minutes = models.PositiveIntegerField(
        gettext_lazy("minutes waited for the client"), default=0, editable=False
    )
    escalated_to = models.PositiveSmallIntegerField(gettext_lazy("last escalation (%)"), default=0, editable=False)
    cause = models.TextField(
        gettext_lazy("root cause"), blank=True, help_text=gettext_lazy("What caused it, so that it can be prevented.")
    )
    solution = models.TextField(gettext_lazy("resolution"), blank=True)
    custom = models.JSONField(gettext_lazy("custom fields"), default=dict, blank=True, editable=False)

    holds_files = True
    searched = Searched(names=("title",), texts=("body", "cause", "solution"))
    creating_action = "raise_request"
    changing_actions: ClassVar[dict[str, str]] = dict.fromkeys(("owner", "severity", "reported_at"), "change_request")
    due_item = DueFields(
        "request", ~Q(status__in=OVER), about="account", due="resolution_due", then=("-severity", "reported_at", "pk"),
        ahead=True, number="severity", state="status",
    )  # fmt: skip
    policy = team_part(Is("owner"), Is("raised_by"))

    class Meta:
        ordering = ["-reported_at"]
        constraints = [from_source("request")]
        indexes = [
            models.Index(fields=["account", "status", "-reported_at"], name="request_account"),
            models.Index(fields=["status", "resolution_due"], name="request_due"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        """How people speak of it. One count for the firm, so that it stays when two clients are made one."""
        return f"Q-{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.status in self.OVER

    def clean(self) -> None:
        if self.reported_at and self.reported_at > timezone.now():
            raise ValidationError({"reported_at": gettext("The reported date can't be in the future.")})

    def answer_is_late(self, now: datetime) -> bool:
        """Answered after the target, or not yet though it has passed."""
        return (
            self.first_response_due is not None
            and (self.responded_at or self.resolved_at or now) > self.first_response_due
        )

    def solution_is_late(self, now: datetime) -> bool:
        """The same of the solution; what waits for the client is not late while it waits."""
        return self.resolution_due is not None and (self.resolved_at or self.waiting_since or now) > self.resolution_due


class OfFirmOrAccount(Record):
    """What the firm has as its usual, and an account may have of its own."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, editable=False, related_name="%(class)ss"
    )

    policy = Policy(
        view=Where(account=None) | Through("account", Permission.VIEW),
        change=(Where(account=None) & Holding(Role.ADMINISTRATOR)) | Through("account", Permission.CHANGE),
    )

    class Meta:
        abstract = True

    @property
    def root(self) -> models.Model:
        return self.account or self


class ServiceLevel(OfFirmOrAccount):
    """How soon we answer and solve a request of one severity, in hours of the firm's working time."""

    HOURS = (MinValueValidator(0.25), MaxValueValidator(10_000))

    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    first_response_hours = models.DecimalField(
        gettext_lazy("first response within (working hours)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=HOURS,
    )
    resolution_hours = models.DecimalField(
        gettext_lazy("resolution within (working hours)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=HOURS,
    )
    around_the_clock = models.BooleanField("24/7", default=False, help_text=gettext_lazy("Count nights and weekends."))

    not_money = frozenset({"first_response_hours", "resolution_hours"})

    class Meta:
        ordering = ["-severity"]
        constraints = [
            models.UniqueConstraint(fields=["account", "severity"], name="service_level_once"),
            models.UniqueConstraint(fields=["severity"], condition=Q(account=None), name="default_service_level_once"),
        ]

    def __str__(self) -> str:
        return gettext("%(severity)s requests") % {"severity": self.get_severity_display()}

    def clean(self) -> None:
        if self.first_response_hours is None and self.resolution_hours is None:
            raise ValidationError(
                {"first_response_hours": gettext("Enter a first response time, a resolution time, or both.")}
            )
        if (
            self.first_response_hours is not None
            and self.resolution_hours is not None
            and self.resolution_hours < self.first_response_hours
        ):
            raise ValidationError(
                {"resolution_hours": gettext("The first response time can't be longer than the resolution time.")}
            )


class EscalationStep(OfFirmOrAccount):
    """Who is told when so much of the time for a solution has passed: the path that a late request climbs."""

    class To(models.TextChoices):
        OWNER = "owner", gettext_lazy("Owner of the request")
        ACCOUNT_MANAGER = "account_manager", gettext_lazy("The account manager")
        PERSON = "person", gettext_lazy("Specific person")

    percent = models.PositiveSmallIntegerField(
        gettext_lazy("elapsed time (%)"),
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=gettext_lazy("100 means the resolution is due."),
    )
    severity = models.PositiveSmallIntegerField(
        gettext_lazy("minimum severity"), choices=Severity.choices, default=Severity.LOW
    )
    to = models.CharField(gettext_lazy("notify"), max_length=15, choices=To.choices, default=To.OWNER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=gettext_lazy("person to notify"),
    )  # fmt: skip

    class Meta:
        ordering = ["percent", "pk"]

    def __str__(self) -> str:
        return gettext("%(who)s at %(percent)s%%") % {"who": self.who, "percent": self.percent}

    @property
    def who(self) -> str:
        return str(self.user) if self.to == self.To.PERSON else self.get_to_display()

    def clean(self) -> None:
        if (self.to == self.To.PERSON) != (self.user is not None):
            raise ValidationError({"user": gettext("Choose a person only if a specific person is notified.")})
