"""Disk full and a locked database: a clear answer, nothing half written, and work again without anybody's help."""

from __future__ import annotations

import contextlib
import errno
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accord.accounts.models import Account, Interaction
from accord.core.models import Event, WorkerPresence
from accord.core.storage_trouble import Trouble, trouble_of
from accord.people.models import ApiToken, Role, User
from accord.web.shell.views import up
from tests.installation import Installation

KEY = "accord_" + "k" * 43


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def driver(**values: Any) -> Exception:
    made = Exception("…")
    for name, value in values.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Trouble.FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), Trouble.FULL),
        (caused(OperationalError("database or disk is full"), driver(sqlite_errorcode=13)), Trouble.FULL),
        (caused(OperationalError("database is locked"), driver(sqlite_errorcode=5)), Trouble.BUSY),
        (caused(OperationalError("database is locked"), driver(sqlite_errorcode=517)), Trouble.BUSY),
        (OperationalError("database is locked"), Trouble.BUSY),
        (caused(OperationalError("disk I/O error"), driver(sqlite_errorcode=778)), Trouble.AWAY),
        (caused(OperationalError("…"), driver(sqlstate="53100")), Trouble.FULL),
        (caused(OperationalError("…"), driver(sqlstate="55P03")), Trouble.BUSY),
        (caused(OperationalError("…"), driver(sqlstate="57014")), Trouble.BUSY),
        (caused(OperationalError("…"), driver(sqlstate="57P03")), Trouble.AWAY),
        (caused(InterfaceError("…"), driver(sqlstate="08006")), Trouble.AWAY),
        (caused(RuntimeError("on the way"), OSError(errno.ENOSPC, "full")), Trouble.FULL),
        (caused(OperationalError("no such table: x"), driver(sqlite_errorcode=1)), None),
        (caused(OperationalError("…"), driver(sqlstate="42601")), None),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("database is locked"), None),
        (None, None),
    ],
)
def test_trouble_that_passes_is_told_from_errors_of_the_program(error: Any, trouble: Trouble | None) -> None:
    assert trouble_of(error) is trouble


