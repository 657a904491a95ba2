"""What the client said about a deliverable."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Contact
from accord.core import editing
from accord.core.dates import day_text
from accord.projects.events import DeliverableEvent
from accord.projects.models import Acceptance, Deliverable
from accord.projects.queries_charter import contacts_of_client


@transaction.atomic
def record_acceptance(
    *,
    deliverable: Deliverable,
    by: Any,
    verdict: str,
    contact: Contact,
    given_on: date,
    note: str = "",
) -> Acceptance:
    """Record the client's word. It is never edited: a later word stands beside it, and the latest counts.

    What the client took was handed over that day at the latest. Raises ``ValidationError`` by field: a contact of
    somebody else, a day to come, conditions or a rejection without words, a word older than one that is recorded.
    """
    check_acceptance(deliverable=deliverable, verdict=verdict, contact=contact, given_on=given_on, note=note)
    word = Acceptance(
        project=deliverable.project,
        deliverable=deliverable,
        verdict=verdict,
        contact=contact,
        given_on=given_on,
        note=note.strip(),
        recorded_by=by,
    )
    word = editing.create(word, by=by, event=DeliverableEvent.DECISION_RECORDED)
    if verdict != Acceptance.Verdict.REJECTED:
        Deliverable.objects.filter(pk=deliverable.pk, delivered_on=None).update(delivered_on=given_on)
    return word


def check_acceptance(
    *, deliverable: Deliverable, verdict: str, contact: Contact, given_on: date, note: str = ""
) -> None:
    """Raise ``ValidationError`` by field for an acceptance that cannot have been given."""
    if verdict not in Acceptance.Verdict.values:
        raise ValidationError(
            {
                "verdict": gettext("“%(verdict)s” isn't a decision. Use accepted, conditional or rejected.")
                % {"verdict": verdict}
            }
        )
    if not contacts_of_client(deliverable.project).filter(pk=contact.pk).exists():
        client = deliverable.project.account
        raise ValidationError({"contact": gettext("Choose a contact of %(client)s.") % {"client": client}})
    if given_on > timezone.localdate():
        raise ValidationError({"given_on": gettext("The date can't be in the future.")})
    if verdict != Acceptance.Verdict.ACCEPTED and not note.strip():
        raise ValidationError({"note": gettext("Enter the client's conditions or reasons.")})
    latest = Acceptance.objects.filter(deliverable=deliverable).first()
    if latest is not None and given_on < latest.given_on:
        raise ValidationError(
            {
                "given_on": gettext("A later decision of %(given_on)s is already recorded and takes precedence.")
                % {"given_on": day_text(latest.given_on)}
            }
        )
