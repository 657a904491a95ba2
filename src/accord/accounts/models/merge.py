"""Two records of the same company or person, made one, with all that is needed to take them apart again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from accord.accounts.models.account import Account
from accord.accounts.models.contact import Contact
from accord.core.access import Permission
from accord.core.models import Record
from accord.core.policy import Policy
from accord.core.rules import Holding, Is, Rows, Rule
from accord.core.texts import gettext_lazy
from accord.people.models import SEES_ALL, Role


class MergeKind(models.TextChoices):
    """What may be there twice."""

    ACCOUNT = "account", gettext_lazy("Account")
    CONTACT = "contact", gettext_lazy("Contact")


class _Kept(Rule):
    """The record that is left of the two gives the actor ``permission``."""

    def __init__(self, permission: Permission) -> None:
        self._permission = permission

    def rows(self, actor: Any, model: type[models.Model]) -> Rows:
        accounts, contacts = (kind.objects.letting(actor, self._permission).values("pk") for kind in (Account, Contact))
        return Q(kind=MergeKind.ACCOUNT, kept__in=accounts) | Q(kind=MergeKind.CONTACT, kept__in=contacts)

    def holds(self, actor: Any, record: Any) -> bool:
        return bool(record.record.allows(actor, self._permission))


MAY_MERGE = Holding(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)  # who looks after the clients' records


class Merge(Record):
    """The record numbered ``gone`` became part of the one numbered ``kept``.

    ``undo`` is what takes them apart again, in the shape that `accounts.merging` gives it.
    """

    MODELS: dict[str, type[Account] | type[Contact]] = {MergeKind.ACCOUNT: Account, MergeKind.CONTACT: Contact}

    kind = models.CharField(gettext_lazy("type"), max_length=7, choices=MergeKind.choices)
    kept = models.PositiveBigIntegerField()
    gone = models.PositiveBigIntegerField()
    gone_name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    undo = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    policy = Policy(view=_Kept(Permission.VIEW), create=MAY_MERGE, change=MAY_MERGE & _Kept(Permission.CHANGE))

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "gone"], name="merge_gone")]

    def __str__(self) -> str:
        return gettext("merge of %(gone_name)s") % {"gone_name": self.gone_name}

    @property
    def record(self) -> Account | Contact:
        """The record that both are now."""
        found: Account | Contact = self.MODELS[self.kind]._base_manager.get(pk=self.kept)
        return found

    @property
    def root(self) -> models.Model:
        return self.record

    @property
    def is_frozen(self) -> bool:
        return self.record.is_frozen


class DistinctPair(Record):
    """Somebody looked at two records that seem to be the same and said that they are not; the lower number first."""

    kind = models.CharField(gettext_lazy("type"), max_length=7, choices=MergeKind.choices)
    first = models.PositiveBigIntegerField()
    second = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    policy = Policy(view=SEES_ALL | Is("by"), change=MAY_MERGE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "first", "second"], name="not_the_same_once")]

    def __str__(self) -> str:
        return gettext("%(kind)s %(first)s and %(second)s are different") % {
            "kind": self.kind,
            "first": self.first,
            "second": self.second,
        }
