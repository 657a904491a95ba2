"""Mailboxes whose owners sign in at the provider's page, against a provider, a Dovecot and an SMTP server."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, Affiliation, Contact
from accord.config.mail_providers import mail_providers
from accord.core.models import Event
from accord.correspondence.actions.send_mail import send_waiting, write_mail
from accord.correspondence.actions.sync_mailbox import sync_mailbox
from accord.correspondence.mail_sign_in import providers
from accord.correspondence.models import Mailbox, MailMessage
from accord.people.models import Role, User
from tests.factories import browser_of
from tests.mail_provider import MailProvider
from tests.mail_servers import Dovecot, Kept, free_port

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def provider() -> Iterator[MailProvider]:
    server = MailProvider()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def dovecot(provider: MailProvider) -> Iterator[Dovecot]:
    with Dovecot.running(introspection=f"{provider.address}/introspect") as server:
        yield server


@pytest.fixture(autouse=True)
def _registered(provider: MailProvider, dovecot: Dovecot, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    provider.gives_lasting = True
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # this provider has no certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    settings.PRIVATE_HOSTS = ["localhost"]
    settings.MAIL_PROVIDERS = mail_providers(provider.environment())
    settings.MAIL_PROVIDERS["other"]["imap_port"] = dovecot.port


@pytest.fixture
def owner(db: Any, dovecot: Dovecot) -> User:
    user: User = User.objects.create(email="olga@firm.test", name="Olga Owner", roles=[Role.ACCOUNT_MANAGER])
    account = Account.objects.create(name="Brewery", owner=user)
    conny = Contact.objects.create(name="Conny", email="conny@brewery.test")
    Affiliation.objects.create(account=account, contact=conny)
    for folder in ("INBOX", "Sent"):
        shutil.rmtree(dovecot.mails_of(user.email, folder).parent, ignore_errors=True)
        dovecot.put(user.email, [], folder)
    return user


@pytest.fixture
def browser(owner: User) -> Client:
    return browser_of(owner)


def mail(number: int) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "conny@brewery.test", "olga@firm.test", f"Mail {number}"
    message["Date"], message["Message-ID"] = DAY, f"<{number}@brewery.test>"
    message.set_content("Hello")
    return message.as_bytes()


def add(browser: Client, **values: str) -> Mailbox:
    """By the form, as its owner would."""
    form = {"address": "olga@firm.test", "privacy": "open", "folders": "INBOX, Sent", "since": "2026-11-01"} | values
    answer = browser.post(f"{reverse('mailbox-new')}?provider=other", form)
    box = Mailbox.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, reverse("mailbox", args=[box.pk]))
    return box


def question(browser: Client, box: Mailbox) -> str:
    answer = browser.get(reverse("mailbox-sign-in", args=[box.pk]))
    assert answer.status_code == 302
    return answer["Location"]


def come_back(browser: Client, **told: str) -> str:
    """What the page says to which the provider's answer leads."""
    return browser.get(reverse("mailbox-signed-in"), told, follow=True).content.decode()


def sign_in(browser: Client, provider: MailProvider, box: Mailbox, user: str = "olga@firm.test") -> str:
    said = come_back(browser, **provider.agree(question(browser, box), user))
    box.refresh_from_db()
    return said


def test_its_owner_signs_in_at_the_provider_and_the_mailbox_is_read_from_then_on(
    browser: Client, owner: User, provider: MailProvider, dovecot: Dovecot
) -> None:
    assert "Post &amp; Co" in browser.get(reverse("profile")).content.decode()
    form = browser.get(f"{reverse('mailbox-new')}?provider=other").content.decode()
    assert 'name="address"' in form
    assert 'name="password"' not in form
    assert 'name="imap_host"' not in form
    box = add(browser)
    page = browser.get(reverse("mailbox", args=[box.pk])).content.decode()
    assert not box.active
    assert "Not signed in" in page
    assert "Sign in with Post &amp; Co" in page
    assert "Sync now" not in page
    asked = parse_qs(urlsplit(question(browser, box)).query)
    assert asked["redirect_uri"] == ["http://testserver/mailboxes/sign-in"]
    assert asked["login_hint"] == ["olga@firm.test"]
    assert "Signed in. The first sync" in sign_in(browser, provider, box)
    assert box.active
    assert provider.lasting[box.password] == "olga@firm.test"
    assert box.password not in box.sealed_password
    event = Event.objects.get(kind="mailbox.connected")
    assert box.sealed_password not in str((event.before, event.after))
    dovecot.put(owner.email, [mail(1)])
    assert sync_mailbox(mailbox=box, now=timezone.now()).kept == 1
    before = box.password
    box.refresh_from_db()
    assert box.password == before in provider.lasting  # each reading changed it, and the change was stored
    assert "Not signed in" not in browser.get(reverse("mailbox", args=[box.pk])).content.decode()


