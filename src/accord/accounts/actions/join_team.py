"""Letting a colleague see a client."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accord.accounts.models import Account, AccountMember
from accord.core import editing
from accord.people.models import User


@transaction.atomic
def join_team(*, account: Account, user: User, by: Any) -> AccountMember | None:
    """Put ``user`` on the team of ``account``, because of other work of theirs: whoever serves a client sees them.

    Returns the new membership, ``None`` for the account manager and for whoever is on the team already. Whether ``by``
    may give the work that it follows from has been asked by the action that gives it.
    """
    if account.owner_id == user.pk or AccountMember.objects.filter(account=account, user=user).exists():
        return None
    return editing.create(AccountMember(account=account, user=user), by=None, acting_user=by)
