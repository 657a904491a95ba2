"""Reading a calendar: meetings with people we know stand on their client's timeline, and move with the calendar."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext

from accord.accounts.models import Interaction
from accord.accounts.queries_addresses import known_addresses
from accord.core.encryption import Unreadable
from accord.core.issued_secrets import without_issued_secrets
from accord.correspondence import calendar_reading
from accord.correspondence.calendar_events import MOST_PROBLEMS
from accord.correspondence.calendar_reading import AFTER, BEFORE, Occurrence
from accord.correspondence.models import CalendarMeeting, CalendarSource


def sync_calendar(*, source: CalendarSource, now: datetime) -> CalendarSource:
    """Make the timelines say what the calendar says of a month back and three ahead; what fails is noted with it."""
    zone = ZoneInfo(source.owner.time_zone)
    first, last = (now - BEFORE).date(), (now + AFTER).date()
    kept, failure, problems = source.kept, "", source.problems
    try:
        found = calendar_reading.sync_calendar(source, first, last, zone)
        kept = _store(source, found.occurrences, now)
        problems = [asdict(problem) for problem in found.problems[:MOST_PROBLEMS]]
    except (OSError, calendar_reading.Unreadable, Unreadable) as error:
        failure = (str(error) or type(error).__name__)[:300]
    CalendarSource.objects.filter(pk=source.pk).update(read_at=now, kept=kept, failure=failure, problems=problems)
    source.refresh_from_db()
    return source


def calendar_interrupted(pk: int, *, reason: str, now: datetime) -> None:
    """Note with the calendar why it was not read."""
    failure = f"{reason} The next sync is in a few minutes."[:300]
    CalendarSource.objects.filter(pk=pk).update(read_at=now, failure=failure)


@transaction.atomic
def _store(source: CalendarSource, found: list[Occurrence], now: datetime) -> int:
    """New meetings come, changed ones change, those that vanished from the window go; returns how many there are."""
    # An invitation may bring a link of ours, as a mail filter rewrote it.
    clean = iter(without_issued_secrets([text for row in found for text in (row.title, row.place, row.text)]))
    found = [replace(row, title=next(clean), place=next(clean), text=next(clean)) for row in found]
    known = known_addresses({address for row in found for address in row.addresses}, source.owner)
    wanted: dict[tuple[int, str], tuple[Occurrence, set[int]]] = {}
    for row in found:
        by_account: dict[int, set[int]] = defaultdict(set)
        for address in row.addresses:
            for contact, account in known.get(address, ()):
                by_account[account].add(contact)
        key = CalendarMeeting.key_of(row.uid, row.key)
        if not row.cancelled:
            wanted |= {(account, key): (row, contacts) for account, contacts in by_account.items()}
    there = {
        (row.account_id, row.key): row
        for row in CalendarMeeting.objects.filter(key__in={key for _, key in wanted}).select_related("interaction")
    }
    own = CalendarMeeting.objects.filter(source_calendar=source, interaction__at__range=(now - BEFORE, now + AFTER))
    gone = [row.interaction_id for row in own if (row.account_id, row.key) not in wanted]
    Interaction.objects.filter(pk__in=gone).delete()
    for place, (occurrence, contacts) in wanted.items():
        if place in there:
            _change(there[place], occurrence, contacts, source)
        else:
            _add(place, occurrence, contacts, source)
    return CalendarMeeting.objects.filter(source_calendar=source).count()


def _values(row: Occurrence) -> dict[str, Any]:
    body = "\n\n".join(
        part for part in (gettext("**Where:** %(place)s") % {"place": row.place} if row.place else "", row.text) if part
    )
    return {"at": row.start, "subject": row.title, "body": body}


def _add(place: tuple[int, str], row: Occurrence, contacts: set[int], source: CalendarSource) -> None:
    account, key = place
    made = Interaction.objects.create(
        account_id=account, kind=Interaction.Kind.MEETING, by=source.owner, **_values(row)
    )
    made.contacts.set(contacts)
    CalendarMeeting.objects.create(account_id=account, key=key, interaction=made, source_calendar=source)


def _change(meeting: CalendarMeeting, row: Occurrence, contacts: set[int], source: CalendarSource) -> None:
    """A meeting that a colleague's calendar brought stays as it is; one's own moves, but minutes written to it stay."""
    if meeting.source_calendar_id is None:  # the calendar that brought it was removed
        CalendarMeeting.objects.filter(pk=meeting.pk).update(source_calendar=source)
    elif meeting.source_calendar_id != source.pk:
        return
    interaction, values = meeting.interaction, _values(row)
    if interaction.version > 1:  # somebody wrote down what was said
        del values["body"]
    if any(getattr(interaction, name) != value for name, value in values.items()):
        Interaction.objects.filter(pk=interaction.pk).update(**values)
    interaction.contacts.set(contacts)
