"""Opening an account, and naming who keeps it: the one way in for pages, the API, bulk edits and imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.accounts.actions.join_team import join_team
from accord.accounts.models import Account
from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.people.models import Role, User

SERVING = (Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR)


def can_serve(user: User) -> bool:
    """Whether somebody can be named account manager: those who work here and have the role."""
    return user.is_active and user.has_role(*SERVING)


def check_account_manager(user: User | None) -> None:
    """Raise ``ValidationError`` for somebody who can't be named; an account without an account manager is fine."""
    if user is not None and not can_serve(user):
        raise ValidationError(
            {
                "owner": gettext(
                    "%(user)s can't be an account manager. Choose an active user with the role account manager."
                )
                % {"user": user}
            }
        )


@transaction.atomic
def open_account(*, account: Account, by: Any, many: dict[str, Any] | None = None) -> Account:
    """Create ``account``. Whoever creates it can see it, and its account manager is notified.

    Raises ``ValidationError`` for an account manager who can't be one.
    """
    check_account_manager(account.owner)
    editing.create(account, by=by, many=many, action="open_account")
    if needs_seat(account, by):
        join_team(account=account, user=by, by=by)
    notify_account_managers({account.owner: [account]}, by=by)
    return account


def needs_seat(account: Account, by: Any) -> bool:
    """Whether ``by`` would not see the account that they create, unless they are on its team."""
    return by is not None and not by.sees_everything and account.owner_id != by.pk


@transaction.atomic
def change_account(*, account: Account, by: Any, version: int, **values: Any) -> Account:
    """Store ``values`` if ``account`` is still at ``version``; a new account manager is notified.

    Raises ``Conflict``, and ``ValidationError`` for an account manager who can't be one.
    """
    before = Account.objects.values_list("owner", flat=True).get(pk=account.pk)
    owner = values.get("owner")
    is_new = owner is not None and owner.pk != before
    if is_new:
        check_account_manager(owner)
    changed: Account = editing.change(account, by=by, version=version, action="change_account", **values)
    if is_new:
        notify_account_managers({owner: [changed]}, by=by)
    return changed


def notify_account_managers(named: Mapping[User | None, Sequence[Account]], *, by: Any) -> None:
    """Tell each who was named of which accounts: in one notice, however many they are."""
    actor = by if by is not None else "Accord"
    for user, accounts in named.items():
        [first, *more] = accounts
        what = gettext("%(count)s accounts") % {"count": f"{len(accounts):,}"} if more else str(first)
        about = None if more else first
        notify(
            [user],
            gettext("%(actor)s assigned you as account manager of %(what)s") % {"actor": actor, "what": what},
            kind=NoticeKind.ASSIGNMENT,
            about=about,
            by=by,
        )
