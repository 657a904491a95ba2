"""A client, or somebody who may become one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models.leaving import LeavingReason
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.policy import Policy, part_of
from accord.core.rules import Among, EitherOf, Holding, Is, OfClient, Where
from accord.core.search import Searched
from accord.core.texts import gettext_lazy
from accord.people.models import SEES_ALL, Role

_LOOKS_AFTER = Holding(Role.ADMINISTRATOR) | EitherOf(Is("owner"), Holding(Role.ACCOUNT_MANAGER) & Among("members"))


class Account(Record):
    """A company the firm works for. Its team is who serves it: they, its owner, administrators and finance see it."""

    class Status(models.TextChoices):
        PROSPECT = "prospect", gettext_lazy("Prospect")
        CLIENT = "client", gettext_lazy("Client")
        FORMER = "former", gettext_lazy("Former client")

    class Tier(models.TextChoices):
        A = "A", gettext_lazy("A – key client")
        B = "B", gettext_lazy("B – growing")
        C = "C", gettext_lazy("C – standard")

    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROSPECT)
    tier = models.CharField(max_length=1, choices=Tier.choices, blank=True)
    segment = models.CharField(
        max_length=80,
        blank=True,
        help_text=gettext_lazy("For example Public sector, Retail or SaaS. Reports compare segments."),
    )
    industry = models.CharField(max_length=80, blank=True)
    lead_source = models.CharField(
        gettext_lazy("lead source"),
        max_length=80,
        blank=True,
        help_text=gettext_lazy("How the company came to you. For example Referral, Tender or Website."),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
        verbose_name=gettext_lazy("parent company"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_accounts",
        verbose_name=gettext_lazy("account manager"),
    )
    currency = CurrencyField(default="EUR")
    website = models.URLField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    street = models.CharField(gettext_lazy("street address"), max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    employees = models.PositiveIntegerField(gettext_lazy("number of employees"), null=True, blank=True)
    annual_revenue = MoneyField(gettext_lazy("annual revenue"), null=True, blank=True)
    client_since = models.DateField(null=True, blank=True)
    lost_on = models.DateField(gettext_lazy("churned on"), null=True, blank=True)
    lost_reason = models.CharField(
        gettext_lazy("reason for leaving"),
        max_length=20,
        choices=LeavingReason.choices,
        blank=True,
        help_text=gettext_lazy("The main reason. Reports add up what was lost for each reason."),
    )
    lost_to = models.CharField(
        gettext_lazy("competitor"),
        max_length=120,
        blank=True,
        help_text=gettext_lazy("Who the client went to, if known."),
    )
    lost_note = models.TextField(
        gettext_lazy("note on leaving"),
        max_length=2000,
        blank=True,
        help_text=gettext_lazy("What the client said, and what could have kept them."),
    )
    description = models.TextField(
        blank=True, help_text=gettext_lazy("What the company does and what it relies on you for.")
    )
    tags = models.ManyToManyField("accounts.Tag", blank=True, related_name="accounts")
    custom = models.JSONField(gettext_lazy("custom fields"), default=dict, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    holds_files = True
    searched = Searched(
        names=("name", "city", "segment", "industry", "website"), texts=("description", "street"), numbers=("phone",)
    )
    money_fields = frozenset({"annual_revenue"})
    unaudited = frozenset({"archived_at"})  # the action says it
    creating_action = "open_account"
    changing_actions: ClassVar[dict[str, str]] = {"owner": "change_account"}
    policy = Policy(
        view=SEES_ALL | EitherOf(Is("owner"), Among("members")),
        view_money=SEES_ALL
        | EitherOf(Is("owner"), Holding(Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER) & Among("members")),
        create=Holding(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER),
        change=Where(archived_at=None) & _LOOKS_AFTER,
        archive=_LOOKS_AFTER,
        delete=Holding(Role.ADMINISTRATOR) | Is("owner"),
        shared=OfClient("pk"),
    )

    class Meta:
        ordering = ["name"]
        constraints = [from_source("account")]
        indexes = [models.Index(fields=["status", "name"], name="account_status")]

    def __str__(self) -> str:
        return self.name

    def consequences(self, changed: dict[str, Any]) -> dict[str, Any]:
        """Who becomes a former client left today unless another day is given; who returns has not left."""
        if self.pk is None or "status" not in changed:
            return {}
        if self.status == self.Status.FORMER:
            return {} if self.lost_on else {"lost_on": timezone.localdate()}
        return {"lost_on": None, "lost_reason": "", "lost_to": "", "lost_note": ""}

    def clean(self) -> None:
        seen, parent = {self.pk}, self.parent
        while parent is not None:
            if parent.pk in seen:
                raise ValidationError({"parent": gettext("An account can't be its own parent company.")})
            seen.add(parent.pk)
            parent = parent.parent
        if self.client_since and self.lost_on and self.lost_on < self.client_since:
            raise ValidationError({"lost_on": gettext("The churn date can't be before the client-since date.")})


class AccountMember(Record):
    """Somebody who serves this client."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_memberships")
    task = models.CharField(gettext_lazy("role on this account"), max_length=100, blank=True)

    policy = part_of("account")

    class Meta:
        ordering = ["user__name"]
        verbose_name = gettext_lazy("account team member")
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="account_member_once")]

    def __str__(self) -> str:
        return gettext("%(user)s for %(account)s") % {"user": self.user, "account": self.account}

    @property
    def root(self) -> models.Model:
        return self.account