def test_who_takes_the_permission_back_is_told_to_sign_in_again(browser: Client, provider: MailProvider) -> None:
    box = add(browser)
    sign_in(browser, provider, box)
    provider.lasting.clear()
    line = sync_mailbox(mailbox=box, now=timezone.now())
    assert line.failure == "Post & Co refused access: The permission was taken back. Sign in again."
    page = browser.get(reverse("mailbox", args=[box.pk])).content.decode()
    assert "Sync failed" in page
    assert "Signed in. The first sync" in sign_in(browser, provider, box)
    assert not box.failure
    assert not sync_mailbox(mailbox=box, now=timezone.now()).failure


def test_the_same_mailbox_is_not_added_twice(browser: Client) -> None:
    add(browser)
    form = {"address": "olga@firm.test", "privacy": "open", "folders": "INBOX, Sent", "since": "2026-11-01"}
    again = browser.post(f"{reverse('mailbox-new')}?provider=other", form)
    assert again.status_code == 422
    assert "You&#x27;ve already added this mailbox." in again.content.decode()
    assert Mailbox.objects.count() == 1


def test_two_workers_with_one_token_are_both_let_in(browser: Client, provider: MailProvider) -> None:
    box = add(browser)
    sign_in(browser, provider, box)
    late = Mailbox.objects.get(pk=box.pk)
    assert not sync_mailbox(mailbox=box, now=timezone.now()).failure
    assert not sync_mailbox(mailbox=late, now=timezone.now()).failure


def test_an_answer_that_was_not_asked_for_here_opens_nothing(browser: Client, provider: MailProvider) -> None:
    box = add(browser)
    told = provider.agree(question(browser, box), "olga@firm.test")
    stranger = browser_of(User.objects.create(email="sven@firm.test", name="Sven", roles=[Role.ACCOUNT_MANAGER]))
    assert "has expired or was already used" in come_back(stranger, **told)
    assert stranger.get(reverse("mailbox-sign-in", args=[box.pk])).status_code == 404
    assert "has expired or was already used" in come_back(browser, code=told["code"], state="guessed")
    assert "has expired or was already used" in come_back(browser, **told)  # one answer for one question
    box.refresh_from_db()
    assert not box.sealed_password
    assert provider.codes  # nobody asked the provider for anything


def test_what_the_provider_refuses_is_said_and_nothing_is_kept(browser: Client, provider: MailProvider) -> None:
    box = add(browser)
    state = parse_qs(urlsplit(question(browser, box)).query)["state"][0]
    assert "It said: &lt;No&gt;" in come_back(browser, state=state, error="access_denied", error_description="<No>")
    state = parse_qs(urlsplit(question(browser, box)).query)["state"][0]
    assert "That is not the one requested by." in come_back(browser, state=state, code="invented")
    provider.gives_lasting = False
    assert "granted temporary access only" in sign_in(browser, provider, box)
    provider.gives_lasting = True
    assert "olga@firm.test can&#x27;t be synced" in sign_in(browser, provider, box, user="else@firm.test")
    assert (box.sealed_password, box.active) == ("", False)


def test_a_folder_by_another_name_is_named_and_the_sign_in_kept(browser: Client, provider: MailProvider) -> None:
    box = add(browser, folders="INBOX, Gesendet")
    said = sign_in(browser, provider, box)
    assert "These folders don&#x27;t exist: Gesendet. Available folders: INBOX, Sent. Edit the folders" in said
    assert (bool(box.sealed_password), box.active) == (True, False)
    form = {
        "address": "olga@firm.test", "privacy": "open", "folders": "INBOX, Sent", "since": "2026-11-01", "active": "on",
        "version": box.version,
    }  # fmt: skip
    edit = reverse("mailbox-edit", args=[box.pk])
    wrong = browser.post(edit, form | {"folders": "Weg"})
    assert wrong.status_code == 422
    assert "These folders don&#x27;t exist: Weg." in wrong.content.decode()
    assert browser.post(edit, form).status_code == 302
    box.refresh_from_db()
    assert box.active
    assert not sync_mailbox(mailbox=box, now=timezone.now()).failure


