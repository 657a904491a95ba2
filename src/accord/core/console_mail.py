"""Outgoing email where no mail server is set: it goes to the log, without the secrets in it."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as Console

from accord.core.secret_links import without_links


class EmailBackend(Console):
    """Whoever reads the log must not be able to answer for a client, or to take over a colleague's sign-in."""

    def write_message(self, message: EmailMessage) -> None:
        said: Any = message.message()
        text = said.get_payload(decode=True)
        body = text.decode(said.get_content_charset() or "utf-8", "replace") if isinstance(text, bytes) else ""
        head = "".join(f"{name}: {value}\n" for name, value in said.items())
        self.stream.write(f"{without_links(head)}\n{without_links(body or str(message.body))}\n{'-' * 79}\n")
