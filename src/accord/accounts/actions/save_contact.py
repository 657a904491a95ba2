"""A person and their place at an account, kept together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accord.accounts.actions.contact_details import change_further, checked, columns_of, store_further
from accord.accounts.models import Account, Affiliation, Contact, Detail, Tag
from accord.core import editing
from accord.core.access import Permission, require

Details = Sequence[Detail] | None  # of one kind; None leaves them as they are


@transaction.atomic
def add_contact(
    *,
    account: Account,
    by: Any,
    contact: Contact,
    tags: Sequence[Tag] = (),
    emails: Details = None,
    phones: Details = None,
    **place: Any,
) -> Affiliation:
    """Tie ``contact`` (saved here, with ``tags``, if it is new) to ``account``; ``place`` is what is known of them.

    Of ``emails`` and ``phones`` the first is the primary one.
    """
    require(by, Permission.CHANGE, account)
    if contact.pk is None:
        given = _given(emails, phones)
        for kind, details in given.items():
            for name, value in columns_of(kind, details).items():
                setattr(contact, name, value)
        editing.create(contact, by=by, many={"tags": tags})
        for kind, details in given.items():
            store_further(contact, kind, details)
    row = Affiliation(account=account, contact=contact, confirmed_on=timezone.localdate(), **place)
    row.clean()
    return editing.create(row, by=by, action="add_contact")


@transaction.atomic
def change_contact(
    *, contact: Contact, by: Any, version: int, emails: Details = None, phones: Details = None, **values: Any
) -> Contact:
    """Store ``values``, and all ``emails`` and ``phones`` where they are given, if it is still at ``version``."""
    given = _given(emails, phones)
    for kind, details in given.items():
        values |= columns_of(kind, details)
    changed = editing.change(contact, by=by, version=version, **values)
    for kind, details in given.items():
        if change_further(changed, kind, details, by=by, version=version):
            changed.refresh_from_db()
    for kind in ("emails", "phones"):
        first, others = changed.email if kind == "emails" else changed.phone, changed.further(kind)
        left = [row for row in others if row.value != first]
        if kind not in given and len(left) < len(others):  # one of the further ones became the primary one
            change_further(changed, kind, [Detail(first), *left], by=by, version=version)
    return changed


def _given(emails: Details, phones: Details) -> dict[str, list[Detail]]:
    both = {"emails": emails, "phones": phones}
    return {kind: checked(kind, details) for kind, details in both.items() if details is not None}
