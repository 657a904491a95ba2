"""The lists of the accounts room, one beside the other."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

LISTS = [
    ("Accounts", "accounts"),
    ("Contacts", "contacts"),
    ("Requests", "requests"),
    ("Voice of the customer", "topics"),
    ("Internal requests", "advocacy"),
    ("Surveys", "surveys"),
    ("Opportunities", "opportunities"),
    ("Renewals", "renewals"),
    ("White space", "white-space"),
    ("Playbooks", "playbooks"),
]


def room(active: str) -> list[dict[str, Any]]:
    """The views above a list of this room; ``active`` is the route of the one that is shown."""
    return [{"label": label, "url": reverse(route), "active": route == active} for label, route in LISTS]
