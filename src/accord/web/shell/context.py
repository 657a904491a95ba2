"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accord.people.models import Role

RAIL: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("Home", "home", "home", ()),
    ("Accounts", "accounts", "building-community", ()),
    ("Projects", "projects", "timeline-event", ()),
    ("People", "people", "users", ()),
    ("Money", "money", "receipt", ()),
    (
        "Numbers",
        "numbers",
        "chart-histogram",
        (Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER),
    ),
    (
        "Imports",
        "imports",
        "file-import",
        (Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER),
    ),
    ("Settings", "settings", "settings", (Role.ADMINISTRATOR,)),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Rail, firm and nonce for ``shell/base.html``."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    context: dict[str, Any] = {"csp_nonce": getattr(request, "csp_nonce", ""), "rail": []}
    if signed_in:
        context["rail"] = [
            {"label": label, "url": reverse(name), "icon": icon, "active": _is_under(request.path, reverse(name))}
            for label, name, icon, roles in RAIL
            if not roles or user.has_role(*roles)
        ]
        context["profile_url"] = reverse("profile")
        context["palette_url"] = reverse("palette")
    return context


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix if prefix == "/" else path.startswith(prefix)
