"""A client, or somebody who may become one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accord.core.access import Deed
from accord.core.fields import CurrencyField, MoneyField
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.core.search import Searched
from accord.people.models import Role


class Account(Record):
    """A company the firm works for. Its team is who serves it: they, its owner, administrators and finance see it."""

    class Status(models.TextChoices):
        PROSPECT = "prospect", "Prospect"
        CLIENT = "client", "Client"
        FORMER = "former", "Former client"

    class Tier(models.TextChoices):
        A = "A", "A – key client"
        B = "B", "B – growing"
        C = "C", "C – standard"

    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROSPECT)
    tier = models.CharField(max_length=1, choices=Tier.choices, blank=True)
    segment = models.CharField(
        max_length=80, blank=True, help_text="For example Public sector, Retail or SaaS. Reports compare segments."
    )
    industry = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
        verbose_name="parent company",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_accounts",
        verbose_name="account manager",
    )
    currency = CurrencyField(default="EUR")
    website = models.URLField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    street = models.CharField("street address", max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    employees = models.PositiveIntegerField("number of employees", null=True, blank=True)
    annual_revenue = MoneyField("annual revenue", null=True, blank=True)
    client_since = models.DateField(null=True, blank=True)
    lost_on = models.DateField("churned on", null=True, blank=True)
    description = models.TextField(blank=True, help_text="What the company does and what it relies on you for.")
    tags = models.ManyToManyField("accounts.Tag", blank=True, related_name="accounts")
    custom = models.JSONField("custom fields", default=dict, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    holds_files = True
    searched = Searched(
        names=("name", "city", "segment", "industry", "website"), texts=("description", "street"), numbers=("phone",)
    )
    money_fields = frozenset({"annual_revenue"})
    untold = frozenset({"archived_at"})  # the deed says it
    creating_action = "open_account"
    changing_actions: ClassVar[dict[str, str]] = {"owner": "change_account"}

    class Meta:
        ordering = ["name"]
        constraints = [from_source("account")]
        indexes = [models.Index(fields=["status", "name"], name="account_status")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        seen, parent = {self.pk}, self.parent
        while parent is not None:
            if parent.pk in seen:
                raise ValidationError({"parent": "An account can't be its own parent company."})
            seen.add(parent.pk)
            parent = parent.parent
        if self.client_since and self.lost_on and self.lost_on < self.client_since:
            raise ValidationError({"lost_on": "The churn date can't be before the client-since date."})

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        if user.sees_everything:
            return Q()
        # A union, because PostgreSQL takes a condition with OR for one that half of all accounts meet.
        owned = cls._base_manager.filter(owner=user).order_by().values("pk")
        return Q(pk__in=owned.union(AccountMember.objects.filter(user=user).order_by().values("account")))

    def permits(self, user: Any, deed: Deed) -> bool:
        if deed == Deed.CREATE:
            return user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
        if deed == Deed.ARCHIVE:
            deed = Deed.CHANGE  # who may edit it may put it away, and bring it back
        elif self.archived_at is not None and deed == Deed.CHANGE:
            return False
        if user.has_role(Role.ADMINISTRATOR) or self.owner_id == user.pk:
            return True
        if deed == Deed.DELETE:
            return False
        if user.has_role(Role.FINANCE) and deed in (Deed.VIEW, Deed.VIEW_MONEY):
            return True
        member = self.members.filter(user=user).first() if self.pk else None
        if member is None:
            return False
        if deed == Deed.VIEW:
            return True
        if deed == Deed.VIEW_MONEY:
            return user.has_role(Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)
        return deed == Deed.CHANGE and user.has_role(Role.ACCOUNT_MANAGER)


class AccountMember(Record):
    """Somebody who serves this client."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_memberships")
    task = models.CharField("role on this account", max_length=100, blank=True)

    class Meta:
        ordering = ["user__name"]
        verbose_name = "account team member"
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="account_member_once")]

    def __str__(self) -> str:
        return f"{self.user} for {self.account}"

    @property
    def root(self) -> models.Model:
        return self.account

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return of_visible_account(user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.account.permits(user, Deed.VIEW if deed == Deed.VIEW else Deed.CHANGE)


def of_visible_account(user: Any) -> Q:
    """The filter for rows that hang on an account and are as visible as it is."""
    return Q() if user.sees_everything else Q(account__in=Account.objects.visible_to(user).values("pk"))


def of_commercial_account(user: Any) -> Q:
    """The same for prices, agreements and invoices, which members of the team who only deliver do not see."""
    if user.has_role(Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER):
        return of_visible_account(user)
    return Q(account__owner=user)