def test_mails_are_sent_by_the_same_sign_in(
    browser: Client, owner: User, provider: MailProvider, settings: Any
) -> None:
    class TakesTokens(Kept):
        async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
            user, bearer = base64.b64decode(args[1]).decode().strip("\1").split("\1")
            token = bearer.removeprefix("auth=Bearer ")
            if provider.opening.get(token) == user.removeprefix("user="):
                return AuthResult(success=True)
            await server.push("334 " + base64.b64encode(b'{"status":"400"}').decode())
            await server._reader.readline()
            return AuthResult(success=False, handled=False)

    kept = TakesTokens()
    port = free_port()
    controller = Controller(kept, hostname="localhost", port=port, auth_require_tls=False, auth_required=True)
    controller.start()
    try:
        settings.MAIL_PROVIDERS["other"]["smtp_port"] = port
        box = add(browser)
        Mailbox.objects.filter(pk=box.pk).update(smtp_security="plain")  # this server has no certificate
        box.refresh_from_db()
        sign_in(browser, provider, box)
        write_mail(
            account=Account.objects.get(), contacts=[Contact.objects.get()], subject="Hello", text="Hi", by=owner,
            now=DAY, mailbox=box,
        )  # fmt: skip
        Mailbox.objects.filter(pk=box.pk).update(user_name="else@firm.test")
        assert send_waiting(now=timezone.now()) == 0
        assert "535" in MailMessage.objects.get().failure
        Mailbox.objects.filter(pk=box.pk).update(user_name="olga@firm.test")
        assert send_waiting(now=timezone.now()) == 1
        assert kept.mails[0].rcpt_tos == ["conny@brewery.test"]
    finally:
        controller.stop()


def test_a_provider_that_the_operator_took_away_is_missed_in_words(
    browser: Client, provider: MailProvider, settings: Any
) -> None:
    box = add(browser)
    sign_in(browser, provider, box)
    settings.MAIL_PROVIDERS = {}
    assert browser.get(f"{reverse('mailbox-new')}?provider=other").status_code == 404
    assert "no longer registered" in sync_mailbox(mailbox=box, now=timezone.now()).failure
    page = browser.get(reverse("mailbox-sign-in", args=[box.pk]), follow=True).content.decode()
    assert "no longer registered with the provider" in page


def test_providers_are_known_by_what_the_operator_set() -> None:
    assert mail_providers({}) == {}
    both = mail_providers({
        "ACCORD_MAIL_MICROSOFT_CLIENT_ID": "m", "ACCORD_MAIL_MICROSOFT_TENANT": "firm",
        "ACCORD_MAIL_GOOGLE_CLIENT_ID": "g", "ACCORD_MAIL_GOOGLE_SECRET": "s",
    })  # fmt: skip
    assert both["microsoft"]["token_url"] == "https://login.microsoftonline.com/firm/oauth2/v2.0/token"
    assert (both["google"]["client_id"], both["google"]["secret"]) == ("g", "s")
    with pytest.raises(ValueError, match="ACCORD_MAIL_OTHER_TOKEN_URL, ACCORD_MAIL_OTHER_SCOPE"):
        mail_providers({
            "ACCORD_MAIL_OTHER_CLIENT_ID": "o", "ACCORD_MAIL_OTHER_NAME": "Post",
            "ACCORD_MAIL_OTHER_AUTHORIZE_URL": "https://post.test/a", "ACCORD_MAIL_OTHER_IMAP_HOST": "i",
            "ACCORD_MAIL_OTHER_SMTP_HOST": "s",
        })  # fmt: skip


def test_each_provider_makes_a_mailbox_that_is_off_until_the_sign_in(settings: Any, owner: User) -> None:
    settings.MAIL_PROVIDERS = mail_providers({f"ACCORD_MAIL_{key}_CLIENT_ID": "x" for key in ("MICROSOFT", "GOOGLE")})
    for provider in providers().values():
        box = provider.blank(owner)
        assert not box.active
        assert box.since == timezone.localdate()
        box.full_clean(exclude=["owner"])
