"""Changing the addresses and numbers of a contact, all of a kind at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.mail_addresses import compared, stored
from accord.accounts.models import Contact, ContactEmail, ContactPhone, Detail
from accord.accounts.models.contact_details import MOST_DETAILS, Label
from accord.core.editing import Conflict, Difference
from accord.core.event_kinds import RecordEvent
from accord.core.events import record_event

_KINDS = {"emails": ("email", "email_label"), "phones": ("phone", "phone_label")}


def columns_of(kind: str, details: Sequence[Detail]) -> dict[str, str]:
    """The contact's own columns of ``emails`` or ``phones``: the primary one and its label."""
    value, label = _KINDS[kind]
    first = details[0] if details else Detail("")
    return {value: first.value, label: first.label}


def checked(kind: str, details: Sequence[Detail]) -> list[Detail]:
    """``details`` without empty ones and repetitions; raises ``ValidationError`` for one that is none."""
    found: dict[str, Detail] = {}
    for detail in details:
        value = " ".join(detail.value.split())
        if not value:
            continue
        if detail.label not in Label.values:
            raise ValidationError({kind: gettext("Choose a label: %(values)s.") % {"values": ", ".join(Label.values)}})
        if kind == "emails":
            value = stored(value)
            _check_email(value)
        elif len(value) > 40:
            raise ValidationError({kind: gettext("%(value)s… is longer than 40 characters.") % {"value": value[:20]}})
        found.setdefault(key_of(kind, value), Detail(value, detail.label))
    if len(found) > MOST_DETAILS:
        raise ValidationError({kind: gettext("Enter at most %(most_details)s.") % {"most_details": MOST_DETAILS}})
    return list(found.values())


def _check_email(value: str) -> None:
    try:
        validate_email(value)
    except ValidationError:
        raise ValidationError(
            {"emails": gettext("%(value)s isn't an email address.") % {"value": value[:80]}}
        ) from None
    if len(value) > 254:
        raise ValidationError({"emails": gettext("%(value)s… is longer than 254 characters.") % {"value": value[:40]}})


def key_of(kind: str, value: str) -> str:
    """What two spellings of one address or number share."""
    return compared(value) if kind == "emails" else re.sub(r"[^\d+]", "", value) or value


def store_further(contact: Contact, kind: str, details: Sequence[Detail]) -> None:
    """Make the rows beside the primary one those after the first of ``details``; call it in a transaction."""
    model: Any = ContactEmail if kind == "emails" else ContactPhone
    name = "address" if kind == "emails" else "number"
    rows = {getattr(row, name): row for row in model.objects.filter(contact=contact)}
    wanted = {detail.value: detail.label for detail in details[1:]}
    for value, row in rows.items():
        if value not in wanted:
            row.delete()
        elif row.label != wanted[value]:
            model.objects.filter(pk=row.pk).update(label=wanted[value], version=F("version") + 1)
    model.objects.bulk_create(
        model(contact=contact, label=label, **{name: value}) for value, label in wanted.items() if value not in rows
    )


def change_further(contact: Contact, kind: str, details: Sequence[Detail], *, by: Any, version: int) -> bool:
    """As :func:`store_further`, with version and event; returns whether anything changed.

    Call it in the transaction in which the contact itself was changed from ``version``, or was found to be at it.
    """
    before = contact.further(kind)
    after = list(details[1:])
    if sorted(before, key=str) == sorted(after, key=str):
        return False
    if contact.version == version:  # nothing else of it was changed
        rows = Contact.objects.filter(pk=contact.pk, version=version)
        if not rows.update(version=F("version") + 1, updated_at=timezone.now()):
            difference = Difference(kind, spelled(after), spelled(before))
            raise Conflict(Contact.objects.get(pk=contact.pk), [difference])
    store_further(contact, kind, details)
    record_event(
        by=by, kind=RecordEvent.CHANGED, subject=contact, before={f"further {kind}": spelled(before)},
        after={f"further {kind}": spelled(after)},
    )  # fmt: skip
    return True


def spelled(details: Sequence[Detail]) -> str:
    return ", ".join(f"{detail.value} ({detail.label_text.lower()})" for detail in details)
