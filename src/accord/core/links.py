"""Addresses that work outside the browser: in a mail, in a calendar."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """``path`` with the address under which this installation is reached, by ``ACCORD_ORIGINS`` or ``ACCORD_HOSTS``."""
    return f"{settings.PUBLIC_ADDRESS or 'http://localhost:8000'}{path}"
