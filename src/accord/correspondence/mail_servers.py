"""Talking to mail servers: IMAP to read, SMTP to send, both only outside, at the address that was checked."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from imapclient import IMAPClient
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS, wrap_socket

from accord.core import public_network
from accord.correspondence.mail_sign_in import access_token
from accord.correspondence.models import Mailbox, Security

TIMEOUT = 30.0


class _Plain(IMAP4WithTimeout):
    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return public_network.connect(self.host, self.port, TIMEOUT)


class _Tls(IMAP4_TLS):
    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return wrap_socket(public_network.connect(self.host, self.port, TIMEOUT), self.ssl_context, self.host)


class _Client(IMAPClient):  # type: ignore[misc]
    def _create_IMAP4(self) -> Any:
        if self.ssl:
            return _Tls(self.host, self.port, self.ssl_context, TIMEOUT)
        return _Plain(self.host, self.port, TIMEOUT)


@contextmanager
def imap(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """Signed in to the mailbox; raises ``OSError``, ``IMAPClientError`` or ``Unreadable``."""
    secret = access_token(mailbox) if mailbox.provider else mailbox.password
    client = _Client(
        mailbox.imap_host, mailbox.imap_port, ssl=mailbox.imap_security == Security.TLS, timeout=TIMEOUT,
        ssl_context=ssl.create_default_context(),
    )  # fmt: skip
    try:
        if mailbox.imap_security == Security.STARTTLS:
            client.starttls(ssl.create_default_context())
        if not mailbox.provider:
            client.login(mailbox.user_name, secret)
        elif client.has_capability("AUTH=XOAUTH2"):
            client.oauth2_login(mailbox.user_name, secret)
        else:
            client.oauthbearer_login(mailbox.user_name, secret)
        yield client
    finally:
        try:
            client.logout()
        except Exception:  # it is over either way, and what went wrong before is what counts
            client.shutdown()


def check_folders(mailbox: Mailbox) -> None:
    """Sign in and look for the folders; raises ``ValidationError`` for one that is not there, or as :func:`imap`."""
    with imap(mailbox) as client:
        names = [name for _, _, name in client.list_folders()]
    if missing := [name for name in mailbox.folder_names if name not in names]:
        there = ", ".join(sorted(names)[:20])
        raise ValidationError(
            {
                "folders": gettext("These folders don't exist: %(missing)s. Available folders: %(there)s.")
                % {"missing": ", ".join(missing), "there": there}
            }
        )


class _Smtp(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return public_network.connect(host, port, TIMEOUT)


class _SmtpTls(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.context.wrap_socket(public_network.connect(host, port, TIMEOUT), server_hostname=host)


def send(mailbox: Mailbox, message: EmailMessage) -> None:
    """Hand ``message`` to the mailbox's own SMTP server; raises ``OSError`` (smtplib's errors are some) otherwise."""
    context = ssl.create_default_context()
    if mailbox.smtp_security == Security.TLS:
        server: smtplib.SMTP = _SmtpTls(mailbox.smtp_host, mailbox.smtp_port, timeout=TIMEOUT, context=context)
    else:
        server = _Smtp(mailbox.smtp_host, mailbox.smtp_port, timeout=TIMEOUT)
    with server:
        if mailbox.smtp_security == Security.STARTTLS:
            server.starttls(context=context)
        if mailbox.provider:
            _sign_in(server, mailbox.user_name, access_token(mailbox))
        elif server.has_extn("auth"):
            server.login(mailbox.user_name, mailbox.password)
        server.send_message(message)


def _sign_in(server: smtplib.SMTP, user: str, token: str) -> None:
    """XOAUTH2, which Microsoft and Google understand, or OAUTHBEARER, its standard form (RFC 7628)."""
    server.ehlo_or_helo_if_needed()
    if "XOAUTH2" in server.esmtp_features.get("auth", "").upper().split():
        kind, words = (
            "XOAUTH2",
            f"user={user}\x01auth=Bearer {token}\x01\x01",
        )
    else:
        name = user.replace("=", "=3D").replace(",", "=2C")
        kind, words = (
            "OAUTHBEARER",
            f"n,a={name},\x01auth=Bearer {token}\x01\x01",
        )
    # A challenge comes only with a refusal, and is answered by nothing.
    server.auth(kind, lambda challenge=None: "" if challenge else words)
