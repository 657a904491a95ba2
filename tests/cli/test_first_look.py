"""`accord serve` on a new home, as it is first run: a real process in production, with a terminal and without."""

from __future__ import annotations

import contextlib
import html
import http.cookiejar
import os
import pty
import re
import select
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import ACCORD, Installation, answers, free_port, stop, wait_until

PASSWORD = "correct-horse-battery"


class Browser:
    """Just enough of a browser: cookies, forms, redirects."""

    def __init__(self) -> None:
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, url: str) -> tuple[int, str, str]:
        return self._open(urllib.request.Request(url))

    def post(self, url: str, page: str, **values: str | list[str]) -> tuple[int, str, str]:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **values}, doseq=True).encode()
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url))
        return self._open(urllib.request.Request(url, data, {"Origin": origin, "Referer": url}))

    def _open(self, request: urllib.request.Request) -> tuple[int, str, str]:
        try:
            with self.opener.open(request, timeout=60) as response:
                return response.status, response.url, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.url or "", error.read().decode()


FORM: dict[str, str | list[str]] = {
    "name": "Ada Firm", "email": "ada@firm.test", "password": PASSWORD, "again": PASSWORD, "firm_name": "Ada & Söhne",
    "time_zone": "Europe/Berlin", "currency": "CHF", "days": ["0", "1", "2", "3"], "hours": "8-12, 13-17",
}  # fmt: skip


def log_of(installation: Installation) -> str:
    return (installation.home / "serve.log").read_text()


def test_serve_without_a_terminal_ends_in_a_page_that_works(installation: Installation) -> None:
    # Production, nothing set: as README and `make serve` have it.
    with installation.serving("--workers", "1", command="serve", ACCORD_ENV="production"):
        wait_until(lambda: "Only this machine can reach it" in log_of(installation), 20, "the address")
        log = log_of(installation)
        address = re.search(r"Accord is at (http://\S+) ", log)
        assert address, log
        assert "Only this machine can reach it" in log
        link = re.search(r"^ +(http://\S+/set-up/\S+)$", log, re.M)
        assert link, log
        assert link[1].startswith(address[1])

        browser = Browser()
        status, url, page = browser.get(address[1])
        assert (status, url.partition("?")[0]) == (200, f"{address[1]}/sign-in/login/")
        assert "no administrator yet" in page
        status, _, page = browser.get(link[1])
        assert status == 200
        status, _, wrong = browser.post(link[1], page, **FORM | {"again": "something else", "hours": "17-8"})
        assert status == 422
        assert "match" in html.unescape(wrong)
        assert installation.query("SELECT count(*) FROM people_user") == [(0,)]
        status, url, home = browser.post(link[1], page, **FORM)
        assert (status, url) == (200, f"{address[1]}/"), home[:2000]
        assert "Ada &amp; Söhne" in home
        firm = installation.query("SELECT name, currency, time_zone FROM people_firm")
        assert firm == [("Ada & Söhne", "CHF", "Europe/Berlin")]
        week = installation.python(
            "from accord.people.models import Firm, User; print(Firm.current().calendar.week);"
            "u = User.objects.get(); print(u.roles, u.time_zone)"
        )
        assert week.splitlines() == [
            str([[[480, 720], [780, 1020]]] * 4 + [[]] * 3),
            "['administrator'] Europe/Berlin",
        ]

        # Once used, the link is void, for strangers and for whoever used it.
        status, _, page = Browser().get(link[1])
        assert status == 404
        assert "no longer works" in page
    with installation.serving("--workers", "1", command="serve", ACCORD_ENV="production"):
        assert (
            log_of(installation).count("Set up Accord in the browser") == 1
        )  # the first; now there is an administrator


def test_set_up_links_expire_and_are_bound_to_an_empty_installation(installation: Installation) -> None:
    code = (
        "from datetime import timedelta; from unittest.mock import patch; from django.core import signing; import time;"
        "from accord.people.set_up_link import new_set_up_token as new, opens_set_up as opens;"
        "token = new(); print(opens(token), opens(token + 'x'), opens(''));"
        "now = time.time();\n"
        "with patch('django.core.signing.time.time', lambda: now + 86401): print(opens(token))\n"
        "from accord.people.actions.invite_user import invite_user as invite;"
        "invite(email='m@firm.test', name='M', roles=['member'], by=None); print(opens(token), opens(new()));"
        "a = invite(email='a@firm.test', name='A', roles=['administrator'], by=None); print(opens(new()));"
        "a.is_active = False; a.save(); print(opens(new()))"
    )
    said = installation.python(code).splitlines()
    assert said == ["True False False", "False", "False True", "False", "False"]


