"""Security events of signing in, told by allauth's signals."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.dispatch import receiver

from accord.core.security import Kind, record_security


@receiver(account.user_logged_in)
def signed_in(request: Any, user: Any, **kwargs: Any) -> None:
    request.signed_in_as = user  # the middleware remembers the device
    record_security(Kind.SIGNED_IN, user=user, by=user, method=_method(request))


@receiver(account.password_changed)
@receiver(account.password_set)
def password_changed(request: Any, user: Any, **kwargs: Any) -> None:
    record_security(Kind.PASSWORD_CHANGED, user=user, by=user)


@receiver(account.password_reset)
def password_reset(request: Any, user: Any, **kwargs: Any) -> None:
    record_security(Kind.PASSWORD_RESET, user=user)


@receiver(mfa.authenticator_added)
def factor_added(request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    record_security(Kind.FACTOR_ADDED, user=user, by=request.user, type=authenticator.type)


@receiver(mfa.authenticator_removed)
def factor_removed(request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    record_security(Kind.FACTOR_REMOVED, user=user, by=request.user, type=authenticator.type)


@receiver(mfa.authenticator_reset)
def codes_renewed(request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    record_security(Kind.CODES_RENEWED, user=user, by=request.user)


@receiver(mfa.authentication_failed)
def factor_failed(request: Any, user: Any, **kwargs: Any) -> None:
    record_security(Kind.FACTOR_FAILED, user=user)


@receiver(social.social_account_added)
def identity_added(request: Any, sociallogin: Any, **kwargs: Any) -> None:
    account = sociallogin.account
    record_security(
        Kind.IDENTITY_ADDED, user=account.user, by=request.user, provider=account.provider, identity=account.uid
    )


@receiver(social.social_account_removed)
def identity_removed(request: Any, socialaccount: Any, **kwargs: Any) -> None:
    record_security(
        Kind.IDENTITY_REMOVED, user=socialaccount.user, by=request.user, provider=socialaccount.provider,
        identity=socialaccount.uid,
    )  # fmt: skip


def _method(request: Any) -> str:
    methods = request.session.get("account_authentication_methods", [])
    return ", ".join(str(m.get("method", "")) for m in methods if isinstance(m, dict))
