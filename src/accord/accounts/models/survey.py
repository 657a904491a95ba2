"""How satisfied clients are: what is asked, whom, and what they say."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accord.accounts.models.contact import Contact
from accord.accounts.models.part import AccountPart
from accord.core.access import Deed
from accord.core.models import Record
from accord.people.models import Role


class Survey(Record):
    """One question on a scale, why, and when it is asked. A contact is left in peace for ``rest_days`` between two."""

    class Kind(models.TextChoices):
        NPS = "nps", "Recommendation (NPS, 0 to 10)"
        CSAT = "csat", "Satisfaction (CSAT, 1 to 5)"
        CES = "ces", "Ease of working with us (CES, 1 to 7)"
        OWN = "own", "A question of your own"

    class Occasion(models.TextChoices):
        HAND = "hand", "Sent by hand"
        MILESTONE = "milestone", "When a milestone is reached"
        CLOSE = "close", "When a project is closed"
        SCHEDULE = "schedule", "Again and again"

    SCALES = {Kind.NPS: (0, 10), Kind.CSAT: (1, 5), Kind.CES: (1, 7)}

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.NPS)
    question = models.CharField(max_length=300)
    lowest = models.SmallIntegerField("lowest mark", default=0)
    highest = models.SmallIntegerField("highest mark", default=10)
    low_label = models.CharField("the lowest means", max_length=60, blank=True)
    high_label = models.CharField("the highest means", max_length=60, blank=True)
    reason_question = models.CharField("and then", max_length=300, blank=True, default="What is the reason?")
    anonymous = models.BooleanField(
        default=False, help_text="Answers are kept without the name of who gave them. This cannot be changed later."
    )
    occasion = models.CharField("asked", max_length=10, choices=Occasion.choices, default=Occasion.HAND)
    every_months = models.PositiveSmallIntegerField(
        "every so many months", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(36)]
    )
    rest_days = models.PositiveSmallIntegerField("days of rest between two surveys of a contact", default=90)
    days_open = models.PositiveSmallIntegerField("days to answer", default=21, validators=[MinValueValidator(1)])
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind != self.Kind.OWN:
            self.lowest, self.highest = self.SCALES[self.Kind(self.kind)]
        if not 1 <= self.highest - self.lowest <= 10:
            raise ValidationError({"highest": "A scale has 2 to 11 marks."})
        if self.occasion == self.Occasion.SCHEDULE and not self.every_months:
            raise ValidationError({"every_months": "Say how often."})

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q()

    def permits(self, user: Any, deed: Deed) -> bool:
        return deed == Deed.VIEW or user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)


class SurveyInvitation(AccountPart):
    """One contact asked once. Only the hash of the secret in the mail's link is kept."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="invitations")
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="about whom",
    )  # fmt: skip
    service = models.CharField(max_length=120, blank=True)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    failed = models.CharField("why the mail could not be sent", max_length=300, blank=True, editable=False)
    expires_on = models.DateField(editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["contact", "-sent_at"], name="invitation_contact")]

    def __str__(self) -> str:
        return f"{self.survey} for {self.contact}"

    @staticmethod
    def new_secret() -> str:
        return secrets.token_urlsafe(32)

    @staticmethod
    def digest(secret: str) -> str:
        """The stored form: the secret is long and random, so one round of SHA-256 is enough."""
        return hashlib.sha256(secret.encode()).hexdigest()


class SurveyAnswer(AccountPart):
    """What somebody said. Of an anonymous survey it names nobody, and nothing leads from it to its invitation."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="answers")
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    service = models.CharField(max_length=120, blank=True)
    score = models.SmallIntegerField()
    reason = models.TextField(blank=True)
    given_on = models.DateField()
    followed_up_at = models.DateTimeField(null=True, blank=True, editable=False)
    followed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    follow_up = models.TextField("what we did about it", blank=True)

    class Meta:
        ordering = ["-given_on", "-pk"]
        indexes = [models.Index(fields=["survey", "given_on"], name="answer_survey")]

    def __str__(self) -> str:
        return f"{self.score} to {self.survey}"

    @property
    def is_detractor(self) -> bool:
        """Somebody to speak with: 6 or less of NPS's 10, the lower two fifths of any other scale."""
        if self.survey.kind == Survey.Kind.NPS:
            return self.score <= 6
        return self.score - self.survey.lowest <= (self.survey.highest - self.survey.lowest) * 0.4
