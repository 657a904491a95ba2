"""What we know of a client's people: confirming it, saying who left, and who of ours knows them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.events import ContactEvent
from accord.accounts.models import Affiliation
from accord.accounts.queries_people import newly_silent
from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.people.models import Firm


def confirm_place(*, affiliation: Affiliation, by: Any, on: date) -> Affiliation:
    """What we know of this person is still right."""
    changed: Affiliation = editing.change(
        affiliation, by=by, version=affiliation.version, event=ContactEvent.CONFIRMED, confirmed_on=on
    )
    return changed


@transaction.atomic
def change_place(*, affiliation: Affiliation, by: Any, **values: Any) -> Affiliation:
    """Change a contact's place at a client, which confirms it; when somebody who decides leaves, the owner is told.

    Raises ``ValidationError`` for a superior at another client, or below them.
    """
    for name, value in values.items():
        setattr(affiliation, name, value)
    affiliation.clean()
    stored: Affiliation = Affiliation.objects.select_related("account__owner", "contact").get(pk=affiliation.pk)
    if all(getattr(stored, name) == value for name, value in values.items()):
        return stored
    left = values.get("until") is not None and stored.until is None
    today = timezone.localdate()
    changed = editing.change(
        stored, by=by, version=affiliation.version, action="change_place", confirmed_on=today, **values
    )
    if left and stored.buying_role in Affiliation.DECIDING:
        text = gettext("%(contact)s, %(buying_role)s, left %(account)s") % {
            "contact": stored.contact,
            "buying_role": stored.get_buying_role_display().lower(),
            "account": stored.account,
        }
        notify([stored.account.owner], text, kind=NoticeKind.SYSTEM, about=stored, by=by)
    return changed


@transaction.atomic
def notify_of_silence(*, today: date) -> int:
    """Tell account managers of sponsors from whom nothing was heard for long; each silence is told once."""
    told = 0
    for row in newly_silent(today, Firm.current().sponsor_silence):
        last_contact_on: date = row.last_contact_on  # type: ignore[attr-defined]
        Affiliation.objects.filter(pk=row.pk).update(silence_told=last_contact_on)
        days = (today - last_contact_on).days
        text = gettext("No contact with %(contact)s, %(buying_role)s at %(account)s, for %(days)s days") % {
            "contact": row.contact,
            "buying_role": row.get_buying_role_display().lower(),
            "account": row.account,
            "days": days,
        }
        told += notify([row.account.owner], text, kind=NoticeKind.DUE, about=row)
    return told
