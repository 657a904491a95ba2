"""An invitation that comes in a mail (iMIP, RFC 6047): what it is about, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from icalendar import Calendar

from accord.core.dates import day_text

_KINDS = {
    "REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Reply to invitation", "COUNTER": "Other time proposed",
}  # fmt: skip
LONGEST = 200_000


def text_of_invitation(text: str) -> str:
    """``Invitation: Kick-off``, its time and place, and what is said of it; nothing where it cannot be read."""
    try:
        calendars = Calendar.from_ical(text[:LONGEST], multiple=True)
        for calendar in calendars:
            for event in calendar.walk("VEVENT"):
                kind = _KINDS.get(str(calendar.get("METHOD", "")).upper(), "Meeting")
                return _text(kind, event)
    except Exception:  # icalendar raises ValueError, KeyError, IndexError and others for broken texts
        return ""
    return ""


def _text(kind: str, event: Any) -> str:
    title = " ".join(str(event.get("SUMMARY", "")).split()) or "(no title)"
    lines = [f"{kind}: {title}", f"When: {_when(event)}"]
    if place := " ".join(str(event.get("LOCATION", "")).split()):
        lines.append(f"Where: {place}")
    if said := str(event.get("DESCRIPTION", "")).strip():
        lines += ["", said]
    return "\n".join(lines)


def _when(event: Any) -> str:
    start = event["DTSTART"].dt
    finish = event["DTEND"].dt if "DTEND" in event else None
    first = _moment(start)
    if finish is None or not isinstance(finish, datetime) or not isinstance(start, datetime):
        return first
    last = f"{finish:%H:%M}" if finish.date() == start.date() else _moment(finish).rsplit(" ", 1)[0]
    zone = first.rsplit(" ", 1)[1] if start.tzinfo else ""
    return f"{first.removesuffix(zone).rstrip()}–{last} {zone}".rstrip()


def _moment(when: Any) -> str:
    day = day_text(when)
    if not isinstance(when, datetime):
        return day
    zone = getattr(when.tzinfo, "key", None) or when.tzname() or ""
    return f"{day} {when:%H:%M} {zone}".rstrip()
