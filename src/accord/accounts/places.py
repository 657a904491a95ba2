"""Where a town lies, from the list of towns that the installation builds; nobody outside is asked.

The list is an SQLite file of the 235,000 places of GeoNames (https://www.geonames.org, CC BY 4.0) with 500 people or
more, with what they are called in languages of Latin script. It is never written to after the build. This module
imports nothing but Python, because the build (``hatch_build.py``) folds names by the same function.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).with_name("towns.sqlite")

# Without a country a name means its largest bearer only where that is so much larger than the next.
BEYOND_DOUBT = 10

_POSTCODE = re.compile(r"^(?:[A-Za-z]{1,2}-)?\d[\d ]*\s(?=\D)")
_DISTRICT = re.compile(r"\s(?:[A-Z]{1,2}|\d{1,2})$")  # København K, Dublin 4


class Spot(NamedTuple):
    """Degrees north and east, in WGS 84."""

    latitude: float
    longitude: float


def folded(name: str) -> str:
    """A name by its bare letters: without case, accents and signs. Letters other than Latin stay what they are."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ø", "o").replace("đ", "d"))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


def find_towns(asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Spot]:
    """Where the towns lie that are ``asked`` for as (town, country) in people's own words; unknown ones are left out.

    A town may have its postcode before it, and its state or a second name behind it (``Milwaukee, WI``,
    ``Biel/Bienne``). A country is known by its codes and by its name in the languages of Latin script.
    """
    with closing(sqlite3.connect(f"{LIST.as_uri()}?mode=ro&immutable=1", uri=True)) as towns:
        found = {(town, country): _find(towns, town, country) for town, country in asked}
    return {key: spot for key, spot in found.items() if spot is not None}


def country_code(name: str) -> str:
    """The two letters of ISO 3166 for a country in people's own words; nothing for one that is not known."""
    if not name.strip():
        return ""
    with closing(sqlite3.connect(f"{LIST.as_uri()}?mode=ro&immutable=1", uri=True)) as towns:
        row = towns.execute("SELECT code FROM country WHERE name = ?", [folded(name)]).fetchone()
    return str(row[0]) if row else ""


def _find(towns: sqlite3.Connection, town: str, country: str) -> Spot | None:
    code = ""
    if country.strip():
        row = towns.execute("SELECT code FROM country WHERE name = ?", [folded(country)]).fetchone()
        if row is None:
            return None
        code = row[0]
    bare = _POSTCODE.sub("", town.strip())
    first, _, rest = bare.partition(",")
    for name in dict.fromkeys([bare, first, _DISTRICT.sub("", bare), *re.split(r"[/(]| - ", bare)[:2]]):
        if spot := _largest(towns, folded(name), code, rest.strip().upper()):
            return spot
    return None


def _largest(towns: sqlite3.Connection, name: str, country: str, region: str) -> Spot | None:
    """The place of that name: the one in ``region``, or else the one with the most people."""
    if not name:
        return None
    rows = towns.execute(
        "SELECT latitude, longitude, population FROM name JOIN town ON town.id = name.town"
        " WHERE name.name = :name AND (:country = '' OR country = :country)"
        " ORDER BY :region <> '' AND region = :region DESC, population DESC LIMIT 2",
        {"name": name, "country": country, "region": region},
    ).fetchall()
    if not rows or (not country and len(rows) > 1 and rows[0][2] < BEYOND_DOUBT * rows[1][2]):
        return None
    return Spot(*rows[0][:2])
