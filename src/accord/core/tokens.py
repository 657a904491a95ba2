"""Secrets that open something to whoever has them: shown once, kept as their hash only."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """Long and random enough that nobody guesses it."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """The stored form: for a secret that is long and random, one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
