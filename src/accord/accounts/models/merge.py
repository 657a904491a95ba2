"""Two records of the same company or person, made one, with all that is needed to take them apart again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord.accounts.models.account import Account
from accord.accounts.models.contact import Contact
from accord.core.access import Deed
from accord.core.models import Record
from accord.people.models import Role


class Twin(models.TextChoices):
    """What may be there twice."""

    ACCOUNT = "account", "Account"
    CONTACT = "contact", "Contact"


class Merge(Record):
    """The record numbered ``gone`` became part of the one numbered ``kept``.

    ``undo`` is what takes them apart again, in the shape that `accounts.merging` gives it.
    """

    MODELS: dict[str, type[Account] | type[Contact]] = {Twin.ACCOUNT: Account, Twin.CONTACT: Contact}

    kind = models.CharField("type", max_length=7, choices=Twin.choices)
    kept = models.PositiveBigIntegerField()
    gone = models.PositiveBigIntegerField()
    gone_name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    undo = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "gone"], name="merge_gone")]

    def __str__(self) -> str:
        return f"merge of {self.gone_name}"

    @property
    def record(self) -> Account | Contact:
        """The record that both are now."""
        found: Account | Contact = self.MODELS[self.kind]._base_manager.get(pk=self.kept)
        return found

    @property
    def root(self) -> models.Model:
        return self.record

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        if user.sees_everything:
            return Q()
        return Q(kind=Twin.ACCOUNT, kept__in=Account.objects.visible_to(user).values("pk")) | Q(
            kind=Twin.CONTACT, kept__in=Contact.objects.visible_to(user).values("pk")
        )

    @property
    def is_frozen(self) -> bool:
        return self.record.is_frozen

    def permits(self, user: Any, deed: Deed) -> bool:
        if deed == Deed.VIEW:
            return self.record.permits(user, Deed.VIEW)
        return may_merge(user) and self.record.permits(user, Deed.CHANGE)


class NotTheSame(Record):
    """Somebody looked at two records that seem to be the same and said that they are not; the lower number first."""

    kind = models.CharField("type", max_length=7, choices=Twin.choices)
    first = models.PositiveBigIntegerField()
    second = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "first", "second"], name="not_the_same_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first} and {self.second} are different"

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return Q() if user.sees_everything else Q(by=user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return may_merge(user)


def may_merge(user: Any) -> bool:
    """Who looks after the clients' records."""
    return bool(user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER))
