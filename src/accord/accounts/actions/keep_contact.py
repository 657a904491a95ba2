"""A person and their place at an account, kept together."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accord.accounts.models import Account, Affiliation, Contact
from accord.core import editing
from accord.core.access import Deed, require


@transaction.atomic
def add_contact(*, account: Account, by: Any, contact: Contact, title: str = "", part: str = "") -> Affiliation:
    """Tie ``contact`` (saved here if it is new) to ``account``."""
    require(by, Deed.CHANGE, account)
    if contact.pk is None:
        editing.create(contact, by=by)
    return editing.create(Affiliation(account=account, contact=contact, title=title, part=part), by=by)
