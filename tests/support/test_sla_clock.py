"""A service level's hours over changes of the clocks: 24 hours are 24 hours, in every zone and every year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accord.engines.calendars.working_time import WorkCalendar
from accord.support.sla_clock import ServiceClock

ZONES = [
    *("Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Helsinki", "America/New_York"),
    *("America/Chicago", "America/Denver", "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo"),
    *("America/Santiago", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham"),
    *("Asia/Jerusalem", "Asia/Tehran", "Africa/Casablanca", "Asia/Kolkata"),
]


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The hours of ``year`` after which the zone's offset differs."""
    found, moment = [], datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        if moment.astimezone(zone).utcoffset() != (moment + timedelta(hours=1)).astimezone(zone).utcoffset():
            found.append(moment)
        moment += timedelta(hours=1)
    return found


@pytest.mark.parametrize("name", ZONES)
def test_every_hour_counts_once_around_the_clock(name: str) -> None:
    zone = ZoneInfo(name)
    clock = ServiceClock(WorkCalendar.around_the_clock(), zone)
    for change in changes(zone, 2026):
        for before in (1, 5, 23):
            start = (change - timedelta(hours=before, minutes=7)).astimezone(zone)
            due = clock.after(start, 24 * 60)
            assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=24)
            assert clock.between(start, due) == 24 * 60
        inside = change.astimezone(zone)
        later = (change + timedelta(hours=1)).astimezone(zone)
        assert clock.between(inside, later) == 60
        assert clock.after(inside, 60) == later


def test_working_hours_do_not_feel_a_change_at_night() -> None:
    """Friday 16:00 before the change of clocks, four working hours of 9 to 17: Monday at noon."""
    zone = ZoneInfo("Europe/Berlin")
    clock = ServiceClock(WorkCalendar.weekly((((540, 1020),),) * 5 + ((), ())), zone)
    friday = datetime(2026, 3, 27, 16, tzinfo=zone)
    due = clock.after(friday, 4 * 60)
    assert due.astimezone(zone).date() == datetime(2026, 3, 30).date()
    assert clock.between(friday, due) == 4 * 60


def test_a_shift_over_the_doubled_hour_counts_both() -> None:
    """A night shift from 0 to 6 o'clock has seven hours when the clocks go back, five when they go forward."""
    zone = ZoneInfo("Europe/Berlin")
    clock = ServiceClock(WorkCalendar.weekly((((0, 360),),) * 7), zone)
    for day, hours in ((datetime(2026, 10, 25), 7), (datetime(2026, 3, 29), 5), (datetime(2026, 6, 7), 6)):
        start, end = day.replace(tzinfo=zone), day.replace(hour=12, tzinfo=zone)
        assert clock.between(start, end) == hours * 60
        assert clock.after(start, hours * 60) == day.replace(hour=6, tzinfo=zone)
