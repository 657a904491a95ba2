"""Letting a client in, and shutting the door again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.events import ClientLinkEvent
from accord.accounts.models import Account, Affiliation, ClientLink, Contact
from accord.accounts.models.client_link import LONGEST_DAYS
from accord.core import editing
from accord.core.expiry import check_expiry
from accord.core.tokens import digest, new_secret


@transaction.atomic
def share_with_client(*, account: Account, contact: Contact, by: Any, expires_on: date) -> tuple[ClientLink, str]:
    """Make a link for ``contact``; returns it with its secret, which is kept nowhere else."""
    if not Affiliation.objects.filter(account=account, contact=contact, until=None).exists():
        raise ValidationError(
            {
                "contact": gettext("%(contact)s isn't a contact of %(account)s.")
                % {"contact": contact, "account": account}
            }
        )
    check_expiry(expires_on, LONGEST_DAYS)
    secret = new_secret()
    link = ClientLink(account=account, contact=contact, hash=digest(secret), expires_on=expires_on)
    return editing.create(link, by=by, event=ClientLinkEvent.CREATED), secret


def revoke_link(*, link: ClientLink, by: Any) -> ClientLink:
    """Take the link back: the next request with it is refused."""
    return editing.change(link, by=by, version=link.version, event=ClientLinkEvent.REVOKED, revoked_at=timezone.now())
