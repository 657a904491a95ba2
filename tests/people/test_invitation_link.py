"""The link of an invitation, from opening it to signing in: no page of it is a dead end."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accord.people.models import Role, User
from accord.people.sign_in_link import sign_in_path

pytestmark = pytest.mark.django_db
TEMPLATES = [
    "account/account_inactive.html",
    "socialaccount/login_cancelled.html",
    "socialaccount/authentication_error.html",
]
PASSWORD = "liest gern am Fluss 7"


@pytest.fixture
def jonas() -> User:
    return User.objects.create_user("jonas@firm.test", name="Jonas Weber", roles=[Role.MEMBER])


def text_of(answer: Any) -> str:
    page = answer.content.decode().split('<main id="main">', 1)[1].split("</main>", 1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_whoever_opens_an_invitation_sets_a_password_and_is_led_to_sign_in(jonas: User) -> None:
    client = Client()
    page = client.get(sign_in_path(jonas), follow=True)
    assert text_of(page).startswith("Set your password You sign in with jonas@firm.test and this password.")
    assert "Change password" not in page.content.decode()
    form = page.request["PATH_INFO"]
    done = client.post(form, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    sign_in = reverse("account_login")
    assert text_of(done) == "Password set Sign in with your email address and the new password. Sign in"
    assert f'href="{sign_in}"' in done.content.decode()
    into = client.post(sign_in, {"login": "jonas@firm.test", "password": PASSWORD}, follow=True)
    assert into.status_code == 200
    assert "Signed in as Jonas Weber." in into.content.decode()


def test_a_weak_password_is_refused_on_the_page(jonas: User) -> None:
    client = Client()
    form = client.get(sign_in_path(jonas), follow=True).request["PATH_INFO"]
    refused = client.post(form, {"password1": "short", "password2": "short"})
    assert "too short" in refused.content.decode()
    assert "Set your password" in refused.content.decode()


def test_a_used_link_says_what_to_do(jonas: User) -> None:
    link = sign_in_path(jonas)
    client = Client()
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    page = Client().get(link, follow=True)
    assert text_of(page).startswith("This link doesn’t work A link to set a password works once")
    for name in ("account_login", "account_reset_password"):
        assert f'href="{reverse(name)}"' in page.content.decode()


@pytest.mark.parametrize("name", TEMPLATES)
def test_whoever_is_not_let_in_is_led_back_to_sign_in(name: str) -> None:
    page = render_to_string(name)
    assert f'href="{reverse("account_login")}"' in page
    for odd in ("third-party", "Third-Party", "our site", "We are"):
        assert odd not in page


def test_whoever_is_unknown_to_the_firm_is_led_back_to_sign_in() -> None:
    page = Client().get(reverse("account_signup")).content.decode()
    assert "Ask your administrator to invite you." in page
    assert f'href="{reverse("account_login")}"' in page
