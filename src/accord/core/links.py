"""Addresses that work outside the browser: in a mail, in a calendar."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """``path`` with the address under which this installation is reached, the first of ``ACCORD_ORIGINS``."""
    origins = settings.CSRF_TRUSTED_ORIGINS or ["http://localhost:8000"]
    return f"{origins[0].rstrip('/')}{path}"
