"""How people get in: invited by an administrator, never by signing themselves up."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string

from accord.core.email import email_is_configured
from accord.people.letters import letter
from accord.people.models import Firm

log = structlog.get_logger("accord.email")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

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
        if email_is_configured():
            super().send_mail(template_prefix, email, context)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Word of what was done; a mail server that refuses must not undo the deed."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except OSError as error:  # smtplib's errors are OSErrors, too
            log.warning("notification not sent", error=f"{type(error).__name__}: {error}")


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on lets in those whom an administrator has already made a user, known by their verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        return True
