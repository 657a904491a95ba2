"""Whether the installation sends email, seen and tried by administrators."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.email import email_is_configured
from accord.people.letters import letter
from accord.people.models import Firm, Role
from accord.web.shell.parts import Crumb, Fact
from accord.web.shell.views.forms import go


@require_safe
def email_settings(request: HttpRequest) -> HttpResponse:
    """On or off, by which server and as whom; and how to switch it on."""
    _require_administrator(request)
    is_smtp = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    context = {
        "is_on": email_is_configured(),
        "facts": [
            Fact(gettext("Server"), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if is_smtp else ""),
            Fact(gettext("User"), settings.EMAIL_HOST_USER if is_smtp else ""),
            Fact(gettext("Encryption"), ("STARTTLS" if settings.EMAIL_USE_TLS else gettext("None")) if is_smtp else ""),
            Fact(gettext("Sender"), settings.DEFAULT_FROM_EMAIL),
        ],
        "crumbs": [Crumb(gettext("Settings"), reverse("settings")), Crumb(gettext("Email"))],
    }
    return render(request, "people/email_settings.html", context)


@require_POST
def test_email(request: HttpRequest) -> HttpResponse:
    """Send one email to oneself, and say exactly what became of it."""
    user = _require_administrator(request)
    firm = Firm.current()
    text = gettext(
        "Hello %(user)s,\n\nThis is a test email from %(firm)s on Accord. If you can read it, email works."
    ) % {"user": user.name, "firm": firm}
    if not email_is_configured():
        messages.error(request, gettext("Nothing was sent: email is off."))
    else:
        try:
            letter(
                subject=gettext("Test email from %(firm)s") % {"firm": firm}, text=text, to=[user.email], firm=firm
            ).send()
        except OSError as error:  # smtplib's errors are OSErrors, too
            messages.error(request, f"Nothing was sent. The email server answered: {error}"[:300])
        else:
            messages.success(request, gettext("Test email sent to %(email)s.") % {"email": user.email})
    return go(request, reverse("email-settings"))


def _require_administrator(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied(gettext("Only administrators can open the settings."))
    return user
