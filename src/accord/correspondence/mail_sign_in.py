"""Signing in to a mailbox at its provider's own page (OAuth 2), for providers that take no passwords from programs.

Accord is given a lasting token, which is kept encrypted in place of a password, and changes it for one of an hour
whenever it reads or sends. Authorization code with PKCE: RFC 6749 §4.1, RFC 7636; the lasting token: RFC 6749 §6.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from accord.core import public_http
from accord.correspondence.models import Mailbox


class NotSignedIn(OSError):
    """The provider does not let us in: nobody signed in yet, or the permission was taken back."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One entry of ``settings.MAIL_PROVIDERS``; ``asks`` is what its page wants to be asked besides."""

    key: str
    name: str
    client_id: str
    secret: str
    authorize_url: str
    token_url: str
    scope: str
    imap_host: str
    smtp_host: str
    imap_port: int = 993
    smtp_port: int = 587
    sent: str = "Sent"
    asks: Mapping[str, str] = field(default_factory=dict)

    def blank(self, owner: Any) -> Mailbox:
        """A mailbox of ``owner`` there, unsaved. It is switched on by the first sign-in."""
        return Mailbox(
            owner=owner, address=owner.email, user_name=owner.email, provider=self.key, active=False,
            imap_host=self.imap_host, imap_port=self.imap_port, smtp_host=self.smtp_host, smtp_port=self.smtp_port,
            folders=f"INBOX, {self.sent}",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A sign-in that has begun: where to send the browser, and what proves that the answer belongs to it."""

    url: str
    state: str
    verifier: str


def providers() -> dict[str, Provider]:
    """Those at which the operator registered this installation, by their key."""
    return {key: Provider(key=key, **values) for key, values in settings.MAIL_PROVIDERS.items()}


def provider_of(mailbox: Mailbox) -> Provider:
    """Raises :class:`NotSignedIn` for a provider that the operator has taken away."""
    found = providers().get(mailbox.provider)
    if found is None:
        raise NotSignedIn(
            gettext("This installation is no longer registered with the provider. Ask your administrator.")
        )
    return found


def ask(mailbox: Mailbox, back: str) -> Question:
    """Begin a sign-in; the provider sends the browser ``back`` with a code."""
    provider = provider_of(mailbox)
    client = WebApplicationClient(provider.client_id)
    state, verifier = secrets.token_urlsafe(32), client.create_code_verifier(64)
    url = client.prepare_request_uri(
        provider.authorize_url, redirect_uri=back, scope=provider.scope, state=state, login_hint=mailbox.address,
        code_challenge=client.create_code_challenge(verifier, "S256"), code_challenge_method="S256", **provider.asks,
    )  # fmt: skip
    return Question(url, state, verifier)


def lasting_token(mailbox: Mailbox, *, code: str, verifier: str, back: str) -> str:
    """What the provider gives for the ``code`` that it sent; raises ``OSError`` when it gives nothing that lasts."""
    provider = provider_of(mailbox)
    client = WebApplicationClient(provider.client_id)
    body = client.prepare_request_body(code=code, redirect_uri=back, code_verifier=verifier, **_secret(provider))
    found = _answer(provider, client, body).get("refresh_token")
    if not found:
        raise NotSignedIn(
            gettext("%(provider)s granted temporary access only. Sign in again and accept all permissions.")
            % {"provider": provider.name}
        )
    return str(found)


def access_token(mailbox: Mailbox) -> str:
    """What opens the mailbox for the next hour. A provider that changes the lasting token with it has it stored."""
    provider = provider_of(mailbox)
    if not mailbox.sealed_password:
        raise NotSignedIn(gettext("Sign in with %(provider)s first.") % {"provider": provider.name})
    client = WebApplicationClient(provider.client_id)
    before, token = mailbox.sealed_password, mailbox.password
    body = client.prepare_refresh_body(refresh_token=token, client_id=provider.client_id, **_secret(provider))
    try:
        answer = _answer(provider, client, body)
    except NotSignedIn:
        # Another worker may have changed it a moment ago.
        now = Mailbox.objects.filter(pk=mailbox.pk).values_list("sealed_password", flat=True).first()
        if now in (None, "", before):
            raise
        mailbox.sealed_password = str(now)
        return access_token(mailbox)
    if (new := str(answer.get("refresh_token") or token)) != token:
        mailbox.password = new
        Mailbox.objects.filter(pk=mailbox.pk, sealed_password=before).update(sealed_password=mailbox.sealed_password)
    return str(answer["access_token"])


def _secret(provider: Provider) -> dict[str, str]:
    return {"client_secret": provider.secret} if provider.secret else {}


def _answer(provider: Provider, client: WebApplicationClient, body: str) -> dict[str, Any]:
    """The tokens that the provider answers with; raises :class:`NotSignedIn` where it refuses."""
    raw = public_http.fetch(
        provider.token_url, method="POST", data=body, allow_redirects=False, also=(400, 401),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
    )  # fmt: skip
    try:
        found: dict[str, Any] = client.parse_request_body_response(raw.decode(errors="replace"))
    except OAuth2Error as error:
        told = " ".join((error.description or error.error or "").split())[:200]
        reason = told.rstrip(".") or gettext("no reason given")
        raise NotSignedIn(
            gettext("%(provider)s refused access: %(reason)s. Sign in again.")
            % {"provider": provider.name, "reason": reason}
        ) from error
    return found
