"""Two posts of one form at the very same moment, to two real processes on the database that ``DATABASE_URL`` names."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
import requests

from tests.installation import Installation
from tests.web.forms_as_browser import sent_by

ROUNDS = 20
SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from accord.people.models import Role, User
user = User.objects.create(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR], password="!")
session = SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


class Browser:
    """Somebody signed in, who can press a button twice at once."""

    def __init__(self, address: str, session: str) -> None:
        self.address, self.session = address, session

    def form(self, path: str) -> tuple[dict[str, list[str]], dict[str, str]]:
        """What the form of a page sends, and the cookies of who looks at it."""
        page = requests.get(self.address + path, cookies={"sessionid": self.session}, timeout=60)
        assert page.status_code == 200, page.text[:500]
        sent = sent_by(page.text, path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        sent["csrfmiddlewaretoken"] = [token[1]]
        return sent, {"sessionid": self.session, "csrftoken": page.cookies["csrftoken"]}

    def post(self, path: str, *forms: tuple[dict[str, list[str]], dict[str, str]]) -> list[requests.Response]:
        """All of them at the same moment."""
        answers: list[requests.Response] = []
        gate = threading.Barrier(len(forms))

        def send(sent: dict[str, list[str]], cookies: dict[str, str]) -> None:
            with requests.Session() as connection:
                connection.get(f"{self.address}/up", timeout=60)  # the connection is open before the race begins
                gate.wait()
                url = self.address + path
                answers.append(connection.post(url, data=sent, cookies=cookies, allow_redirects=False, timeout=60))

        threads = [threading.Thread(target=send, args=form) for form in forms]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(90)
        return answers


@pytest.fixture
def browser(installation: Installation) -> Iterator[Browser]:
    session = installation.python(SIGN_IN).strip()
    with installation.serving("--workers", "2", command="web") as address:
        yield Browser(address, session)


def test_two_at_once_make_one(browser: Browser, installation: Installation) -> None:
    """An account, of which there could be two, and a skill, whose name is taken by the first of them."""
    for number in range(ROUNDS):
        sent, cookies = browser.form("/accounts/new")
        sent["name"] = [f"Both Ltd {number}"]
        answers = browser.post("/accounts/new", (sent, cookies), (sent, cookies))
        assert [answer.status_code for answer in answers] == [302, 302]
        made = installation.query(f"SELECT id FROM accounts_account WHERE name = 'Both Ltd {number}'")
        assert len(made) == 1
        assert {answer.headers["Location"] for answer in answers} == {f"/accounts/{made[0][0]}/"}
    for number in range(ROUNDS):
        sent, cookies = browser.form("/people/skills/new")
        sent["name"] = [f"Brewing {number}"]
        answers = browser.post("/people/skills/new", (sent, cookies), (sent, cookies))
        assert [answer.status_code for answer in answers] == [302, 302]
        assert len(installation.query(f"SELECT id FROM people_skill WHERE name = 'Brewing {number}'")) == 1
    # Two forms with the same name are two actions: one is refused in words, at its field, whoever looked first.
    for number in range(ROUNDS):
        forms = [browser.form("/people/skills/new") for _ in range(2)]
        for sent, _ in forms:
            sent["name"] = [f"Malting {number}"]
        answers = browser.post("/people/skills/new", *forms)
        assert sorted(answer.status_code for answer in answers) == [302, 422]
        assert any("already exists" in answer.text for answer in answers)
