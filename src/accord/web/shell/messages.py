"""Where what is said once ("Quote sent.") waits for the next page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class MessageCookie(CookieStorage):  # type: ignore[misc]
    """The signed cookie, under a name that only this host can set where there is TLS."""

    cookie_name = "__Host-messages" if settings.SESSION_COOKIE_SECURE else "messages"


class MessageStorage(FallbackStorage):  # type: ignore[misc]
    """In the cookie while they fit, else in the session."""

    storage_classes = (MessageCookie, SessionStorage)
