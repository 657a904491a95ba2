"""What sales does when something has happened elsewhere; ``config/subscribers.py`` says to which events."""

from __future__ import annotations

from collections.abc import Sequence

from accord.core.models import Event
from accord.people.models import User
from accord.sales.actions.follow_quote import note_emailed
from accord.sales.models import Quote, forget_stages


def note_emailed_quotes(events: Sequence[Event]) -> None:
    """Quotes whose email was sent are sent themselves, by the email's author; ``events`` tell of sent emails."""
    sent = {
        event.after["about_id"]: event for event in events if event.after.get("about_type") == Quote._meta.label_lower
    }
    authors = User.objects.in_bulk({event.actor_id for event in sent.values() if event.actor_id})
    for quote in Quote.objects.filter(pk__in=sent).select_related("account"):
        event = sent[quote.pk]
        note_emailed(quote=quote, by=authors.get(event.actor_id), now=event.at)


def forget_known_stages(events: Sequence[Event]) -> None:
    """The process that changes a stage reads them all again the next time."""
    forget_stages()
