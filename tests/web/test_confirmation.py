"""Who gives somebody a way in confirms first who they are; what they sent is not lost meanwhile."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accord.core.models import SecurityEvent
from accord.core.security import Kind
from accord.people.models import ApiToken, Firm, Role, User
from tests.factories import browser_of
from tests.web.confirmed import confirmed
from tests.web.forms_as_browser import sent_by
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db

INVITATION = {"name": "Nele New", "email": "nele@firm.test", "roles": ["administrator"], "time_zone": "UTC"}
NEW, KEY = "/settings/users/new", "/profile/keys/new"
LOGIN = {"login": "ada@firm.test", "password": PASSWORD}


@pytest.fixture
def ada(db: Any) -> User:
    user = User(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def client(ada: User) -> Client:
    """Signed in by the page, as people do."""
    browser = Client()
    assert browser.post(reverse("account_login"), LOGIN).status_code == 302
    return browser


def values(client: Client, url: str, more: dict[str, Any]) -> dict[str, Any]:
    page = client.get(url)
    assert page.status_code == 200
    return sent_by(page.content.decode(), url) | more


def test_a_user_is_made_once_the_password_is_given_again(client: Client) -> None:
    asked = client.post(NEW, values(client, NEW, INVITATION))
    assert asked.status_code == 302
    assert asked["Location"] == f"/sign-in/reauthenticate/?next={NEW.replace('/', '%2F')}"
    assert not User.objects.filter(email="nele@firm.test").exists()
    page = client.get(asked["Location"]).content.decode()
    assert "Confirm your identity" in page
    assert "What you entered is saved until then." in page
    confirmation = sent_by(page, "/sign-in/reauthenticate/")
    wrong = client.post("/sign-in/reauthenticate/", confirmation | {"password": "something else"})
    assert wrong.status_code == 200
    assert not User.objects.filter(email="nele@firm.test").exists()
    done = client.post("/sign-in/reauthenticate/", confirmation | {"password": PASSWORD})
    assert (done.status_code, done["Location"]) == (302, reverse("settings"))
    made = User.objects.get(email="nele@firm.test")
    assert (made.name, made.roles) == ("Nele New", ["administrator"])


def test_in_the_drawer_the_whole_page_goes_there(client: Client) -> None:
    drawer = {"HX-Request": "true", "HX-Target": "drawer-body"}
    asked = client.post(NEW, values(client, NEW, INVITATION), headers=drawer)
    assert asked.status_code == 204
    following = asked["HX-Redirect"]
    confirmation = sent_by(client.get(following).content.decode(), "/sign-in/reauthenticate/")
    done = client.post("/sign-in/reauthenticate/", confirmation | {"password": PASSWORD})
    assert (done.status_code, done["Location"]) == (302, reverse("settings"))  # a page's answer, not the drawer's
    assert User.objects.filter(email="nele@firm.test").exists()


def test_what_waits_holds_no_proof_of_identity(client: Client) -> None:
    client.post(NEW, values(client, NEW, INVITATION))
    waiting = client.session["account_reauthentication_state"]["request"]
    assert client.session.session_key not in waiting
    assert "HTTP_COOKIE" not in waiting


def test_within_five_minutes_nobody_is_asked_twice(ada: User) -> None:
    for seconds, answer in ((290, reverse("settings")), (310, "/sign-in/")):
        User.objects.filter(email="nele@firm.test").delete()
        client = confirmed(Client(), ada, seconds)
        assert client.post(NEW, values(client, NEW, INVITATION))["Location"].startswith(answer)


def test_roles_ask_and_a_name_does_not(client: Client, ada: User) -> None:
    other = User.objects.create(email="mo@firm.test", name="Mo", roles=["member"], password="!")
    url = reverse("user-edit", args=[other.pk])
    sent = values(client, url, {"name": "Moritz"})
    assert client.post(url, sent)["Location"] == reverse("settings")
    for change in ({"roles": ["administrator"]}, {"email": "mine@evil.test"}, {"is_active": []}):
        asked = client.post(url, values(client, url, change))
        assert asked["Location"].startswith("/sign-in/reauthenticate/"), change
    other.refresh_from_db()
    assert (other.name, other.email, other.roles, other.is_active) == ("Moritz", "mo@firm.test", ["member"], True)


def test_a_key_is_made_and_shown_once_the_password_is_given_again(client: Client) -> None:
    asked = client.post(KEY, values(client, KEY, {"name": "clock"}))
    assert not ApiToken.objects.exists()
    confirmation = sent_by(client.get(asked["Location"]).content.decode(), "/sign-in/reauthenticate/")
    shown = client.post("/sign-in/reauthenticate/", confirmation | {"password": PASSWORD})
    assert shown.status_code == 200
    token = ApiToken.objects.get()
    assert (token.name, str(shown.context["token"])) == ("clock", str(token))
    assert shown.context["key"] in shown.content.decode()


def test_a_second_factor_is_enrolled_only_then(client: Client) -> None:
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name))["Location"].startswith("/sign-in/"), name
    confirmation = sent_by(client.get("/sign-in/reauthenticate/").content.decode(), "/sign-in/reauthenticate/")
    assert client.post("/sign-in/reauthenticate/", confirmation | {"password": PASSWORD}).status_code == 302
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_code_will_do_for_those_who_have_a_second_factor(client: Client, ada: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    assert Authenticator.objects.filter(user=ada).exists()
    asked = client.post(NEW, values(client, NEW, INVITATION))
    offered = client.get(asked["Location"]).content.decode()
    other = f"/sign-in/2fa/reauthenticate/?next={NEW.replace('/', '%2F')}"
    assert other in offered
    sent = sent_by(client.get(other).content.decode(), "/sign-in/2fa/reauthenticate/")
    assert client.post("/sign-in/2fa/reauthenticate/", sent | {"code": "000000"}).status_code == 200
    assert not User.objects.filter(email="nele@firm.test").exists()
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    done = client.post("/sign-in/2fa/reauthenticate/", sent | {"code": code})
    assert done["Location"] == reverse("settings")
    assert User.objects.filter(email="nele@firm.test").exists()


class Provider:
    """As much of a single sign-on as confirming needs."""

    def __init__(self) -> None:
        self.who, self.asked_at = "ada@firm.test", None
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(
                    {
                        "issuer": provider.address,
                        "authorization_endpoint": f"{provider.address}/authorize",
                        "token_endpoint": f"{provider.address}/token",
                        "userinfo_endpoint": f"{provider.address}/who",
                        "jwks_uri": f"{provider.address}/keys",
                    }
                    if self.path.startswith("/.well-known")
                    else {"sub": provider.who, "email": provider.who, "email_verified": True, "name": "Ada"}
                )

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer({"access_token": "t", "token_type": "Bearer"} | provider.id_token())

            def answer(self, values: dict[str, Any]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(values).encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def id_token(self) -> dict[str, str]:
        if self.asked_at is None:
            return {}
        import jwt

        now = int(time.time())
        claims = {"iss": self.address, "aud": "accord", "sub": self.who, "exp": now + 60, "iat": now}
        return {"id_token": jwt.encode(claims | {"auth_time": self.asked_at}, "x" * 40, algorithm="HS256")}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    app = {
        "provider_id": "oidc", "name": "Firm login", "client_id": "accord", "secret": "s",
        "settings": {"server_url": made.address},
    }  # fmt: skip
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def single(ada: User, provider: Provider) -> Client:
    """Signed in by single sign-on, without a password here."""
    ada.set_unusable_password()
    ada.save()
    client = Client()
    led = client.post("/sign-in/oidc/oidc/login/")
    assert led["Location"].startswith(f"{provider.address}/authorize")
    assert back(client, led["Location"])["Location"] == "/"
    return client


def back(client: Client, url: str) -> Any:
    state = parse_qs(urlsplit(url).query)["state"][0]
    return client.get("/sign-in/oidc/oidc/login/callback/", {"code": "c", "state": state})


def test_without_a_password_the_single_sign_on_confirms(single: Client, provider: Provider) -> None:
    asked = single.post(NEW, values(single, NEW, INVITATION))
    assert asked["Location"].startswith("/sign-in/confirmation/?next=")
    page = single.get(asked["Location"]).content.decode()
    assert "Sign in at Firm login once more" in page
    led = single.post("/sign-in/confirmation/", sent_by(page, "/sign-in/confirmation/"))
    question = parse_qs(urlsplit(led["Location"]).query)
    assert (question["prompt"], question["max_age"]) == (["login"], ["0"])
    returned = back(single, led["Location"])
    assert returned["Location"].startswith("/sign-in/confirmed/")
    done = single.get(returned["Location"])
    assert done["Location"] == reverse("settings")
    assert User.objects.filter(email="nele@firm.test").exists()


@pytest.mark.parametrize("what", ["another person", "long ago", "never came back"])
def test_otherwise_nothing_is_done(single: Client, provider: Provider, what: str) -> None:
    User.objects.create(email="mo@firm.test", name="Mo", roles=["member"], password="!")
    asked = single.post(NEW, values(single, NEW, INVITATION))
    sent = sent_by(single.get(asked["Location"]).content.decode(), "/sign-in/confirmation/")
    led = single.post("/sign-in/confirmation/", sent)
    if what == "another person":
        provider.who = "mo@firm.test"
    if what == "long ago":
        provider.asked_at = int(time.time()) - 3600
    if what != "never came back":
        back(single, led["Location"])
    answer = single.get(f"/sign-in/confirmed/?next={NEW}")
    assert answer["Location"] == NEW
    assert not User.objects.filter(email="nele@firm.test").exists()


def test_allauth_s_pages_ask_them_too(single: Client) -> None:
    """Allauth takes it that the provider has done enough; a page that makes requests in their name has not."""
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "account_set_password"):
        assert single.get(reverse(name))["Location"].startswith("/sign-in/confirmation/"), name
        assert single.post(reverse(name))["Location"].startswith("/sign-in/confirmation/"), name


CONNECT = "/sign-in/oidc/oidc/login/?process=connect"


def connected(user: User, uid: str) -> SocialAccount:
    return SocialAccount.objects.create(user=user, provider="oidc", uid=uid)


def test_nobody_connects_an_identity_without_the_password(client: Client, ada: User, provider: Provider) -> None:
    provider.who = "eve@evil.test"
    asked = back(client, client.post(CONNECT)["Location"])
    assert asked["Location"] == "/sign-in/reauthenticate/"
    assert not SocialAccount.objects.exists()
    assert not SecurityEvent.objects.filter(kind=Kind.IDENTITY_ADDED).exists()
    wrong = sent_by(client.get(asked["Location"]).content.decode(), "/sign-in/reauthenticate/")
    assert client.post("/sign-in/reauthenticate/", wrong | {"password": "guess"}).status_code == 200
    assert not SocialAccount.objects.exists()
    client.post("/sign-in/reauthenticate/", wrong | {"password": PASSWORD})
    assert SocialAccount.objects.get().user == ada
    told = SecurityEvent.objects.get(kind=Kind.IDENTITY_ADDED)
    assert (told.user_id, told.actor_id, told.detail) == (
        ada.pk,
        ada.pk,
        {"provider": "oidc", "identity": provider.who},
    )
    [letter] = mail.outbox
    assert (letter.to, "Single sign-on connected" in letter.subject) == (["ada@firm.test"], True)


def test_nobody_disconnects_one_without_the_password_either(client: Client, ada: User, provider: Provider) -> None:
    form = {"account": connected(ada, "ada").pk}
    asked = client.post("/sign-in/3rdparty/", form)
    assert asked["Location"].startswith("/sign-in/reauthenticate/")
    assert SocialAccount.objects.exists()
    client = confirmed(Client(), ada)
    client.post("/sign-in/3rdparty/", form)
    assert not SocialAccount.objects.exists()
    assert SecurityEvent.objects.get(kind=Kind.IDENTITY_REMOVED).user_id == ada.pk
    assert "Single sign-on disconnected" in mail.outbox[-1].subject


@pytest.mark.parametrize("has_factor", [False, True])
def test_a_connected_identity_does_not_stand_in_for_the_password(
    client: Client, ada: User, provider: Provider, has_factor: bool
) -> None:
    """Not by the page's way, and not by allauth's own, which anybody can call."""
    connected(ada, "eve@evil.test")
    provider.who = "eve@evil.test"
    if has_factor:
        TOTP.activate(ada, generate_totp_secret())
    assert client.post("/sign-in/confirmation/")["Location"].startswith("/sign-in/reauthenticate/")
    assert client.get("/sign-in/confirmation/")["Location"].startswith("/sign-in/reauthenticate/")
    back(client, client.post("/sign-in/oidc/oidc/login/?process=redirect")["Location"])
    assert client.post(NEW, values(client, NEW, INVITATION))["Location"].startswith("/sign-in/reauthenticate/")
    assert not User.objects.filter(email="nele@firm.test").exists()
    assert not any(each["method"] == "socialaccount" for each in client.session["account_authentication_methods"])


def confirm(client: Client) -> bool:
    back(client, client.post("/sign-in/confirmation/")["Location"])
    return any(each.get("reauthenticated") for each in client.session["account_authentication_methods"])


@pytest.mark.parametrize("since_sign_in", [False, True])
def test_an_identity_connected_since_the_sign_in_proves_nothing(
    single: Client, ada: User, provider: Provider, since_sign_in: bool
) -> None:
    connected(ada, "other")
    if not since_sign_in:
        SocialAccount.objects.update(date_joined=timezone.now() - timedelta(days=1))
    provider.who = "other"
    assert confirm(single) is not since_sign_in


def test_only_who_was_sent_there_to_confirm_has_confirmed(single: Client, provider: Provider) -> None:
    """The provider answers for a session of its own without asking anybody, unless it is told to ask."""
    back(single, single.post("/sign-in/oidc/oidc/login/?process=redirect")["Location"])
    assert single.post(NEW, values(single, NEW, INVITATION))["Location"].startswith("/sign-in/confirmation/")
    assert confirm(single)


def test_without_a_password_here_one_confirms_before_connecting(single: Client, ada: User, provider: Provider) -> None:
    assert single.post("/sign-in/3rdparty/", {"account": 1})["Location"].startswith("/sign-in/confirmation/")
    asked = single.post(CONNECT)["Location"]
    assert asked.startswith("/sign-in/confirmation/")
    sent = sent_by(single.get(asked).content.decode(), "/sign-in/confirmation/")
    returned = back(single, single.post("/sign-in/confirmation/", sent)["Location"])
    led = single.get(returned["Location"])["Location"]  # what waited is done: on to connect
    provider.who = "other"
    session = single.session
    session["account_authentication_methods"][-1]["at"] -= 301  # too long ago, when they come back at last
    session.save()
    assert back(single, led)["Location"] == "/"
    assert not SocialAccount.objects.exists()
    session = single.session
    session["account_authentication_methods"][-1]["at"] += 301
    session.save()
    back(single, single.post(CONNECT)["Location"])
    assert SocialAccount.objects.get().user == ada


def test_confirming_there_does_not_excuse_from_the_second_factor(ada: User, provider: Provider) -> None:
    Firm.objects.update_or_create(pk=Firm.current().pk, defaults={"mfa_roles": [Role.ADMINISTRATOR]})
    browser = confirmed(Client(), ada)
    for more, answer in (({"reauthenticated": True}, 302), ({}, 200)):
        session = browser.session
        session["account_authentication_methods"] = [{"method": "socialaccount", "at": time.time(), **more}]
        session.save()
        assert browser.get("/settings/firm").status_code == answer


def test_who_has_no_way_to_confirm_signs_in_again(ada: User) -> None:
    ada.set_unusable_password()
    ada.save()
    client = browser_of(ada)
    assert client.post(NEW, INVITATION)["Location"].startswith("/sign-in/login/")
    assert client.get("/")["Location"].startswith("/sign-in/login/")
    assert not User.objects.filter(email="nele@firm.test").exists()


def test_programs_have_no_way_to_do_these() -> None:
    """A key does much, but makes neither users nor keys; if the API learns to, this says so."""
    from accord.api.api import api

    paths = list(api.get_openapi_schema()["paths"])
    assert paths
    parts = {part for path in paths for part in path.split("/") if not part.startswith("{")}
    assert not {part for part in parts if re.search("user|role|key|token|mfa|factor", part)}
