"""The lists of the projects room, one beside the other."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

LISTS = [
    ("Projects", "projects"),
    ("Tasks", "tasks"),
    ("Risks", "risks"),
    ("Issues", "issues"),
    ("Change requests", "changes"),
    ("Lessons learned", "lessons"),
]


def room(active: str) -> list[dict[str, Any]]:
    """The views above a list of this room; ``active`` is the route of the one that is shown."""
    return [{"label": label, "url": reverse(route), "active": route == active} for label, route in LISTS]
