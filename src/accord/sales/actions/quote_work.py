"""Quotes on their way: numbered, offered by a secret link, superseded by a newer version, accepted or declined."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission, require
from accord.core.event_kinds import EventKind
from accord.core.events import record_event
from accord.core.tokens import digest, new_secret
from accord.people.models import Firm
from accord.sales.events import OpportunityEvent, QuoteEvent
from accord.sales.models import Opportunity, Quote, QuoteLine

Status = Quote.Status


@transaction.atomic
def write_quote(*, quote: Quote, by: Any, today: Any) -> Quote:
    """Save a new draft under the next number of the year."""
    if quote.opportunity is not None and quote.opportunity.account_id != quote.account_id:
        raise ValidationError({"opportunity": gettext("This opportunity belongs to another account.")})
    Firm.objects.select_for_update().get(pk=Firm.current().pk)  # one number at a time
    first = f"Q{today.year}-"
    given = Quote.objects.filter(number__startswith=first).values_list("number", flat=True)
    quote.number = f"{first}{max((int(n.removeprefix(first)) for n in given), default=0) + 1}"
    quote.written_by = by
    return editing.create(quote, by=by)


def save_line(*, line: QuoteLine, by: Any) -> QuoteLine:
    """Save a new line of a draft at its end, with what the service says of it."""
    line.fill()
    line.order = (QuoteLine.objects.filter(quote=line.quote).aggregate(last=Max("order"))["last"] or 0) + 1
    return editing.create(line, by=by)


@transaction.atomic
def create_quote_link(*, quote: Quote, by: Any, now: datetime) -> str:
    """Freeze the quote and make its link; returns the secret, which is kept nowhere else.

    A link is not sent yet: that is confirmed, or happens by email. An earlier version is superseded. Raises
    ``ValidationError`` without lines, or after its last day.
    """
    require(by, Permission.CHANGE, quote)
    secret = new_secret()
    freeze(
        quote, by=by, event=QuoteEvent.LINK_CREATED, status=Status.ISSUED, link_created_at=now, hash=digest(secret)
    )  # fmt: skip
    return secret


def freeze(quote: Quote, *, by: Any, event: EventKind, **values: Any) -> Quote:
    """What leaves the house is not changed any more, and takes the place of the version before it."""
    if not quote.lines.exists():
        raise ValidationError(gettext("A quote needs at least one line."))
    if quote.is_expired:
        raise ValidationError(gettext("The valid-until date has passed. Choose a later date before sending."))
    Quote.objects.filter(number=quote.number, status__in=Quote.OPEN).update(status=Status.REPLACED)
    return editing.change(quote, by=by, version=quote.version, event=event, digest=quote.fingerprint(), **values)


@transaction.atomic
def new_version(*, quote: Quote, by: Any) -> Quote:
    """A draft with the same lines, to be changed; the one that was sent stands until the draft is sent."""
    require(by, Permission.CHANGE, quote.account)
    if quote.status == Status.ACCEPTED:
        raise ValidationError(
            gettext("%(quote)s was accepted. Create a new quote for additional work.") % {"quote": quote.key}
        )
    versions = Quote.objects.filter(number=quote.number)
    if draft := versions.filter(status=Status.DRAFT).first():
        raise ValidationError(gettext("There is already a draft, %(draft)s. Edit that one.") % {"draft": draft.key})
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
def decide_quote(*, quote: Quote, accept: bool, name: str, note: str, now: datetime) -> Quote:
    """The client's word: who gave it, when, and on what. An accepted quote wins its opportunity.

    Raises ``ValidationError`` for one that was decided, superseded or withdrawn, has expired, or was touched.
    """
    stored: Quote = (
        Quote.objects.select_for_update(of=("self",))
        .select_related("account__owner", "opportunity", "written_by")
        .get(pk=quote.pk)
    )
    if stored.status not in Quote.OPEN:
        raise ValidationError(
            gettext("This quote was already %(status)s.") % {"status": stored.get_status_display().lower()}
        )
    if stored.is_expired:
        raise ValidationError(gettext("This quote has expired. Please ask us for a new one."))
    return conclude(stored, accept=accept, name=name, note=note, at=now)


def conclude(
    stored: Quote, *, accept: bool, name: str, note: str, at: datetime, by: Any = None,
    via: str = Quote.Via.LINK, reference: str = "",
) -> Quote:  # fmt: skip
    """Keep the decision with its evidence; ``by`` is the colleague who recorded it, nobody where the client did."""
    if stored.fingerprint() != stored.digest:
        raise ValidationError(
            gettext("This quote has changed since it was sent to you. Please contact us before you accept it.")
        )
    stored.status = Status.ACCEPTED if accept else Status.DECLINED
    stored.decided_at, stored.decided_by, stored.decision_note = at, name.strip(), note.strip()
    stored.decided_via, stored.decision_reference, stored.recorded_by = via, reference, by
    stored.version += 1
    stored.save(
        update_fields=[
            "status", "decided_at", "decided_by", "decision_note", "decided_via", "decision_reference", "recorded_by",
            "version", "updated_at",
        ]
    )  # fmt: skip
    kind = QuoteEvent.ACCEPTED if accept else QuoteEvent.DECLINED
    words: dict[str, Any] = {
        "by": stored.decided_by,
        "how": stored.get_decided_via_display(),
        "note": stored.decision_note,
    }
    if by is not None:
        kind = QuoteEvent.ACCEPTANCE_RECORDED if accept else QuoteEvent.DECLINE_RECORDED
        words |= {"decided_at": at, "reference": reference}
    record_event(by=by, kind=kind, subject=stored, after={name: value for name, value in words.items() if value})
    if accept and stored.opportunity is not None and stored.opportunity.stage not in Opportunity.CLOSED:
        won = stored.opportunity
        editing.change(
            won, by=None, version=won.version, event=OpportunityEvent.WON, stage=Opportunity.Stage.WON,
            closed_on=timezone.localdate(at), amount=stored.net, currency=stored.currency,
            reason=won.reason or gettext("%(stored)s accepted") % {"stored": stored.key},
        )  # fmt: skip
    text = f"{stored.decided_by} {'accepted' if accept else 'declined'} {stored.key} ({stored.account})"
    notify(
        [user for user in (stored.account.owner, stored.written_by) if user != by],
        text,
        kind=NoticeKind.SYSTEM,
        about=stored,
    )
    return stored
