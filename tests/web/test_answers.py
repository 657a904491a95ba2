"""What every answer says to browsers and proxies: keep nothing, and whose cookies these are."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.factories import browser_of
from tests.installation import Installation
from tests.world import World

pytestmark = pytest.mark.django_db


def test_an_answer_that_nothing_is_there_is_not_kept(world: tuple[World, dict[str, Any]]) -> None:
    """Of all other answers `test_permissions` says so, for every route, role and method."""
    client = browser_of(world[0].administrator)
    for path in ("/accounts/987654321/", "/no-such-page", "/api/no-such-answer"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "no-store" in answer["Cache-Control"], path


def test_an_answer_to_a_key_is_not_kept_either(world: tuple[World, dict[str, Any]]) -> None:
    answer = Client().get("/api/people/me", headers={"Authorization": "Bearer key-Ours"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_what_is_nobody_s_may_be_kept() -> None:
    with override_settings(WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True):
        answer = Client().get(f"{settings.STATIC_URL}brand/mark.svg")
    assert answer.status_code == 200
    assert "no-store" not in answer.get("Cache-Control", "")


ASK = """
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
from django.test import Client
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpResponse
from django.test import RequestFactory
from accord.web.projects.visits import remember_visit
from accord.web.shell.messages import MessageCookie

shown = HttpResponse()
request = RequestFactory().get("/")
remember_visit(request, shown, 7)
MessageCookie(request)._store([Message(constants.INFO, "Saved.")], shown)
page = Client(headers={"host": "localhost"}).get("/sign-in/login/", secure=settings.HTTPS)
print(settings.SESSION_COOKIE_NAME)
for cookie in [*shown.cookies.values(), *page.cookies.values()]:
    print(cookie.key, cookie["path"], bool(cookie["secure"]), repr(cookie["domain"]))
"""


def cookies(installation: Installation, https: str) -> list[str]:
    return installation.python(ASK, ACCORD_HTTPS=https, ACCORD_LOG_LEVEL="CRITICAL").splitlines()


@pytest.mark.one_database
def test_over_tls_cookies_are_of_this_host_alone(installation: Installation) -> None:
    assert cookies(installation, "1") == [
        "__Host-sessionid",
        "__Secure-plan-7 /projects/7/ True ''",
        "__Host-messages / True ''",
        "__Host-csrftoken / True ''",
    ]


@pytest.mark.one_database
def test_over_plain_http_they_have_plain_names(installation: Installation) -> None:
    """A browser would refuse the others there, and nobody could sign in to the demo."""
    assert cookies(installation, "0") == [
        "sessionid",
        "plan-7 /projects/7/ False ''",
        "messages / False ''",
        "csrftoken / False ''",
    ]
