"""Whether email leaves this installation, asked in one place before anything claims that it does."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext

HERE = __name__
# Backends that put messages somewhere for developers to look at: nobody receives them.
_GOING_NOWHERE = {
    f"{HERE}.NoEmail",
    *(f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased")),
}


class EmailOff(OSError):
    """Email is not set up, so nothing was sent; an ``OSError`` as every failure to send is."""


def email_is_configured() -> bool:
    """True when the installation has a server that takes its email on.

    Nothing is called sent, and nobody is promised an email, while this is false; links are offered to copy instead.
    """
    if settings.EMAIL_BACKEND in _GOING_NOWHERE:
        return False
    is_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    return bool(settings.EMAIL_HOST) or not is_smtp


class NoEmail(BaseEmailBackend):
    """The backend of an installation without a mail server: it refuses, and pretends nothing."""

    def send_messages(self, email_messages: Any) -> int:
        raise EmailOff(gettext("Email is not set up."))
