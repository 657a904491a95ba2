"""What every part of an account's record has in common."""

from __future__ import annotations

from django.db import models

from accord.accounts.models.account import Account
from accord.core.access import Permission
from accord.core.models import Record
from accord.core.policy import Policy, part_of
from accord.core.rules import Rule, Through, either, nobody


class AccountPart(Record):
    """Something of one account: seen by who sees the account, changed by who may change it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="%(class)ss")

    policy = part_of("account")

    class Meta:
        abstract = True

    @property
    def root(self) -> models.Model:
        return self.account


def team_part(*own: Rule, shared: Rule = nobody) -> Policy:
    """Seen and added to by who sees the account, changed by who may change it, and by those whose ``own`` it is."""
    looks_after = Through("account", Permission.CHANGE)
    return Policy(
        view=Through("account", Permission.VIEW),
        create=Through("account", Permission.VIEW),
        change=looks_after | (either(own) & Through("account", Permission.VIEW)),
        delete=looks_after,
        shared=shared,
    )


class TeamPart(AccountPart):
    """The same for what everybody who serves the client writes: who sees the account may add, its owner change."""

    policy = team_part()

    class Meta:
        abstract = True
