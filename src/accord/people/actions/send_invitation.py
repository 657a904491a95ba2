"""Letting a new user know how to get in: by email where there is some, else by a link to hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.dates import moment_text
from accord.core.email import email_is_configured
from accord.core.events import record_event
from accord.core.links import absolute
from accord.people.events import UserEvent
from accord.people.letters import letter
from accord.people.models import Firm, User
from accord.people.sign_in_link import sign_in_path, works_until


@dataclass(frozen=True, slots=True)
class Invitation:
    """How it went: ``sent`` by email, or else ``url`` to hand over, with the ``reason`` why."""

    sent: bool
    url: str
    until: datetime
    reason: str = ""


def send_invitation(*, user: User, by: Any) -> Invitation:
    """Email ``user`` the link to set their password; where that fails, the caller has the link to hand over."""
    made = create_sign_in_link(user=user, by=by)
    if not email_is_configured():
        return made
    firm = Firm.current()
    until = timezone.localtime(made.until)
    text = gettext(
        "Hello %(user)s,\n\n%(by)s invited you to work with %(firm)s on Accord, our account and project management.\n\n"
        "Set your password to sign in:\n%(url)s\n\nThe link works until %(until)s.\n\n"
        "If you did not expect this email, you can ignore it."
    ) % {"user": user.name, "by": by or firm, "firm": firm, "url": made.url, "until": moment_text(until)}
    try:
        letter(
            subject=gettext("%(by)s invited you to %(firm)s on Accord") % {"by": by or firm, "firm": firm},
            text=text,
            to=[user.email],
            firm=firm,
        ).send()
    except OSError as error:  # smtplib's errors are OSErrors, too
        return Invitation(False, made.url, made.until, f"The email server refused it: {error}"[:300])
    record_event(by=by, kind=UserEvent.INVITATION_EMAILED, subject=user)
    return Invitation(True, made.url, made.until)


def create_sign_in_link(*, user: User, by: Any) -> Invitation:
    """A link by which ``user`` sets a password; who may change users may make one, and its making is on record."""
    require(by, Permission.CHANGE, user)
    record_event(by=by, kind=UserEvent.SIGN_IN_LINK_CREATED, subject=user)
    return Invitation(False, absolute(sign_in_path(user)), works_until(), gettext("Email is not set up."))