def refusing(error: Exception) -> Any:
    def view(*args: Any, **kwargs: Any) -> HttpResponse:
        raise error

    return view


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "status"), [(OSError(errno.ENOSPC, "full"), 503), (ValueError("a bug"), 500)])
def test_pages_programs_and_htmx_are_answered_in_their_own_way(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User.objects.create(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
    monkeypatch.setattr("accord.web.accounts.views.lists.AccountList.get", refusing(error))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    page = client.get(reverse("accounts"))
    assert (page.status_code, page["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert ("The disk is full" in page.content.decode()) == (status == 503)
    assert page["Cache-Control"] == "no-store, private"
    for headers in ({"HX-Request": "true"}, {"Accept": "application/json"}):
        answer = client.get(reverse("accounts"), headers=headers)
        assert answer.status_code == status
        assert answer.json()["error"] == ("unavailable" if status == 503 else "server error")
    assert page.get("Retry-After") == ("30" if status == 503 else None)


def test_an_error_in_a_middleware_is_answered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = OperationalError("database is locked")
    monkeypatch.setattr("accord.web.shell.middleware.TimeZoneMiddleware.__call__", refusing(locked))
    answer = Client(raise_request_exception=False).get("/sign-in/login/")
    assert answer.status_code == 503
    assert "The database is busy" in answer.content.decode()


# --- really full


@contextlib.contextmanager
def full_database() -> Iterator[None]:
    """No room for another page: SQLite's own limit, or PostgreSQL's own error of a full disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA page_count")
            [count] = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count = {count + 4}")
            yield
            cursor.execute("PRAGMA max_page_count = 1073741823")
            return
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;"
            "CREATE TRIGGER full_disk AFTER INSERT ON core_event FOR EACH ROW EXECUTE FUNCTION full_disk();"
        )
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER full_disk ON core_event; DROP FUNCTION full_disk()")


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_refuses_whole_writes_and_recovers_unaided() -> None:
    user = User.objects.create(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
    ApiToken.objects.create(user=user, name="k", hash=ApiToken.digest(KEY))
    account = Account.objects.create(name="Brewery")
    client = Client(raise_request_exception=False)
    client.force_login(user)
    form = {"kind": "note", "direction": "out", "at": "2026-11-02T10:00", "subject": "Long", "body": "x" * 900_000}
    url, api = reverse("interaction-new", args=[account.pk]), f"/api/accounts/{account.pk}/interactions"
    program: dict[str, Any] = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {KEY}"}}
    events = Event.objects.count()
    with full_database():
        page = client.post(url, form)
        assert page.status_code == 503
        assert "The disk is full" in page.content.decode() and "Nothing was saved." in page.content.decode()
        answer = Client(raise_request_exception=False).post(
            api, json.dumps({"at": "2026-11-02T10:00:00Z", "subject": "s", "body": "x" * 900_000}), **program
        )
        assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
        assert answer.json()["message"].startswith("The disk is full. Nothing was saved.")
        assert client.get(reverse("account", args=[account.pk])).status_code == 200  # reading goes on
    assert (Interaction.objects.count(), Event.objects.count()) == (0, events)
    assert client.post(url, form).status_code == 302
    assert (
        Client()
        .post(api, json.dumps({"at": "2026-11-02T10:00:00Z", "subject": "s", "body": "x" * 900_000}), **program)
        .status_code
        == 201
    )
    assert Interaction.objects.count() == 2


# --- the health check


@pytest.fixture
def fresh() -> Iterator[None]:
    up.forget()
    yield
    up.forget()


def look(client: Client) -> tuple[int, dict[str, Any]]:
    up.forget()
    answer = client.get("/up")
    return answer.status_code, {k: v for k, v in answer.json().items() if k != "version"}


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh")
def test_up_tells_of_workers_disk_and_database(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    fine = {"status": "up", "database": "ok", "disk": "ok", "worker": "ok"}
    monkeypatch.setattr(up, "_disk", lambda: "ok")
    assert look(client) == (200, fine | {"status": "degraded", "worker": "missing"})
    WorkerPresence.note("w")
    assert look(client) == (200, fine)
    WorkerPresence.objects.update(seen_at=WorkerPresence.objects.get().seen_at - WorkerPresence.COUNTS_FOR)
    assert look(client)[1]["worker"] == "missing"
    WorkerPresence.note("w")
    assert look(client) == (200, fine)
    monkeypatch.setattr(up, "_disk", lambda: "low")
    assert look(client) == (200, fine | {"status": "degraded", "disk": "low"})
    monkeypatch.setattr(up, "_disk", lambda: "ok")
    for text, status, database, code in (
        ("database or disk is full", "down", "full", 503),
        ("database is locked", "degraded", "busy", 200),
        ("unable to open database file", "down", "unavailable", 503),
    ):
        with monkeypatch.context() as patch:
            patch.setattr("accord.core.models.HealthCheck.note", refusing_note(text))
            found = {"status": status, "database": database, "disk": "ok", "worker": "unknown"}
            assert look(client) == (code, found)
    assert look(client) == (200, fine)


def refusing_note(text: str) -> Any:
    def note() -> None:
        raise OperationalError(text)

    return note


@pytest.mark.usefixtures("fresh")
def test_the_disk_is_called_low_before_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    for free, word in ((10**12, "ok"), (up.LOW - 1, "low"), (up.FULL - 1, "full")):
        monkeypatch.setattr("shutil.disk_usage", lambda path, free=free: usage(10**12, 0, free))
        assert up._disk() == word


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh")
def test_whoever_asks_often_makes_nothing_written(django_assert_num_queries: Any) -> None:
    client = Client()
    look(client)
    with django_assert_num_queries(0):
        for _ in range(20):
            assert client.get("/up").status_code == 200


# --- really locked, in real processes


PATIENCE = 5
IMPATIENT = {"DJANGO_SETTINGS_MODULE": "tests.impatient_settings", "PATIENCE": str(PATIENCE)}


ADD = f"""
from accord.accounts.models import Account
from accord.people.models import ApiToken, Role, User
user = User.objects.create(email="ada@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
ApiToken.objects.create(user=user, name="k", hash=ApiToken.digest({KEY!r}))
print(Account.objects.create(name="Brewery").pk)
"""


@contextlib.contextmanager
def locked(installation: Installation) -> Iterator[None]:
    """Another process holds what everybody needs."""
    if installation.url:
        import psycopg

        with psycopg.connect(installation.url) as other:
            other.execute("LOCK TABLE accounts_interaction, core_healthcheck IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
        return
    import sqlite3

    with contextlib.closing(sqlite3.connect(installation.home / "accord.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def ask(url: str, body: Any = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.django_db
def test_whoever_waits_for_a_lock_gives_up_after_twenty_seconds(settings: Any) -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options.get("timeout") == 20 or "lock_timeout=20s" in options["options"]


def test_a_long_lock_is_answered_and_forgotten(installation: Installation) -> None:
    account = installation.python(ADD).strip()
    with installation.serving("--workers", "1", **IMPATIENT) as address:
        url, body = f"{address}/api/accounts/{account}/interactions", {"at": "2026-11-02T10:00:00Z", "subject": "Hello"}
        assert ask(url, body)[0] == 201
        time.sleep(up.FRESH)
        with locked(installation):
            found: list[tuple[int, Any]] = []
            began = time.monotonic()
            asking = threading.Thread(target=lambda: found.append(ask(url, body)))
            asking.start()
            status, health = ask(f"{address}/up")
            assert (status, health["status"], health["database"]) == (200, "degraded", "busy")
            assert time.monotonic() - began < 10
            asking.join()
            assert PATIENCE - 1 < time.monotonic() - began < PATIENCE + 20
            [(status, answer)] = found
            assert (status, answer["error"]) == (503, "unavailable")
            assert "another change took longer than 20 seconds" in answer["message"]
        assert installation.query("SELECT count(*) FROM accounts_interaction") == [(1,)]
        assert ask(url, body)[0] == 201
        time.sleep(up.FRESH)
        assert ask(f"{address}/up")[1]["database"] == "ok"
    assert installation.query("SELECT count(*) FROM accounts_interaction") == [(2,)]
