"""Public holidays by country and region, as the ``holidays`` package knows them.

In the calendar they are exceptions like those that people write, with a mark in ``source`` that says where they came
from, such as ``holidays:DE-BE``: by it they are found again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

MARK = "holidays:"
LANGUAGE = "en_US"


@cache
def countries() -> list[tuple[str, str]]:
    """Code (ISO 3166) and name of every country there is data for, by name."""
    from holidays.registry import COUNTRIES

    return sorted(((row[1], name.replace("_", " ").title()) for name, row in COUNTRIES.items()), key=lambda row: row[1])


@cache
def regions(country: str) -> list[tuple[str, str]]:
    """Code and name of the country's regions that have holidays of their own; none for an unknown country."""
    if country not in dict(countries()):
        return []
    import holidays

    found = holidays.country_holidays(country)
    names = {code: name for name, code in getattr(found, "subdivisions_aliases", {}).items()}
    return sorted(((code, names.get(code, code)) for code in found.subdivisions), key=lambda row: row[1])


def holidays_of(country: str, region: str, years: Iterable[int]) -> dict[date, str]:
    """The public holidays with their names, in English where the country's data have it.

    Raises ``KeyError`` for a country or a region that there are no data for.
    """
    if country not in dict(countries()):
        raise KeyError(country)
    if region and region not in dict(regions(country)):
        raise KeyError(region)
    import holidays

    known = holidays.country_holidays(country)
    language = LANGUAGE if LANGUAGE in known.supported_languages else None
    found = holidays.country_holidays(country, subdiv=region or None, years=list(years), language=language)
    return dict(sorted(found.items()))


def mark_of(country: str, region: str) -> str:
    """The mark that the holidays of a country, or of one of its regions, bear in a calendar."""
    return f"{MARK}{country}-{region}" if region else f"{MARK}{country}"


def place_of(mark: str) -> tuple[str, str]:
    """Country and region of a mark."""
    country, _, region = mark.removeprefix(MARK).partition("-")
    return country, region


def name_of(mark: str) -> str:
    """The place of a mark in words: ``Germany, Berlin``."""
    country, region = place_of(mark)
    name = dict(countries()).get(country, country)
    return f"{name}, {dict(regions(country)).get(region, region)}" if region else name


def marks_in(exceptions: Iterable[dict[str, Any]]) -> list[str]:
    """The marks among a calendar's exceptions, each once."""
    return sorted({e["source"] for e in exceptions if str(e.get("source", "")).startswith(MARK)})
