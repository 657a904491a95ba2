"""Providers of mail that let programs in by a sign-in at their own page (OAuth 2), as the operator registered Accord.

Each becomes known by its ``ACCORD_MAIL_<PROVIDER>_CLIENT_ID``. Microsoft and Google need no more than what they gave at
the registration; any other names its addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accord.engines.texts import gettext_lazy

OTHER = ("NAME", "AUTHORIZE_URL", "TOKEN_URL", "SCOPE", "IMAP_HOST", "SMTP_HOST")


def mail_providers(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Settings of each provider, by its key; raises ``ValueError`` that names a variable that is missing."""
    return {
        key: {**describe(environment), **_registered(environment, key)}
        for key, describe in (("microsoft", _microsoft), ("google", _google), ("other", _other))
        if environment.get(f"ACCORD_MAIL_{key.upper()}_CLIENT_ID")
    }


def _registered(environment: Mapping[str, str], key: str) -> dict[str, str]:
    prefix = f"ACCORD_MAIL_{key.upper()}_"
    return {"client_id": environment[f"{prefix}CLIENT_ID"], "secret": environment.get(f"{prefix}SECRET", "")}


def _microsoft(environment: Mapping[str, str]) -> dict[str, Any]:
    tenant = environment.get("ACCORD_MAIL_MICROSOFT_TENANT", "organizations")
    base = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    return {
        "name": "Microsoft 365",
        "authorize_url": f"{base}/authorize",
        "token_url": f"{base}/token",
        "scope": (
            "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
        ),
        "imap_host": "outlook.office365.com",
        "smtp_host": "smtp.office365.com",
        "sent": "Sent Items",
    }


def _google(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": "Google",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "token_url": "https://oauth2.googleapis.com/token",
        "scope": "https://mail.google.com/",
        "imap_host": "imap.gmail.com",
        "smtp_host": "smtp.gmail.com",
        "sent": "[Gmail]/Sent Mail",
        # Without these it gives a token for one hour only.
        "asks": {"access_type": "offline", "prompt": "consent"},
    }


def _other(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {name.lower(): environment.get(f"ACCORD_MAIL_OTHER_{name}", "") for name in OTHER}
    if missing := [f"ACCORD_MAIL_OTHER_{name.upper()}" for name, value in found.items() if not value]:
        unset = gettext_lazy("ACCORD_MAIL_OTHER_CLIENT_ID is set, but not %(variables)s.")
        raise ValueError(unset.with_values(variables=", ".join(missing)))
    return found