@contextlib.contextmanager
def at_a_terminal(installation: Installation, *arguments: str, **environment: str) -> Iterator[int]:
    """``accord ARGUMENTS`` with a terminal to type at."""
    installation.take_static_files()
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*ACCORD, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, cwd=installation.home, text=True,
        env=installation.environment(ACCORD_ENV="production", **environment), start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield ours
    finally:
        stop(process)
        os.close(ours)


def read_until(terminal: int, words: str, seconds: float = 180) -> str:
    said, deadline = "", time.monotonic() + seconds
    while words not in said:
        assert time.monotonic() < deadline, said
        if select.select([terminal], [], [], 1)[0]:
            said += os.read(terminal, 65536).decode(errors="replace")
    return said


def enter_administrator(terminal: int, password: str, next_words: str = "Email address") -> str:
    """Answer the questions at the terminal; returns what it says until ``next_words``."""
    os.write(terminal, b"ada@firm.test\n")
    for prompt in ("Password", "Repeat"):
        read_until(terminal, prompt)
        time.sleep(0.2)  # the echo is inactive after the prompt
        os.write(terminal, f"{password}\n".encode())
    return read_until(terminal, next_words)


@pytest.mark.parametrize("way", ["terminal", "browser"])
@pytest.mark.skipif(not Path("/dev/ptmx").exists(), reason="needs pseudo terminals")
def test_serve_at_a_terminal_asks_or_gives_the_link(installation: Installation, way: str) -> None:
    port = free_port()
    with at_a_terminal(installation, "serve", "--workers", "1", "--port", str(port)) as terminal:
        read_until(terminal, "Email address of the first administrator")
        if way == "terminal":
            refused = enter_administrator(terminal, "short")
            assert "too short" in refused  # and asked again, where the command used to end
            said = enter_administrator(terminal, PASSWORD, next_words="Only this machine can reach it")
        else:
            os.write(terminal, b"\n")
            said = read_until(terminal, "Only this machine can reach it")
        address = f"http://localhost:{port}"
        assert f"Accord is at {address} " in said
        assert answers(f"{address}/up")  # it is shown once it works
        if way == "terminal":
            assert "the first administrator, ada@firm.test." in said
            browser = Browser()
            url = f"{address}/sign-in/login/"
            _, _, page = browser.get(url)
            status, url, home = browser.post(url, page, login="ada@firm.test", password=PASSWORD)
            assert (status, url) == (200, f"{address}/"), home[:2000]
        else:
            link = re.search(r"(http://\S+/set-up/\S+)", said)
            assert link
            assert Browser().get(link[1])[0] == 200


@pytest.mark.parametrize(
    ("environment", "https", "hosts"),
    [
        ({"ACCORD_LISTEN": "127.0.0.1"}, False, "localhost,127.0.0.1,[::1]"),
        ({"ACCORD_LISTEN": "::1"}, False, "localhost,127.0.0.1,[::1]"),
        ({"ACCORD_LISTEN": "127.0.0.1", "ACCORD_ORIGINS": "http://localhost:8000"}, False, "localhost,127.0.0.1,[::1]"),
        ({"ACCORD_LISTEN": "0.0.0.0"}, True, "localhost,127.0.0.1,[::1]"),
        ({}, True, "localhost,127.0.0.1,[::1]"),
        ({"ACCORD_LISTEN": "127.0.0.1", "ACCORD_HOSTS": "accord.firm.test"}, True, "accord.firm.test"),
        ({"ACCORD_LISTEN": "127.0.0.1", "ACCORD_ORIGINS": "https://accord.firm.test"}, True, "accord.firm.test"),
        ({"ACCORD_LISTEN": "127.0.0.1", "ACCORD_BEHIND_PROXY": "1"}, True, "localhost,127.0.0.1,[::1]"),
        ({"ACCORD_LISTEN": "127.0.0.1", "ACCORD_HTTPS": "1"}, True, "localhost,127.0.0.1,[::1]"),
    ],
)
def test_plain_http_only_where_nobody_else_can_listen(
    tmp_path: Path, environment: dict[str, str], https: bool, hosts: str
) -> None:
    said = Installation(tmp_path).python(
        "from django.conf import settings as s; print(s.HTTPS, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE,"
        "s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.ACCOUNT_DEFAULT_HTTP_PROTOCOL == 'https');"
        "print(','.join(s.ALLOWED_HOSTS))",
        ACCORD_ENV="production",
        **environment,
    )
    assert said.splitlines() == [" ".join([str(https)] * 6), hosts]


def test_serving_to_a_network_without_a_name_is_refused(installation: Installation) -> None:
    for command in ("serve", "web"):
        done = installation.run(command, "--host", "0.0.0.0", "--port", str(free_port()), ACCORD_ENV="production")
        assert done.returncode == 1
        assert "ACCORD_ORIGINS=https://" in done.stderr
        assert done.stderr.count("\n") == 1
