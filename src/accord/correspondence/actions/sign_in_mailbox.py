"""Let Accord into a mailbox by the sign-in of its owner at the provider."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from accord.core import editing
from accord.correspondence.mail_servers import check_folders
from accord.correspondence.mail_sign_in import lasting_token
from accord.correspondence.models import Mailbox


def sign_in_mailbox(*, mailbox: Mailbox, code: str, verifier: str, back: str, by: Any) -> Mailbox:
    """Store what the provider gives for ``code`` and switch the mailbox on, once it can be read.

    Raises ``OSError`` or ``IMAPClientError``, with nothing stored, where the provider or its server refuses: so it does
    to whoever signed in as somebody else. ``ValidationError`` tells of folders that are not there; the sign-in is kept.
    """
    mailbox.password = lasting_token(mailbox, code=code, verifier=verifier, back=back)
    try:
        check_folders(mailbox)
    except ValidationError:
        _keep(mailbox, by)
        raise
    return _keep(mailbox, by, active=True, failure="")


def _keep(mailbox: Mailbox, by: Any, **values: Any) -> Mailbox:
    return editing.change(
        mailbox, by=by, version=mailbox.version, verb="signed in", sealed_password=mailbox.sealed_password, **values
    )
