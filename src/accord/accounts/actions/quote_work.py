"""Quotes on their way: numbered, sent by a secret link, replaced by a newer version, accepted or declined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accord.accounts.models import Opportunity, Quote, QuoteLine
from accord.conversations.actions.tell import tell
from accord.core import editing
from accord.core.access import Deed, require
from accord.core.events import record_event
from accord.core.secrets import digest, new_secret
from accord.people.models import Firm

Page = Callable[[Quote], str]
Status = Quote.Status


@transaction.atomic
def write_quote(*, quote: Quote, by: Any, today: Any) -> Quote:
    """Save a new draft under the next number of the year."""
    if quote.opportunity is not None and quote.opportunity.account_id != quote.account_id:
        raise ValidationError({"opportunity": "This is an opportunity of another client."})
    Firm.objects.select_for_update().get(pk=Firm.current().pk)  # one number at a time
    first = f"Q{today.year}-"
    given = Quote.objects.filter(number__startswith=first).values_list("number", flat=True)
    quote.number = f"{first}{max((int(n.removeprefix(first)) for n in given), default=0) + 1}"
    quote.written_by = by
    return editing.create(quote, by=by)


def keep_line(*, line: QuoteLine, by: Any) -> QuoteLine:
    """Save a new line of a draft at its end, with what the service says of it."""
    line.fill()
    line.order = (QuoteLine.objects.filter(quote=line.quote).aggregate(last=Max("order"))["last"] or 0) + 1
    return editing.create(line, by=by)


@transaction.atomic
def send_quote(*, quote: Quote, by: Any, now: datetime) -> str:
    """Freeze the quote and make its link; returns the secret, which is kept nowhere else.

    An earlier version that was sent is replaced. Raises ``ValidationError`` without lines, or after its last day.
    """
    require(by, Deed.CHANGE, quote)
    if not quote.lines.exists():
        raise ValidationError("A quote needs at least one line.")
    if quote.is_expired:
        raise ValidationError("It is valid until a day that has passed.")
    secret = new_secret()
    Quote.objects.filter(number=quote.number, status=Status.SENT).update(status=Status.REPLACED)
    editing.change(
        quote, by=by, version=quote.version, verb="sent", status=Status.SENT, sent_at=now,
        hash=digest(secret), digest=quote.fingerprint(),
    )  # fmt: skip
    return secret


@transaction.atomic
def new_version(*, quote: Quote, by: Any) -> Quote:
    """A draft with the same lines, to be changed; the one that was sent stands until the draft is sent."""
    require(by, Deed.CHANGE, quote.account)
    if quote.status == Status.ACCEPTED:
        raise ValidationError(f"{quote.key} was accepted: make a new quote for what comes on top.")
    versions = Quote.objects.filter(number=quote.number)
    if draft := versions.filter(status=Status.DRAFT).first():
        raise ValidationError(f"{draft.key} is a draft already.")
    lines = list(quote.lines.all())
    made = Quote(
        account=quote.account, opportunity=quote.opportunity, number=quote.number, title=quote.title,
        version_number=max(versions.values_list("version_number", flat=True)) + 1, contact=quote.contact,
        intro=quote.intro, terms=quote.terms, currency=quote.currency, tax_percent=quote.tax_percent, written_by=by,
    )  # fmt: skip
    editing.create(made, by=by)
    for line in lines:
        line.pk, line.quote, line._state.adding = None, made, True
    QuoteLine.objects.bulk_create(lines)
    return made


@transaction.atomic
def decide_quote(*, quote: Quote, accept: bool, name: str, note: str, now: datetime, page: Page) -> Quote:
    """The client's word: who gave it, when, and on what. An accepted quote wins its opportunity.

    Raises ``ValidationError`` for one that was decided, replaced, has expired, or was touched since it was sent.
    """
    stored: Quote = (
        Quote.objects.select_for_update(of=("self",))
        .select_related("account__owner", "opportunity", "written_by")
        .get(pk=quote.pk)
    )
    if stored.status != Status.SENT:
        raise ValidationError(f"This quote is {stored.get_status_display().lower()} already.")
    if stored.is_expired:
        raise ValidationError("This quote is no longer valid. Ask us for a new one.")
    if stored.fingerprint() != stored.digest:
        raise ValidationError("This quote is not what was sent to you. Please tell us.")
    stored.status = Status.ACCEPTED if accept else Status.DECLINED
    stored.decided_at, stored.decided_by, stored.decision_note = now, name.strip(), note.strip()
    stored.version += 1
    stored.save(update_fields=["status", "decided_at", "decided_by", "decision_note", "version", "updated_at"])
    words = {"by": stored.decided_by, "note": stored.decision_note, "fingerprint": stored.digest}
    record_event(by=None, verb="accepted" if accept else "declined", subject=stored, after=words)
    if accept and stored.opportunity is not None and stored.opportunity.stage not in Opportunity.CLOSED:
        chance = stored.opportunity
        editing.change(
            chance, by=None, version=chance.version, verb="won", stage=Opportunity.Stage.WON, closed_on=now.date(),
            amount=stored.net, currency=stored.currency, reason=chance.reason or f"{stored.key} accepted",
        )  # fmt: skip
    text = f"{stored.decided_by} {'accepted' if accept else 'declined'} {stored.key} ({stored.account})"
    tell([stored.account.owner, stored.written_by], text, page(stored))
    return stored
