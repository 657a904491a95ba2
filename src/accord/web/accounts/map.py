"""The accounts of a list on a map, by town."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import asinh, atan, degrees, radians, sinh, tan
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext

from accord.accounts.models import Account
from accord.accounts.places import Spot, find_towns
from accord.core.access import Permission, can
from accord.core.texts import gettext_lazy
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Column
from accord.web.shell.parts import Tab
from accord.web.shell.templatetags.shell import number
from accord.web.shell.views.lists import Cell, Row

NEAREST = 8.0  # degrees shown at least, so that a single town still has a country around it
ROOM = 1.25  # around the outermost towns
FARTHEST = 72.0  # degrees north and south: Mercator's poles lie infinitely far away
COUNTRIES = 8  # that are offered by name
NAMED = 10  # accounts without a place whose names are told
STATUSES = {
    Account.Status.CLIENT: gettext_lazy("Clients"),
    Account.Status.PROSPECT: gettext_lazy("Prospects"),
    Account.Status.FORMER: gettext_lazy("Former clients"),
}

COUNTED = {
    Account.Status.CLIENT: (gettext_noop("%(count)s client"), gettext_noop("%(count)s clients")),
    Account.Status.PROSPECT: (gettext_noop("%(count)s prospect"), gettext_noop("%(count)s prospects")),
    Account.Status.FORMER: (gettext_noop("%(count)s former client"), gettext_noop("%(count)s former clients")),
}


@dataclass(slots=True)
class Town:
    """The accounts at one spot, however their addresses spell it: ``counts`` by status."""

    spot: Spot
    city: str
    country: str
    one: tuple[int, str]  # number and name of the only account, where there is one
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def status(self) -> str:
        """What colours the town: clients before prospects, those before the former."""
        return next(status for status in STATUSES if self.counts[status])


def account_map(found: QuerySet[Account], shown: QueryDict, user: Any) -> dict[str, Any]:
    """The chart of the accounts ``found`` with its table, and which of them it cannot show.

    ``shown`` is the query of the list, which the links to a town's accounts keep. Three queries, however many accounts.
    """
    places = list(
        found.order_by().values("city", "country", "status").annotate(n=Count("pk"), one=Min("pk"), name=Min("name"))
    )
    spots = find_towns((place["city"], place["country"]) for place in places if place["city"])
    towns: dict[Spot, Town] = {}
    unknown: Counter[tuple[str, str]] = Counter()
    for place in sorted(places, key=lambda place: -place["n"]):
        city, country = place["city"], place["country"]
        if (spot := spots.get((city, country))) is None:
            unknown[city, country] += place["n"]
            continue
        town = towns.setdefault(spot, Town(spot, city, country, (place["one"], place["name"])))
        town.counts[place["status"]] += place["n"]
    ordered = sorted(towns.values(), key=lambda town: (-town.counts.total(), town.city))
    return {
        "chart": _chart(ordered, shown) if ordered else None,
        "countries": _countries(towns.values(), shown),
        "lost": sum(unknown.values()),
        "lost_accounts": _named(found, [(city, country) for city, country in unknown], user) if unknown else [],
    }


def _countries(towns: Iterable[Town], shown: QueryDict) -> list[Tab]:
    """Links that bring one country nearer, those with the most accounts first; and the way back."""
    counts: Counter[str] = Counter()
    for town in towns:
        counts[town.country] += town.counts.total()
    chosen = shown.get("country", "")
    named = [(name, total) for name, total in counts.most_common(COUNTRIES) if name]
    query = shown.copy()
    query["show"] = "map"
    query.pop("country", None)
    links = [Tab(gettext("All countries"), f"?{query.urlencode()}", active=not chosen, count=None)]
    for name, total in named:
        query["country"] = name
        links.append(Tab(name, f"?{query.urlencode()}", active=name == chosen, count=total))
    return links if len(named) > 1 or chosen else []


def _named(found: QuerySet[Account], unknown: list[tuple[str, str]], user: Any) -> list[dict[str, Any]]:
    """The first of the accounts whose town is not known, with what their address says."""
    rows = found.order_by("name").filter(city__in={city for city, _ in unknown})
    named = [row for row in rows[: NAMED * 5] if (row.city, row.country) in set(unknown)][:NAMED]
    return [
        {
            "name": row.name,
            "place": ", ".join(part for part in (row.city, row.country) if part) or gettext("No city"),
            "drawer": can(user, Permission.CHANGE, row),
            "url": reverse("account-edit" if can(user, Permission.CHANGE, row) else "account", args=[row.pk]),
        }
        for row in named
    ]


def _chart(towns: list[Town], shown: QueryDict) -> dict[str, Any]:
    addresses = [_address(town, shown) for town in towns]
    points = [
        {
            "latitude": town.spot.latitude,
            "longitude": town.spot.longitude,
            "tip": {
                gettext("City"): ", ".join(part for part in (town.city, town.country) if part),
                gettext("Accounts"): town.one[1] if town.counts.total() == 1 else _in_words(town.counts),
            },
            "n": town.counts.total(),
            "what": STATUSES[Account.Status(town.status)],
            "url": address,
        }
        for town, address in zip(towns, addresses, strict=True)
    ]
    spec = drawing(
        "map",
        {"towns": points},
        outlines=static("build/countries.json"),
        most=max(5, towns[0].counts.total()),
        **_window([town.spot for town in towns]),
    )
    columns = [
        Column(gettext("City")),
        Column(gettext("Country")),
        *(Column(name, numeric=True) for name in STATUSES.values()),
    ]
    return {
        "id": "account-map",
        "title": gettext("Accounts by city"),
        "text": gettext("Larger circles mean more accounts. Cities: GeoNames. Outlines: Natural Earth."),
        "spec": spec,
        "table": {
            "columns": columns,
            "rows": [
                Row(0, address, [Cell(town.city), Cell(town.country or None)]
                    + [Cell(number(town.counts[status]), numeric=True) for status in STATUSES])
                for town, address in zip(towns, addresses, strict=True)
            ],
        },
    }  # fmt: skip


def _address(town: Town, shown: QueryDict) -> str:
    """The only account of the town, or the list of all there."""
    if town.counts.total() == 1:
        return reverse("account", args=[town.one[0]])
    query = shown.copy()
    query["city"], query["country"] = town.city, town.country
    return f"{reverse('accounts')}?{query.urlencode()}"


def _in_words(counts: Counter[str]) -> str:
    named = [
        ngettext(*COUNTED[status], counts[status]) % {"count": number(counts[status])}
        for status in STATUSES
        if counts[status]
    ]
    return ", ".join(named)


def _window(spots: list[Spot]) -> dict[str, Any]:
    """What is seen of Mercator's map, so that all spots are: its middle, and how many radians wide and high it is."""
    west, east = min(s.longitude for s in spots), max(s.longitude for s in spots)
    south, north = (_mercator(end(s.latitude for s in spots)) for end in (min, max))
    return {
        "middle": [(west + east) / 2, degrees(atan(sinh((south + north) / 2)))],
        "wide": round(max(radians(NEAREST), ROOM * radians(east - west)), 6),
        "high": round(max(radians(NEAREST), ROOM * (north - south)), 6),
    }


def _mercator(latitude: float) -> float:
    """How far north of the equator, in radii of the globe."""
    return asinh(tan(radians(max(-FARTHEST, min(FARTHEST, latitude)))))
