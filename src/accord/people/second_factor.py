"""Who must use two-factor authentication, by what the administrator set for their roles."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator

from accord.core.texts import gettext_lazy
from accord.people.models.firm import mfa_roles

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
MUST_ENROL = gettext_lazy("Your role requires two-factor authentication. Set it up under Profile, then try again.")


def must_enrol(user: Any) -> bool:
    """Whether ``user`` holds a role that requires a second factor, and has none."""
    roles = mfa_roles()
    if not roles or not user.has_role(*roles):
        return False
    return not Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists()
