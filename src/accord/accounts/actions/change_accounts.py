"""Changing several accounts at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.accounts.actions.open_account import change_account
from accord.accounts.models import Account, Tag
from accord.core.access import Permission, can

FIELDS = ("owner", "status", "lost_on", "lost_reason", "tier", "segment", "industry")
MOST = 500


@transaction.atomic
def change_accounts(
    *, accounts: Iterable[Account], by: Any, values: dict[str, Any], add: list[Tag], take_off: list[Tag]
) -> int:
    """Give ``values`` (of :data:`FIELDS`) and tags to all; returns how many changed.

    Raises ``ValidationError`` naming those that ``by`` may not change, and changes none then.
    """
    rows = list(accounts)
    if len(rows) > MOST:
        raise ValidationError(gettext("You can edit at most %(most)s accounts at a time.") % {"most": MOST})
    if refused := [row.name for row in rows if not can(by, Permission.CHANGE, row)]:
        text = (
            gettext("You don't have permission to edit %(refused)s and others.")
            if len(refused) > 5
            else gettext("You don't have permission to edit %(refused)s.")
        )
        raise ValidationError(text % {"refused": ", ".join(refused[:5])})
    changed = 0
    for row in rows:
        tags = [tag for tag in dict.fromkeys([*row.tags.all(), *add]) if tag not in take_off]
        done = change_account(account=row, by=by, version=row.version, **values, tags=tags)
        changed += done.version != row.version
    return changed
