"""What a calendar says: its events with their occurrences, from an ICS text or a CalDAV server."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from defusedxml import ElementTree  # type: ignore[import-untyped]
from django.utils.translation import gettext

from accord.core.limited_child import LimitedChild, LimitReached, Limits, ReaderFailed
from accord.core.public_http import fetch
from accord.correspondence.calendar_events import MOST, Events, NoCalendar, Occurrence, Problem, events_of
from accord.correspondence.models import CalendarSource

__all__ = ["AFTER", "BEFORE", "MOST", "Events", "Occurrence", "Problem", "Unreadable", "occurrences", "sync_calendar"]

BEFORE, AFTER = timedelta(days=31), timedelta(days=92)  # what of a calendar is read, around today
LIMITS = Limits(memory=512 * 1024 * 1024, cpu_seconds=60, wall_seconds=120)  # of one text
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:prop><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="{start}" end="{end}"/>
</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"

Unreadable = NoCalendar


def sync_calendar(source: CalendarSource, first: date, last: date, zone: ZoneInfo) -> Events:
    """What lies between two days; raises ``OSError``, or :class:`Unreadable` for what is no calendar."""
    auth = (source.user_name, source.password) if source.user_name else None
    if source.kind == CalendarSource.Kind.ICS:
        return _read([fetch(source.url, auth=auth)], first, last, zone)
    span = {"start": f"{first:%Y%m%d}T000000Z", "end": f"{last:%Y%m%d}T000000Z"}
    headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
    answer = fetch(source.url, method="REPORT", auth=auth, headers=headers, data=_QUERY.format(**span).encode())
    return _read(_texts(answer), first, last, zone, each_alone=True)


def _read(texts: list[bytes], first: date, last: date, zone: ZoneInfo, *, each_alone: bool = False) -> Events:
    """Read texts in a child; of a server, which keeps each event in a text of its own, a bad one is only named."""
    found = Events([], [])
    modules = {"accord.correspondence.calendar_events"}
    with LimitedChild("accord.correspondence.calendar_events:read", data_from=modules, limits=LIMITS) as child:
        for text in texts:
            try:
                some = child.read(text, first=first.isoformat(), last=last.isoformat(), zone=zone.key)
            except (LimitReached, ReaderFailed) as error:
                told = str(error).removeprefix("NoCalendar: ")
                told = gettext("It %(problem)s.") % {"problem": told} if isinstance(error, LimitReached) else told
                if not each_alone:
                    raise Unreadable(told) from error
                some = Events([], [Problem(gettext("(no title)"), "", told)])
            found.occurrences.extend(some.occurrences)
            found.problems.extend(some.problems)
            if len(found.occurrences) >= MOST:
                break
    return Events(found.occurrences[:MOST], found.problems)


def _texts(answer: bytes) -> list[bytes]:
    try:
        root = ElementTree.fromstring(answer)
    except (ElementTree.ParseError, ValueError) as error:
        raise Unreadable(gettext("The server didn't answer as a CalDAV server. Check the address.")) from error
    return [node.text.encode() for node in root.iter(_DATA) if node.text]


def occurrences(text: bytes, first: date, last: date, zone: ZoneInfo) -> list[Occurrence]:
    """The events of an ICS text, recurring ones unrolled, between two days; those that cannot be read are left out."""
    return events_of(text, first, last, zone).occurrences
