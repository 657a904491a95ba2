"""People on the client's side."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from accord.accounts.models.account import Account, of_visible_account
from accord.core.access import Deed
from accord.core.models import Record
from accord.core.models.record import from_source
from accord.people.models import Role


class Contact(Record):
    """A person we know at one or several companies."""

    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [from_source("contact")]
        indexes = [models.Index(fields=["email"], name="contact_email")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        if user.sees_everything:
            return Q()
        return Q(pk__in=Affiliation.objects.visible_to(user).values("contact"))

    def permits(self, user: Any, deed: Deed) -> bool:
        if deed == Deed.CREATE:
            return user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)
        if deed == Deed.VIEW:
            return type(self).objects.visible_to(user).filter(pk=self.pk).exists()
        if user.has_role(Role.ADMINISTRATOR):
            return True
        return any(
            a.account.permits(user, Deed.CHANGE) for a in self.affiliations.select_related("account") if a.account_id
        )


class Affiliation(Record):
    """A contact's place at one account: people change companies, sit on two boards, advise a third."""

    class Part(models.TextChoices):
        SPONSOR = "sponsor", "Sponsor"
        DECISION_MAKER = "decision_maker", "Decision maker"
        CHAMPION = "champion", "Champion"
        USER = "user", "User"
        BUYER = "buyer", "Purchasing"
        DETRACTOR = "detractor", "Detractor"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="affiliations")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="affiliations")
    title = models.CharField("job title", max_length=120, blank=True)
    part = models.CharField("part in decisions", max_length=20, choices=Part.choices, blank=True)
    until = models.DateField("left on", null=True, blank=True)

    class Meta:
        ordering = ["contact__name"]
        constraints = [models.UniqueConstraint(fields=["account", "contact"], name="affiliation_once")]

    def __str__(self) -> str:
        return f"{self.contact} at {self.account}"

    @property
    def root(self) -> models.Model:
        return self.account

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return of_visible_account(user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.account.permits(user, Deed.VIEW if deed == Deed.VIEW else Deed.CHANGE)
