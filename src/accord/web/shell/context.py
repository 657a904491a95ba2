"""What the frame of every page needs."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accord.people.models import Firm, Role

MANAGING = (Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)

# Label, route, icon, key after G, and who sees it (empty: everybody).
RAIL: list[tuple[str, str, str, str, tuple[str, ...]]] = [
    ("Home", "home", "home", "h", ()),
    ("Accounts", "accounts", "building-community", "a", ()),
    ("Projects", "projects", "timeline-event", "p", ()),
    ("People", "people", "users", "e", ()),
    ("Money", "money", "receipt", "m", ()),
    ("Reports", "numbers", "chart-histogram", "n", MANAGING),
    ("Imports", "imports", "file-import", "i", MANAGING),
    ("Settings", "settings", "settings", "s", (Role.ADMINISTRATOR,)),
]

# Lists that belong to a room but stand under an address of their own.
ALSO_UNDER = {
    "accounts": (
        "/requests/", "/topics/", "/advocacy/", "/surveys/", "/mail/", "/note-templates/", "/service-levels/",
        "/duplicates", "/contacts/", "/quotes/", "/services/", "/renewals/", "/white-space/", "/opportunities/",
        "/playbooks/", "/agreements/",
    ),
    "projects": (
        "/tasks/", "/risks/", "/issues/", "/change-requests/", "/lessons/", "/deliverables/", "/templates/",
    ),
    "people": ("/staffing/", "/skills/"),
    "money": ("/invoices/",),
}  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """Rail, firm and nonce for ``shell/base.html``."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    context: dict[str, Any] = {"csp_nonce": getattr(request, "csp_nonce", ""), "rail": []}
    if signed_in:
        context["rail"] = [
            {
                "label": label,
                "url": reverse(name),
                "icon": icon,
                "key": key,
                "active": _is_under(request.path, reverse(name)) or request.path.startswith(ALSO_UNDER.get(name, ())),
            }
            for label, name, icon, key, roles in RAIL
            if not roles or user.has_role(*roles)
        ]
        context["firm"] = _firm_name()
        context["is_administrator"] = user.has_role(Role.ADMINISTRATOR)
        context["profile_url"] = reverse("profile")
        context["inbox_url"] = reverse("inbox")
        context["palette_url"] = reverse("palette")
    return context


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix if prefix == "/" else path.startswith(prefix)


def _firm_name() -> str:
    """The firm's name for the rail; it may be half a minute old, which saves a query on every page."""
    now = time.monotonic()
    if now - _known[1] > 30:
        _known[:] = [Firm.current().name, now]
    return str(_known[0])


_known: list[Any] = ["", -1e9]
