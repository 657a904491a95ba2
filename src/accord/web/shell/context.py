"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accord.people.models import Role
from accord.people.models.firm import firm_name
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
        # The drawer has no "+", so this is worked out where the menu is drawn.
        context["creations"] = SimpleLazyObject(lambda: creations(user, account_of(request)))
        context["firm"] = firm_name()
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
