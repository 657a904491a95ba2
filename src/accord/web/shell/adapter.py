"""How people get in: invited by an administrator, never by signing themselves up."""

from __future__ import annotations

import time
from typing import Any

import structlog
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.client_address import origin_of
from accord.core.email import email_is_configured
from accord.core.encryption import Unreadable, decrypt, encrypt
from accord.core.security import Kind, record_security
from accord.core.texts import gettext_lazy
from accord.people import sign_in
from accord.people.letters import letter
from accord.people.models import Firm, User
from accord.web.shell.confirmation import ASKED, SINGLE_SIGN_ON, has_own_way, is_confirmed, signed_in_at

SKEW = 60  # seconds by which the clock of a single sign-on may differ from ours
LOGGED = 20  # failures from one address on one account within an hour

log = structlog.get_logger("accord.email")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Wrong passwords are slowed down, not locked out; see :mod:`accord.people.sign_in`."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "Too many sign-in attempts right now. Wait a few seconds, then try again."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has neither a password nor a second factor here confirms at the single sign-on."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not methods and settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect"):
            url = reverse("sign-in-confirmation")
            methods = [{"id": SINGLE_SIGN_ON, "description": gettext("Use single sign-on"), "url": url}]
        return methods

    def get_client_ip(self, request: HttpRequest) -> str:
        return origin_of(request).address or "unknown"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if not sign_in.may_try(request, _email(credentials)):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user:
            sign_in.succeeded(request, _email(credentials))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        email = _email(credentials)
        times = sign_in.failed(request, email)
        user = User.objects.filter(email__iexact=email).first()
        if times <= LOGGED:  # of a flood the log keeps the beginning
            record_security(Kind.SIGN_IN_FAILED, user=user, name=email)
        if sign_in.is_slow(request, email):
            record_security(Kind.SIGN_IN_SLOWED, user=user, name=email)

    def logout(self, request: HttpRequest) -> None:
        user: Any = request.user
        if user.is_authenticated:
            record_security(Kind.SIGNED_OUT, user=user, by=user)
        super().logout(request)

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """allauth's emails as letters of the firm: its name in the subject, plain text and HTML."""
        firm = Firm.current()
        known = context | {
            "firm": firm,
            "link_hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
            "code_minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        }
        message = letter(
            subject=render_to_string(f"{template_prefix}_subject.txt", known),
            text=render_to_string(f"{template_prefix}_message.txt", known),
            to=[email] if isinstance(email, str) else email,
            firm=firm,
        )
        message.extra_headers.update(headers or {})
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it where email works. The pages that would promise one ask the same question before."""
        if template_prefix.startswith("account/email/password_reset_key"):
            record_security(Kind.LINK_SENT, user=context.get("user"), name=email)
        if email_is_configured():
            super().send_mail(template_prefix, email, context)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Word of what was done; a mail server that refuses must not undo the action."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except OSError as error:  # smtplib's errors are OSErrors, too
            log.warning("notification not sent", error=f"{type(error).__name__}: {error}")


def _email(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip().replace("\0", "")


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on lets in those whom an administrator has already made a user, known by their verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Who was sent there to confirm who they are, and came back as the same, has confirmed it.

        A password or a second factor of here is worth more than an identity that a session in the wrong hands connects.
        """
        process = sociallogin.state.get("process")
        if not request.user.is_authenticated or has_own_way(request.user):
            return  # allauth asks for the password or the code before it connects
        if process == AuthProcess.CONNECT and not is_confirmed(request):
            messages.error(request, gettext("Your identity wasn't confirmed. Nothing was changed."))
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("home")))
        if process != AuthProcess.REDIRECT or sociallogin.state.get("data") != ASKED:
            return
        is_same = sociallogin.is_existing and sociallogin.user.pk == request.user.pk
        if is_same and _is_older(sociallogin.account, signed_in_at(request)) and _is_fresh(sociallogin):
            account = sociallogin.account
            record_authentication(
                request, request.user, "socialaccount",
                provider=account.provider, uid=account.uid, reauthenticated=True,
            )  # fmt: skip


def _is_older(account: Any, signed_in: float | None) -> bool:
    """Whether the identity was connected before; one known by its verified address is not connected at all."""
    return account.pk is None or (signed_in is not None and account.date_joined.timestamp() < signed_in)


def _is_fresh(sociallogin: Any) -> bool:
    """Whether they were asked there just now. A provider that keeps to the standard says when it asked."""
    claims = (sociallogin.account.extra_data or {}).get("id_token") or {}
    asked_at = claims.get("auth_time")
    if not isinstance(asked_at, int | float):
        return True
    return bool(time.time() - asked_at < app_settings.REAUTHENTICATION_TIMEOUT + SKEW)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Whoever reads the database, or a backup of it, cannot make anybody's one-time codes."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return decrypt(encrypted_text)
        except Unreadable:  # of another installation's key: no code fits, until an administrator resets it
            return generate_totp_secret()
