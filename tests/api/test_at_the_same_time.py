"""Two real web processes on one database: what one counts and stores the other knows."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from tests.installation import Installation

MADE = """
from accord.people.models import ApiToken, User
user = User.objects.create_user("am@firm.test", "correct horse battery", name="Am", roles=["administrator"])
ApiToken.objects.create(user=user, name="clock", hash=ApiToken.digest("accord_am"))
"""


def send(url: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
    """Status, JSON and headers of one request; a POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null"), error.headers


def at_once(number: int, one: Any) -> list[Any]:
    """What ``number`` calls of ``one`` give that begin together."""
    together, found = threading.Barrier(number), []

    def run() -> None:
        together.wait()
        found.append(one())

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_requests_at_the_same_time_and_processes_that_share(installation: Installation) -> None:
    installation.python(MADE)
    with installation.serving("--workers", "2", "--threads", "4", ACCORD_HTTPS="0") as address:
        # Eight requests with one key, over two processes: one account, one answer.
        key = {"Authorization": "Bearer accord_am", "Idempotency-Key": "import-7"}
        answers = at_once(8, lambda: send(f"{address}/api/accounts", {"name": "Brewery"}, **key))
        assert installation.query("SELECT count(*) FROM accounts_account") == [(1,)]
        codes = {status for status, _, _ in answers}
        assert 201 in codes
        assert codes <= {201, 409}
        made = [(body["id"], headers.get("Idempotent-Replayed")) for status, body, headers in answers if status == 201]
        assert len({pk for pk, _ in made}) == 1
        assert [replayed for _, replayed in made].count(None) == 1
        status, body, headers = send(f"{address}/api/accounts", {"name": "Brewery"}, **key)
        assert (status, body["id"], headers["Idempotent-Replayed"]) == (201, made[0][0], "true")
        # One use of the key was logged, whichever process saw it first.
        uses = "SELECT count(*) FROM core_securityevent WHERE kind = 'key_used'"
        assert installation.query(uses) == [(1,)]
        # Wrong keys are counted across processes, exactly, however many come at once.
        wrong = at_once(10, lambda: send(f"{address}/api/people/me", Authorization="Bearer accord_no")[0])
        assert wrong == [401] * 10
        for _ in range(15):
            send(f"{address}/api/people/me", Authorization="Bearer accord_no")
        assert send(f"{address}/api/people/me", Authorization="Bearer accord_no")[0] == 429
        assert send(f"{address}/api/people/me", Authorization="Bearer accord_am")[0] == 200
        # Under an attack on one account from one address, the right password comes in.
        for _ in range(8):
            assert not signs_in(address, "wrong")
        assert signs_in(address, "correct horse battery")
        failed = "SELECT count(*) FROM core_securityevent WHERE kind = 'sign_in_failed'"
        assert installation.query(failed) == [(8,)]


def signs_in(address: str, password: str) -> bool:
    """Whether the form of the sign-in page leads in."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.open(f"{address}/sign-in/login/", timeout=60).read()
    token = next(cookie.value for cookie in jar if "csrf" in cookie.name)
    fields = {"login": "am@firm.test", "password": password, "csrfmiddlewaretoken": token}
    with browser.open(f"{address}/sign-in/login/", urllib.parse.urlencode(fields).encode(), timeout=60) as answer:
        return bool(urllib.parse.urlsplit(answer.geturl()).path == "/")
