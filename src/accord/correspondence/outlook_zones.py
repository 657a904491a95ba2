"""Time zones by the names that calendar programs give them.

Windows' own names are mapped by CLDR's windowsZones (as icalendar has it). Outlook also writes the name that Windows
shows, ``(UTC-05:00) Eastern Time (US & Canada)``: the table below says which of Windows' zones that is.
"""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# Windows' zone, then what it is shown as; several names are parted by "|".
_SHOWN = """
Dateline: International Date Line West
UTC-11: Coordinated Universal Time-11
Aleutian: Aleutian Islands
Hawaiian: Hawaii
Marquesas: Marquesas Islands
Alaskan: Alaska
UTC-09: Coordinated Universal Time-09
Pacific Standard Time (Mexico)=: Baja California
UTC-08: Coordinated Universal Time-08
Pacific: Pacific Time (US & Canada)|Pacific Time (US and Canada)|Pacific Time (US & Canada); Tijuana
US Mountain: Arizona
Mountain Standard Time (Mexico)=: Chihuahua, La Paz, Mazatlan|La Paz, Mazatlan
Mountain: Mountain Time (US & Canada)|Mountain Time (US and Canada)
Yukon: Yukon
Central America: Central America
Central: Central Time (US & Canada)|Central Time (US and Canada)
Easter Island: Easter Island
Central Standard Time (Mexico)=: Guadalajara, Mexico City, Monterrey
Canada Central: Saskatchewan
SA Pacific: Bogota, Lima, Quito, Rio Branco|Bogota, Lima, Quito
Eastern Standard Time (Mexico)=: Chetumal
Eastern: Eastern Time (US & Canada)|Eastern Time (US and Canada)
Haiti: Haiti
Cuba: Havana
US Eastern: Indiana (East)
Turks And Caicos: Turks and Caicos
Paraguay: Asuncion
Atlantic: Atlantic Time (Canada)
Venezuela: Caracas
Central Brazilian: Cuiaba
SA Western: Georgetown, La Paz, Manaus, San Juan
Pacific SA: Santiago
Newfoundland: Newfoundland
Tocantins: Araguaina
E. South America: Brasilia
SA Eastern: Cayenne, Fortaleza
Argentina: City of Buenos Aires|Buenos Aires
Greenland: Greenland|Nuuk
Montevideo: Montevideo
Magallanes: Punta Arenas
Saint Pierre: Saint Pierre and Miquelon
Bahia: Salvador
UTC-02: Coordinated Universal Time-02
Mid-Atlantic: Mid-Atlantic - Old
Azores: Azores
Cape Verde: Cabo Verde Is.|Cape Verde Is.
UTC=: Coordinated Universal Time
GMT: Dublin, Edinburgh, Lisbon, London|Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London
Greenwich: Monrovia, Reykjavik
Sao Tome: Sao Tome
Morocco: Casablanca
W. Europe: Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna
Central Europe: Belgrade, Bratislava, Budapest, Ljubljana, Prague
Romance: Brussels, Copenhagen, Madrid, Paris
Central European: Sarajevo, Skopje, Warsaw, Zagreb
W. Central Africa: West Central Africa
Jordan: Amman
GTB: Athens, Bucharest|Athens, Bucharest, Istanbul
Middle East: Beirut
Egypt: Cairo
E. Europe: Chisinau
Syria: Damascus
West Bank: Gaza, Hebron
South Africa: Harare, Pretoria
FLE: Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius|Helsinki, Kiev, Riga, Sofia, Tallinn, Vilnius
Israel: Jerusalem
South Sudan: Juba
Kaliningrad: Kaliningrad
Sudan: Khartoum
Libya: Tripoli
Namibia: Windhoek
Arabic: Baghdad
Turkey: Istanbul
Arab: Kuwait, Riyadh
Belarus: Minsk
Russian: Moscow, St. Petersburg|Moscow, St. Petersburg, Volgograd
E. Africa: Nairobi
Volgograd: Volgograd
Iran: Tehran
Arabian: Abu Dhabi, Muscat
Astrakhan: Astrakhan, Ulyanovsk
Azerbaijan: Baku
Russia Time Zone 3=: Izhevsk, Samara
Mauritius: Port Louis
Saratov: Saratov
Georgian: Tbilisi
Caucasus: Yerevan
Afghanistan: Kabul
West Asia: Ashgabat, Tashkent
Qyzylorda: Astana|Qyzylorda
Ekaterinburg: Ekaterinburg
Pakistan: Islamabad, Karachi
India: Chennai, Kolkata, Mumbai, New Delhi
Sri Lanka: Sri Jayawardenepura
Nepal: Kathmandu
Central Asia: Bishkek|Nur-Sultan
Bangladesh: Dhaka
Omsk: Omsk
Myanmar: Yangon (Rangoon)
SE Asia: Bangkok, Hanoi, Jakarta
Altai: Barnaul, Gorno-Altaysk
W. Mongolia: Hovd
North Asia: Krasnoyarsk
N. Central Asia: Novosibirsk
Tomsk: Tomsk
China: Beijing, Chongqing, Hong Kong, Urumqi
North Asia East: Irkutsk
Singapore: Kuala Lumpur, Singapore
W. Australia: Perth
Taipei: Taipei
Ulaanbaatar: Ulaanbaatar
Aus Central W.: Eucla
Transbaikal: Chita
Tokyo: Osaka, Sapporo, Tokyo
North Korea: Pyongyang
Korea: Seoul
Yakutsk: Yakutsk
Cen. Australia: Adelaide
AUS Central: Darwin
E. Australia: Brisbane
AUS Eastern: Canberra, Melbourne, Sydney
West Pacific: Guam, Port Moresby
Tasmania: Hobart
Vladivostok: Vladivostok
Lord Howe: Lord Howe Island
Bougainville: Bougainville Island
Russia Time Zone 10=: Chokurdakh
Magadan: Magadan
Norfolk: Norfolk Island
Sakhalin: Sakhalin
Central Pacific: Solomon Is., New Caledonia
Russia Time Zone 11=: Anadyr, Petropavlovsk-Kamchatsky
New Zealand: Auckland, Wellington
UTC+12: Coordinated Universal Time+12
Fiji: Fiji
Kamchatka: Petropavlovsk-Kamchatsky - Old
Chatham Islands: Chatham Islands
UTC+13: Coordinated Universal Time+13
Tonga: Nuku'alofa
Samoa: Samoa
Line Islands: Kiritimati Island
"""


