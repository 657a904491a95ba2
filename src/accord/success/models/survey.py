"""Asking clients how content they are, by a link that needs no sign-in, and what they answer."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.contact import Contact
from accord.accounts.models.part import AccountPart
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, everyone
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.core.tokens import digest
from accord.people.models import Role


class Survey(Record):
    """One question with a scale, why they think so, whom it is sent to and when."""

    class Kind(models.TextChoices):
        NPS = "nps", gettext_lazy("Net Promoter Score (0–10)")
        CSAT = "csat", gettext_lazy("Satisfaction (1–5)")
        CES = "ces", gettext_lazy("Effort (1–7)")
        OWN = "own", gettext_lazy("Custom question")

    class Occasion(models.TextChoices):
        HAND = "hand", gettext_lazy("Sent manually")
        MILESTONE = "milestone", gettext_lazy("When a milestone is completed")
        CLOSE = "close", gettext_lazy("When a project is closed")
        SCHEDULE = "schedule", "Every few months"

    class Audience(models.TextChoices):
        DECIDING = "deciding", gettext_lazy("Sponsors, decision makers and champions")
        ALL = "all", gettext_lazy("All contacts at the client")

    SCALES = {Kind.NPS: (0, 10), Kind.CSAT: (1, 5), Kind.CES: (1, 7)}
    ENDS = {
        Kind.NPS: (gettext_lazy("Not at all likely"), gettext_lazy("Extremely likely")),
        Kind.CSAT: (gettext_lazy("Very dissatisfied"), gettext_lazy("Very satisfied")),
        Kind.CES: (gettext_lazy("Very hard"), gettext_lazy("Very easy")),
    }
    QUESTIONS = {
        Kind.NPS: gettext_lazy("How likely are you to recommend us to a colleague?"),
        Kind.CSAT: gettext_lazy("How satisfied are you with our work?"),
        Kind.CES: gettext_lazy("How easy was it to work with us?"),
    }

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(gettext_lazy("metric"), max_length=4, choices=Kind.choices, default=Kind.NPS)
    question = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("Leave empty to use the standard question.")
    )
    reason_question = models.CharField(
        gettext_lazy("follow-up question"), max_length=200, default="What is the main reason?"
    )
    scale = models.PositiveSmallIntegerField(
        gettext_lazy("highest score"), default=5, validators=[MinValueValidator(2), MaxValueValidator(10)],
        help_text=gettext_lazy("Custom questions only: the scale runs from 1 to this number."),
    )  # fmt: skip
    anonymous = models.BooleanField(
        default=False, help_text=gettext_lazy("Answers are stored without names. Results are shown from three answers.")
    )
    occasion = models.CharField(gettext_lazy("sent"), max_length=9, choices=Occasion.choices, default=Occasion.HAND)
    every_months = models.PositiveSmallIntegerField(
        gettext_lazy("interval (months)"), default=6, validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=gettext_lazy("Recurring surveys only."),
    )  # fmt: skip
    audience = models.CharField(
        gettext_lazy("recipients"), max_length=8, choices=Audience.choices, default=Audience.DECIDING
    )
    rest_days = models.PositiveSmallIntegerField(
        gettext_lazy("minimum gap (days)"),
        default=90,
        help_text=gettext_lazy("A contact gets no other survey within this many days."),
    )
    days_open = models.PositiveSmallIntegerField(
        gettext_lazy("open for (days)"), default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    active = models.BooleanField(default=True, help_text=gettext_lazy("Inactive surveys aren't sent automatically."))

    searched = Searched(names=("name",), texts=("question",))
    policy = Policy(view=everyone, change=Holding(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind == self.Kind.OWN and not self.question.strip():
            raise ValidationError({"question": gettext("Enter a question.")})

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest answer."""
        return self.SCALES.get(self.Kind(self.kind), (1, self.scale))

    @property
    def ends(self) -> tuple[str, str]:
        """What the lowest and the highest answer mean."""
        return self.ENDS.get(self.Kind(self.kind), (gettext("Not at all"), gettext("Very much")))

    @property
    def label(self) -> str:
        return self.question.strip() or str(self.QUESTIONS[self.Kind(self.kind)])

    def is_low_score(self, score: int) -> bool:
        """An answer to follow up: 0-6 of NPS, and the lower half of other scales with its middle."""
        lowest, highest = self.bounds
        return score <= 6 if self.kind == self.Kind.NPS else score <= (lowest + highest) // 2


class SurveyInvitation(AccountPart):
    """One contact asked once. The address in the mail carries a secret of which only the hash is kept."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="survey_invitations")
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=gettext_lazy("about (colleague)"),
    )  # fmt: skip
    service = models.CharField(max_length=120, blank=True)
    occasion = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("What the survey is about, in words the client knows.")
    )
    secret_link = "survey"
    hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    link_created_at = models.DateTimeField(null=True, editable=False)  # handed over instead of emailed
    failure = models.CharField(max_length=300, blank=True, editable=False)
    expires_on = models.DateField(editable=False)
    answered_on = models.DateField(null=True, editable=False)

    unaudited = frozenset({"hash"})

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["hash"], condition=~Q(hash=""), name="invitation_hash_once")]
        indexes = [models.Index(fields=["contact", "-created_at"], name="invitation_contact")]

    def __str__(self) -> str:
        return gettext("%(survey)s for %(contact)s") % {"survey": self.survey, "contact": self.contact}

    @classmethod
    def of_secret(cls, secret: str) -> SurveyInvitation | None:
        """The invitation with that secret, answered or not, while it may be used."""
        rows = cls.objects.select_related("account", "contact", "survey", "about")
        return rows.filter(hash=digest(secret), expires_on__gte=timezone.localdate(), account__archived_at=None).first()


class SurveyAnswer(AccountPart):
    """What somebody answered. Of an anonymous survey it names nobody and nothing leads from it to who was asked."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers")
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="survey_answers"
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="survey_answers",
        verbose_name=gettext_lazy("about (colleague)"),
    )
    service = models.CharField(max_length=120, blank=True)
    score = models.SmallIntegerField()
    reason = models.TextField(blank=True)
    given_on = models.DateField(gettext_lazy("answered on"))
    low_score = models.BooleanField(gettext_lazy("low score"), default=False)
    follow_up = models.TextField(gettext_lazy("follow-up"), blank=True)
    followed_up_on = models.DateField(null=True, blank=True, editable=False)
    followed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-given_on", "-pk"]
        indexes = [models.Index(fields=["survey", "account"], name="survey_answer_account")]

    def __str__(self) -> str:
        return gettext("%(score)s from %(contact)s at %(account)s") % {
            "score": self.score,
            "contact": self.contact or gettext("a contact"),
            "account": self.account,
        }
