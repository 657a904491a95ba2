"""Where the pages of Explore are: their tabs, breadcrumbs, and the address of the clients behind a figure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.web.shell.parts import Crumb, Tab

# The pages by route, in the order of their tabs.
VIEWS: dict[str, str] = {
    "explore-rfm": gettext_lazy("RFM grid"),
    "explore-cohorts": gettext_lazy("Cohorts"),
    "explore-concentration": gettext_lazy("Concentration"),
    "explore-scatter": gettext_lazy("Margin and health"),
    "explore-groups": gettext_lazy("Value by group"),
    "explore-changes": gettext_lazy("What changed"),
    "explore-next": gettext_lazy("Next services"),
}
PASSED_ON = ("segment", "kind", "whose")  # filters that all pages have


def tabs(here: str, asked: dict[str, Any] | None = None) -> list[Tab]:
    """The pages of Explore, each with the filters that it shares with this one."""
    shared = {name: value for name, value in (asked or {}).items() if name in PASSED_ON and value}
    return [Tab(label, address(route, shared), active=route == here) for route, label in VIEWS.items()]


def crumbs(label: str) -> list[Crumb]:
    return [
        Crumb(gettext("Reports"), reverse("numbers")),
        Crumb(gettext("Explore"), reverse("explore")),
        Crumb(label),
    ]


def address(route: str, asked: dict[str, Any]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value not in (None, "")})
    return f"{reverse(route)}?{query}" if query else reverse(route)