@cache
def zone_of(name: str) -> tzinfo | None:
    """The zone that is meant, or the fixed offset that its name says; ``None`` for a name that says nothing.

    >>> zone_of("(UTC-05:00) Eastern Time (US & Canada)")
    zoneinfo.ZoneInfo(key='America/New_York')
    """
    name = " ".join(name.strip().strip('"').split())[:200]
    bare = _without_offset(name)
    for known in (name, bare):
        if found := _named().get(known.lower()):
            return ZoneInfo(found)
    parts = name.lower().split("/")
    for first in range(1, len(parts)):  # /freeassociation.sourceforge.net/Europe/Berlin
        if (found := _named().get("/".join(parts[first:]))) and "/" in found:
            return ZoneInfo(found)
    return _offset(name)


@cache
def _named() -> dict[str, str]:
    """Zones by each of their names in small letters: those of CLDR, of Windows, and those that Windows shows."""
    known = {name.lower(): name for name in available_timezones()}
    windows = {name.lower(): olson for name, olson in WINDOWS_TO_OLSON.items() if olson in known.values()}
    return {**_shown(), **windows, **known}


@cache
def _shown() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _SHOWN.strip().splitlines():
        zone, _, names = line.partition(": ")
        windows = zone[:-1] if zone.endswith("=") else zone
        olson = WINDOWS_TO_OLSON.get(windows) or WINDOWS_TO_OLSON.get(f"{windows} Standard Time")
        if olson:
            found |= {name.strip().lower(): olson for name in names.split("|")}
    return found


def _without_offset(name: str) -> str:
    """``(UTC+01:00) Berlin`` without what stands in the parentheses at its beginning."""
    begun = name.upper()
    if begun.startswith(("(UTC", "(GMT")) and ")" in name:
        return name.partition(")")[2].strip()
    return name


def _offset(name: str) -> tzinfo | None:
    """What ``(UTC-05:00) Somewhere``, ``GMT+0200`` or ``UTC+1`` say of themselves."""
    begun = name.upper().lstrip("(")
    if not begun.startswith(("UTC", "GMT")):
        return None
    said = begun[3:].partition(")")[0].strip()
    if not said:
        return ZoneInfo("UTC")
    sign, digits = said[0], said[1:].replace(":", "")
    if sign not in "+-\N{MINUS SIGN}" or not (digits.isascii() and digits.isdecimal()) or len(digits) > 4:
        return None
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if sign == "+" else -offset)
