"""Which columns a list shows and in what order: as its address asks, else as usual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, QueryDict

from accord.web.shell.list_parts import Column

ASKED = "columns"


def asked_columns(query: QueryDict) -> list[str]:
    """The columns that an address names: ``?columns=stage,amount``, or one by one as a form without scripts sends."""
    return [key for part in query.getlist(ASKED) for key in part.split(",") if key]


def shown_columns(columns: Sequence[Column], asked: Sequence[str]) -> list[int]:
    """The places of the columns to show. The first names the row and stays first; what no column is called is ignored.

    ``asked`` without any known column gives the usual ones.
    """
    places = {column.key: place for place, column in enumerate(columns)}
    chosen = list(dict.fromkeys(places[key] for key in asked if key in places))
    if not chosen:
        return [place for place, column in enumerate(columns) if column.shown or place == 0]
    return [0, *(place for place in chosen if place)]


def column_choice(columns: Sequence[Column], shown: Sequence[int], request: HttpRequest) -> dict[str, Any]:
    """What the form for columns needs: those shown, in their order, the others, and the rest of the address."""
    others = [place for place in range(len(columns)) if place not in shown]
    usual = request.GET.copy()
    for name in (ASKED, "page", "group", "closed"):
        usual.pop(name, None)
    return {
        "first": columns[0],
        "items": [
            {"key": columns[place].key, "label": columns[place].label, "on": place in shown}
            for place in [*shown, *others]
            if place
        ],
        "is_changed": bool(request.GET.get(ASKED) or request.GET.get("group")),
        "kept": [(name, value) for name, values in usual.lists() for value in values if value],
        "reset_url": f"{request.path}?{usual.urlencode()}",
    }
