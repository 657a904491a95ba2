"""The events of a calendar in the iCalendar format (RFC 5545), recurring ones unrolled, each for itself.

Calendars are written by many programs, and one event in a thousand is broken. It is named with the reason; the others
are read. A calendar may be built to cost its reader time, so this runs in a child of limited means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar
from icalendar.prop import vDDDLists, vDDDTypes

from accord.accounts.mail_addresses import compared
from accord.correspondence.charsets import decoded
from accord.correspondence.outlook_zones import zone_of

MOST = 5_000  # occurrences of one reading
MOST_PROBLEMS = 100
_OF_A_SERIES = {"RRULE", "RDATE", "RECURRENCE-ID"}
_MATTERS = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}


class NoCalendar(ValueError):
    """It is no calendar."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting; ``addresses`` are who takes part, in the form in which addresses are compared."""

    uid: str
    start: datetime
    key: str
    title: str
    text: str
    place: str
    addresses: frozenset[str]
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """An event that was skipped, or read in a way that its owner should know of (``skipped`` false), and why."""

    title: str
    when: str
    reason: str
    skipped: bool = True


@dataclass(frozen=True, slots=True)
class Events:
    occurrences: list[Occurrence]
    problems: list[Problem]


class _Bad(ValueError):
    """Why an event is skipped."""


def read(text: bytes, *, first: str, last: str, zone: str) -> Events:
    """What the child does; days in ISO 8601, the zone by its name."""
    return events_of(text, date.fromisoformat(first), date.fromisoformat(last), ZoneInfo(zone))


def events_of(text: bytes, first: date, last: date, zone: ZoneInfo) -> Events:
    """What lies between two days; ``zone`` is that of times that name none. Raises :class:`NoCalendar`."""
    problems: list[Problem] = []
    occurrences: list[Occurrence] = []
    for series in _series(_components(_mended(decoded(text)), problems)):
        try:
            occurrences += _unrolled(series, first, last, zone, problems)
        except _Bad as bad:
            problems.append(_problem(series[0], str(bad)))
        except Exception as error:  # icalendar raises ValueError, KeyError, IndexError and others for broken events
            problems.append(_problem(series[0], _message_of(error)))
        if len(occurrences) >= MOST:
            break
    return Events(occurrences[:MOST], problems[:MOST_PROBLEMS])


# Events out of a text


