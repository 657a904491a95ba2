"""What the frame of every page needs."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accord.people.models import Firm, Role
from accord.web.shell.creations import creations
from accord.web.shell.navigation import beside, navigation
from accord.web.shell.site_map import help_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, firm and nonce for ``shell/base.html``."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    context: dict[str, Any] = {"csp_nonce": getattr(request, "csp_nonce", "")}
    if signed_in:
        context["navigation"] = navigation(user, request.path)
        context["nav_sections"] = beside(context["navigation"])
        # The drawer has no "+", so its query is made where the menu is drawn.
        context["creations"] = SimpleLazyObject(lambda: creations(user, account_of(request)))
        context["firm"] = _firm_name()
        context["is_administrator"] = user.has_role(Role.ADMINISTRATOR)
        context["profile_url"] = reverse("profile")
        context["inbox_url"] = reverse("inbox")
        context["palette_url"] = reverse("palette")
        match = request.resolver_match
        context["help_url"] = help_of(match.url_name if match else None)
    return context


def account_of(request: HttpRequest) -> int | None:
    """The account whose page this is."""
    match = request.resolver_match
    return match.kwargs["pk"] if match and match.route.startswith("accounts/<int:pk>/") else None


def _firm_name() -> str:
    """The firm's name for the rail; it may be half a minute old, which saves a query on every page."""
    now = time.monotonic()
    if now - _known[1] > 30:
        _known[:] = [Firm.current().name, now]
    return str(_known[0])


_known: list[Any] = ["", -1e9]
