"""The firm's calendars: usual hours, part time, and the public holidays of three countries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from accord.demo.world import YEARS, World
from accord.people.models import Calendar

Day = list[list[int]]
Week = list[Day | None]

FULL: Day = [[510, 750], [795, 1035]]  # 08:30-12:30 and 13:15-17:15
MORNING: Day = [[510, 780]]
SHORT: Day = [[540, 900]]
SITE: Day = [[420, 720], [750, 930]]  # 07:00-12:00 and 12:30-15:30
AS_USUAL: Week = [None]  # as in the calendar it is based on
OFF: Week = [[]]


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm; Meeus, *Astronomical Algorithms*, chapter 8).

    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, part = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    leaps, single = divmod(rest, 4)
    weekday = (32 + 2 * part + 2 * leaps - moon - single) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def holidays(country: str, year: int) -> dict[date, str]:
    """Public holidays; for Germany those of Berlin."""
    feast = easter(year)

    def after(days: int) -> date:
        return feast + timedelta(days=days)

    shared = {date(year, 1, 1): "New Year's Day", after(1): "Easter Monday", date(year, 12, 25): "Christmas Day"}
    own = {
        "DE": {
            date(year, 3, 8): "International Women's Day",
            after(-2): "Good Friday",
            date(year, 5, 1): "Labour Day",
            after(39): "Ascension Day",
            after(50): "Whit Monday",
            date(year, 10, 3): "Day of German Unity",
            date(year, 12, 24): "Christmas Eve (closed)",
            date(year, 12, 26): "Second Day of Christmas",
            date(year, 12, 31): "New Year's Eve (closed)",
        },
        "PL": {
            date(year, 1, 6): "Epiphany",
            date(year, 5, 1): "Labour Day",
            date(year, 5, 3): "Constitution Day",
            after(60): "Corpus Christi",
            date(year, 8, 15): "Assumption of Mary",
            date(year, 11, 1): "All Saints' Day",
            date(year, 11, 11): "Independence Day",
            date(year, 12, 26): "Second Day of Christmas",
        },
        "GB": {
            after(-2): "Good Friday",
            _monday(date(year, 5, 1)): "Early May bank holiday",
            _monday(date(year, 5, 25)): "Spring bank holiday",
            _monday(date(year, 8, 25)): "Summer bank holiday",
            date(year, 12, 26): "Boxing Day",
        },
    }[country]
    days = shared | own
    if country == "GB":  # a holiday on a weekend is made up for on the next weekday
        for day in sorted(d for d in days if d.weekday() >= 5):
            substitute = day
            while substitute.weekday() >= 5 or substitute in days:
                substitute += timedelta(days=1)
            days[substitute] = f"{days[day]} (substitute day)"
    return days


def _monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _closed(country: str, years: Iterable[int]) -> list[dict[str, Any]]:
    days = {day: name for year in years for day, name in holidays(country, year).items() if day.weekday() < 5}
    return [
        {"start": day.isoformat(), "finish": day.isoformat(), "intervals": [], "name": name}
        for day, name in sorted(days.items())
    ]


def make_calendars(world: World, standard: Calendar) -> dict[str, Calendar]:
    """Fill the firm's own calendar and make the others, by short name."""
    years = range(world.today.year - YEARS - 1, world.today.year + 3)
    standard.name = "Berlin, full time"
    standard.week = [*[FULL] * 5, *OFF * 2]
    standard.exceptions = _closed("DE", years)
    standard.save()
    made = {"berlin": standard}

    def derived(key: str, name: str, week: Week) -> None:
        made[key] = Calendar.objects.create(name=name, base=standard, week=week)

    derived("four days", "Berlin, Monday to Thursday", AS_USUAL * 4 + OFF * 3)
    derived("tuesday on", "Berlin, Tuesday to Friday", OFF + AS_USUAL * 4 + OFF * 2)
    derived("mornings", "Berlin, mornings", [*[MORNING] * 5, *OFF * 2])
    derived("short days", "Berlin, 30 hours", [*[SHORT] * 5, *OFF * 2])
    derived("three days", "Berlin, Tuesday to Thursday", OFF + AS_USUAL * 3 + OFF * 3)
    derived("site", "Site work, Monday to Saturday", [*[SITE] * 6, *OFF])
    for key, name, country in (("wroclaw", "Wrocław, full time", "PL"), ("leeds", "Leeds, full time", "GB")):
        made[key] = Calendar.objects.create(name=name, week=[*[FULL] * 5, *OFF * 2], exceptions=_closed(country, years))
    return made
