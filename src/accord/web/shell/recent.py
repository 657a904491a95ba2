"""The records a person viewed last: the browser remembers their addresses, the server what they are called today.

So a renamed record has its new name, and one that was deleted or that the person can no longer see is not shown.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.urls import Resolver404, resolve

from accord.core.models import Record
from accord.web.shell.addresses import PAGES
from accord.web.shell.found import ICONS, named

MOST = 8
LABELS = {route: label for label, route in PAGES.items()}


def recently_viewed(user: Any, addresses: list[str]) -> list[dict[str, str]]:
    """The records at ``addresses`` that ``user`` may see, in that order, in one query for each kind."""
    places = {address: found for address in addresses[:MOST] if (found := _record_at(address))}
    keys: dict[type[Record], list[int]] = defaultdict(list)
    for model, pk in places.values():
        keys[model].append(pk)
    items = {model: named(user, model, wanted) for model, wanted in keys.items()}
    return [items[model][pk] | {"url": address} for address, (model, pk) in places.items() if pk in items[model]]


def _record_at(address: str) -> tuple[type[Record], int] | None:
    """The kind and key of the record whose own page is at ``address``."""
    try:
        match = resolve(address)
    except Resolver404:
        return None
    label = LABELS.get(match.url_name or "")
    model: Any = apps.get_model(label) if label else None
    return (model, match.kwargs["pk"]) if model in ICONS else None
