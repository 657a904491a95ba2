"""What a calendar says: its events with their occurrences, from an ICS text or a CalDAV server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from defusedxml import ElementTree  # type: ignore[import-untyped]
from icalendar import Calendar

from accord.accounts.models import CalendarSource
from accord.core.outside_http import fetch

MOST = 5_000  # occurrences of one reading
BEFORE, AFTER = timedelta(days=31), timedelta(days=92)  # what of a calendar is read, around today
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:prop><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="{start}" end="{end}"/>
</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""
_OF_A_SERIES = {"RRULE", "RDATE", "RECURRENCE-ID"}
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"


class Unreadable(ValueError):
    """It is no calendar."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting; ``addresses`` are who takes part, lower case."""

    uid: str
    start: datetime
    key: str
    title: str
    text: str
    place: str
    addresses: frozenset[str]
    cancelled: bool


def read_calendar(source: CalendarSource, first: date, last: date, zone: ZoneInfo) -> list[Occurrence]:
    """What lies between two days; raises ``OSError``, or :class:`Unreadable` for what is no calendar."""
    auth = (source.user_name, source.password) if source.user_name else None
    if source.kind == CalendarSource.Kind.ICS:
        texts = [fetch(source.url, auth=auth)]
    else:
        span = {"start": f"{first:%Y%m%d}T000000Z", "end": f"{last:%Y%m%d}T000000Z"}
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        answer = fetch(source.url, method="REPORT", auth=auth, headers=headers, data=_QUERY.format(**span).encode())
        texts = _texts(answer)
    return [row for text in texts for row in occurrences(text, first, last, zone)][:MOST]


def _texts(answer: bytes) -> list[bytes]:
    try:
        root = ElementTree.fromstring(answer)
    except (ElementTree.ParseError, ValueError) as error:
        raise Unreadable("The server's answer is no CalDAV.") from error
    return [node.text.encode() for node in root.iter(_DATA) if node.text]


def occurrences(text: bytes, first: date, last: date, zone: ZoneInfo) -> list[Occurrence]:
    """The events of an ICS text, recurring ones unrolled, between two days."""
    try:
        calendar = Calendar.from_ical(text)
        series = {str(e.get("UID", "")) for e in calendar.walk("VEVENT") if e.keys() & _OF_A_SERIES}
        if any(_too_often(event) for event in calendar.walk("VEVENT")):
            raise Unreadable("It has an event that recurs more often than by the day.")
        events = recurring_ical_events.of(calendar).between(first, last)
        return [_occurrence(event, series, zone) for event in events[:MOST]]
    except Unreadable:
        raise
    except Exception as error:  # icalendar raises ValueError, KeyError, IndexError and others for broken files
        raise Unreadable("It is no calendar that can be read.") from error


_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}


def _too_often(event: Any) -> bool:
    """Whether it would take place by the hour, minute or second: no meeting does, and unrolling it never ends."""
    rules = _list(event.get("RRULE"))
    if any(str(often).upper() in _TOO_OFTEN for rule in rules for often in _list(rule.get("FREQ"))):
        return True
    return any(len(_list(rule.get(part))) > 4 for rule in rules for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))


def _occurrence(event: Any, series: set[str], zone: ZoneInfo) -> Occurrence:
    """``series`` are the events that take place several times: of them the day tells which one it is."""
    start = event["DTSTART"].dt
    if not isinstance(start, datetime):
        start = datetime.combine(start, time(), zone)
    start = start.astimezone(UTC) if start.tzinfo else start.replace(tzinfo=zone).astimezone(UTC)
    recurrence = event.get("RECURRENCE-ID") if str(event.get("UID", "")) in series else None
    moment = recurrence.dt.isoformat() if recurrence is not None else ""
    people = [event.get("ORGANIZER"), *_list(event.get("ATTENDEE"))]
    addresses = {str(person).lower().removeprefix("mailto:").strip() for person in people if person}
    return Occurrence(
        uid=str(event.get("UID", "")) or f"{start.isoformat()} {event.get('SUMMARY', '')}",
        start=start,
        key=moment,
        title=" ".join(str(event.get("SUMMARY", "")).split())[:200] or "Meeting",
        text=str(event.get("DESCRIPTION", "")).replace("\x00", "").strip()[:20_000],
        place=" ".join(str(event.get("LOCATION", "")).split())[:200],
        addresses=frozenset(address for address in addresses if "@" in address),
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
