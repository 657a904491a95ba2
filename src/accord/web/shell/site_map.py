"""Every page that has an address of its own, by its title: what the palette can go to."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accord.web.shell.navigation import pages

# Title, route and icon of what stands in no group of the navigation: everyone's own pages.
PAGES: list[tuple[str, str, str]] = [
    ("Note templates", "note-templates", "notes"),
    ("Profile", "profile", "user-circle"),
    ("Two-factor authentication", "mfa_index", "shield-lock"),
]


def pages_of(user: Any) -> list[dict[str, str]]:
    """The pages that ``user`` may open, as the palette lists them: with the place where the navigation has them."""
    known = [
        {"label": page.label, "sub": place, "url": reverse(page.route), "icon": page.icon}
        for place, page in pages()
        if not page.roles or user.has_role(*page.roles)
    ]
    return known + [{"label": label, "sub": "", "url": reverse(route), "icon": icon} for label, route, icon in PAGES]
