"""People on the client's side."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.accounts.models.contact_details import AddressField, Detail, Label
from accord.core.access import Permission
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy, part_of
from accord.core.rules import Holding, Is, Linked, Through
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import SEES_ALL, Role


class Contact(Record):
    """A person we know at one or several companies.

    ``email`` and ``phone`` are the primary ones; others are rows of their own (:meth:`details` has all of them).
    """

    name = models.CharField(max_length=150)
    email = AddressField(blank=True)
    email_label = models.CharField(gettext_lazy("email label"), max_length=7, choices=Label.choices, default=Label.WORK)
    phone = models.CharField(max_length=40, blank=True)
    phone_label = models.CharField(gettext_lazy("phone label"), max_length=7, choices=Label.choices, default=Label.WORK)
    notes = models.TextField(blank=True)
    tags = models.ManyToManyField("accounts.Tag", blank=True, related_name="contacts")
    custom = models.JSONField(gettext_lazy("custom fields"), default=dict, blank=True, editable=False)

    holds_files = True
    searched = Searched(names=("name", "email"), texts=("notes",), numbers=("phone",))
    policy = Policy(
        view=SEES_ALL | Linked("affiliations", Permission.VIEW),
        create=Holding(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER),
        change=Holding(Role.ADMINISTRATOR) | Linked("affiliations", Permission.CHANGE),
    )

    class Meta:
        ordering = ["name"]
        constraints = [from_source("contact")]
        indexes = [
            models.Index(fields=["email"], name="contact_email"),
            models.Index(Lower("email"), name="contact_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name

    def details(self, kind: str) -> list[Detail]:
        """All ``emails`` or ``phones``, the primary one first."""
        first = Detail(self.email, self.email_label) if kind == "emails" else Detail(self.phone, self.phone_label)
        return [*([first] if first.value else []), *self.further(kind)]

    def further(self, kind: str) -> list[Detail]:
        """The ``emails`` or ``phones`` beside the primary one."""
        if self.pk is None:
            return []
        rows = self.emails.all() if kind == "emails" else self.phones.all()
        return [Detail(str(row), row.label) for row in rows]

    @property
    def is_frozen(self) -> bool:
        """Whether every account where they are, or were, is archived."""
        if self.pk is None:
            return False
        fetched = getattr(self, "_prefetched_objects_cache", {}).get("affiliations")
        places = self.affiliations.select_related("account") if fetched is None else fetched
        archived = [place.account.archived_at for place in places]
        return bool(archived) and None not in archived


class Affiliation(Record):
    """A contact's place at one account: people change companies, sit on two boards, advise a third.

    Together the places of an account are its people map: who reports to whom, who decides, who is for us.
    """

    class BuyingRole(models.TextChoices):
        SPONSOR = "sponsor", gettext_lazy("Sponsor")
        DECISION_MAKER = "decision_maker", gettext_lazy("Decision maker")
        CHAMPION = "champion", gettext_lazy("Champion")
        USER = "user", gettext_lazy("End user")
        BUYER = "buyer", gettext_lazy("Procurement")
        DETRACTOR = "detractor", gettext_lazy("Blocker")

    class Influence(models.IntegerChoices):
        LITTLE = 1, gettext_lazy("Low")
        SOME = 2, gettext_lazy("Medium")
        MUCH = 3, gettext_lazy("High")

    class Sentiment(models.IntegerChoices):
        AGAINST = -2, gettext_lazy("Opposed")
        CRITICAL = -1, gettext_lazy("Sceptical")
        NEUTRAL = 0, gettext_lazy("Neutral")
        WELL_DISPOSED = 1, gettext_lazy("Supportive")
        ADVOCATE = 2, gettext_lazy("Advocate")

    # What one of two records of the same place has and the other lacks is taken over when they are merged.
    filled_by_merge = ("title", "buying_role", "influence", "sentiment", "since")

    creating_action = "add_contact"
    changing_actions: ClassVar[dict[str, str]] = {"until": "change_place", "reports_to": "change_place"}

    DECIDING = (BuyingRole.SPONSOR, BuyingRole.DECISION_MAKER, BuyingRole.CHAMPION)

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="affiliations")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="affiliations")
    title = models.CharField(gettext_lazy("job title"), max_length=120, blank=True)
    buying_role = models.CharField(gettext_lazy("buying role"), max_length=20, choices=BuyingRole.choices, blank=True)
    reports_to = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=gettext_lazy("reports to"),
    )
    influence = models.PositiveSmallIntegerField(choices=Influence.choices, null=True, blank=True)
    sentiment = models.SmallIntegerField(gettext_lazy("sentiment"), choices=Sentiment.choices, null=True, blank=True)
    since = models.DateField(gettext_lazy("start date"), null=True, blank=True)
    until = models.DateField(gettext_lazy("end date"), null=True, blank=True)
    confirmed_on = models.DateField(gettext_lazy("last confirmed"), null=True, blank=True, editable=False)
    # The latest contact with a silent sponsor that somebody was told of: each silence is told once.
    silence_told = models.DateField(null=True, blank=True, editable=False)

    policy = part_of("account")

    class Meta:
        ordering = ["contact__name"]
        constraints = [models.UniqueConstraint(fields=["account", "contact"], name="affiliation_once")]
        indexes = [
            models.Index(
                fields=["buying_role", "account", "contact"], condition=models.Q(until=None), name="affiliation_part"
            )
        ]

    def __str__(self) -> str:
        return gettext("%(contact)s at %(account)s") % {"contact": self.contact, "account": self.account}

    def clean(self) -> None:
        seen, above = {self.pk}, self.reports_to
        while above is not None:
            if above.account_id != self.account_id:
                raise ValidationError(
                    {"reports_to": gettext("%(contact)s doesn't work at this account.") % {"contact": above.contact}}
                )
            if above.pk in seen:
                raise ValidationError({"reports_to": gettext("A contact can't report to themselves.")})
            seen.add(above.pk)
            above = above.reports_to
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": gettext("The end date can't be before the start date.")})

    @property
    def root(self) -> models.Model:
        return self.account


class Relationship(Record):
    """A colleague of ours who knows somebody at the client, and how well."""

    class Strength(models.IntegerChoices):
        MET = 1, gettext_lazy("Has met")
        WORKS = 2, gettext_lazy("Works with")
        TRUSTS = 3, gettext_lazy("Trusted adviser")

    affiliation = models.ForeignKey(Affiliation, on_delete=models.CASCADE, related_name="known_by")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="relationships")
    strength = models.PositiveSmallIntegerField(
        gettext_lazy("relationship strength"), choices=Strength.choices, default=Strength.WORKS
    )

    policy = Policy(
        view=Through("affiliation", Permission.VIEW),
        change=Through("affiliation", Permission.CHANGE) | (Is("user") & Through("affiliation", Permission.VIEW)),
    )  # everybody may say whom they know themselves; the account manager says it of others

    class Meta:
        ordering = ["-strength", "user__name"]
        constraints = [models.UniqueConstraint(fields=["affiliation", "user"], name="relationship_once")]

    def __str__(self) -> str:
        return gettext("%(user)s knows %(contact)s") % {"user": self.user, "contact": self.affiliation.contact}

    @property
    def root(self) -> models.Model:
        return self.affiliation.account
