"""A person and their place at an account, kept together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accord.accounts.models import Account, Affiliation, Contact, Tag
from accord.core import editing
from accord.core.access import Deed, require


@transaction.atomic
def add_contact(*, account: Account, by: Any, contact: Contact, tags: Sequence[Tag] = (), **place: Any) -> Affiliation:
    """Tie ``contact`` (saved here, with ``tags``, if it is new) to ``account``; ``place`` is what is known of them."""
    require(by, Deed.CHANGE, account)
    if contact.pk is None:
        editing.create(contact, by=by, many={"tags": tags})
    row = Affiliation(account=account, contact=contact, confirmed_on=timezone.localdate(), **place)
    row.clean()
    return editing.create(row, by=by)