def _mended(text: str) -> str:
    """Lines end in one way; a zone may stand beside a time without the quotation marks that its colon asks for."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_mended_time(line) if ";TZID=" in line[:400].upper() else line for line in lines)


def _mended_time(line: str) -> str:
    place = line.upper().index(";TZID=")
    if line[:place].partition(";")[0].upper() not in _MATTERS:
        return line
    zone, colon, value = line[place + 6 :].rpartition(":")
    if not colon or not value[:8].isdecimal():
        return line
    if value.rstrip().upper().endswith("Z"):  # it is in UTC, and says so
        return f"{line[:place]}:{value}" if ";" not in zone.rpartition('"')[2] else line
    return line if '"' in zone or ";" in zone or ":" not in zone else f'{line[: place + 6]}"{zone}":{value}'


def _components(text: str, problems: list[Problem]) -> list[Any]:
    """All events, of however many calendars the text is made of."""
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except Exception:  # one line that is none makes the whole unreadable: try event by event
        return _one_by_one(text, problems)
    if not any(calendar.name == "VCALENDAR" for calendar in calendars):  # none, or it is cut off
        return _one_by_one(text, problems)
    events: list[Any] = []
    for calendar in calendars:
        events += _assuming(str(calendar.get("X-WR-TIMEZONE", "")), calendar.walk("VEVENT"))
    return events


def _assuming(zone: str, events: list[Any]) -> list[Any]:
    """Events whose bare times are in the zone that their calendar names for all of them."""
    for event in events if zone else []:
        for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"):
            for value in _list(event.get(name)):
                dates = value.dts if isinstance(value, vDDDLists) else [value]
                if all(_is_bare(getattr(each, "dt", None)) for each in dates) and not _zone_name(value):
                    value.params["TZID"] = zone
    return events


def _one_by_one(text: str, problems: list[Problem]) -> list[Any]:
    blocks, zones = _blocks(text, "VEVENT"), _blocks(text, "VTIMEZONE")
    if "BEGIN:VCALENDAR" not in text.upper() or not blocks:
        raise NoCalendar("This isn't a calendar file.")
    sound = [zone for zone in zones if _parsed(zone) is not None]
    named = (line.partition(":")[2].strip() for line in text.split("\n") if line.upper().startswith("X-WR-TIMEZONE"))
    assumed = next(named, "")
    events: list[Any] = []
    for block in blocks:
        calendar = _parsed("\n".join([*sound, block]))
        if calendar is None:
            problems.append(Problem(*_named(block), "It can't be read."))
        else:
            events += _assuming(assumed, calendar.walk("VEVENT"))
    return events


def _parsed(inner: str) -> Any:
    try:
        return Calendar.from_ical(f"BEGIN:VCALENDAR\nVERSION:2.0\n{inner}\nEND:VCALENDAR\n")
    except Exception:
        return None


def _blocks(text: str, name: str) -> list[str]:
    found: list[str] = []
    block: list[str] | None = None
    for line in text.splitlines():
        begun = line.strip().upper()
        if begun == f"BEGIN:{name}":
            found += ["\n".join(block)] if block else []  # its end is missing
            block = []
        if block is not None:
            block.append(line)
        if begun == f"END:{name}" and block is not None:
            found.append("\n".join(block))
            block = None
    return [*found, "\n".join(block)] if block else found


def _named(block: str) -> tuple[str, str]:
    """Title and day of an event that only its text tells."""
    told = {"SUMMARY": "", "DTSTART": ""}
    for line in block.splitlines():
        name = line.partition(":")[0].partition(";")[0].upper()
        if name in told:
            told[name] = " ".join(line.partition(":")[2].split())
    return told["SUMMARY"][:200] or "(no title)", told["DTSTART"][:40]


def _series(events: Iterable[Any]) -> list[list[Any]]:
    """Events with their exceptions: one without a UID is alone."""
    by_uid: dict[str, list[Any]] = defaultdict(list)
    alone = []
    for event in events:
        uid = str(event.get("UID", "")).strip()
        if uid:
            by_uid[uid].append(event)
        else:
            alone.append([event])
    return [*by_uid.values(), *alone]


# One event


def _unrolled(series: list[Any], first: date, last: date, zone: ZoneInfo, problems: list[Problem]) -> list[Occurrence]:
    sound = []
    for event in series:
        try:
            _check(event)
            sound.append(event)
        except _Bad as bad:
            problems.append(_problem(event, str(bad)))
        else:
            if unknown := _localise(event):
                told = f"The time zone {unknown[:60]} isn't known. Its times are read in your own time zone."
                problems.append(_problem(event, told, skipped=False))
            if _drop_mute_rules(event):
                told = "Its rule for repeating (RRULE) has no frequency. Only its first date is shown."
                problems.append(_problem(event, told, skipped=False))
            _mend_until(event)
    if not sound:
        return []
    calendar = Calendar()
    for event in sound:
        calendar.add_component(event)
    recurs = any(event.keys() & _OF_A_SERIES for event in sound)
    found = recurring_ical_events.of(calendar).between(first, last)
    return [_occurrence(event, zone, recurs=recurs) for event in found[:MOST]]


def _check(event: Any) -> None:
    for name, reason in event.errors:
        if str(name).upper() in _MATTERS:
            raise _Bad(f"{str(name).upper()} can't be read: {reason}"[:300])
    start = event.get("DTSTART")
    if start is None:
        raise _Bad("It has no start (DTSTART).")
    if isinstance(start, list):
        raise _Bad("It has several starts (DTSTART).")
    if not isinstance(start.dt, date):
        raise _Bad("Its start (DTSTART) isn't a date.")
    for rule in _list(event.get("RRULE")):
        often = {str(each).upper() for each in _list(rule.get("FREQ"))}
        parts = ("BYHOUR", "BYMINUTE", "BYSECOND")
        if often & _TOO_OFTEN or any(len(_list(rule.get(part))) > 4 for part in parts):
            raise _Bad("It repeats more often than daily.")


def _localise(event: Any) -> str:
    """Give times the zone that their program means by the name; returns one that nobody knows."""
    unknown = ""
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        value = event.get(name)
        zone_name = _zone_name(value)
        if zone_name and _is_bare(value.dt):
            zone = zone_of(zone_name)
            if zone is None:
                unknown = zone_name
            else:
                event[name] = vDDDTypes(value.dt.replace(tzinfo=zone))
    for name in ("EXDATE", "RDATE"):
        values = _list(event.get(name))
        mended = [_localised_list(value) for value in values]
        if any(new is not old for new, old in zip(mended, values, strict=True)):
            event[name] = mended if len(mended) > 1 else mended[0]
    return unknown


def _localised_list(value: Any) -> Any:
    zone_name = _zone_name(value)
    zone = zone_of(zone_name) if zone_name else None
    dates = [each.dt for each in getattr(value, "dts", [])]
    if zone is None or not dates or not all(_is_bare(each) for each in dates):
        return value
    return vDDDLists([each.replace(tzinfo=zone) for each in dates])


def _zone_name(value: Any) -> str:
    return str(getattr(value, "params", {}).get("TZID", "")) if value is not None else ""


def _is_bare(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


def _drop_mute_rules(event: Any) -> bool:
    """Take away rules that do not say how often, as those of the older vCalendar; whether there were any."""
    rules = _list(event.get("RRULE"))
    telling = [rule for rule in rules if _list(rule.get("FREQ"))]
    if len(telling) == len(rules):
        return False
    del event["RRULE"]
    for rule in telling:
        event.add("RRULE", rule)
    return True


def _mend_until(event: Any) -> None:
    """A day as the end of a rule means that day, too, though the event has a time (RFC 5545 3.3.10 forbids it)."""
    start = event["DTSTART"].dt
    if not isinstance(start, datetime):
        return
    for rule in _list(event.get("RRULE")):
        until = _list(rule.get("UNTIL"))
        if until and isinstance(until[0], date) and not isinstance(until[0], datetime):
            ends = datetime.combine(until[0], time(23, 59, 59), start.tzinfo)
            rule["UNTIL"] = [ends.astimezone(UTC) if start.tzinfo else ends]


def _occurrence(event: Any, zone: ZoneInfo, *, recurs: bool) -> Occurrence:
    """Of an event that takes place several times the day tells which one it is."""
    start = event["DTSTART"].dt
    if not isinstance(start, datetime):
        start = datetime.combine(start, time(), zone)
    start = (start if start.tzinfo else start.replace(tzinfo=zone)).astimezone(UTC)
    recurrence = event.get("RECURRENCE-ID") if recurs else None
    people = [event.get("ORGANIZER"), *_list(event.get("ATTENDEE"))]
    addresses = {_address(str(person)) for person in people if person}
    return Occurrence(
        uid=str(event.get("UID", "")) or f"{start.isoformat()} {event.get('SUMMARY', '')}",
        start=start,
        key=recurrence.dt.isoformat() if recurrence is not None else "",
        title=_title(event) or "Meeting",
        text=_clean(str(event.get("DESCRIPTION", ""))).strip()[:20_000],
        place=" ".join(_clean(str(event.get("LOCATION", ""))).split())[:200],
        addresses=frozenset(address for address in addresses if "@" in address),
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
    )


def _address(person: str) -> str:
    found = person.strip()
    return compared(found[7:] if found[:7].lower() == "mailto:" else found)


def _title(event: Any) -> str:
    return " ".join(_clean(str(event.get("SUMMARY", ""))).split())[:200]


def _clean(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF))


def _problem(event: Any, reason: str, *, skipped: bool = True) -> Problem:
    start = event.get("DTSTART")
    try:
        when = start.dt.isoformat()
    except Exception:  # it is missing, or what is wrong with the event
        when = " ".join(str(start or "").split())
    return Problem(_title(event) or "(no title)", when[:40], reason[:300], skipped)


def _message_of(error: Exception) -> str:
    told = " ".join(str(error).split())
    return f"It can't be read: {told or type(error).__name__}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
