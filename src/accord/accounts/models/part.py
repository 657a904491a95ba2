"""What every part of an account's record has in common."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from accord.accounts.models.account import Account, of_visible_account
from accord.core.access import Deed
from accord.core.models import Record


class AccountPart(Record):
    """Something of one account: seen by who sees the account, changed by who may change it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def root(self) -> models.Model:
        return self.account

    @classmethod
    def visible_rows(cls, user: Any) -> Q:
        return of_visible_account(user)

    def permits(self, user: Any, deed: Deed) -> bool:
        return self.account.permits(user, Deed.VIEW if deed == Deed.VIEW else Deed.CHANGE)


class TeamPart(AccountPart):
    """The same for what everybody who serves the client writes: who sees the account may add, its owner change."""

    class Meta:
        abstract = True

    def belongs_to(self, user: Any) -> bool:
        """Whether it is this person's to change, without being the account manager."""
        return False

    def permits(self, user: Any, deed: Deed) -> bool:
        if self.account.permits(user, Deed.CHANGE):
            return True
        if deed in (Deed.VIEW, Deed.CREATE):
            return self.account.permits(user, Deed.VIEW)
        return deed == Deed.CHANGE and self.belongs_to(user) and self.account.permits(user, Deed.VIEW)
