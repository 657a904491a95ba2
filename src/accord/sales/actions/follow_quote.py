"""What follows once a quote has left the house: another link, its sending confirmed, withdrawn, decided elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.core.event_kinds import EventKind
from accord.core.events import record_event
from accord.core.tokens import digest, new_secret
from accord.sales.actions.quote_work import conclude, freeze
from accord.sales.events import QuoteEvent
from accord.sales.models import Quote

Status = Quote.Status


@transaction.atomic
def renew_quote_link(*, quote: Quote, by: Any, now: datetime) -> str:
    """Another link for a quote that waits for its answer; the former one stops working. Returns the secret."""
    stored = _waiting(quote, by)
    if stored.is_expired:
        raise ValidationError(gettext("The valid-until date has passed. Create a new version with a later date."))
    secret = new_secret()
    _change(stored, by=by, event=QuoteEvent.LINK_REPLACED, hash=digest(secret), link_created_at=now)
    return secret


@transaction.atomic
def mark_quote_sent(*, quote: Quote, by: Any, now: datetime) -> Quote:
    """Confirm that the client has the quote: by its link, or as a PDF in a letter. A draft is frozen with it."""
    stored = _locked(quote, by)
    if stored.status == Status.DRAFT:
        return freeze(stored, by=by, event=QuoteEvent.SENT, status=Status.SENT, sent_at=now)
    if stored.status != Status.ISSUED:
        raise ValidationError(
            gettext("This quote was already %(status)s.") % {"status": stored.get_status_display().lower()}
        )
    return _change(stored, by=by, event=QuoteEvent.SENT, status=Status.SENT, sent_at=now)


@transaction.atomic
def withdraw_quote(*, quote: Quote, by: Any, now: datetime, reason: str) -> Quote:
    """Take the offer back: its link says so to the client, and it can't be accepted any more."""
    stored = _waiting(quote, by)
    return _change(
        stored,
        by=by,
        event=QuoteEvent.WITHDRAWN,
        status=Status.WITHDRAWN,
        withdrawn_at=now,
        withdrawal_reason=reason.strip(),
    )


@transaction.atomic
def record_decision(
    *, quote: Quote, accept: bool, name: str, on: datetime, via: str, note: str, reference: str, by: Any
) -> Quote:
    """Write down what the client decided elsewhere, with the evidence: who said so, when, how.

    Raises ``ValidationError`` for a quote that does not wait for an answer, a decision in the future, one before the
    quote went out, or an acceptance after its last day.
    """
    stored = _waiting(quote, by)
    if on > timezone.now():
        raise ValidationError({"on": gettext("The decision can't be in the future.")})
    out_since = stored.link_created_at or stored.sent_at
    if out_since is not None and timezone.localdate(on) < timezone.localdate(out_since):
        raise ValidationError({"on": gettext("The decision can't be before the client had the quote.")})
    if accept and stored.valid_until is not None and timezone.localdate(on) > stored.valid_until:
        raise ValidationError({"on": gettext("The quote had expired by then. Create a new version with a later date.")})
    return conclude(stored, accept=accept, name=name, note=note, at=on, by=by, via=via, reference=reference.strip())


@transaction.atomic
def note_emailed(*, quote: Quote, by: Any, now: datetime) -> bool:
    """The email with the quote's link has left the house: the quote is sent. ``False`` if it was more than that."""
    claimed = Quote.objects.filter(pk=quote.pk, status=Status.ISSUED)
    if not claimed.update(status=Status.SENT, sent_at=now):
        return False
    record_event(by=by, kind=QuoteEvent.SENT, subject=quote)
    return True


def _locked(quote: Quote, by: Any) -> Quote:
    require(by, Permission.CHANGE, quote.account)
    rows = Quote.objects.select_for_update(of=("self",)).select_related("account__owner", "opportunity", "written_by")
    stored: Quote = rows.get(pk=quote.pk)
    return stored


def _waiting(quote: Quote, by: Any) -> Quote:
    stored = _locked(quote, by)
    if stored.status not in Quote.OPEN:
        raise ValidationError(
            gettext("This quote is %(status)s: it doesn't wait for a decision.")
            % {"status": stored.get_status_display().lower()}
        )
    return stored


def _change(stored: Quote, *, by: Any, event: EventKind, **values: Any) -> Quote:
    """An action on a quote that nobody may edit any more: whoever may change the account was asked before."""
    return editing.change(stored, by=None, version=stored.version, event=event, told_by=by, **values)
