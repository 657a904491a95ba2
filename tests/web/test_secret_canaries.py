"""A secret planted in every kind of secret field is in no page, API answer, log line or event, nor in a backup."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from accord.accounts.models import ClientLink
from accord.config.logs import LOGGING
from accord.core.models import Event
from accord.core.tokens import digest
from accord.correspondence.actions.send_mail import write_mail
from accord.correspondence.models import CalendarFeed, CalendarSource, Mailbox
from accord.people.actions.make_key import make_key
from accord.people.models import User
from accord.sales.models import Quote
from accord.success.models import SurveyInvitation
from tests.web.routes import ROUTES, Route
from tests.web.test_permissions import address
from tests.world import World

pytestmark = pytest.mark.django_db

# Pages whose purpose is to show it to the one person it belongs to: a link in use, one's own calendar's address.
SHOWN_AT = {"client", "quote-answer", "quote-answer-pdf", "survey-answer", "calendar-feed-read", "calendar-source-edit"}
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MAIL_PASSWORD = "Canary-Mail-Password"
FEED_URL = "https://calendar.test/private-canary-feed/basic.ics"
CALENDAR_PASSWORD = "Canary-Calendar-Password"


def secret_of(name: str) -> str:
    return (name + "Canary" + "x" * 43)[:43]


@pytest.fixture(scope="module")
def planted(world: tuple[World, dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The secrets, and what is stored in their place."""
    side = world[0].ours
    manager = side.users["account_manager"]
    stored = []
    holders: list[Any] = [side.client_link, side.sent_quote, side.survey_invitation, side.feed]
    names = {ClientLink: "client", Quote: "quote", SurveyInvitation: "survey", CalendarFeed: "feeds"}
    secrets = {name: secret_of(name) for name in names.values()}
    for row in holders:
        row.hash = digest(secrets[names[type(row)]])
        type(row).objects.filter(pk=row.pk).update(hash=row.hash)
        stored.append(row.hash)
    ends = date.today() + timedelta(days=90)
    token, key = make_key(user=manager, name="canary clock", expires_on=ends, by=manager)
    stored.append(token.hash)
    TOTP.activate(manager, TOTP_SECRET)
    codes = RecoveryCodes.activate(manager)
    seed = "0" * 40 + "canary"
    Authenticator.objects.filter(pk=codes.instance.pk).update(data={"seed": _sealed(seed), "used_mask": 0})
    box: Mailbox = side.mailbox
    box.password = MAIL_PASSWORD
    box.save()
    source: CalendarSource = side.calendar_source
    source.url, source.password = FEED_URL, CALENDAR_PASSWORD
    source.save()
    stored += [box.sealed_password, source.sealed_password]
    manager.set_password("Canary-Sign-In-Password")
    manager.save()
    stored.append(manager.password)
    reset = _reset_link(manager)
    links = [f"https://a.test/{path}/{secret}/" for path, secret in secrets.items()] + [f"https://a.test{reset}"]
    text = "Here you are: " + " and ".join([*links, key])
    write_mail(account=side.account, contacts=[side.contact], subject=text[:150], text=text, by=manager, now=_now())
    return [*secrets.values(), key, TOTP_SECRET, seed, MAIL_PASSWORD, FEED_URL, CALENDAR_PASSWORD,
            "Canary-Sign-In-Password", reset.rstrip("/").rpartition("/")[2]], stored  # fmt: skip


def _sealed(text: str) -> str:
    from allauth.mfa.adapter import get_adapter

    return str(get_adapter().encrypt(text))


def _reset_link(user: User) -> str:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, at every level, as it is written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configured = logging.config.DictConfigurator(LOGGING)  # type: ignore[attr-defined]
    handler.setFormatter(configured.configure_formatter(dict(LOGGING["formatters"]["structured"])))
    loggers = [logging.getLogger(name) for name in ("accord", "django.request", "django.security", "granian")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield stream
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def readable(name: str, route: Route) -> bool:
    return not route.post and name not in SHOWN_AT


@pytest.mark.one_database
def test_no_page_or_answer_shows_a_secret(
    world: tuple[World, dict[str, Any]], planted: tuple[list[str], list[str]], log: io.StringIO
) -> None:
    firm, shared = world
    secrets, stored = planted
    opened = 0
    for user in (firm.administrator, firm.ours.users["account_manager"]):
        client = Client(raise_request_exception=False)
        client.force_login(user)
        for name, route in ROUTES.items():
            if not readable(name, route):
                continue
            answer = client.get(address(name, route, firm.ours, shared))
            body = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
            opened += answer.status_code == 200
            heads = str(dict(answer.headers))
            found = [secret for secret in [*secrets, *stored] if secret in body or secret in heads]
            assert not found, (name, str(user), found)
    assert opened > 250
    said = log.getvalue()
    assert said.count("\n") > 250
    assert not [secret for secret in [*secrets, *stored] if secret in said]


def test_no_log_line_shows_a_secret_that_was_used(
    world: tuple[World, dict[str, Any]], planted: tuple[list[str], list[str]], log: io.StringIO
) -> None:
    secrets = planted[0]
    client, quote = Client(raise_request_exception=False), secret_of("quote")
    for path in (f"/client/{secret_of('client')}/", f"/quote/{quote}/", f"/quote/{quote}/pdf",
                 f"/survey/{secret_of('survey')}/", f"/feeds/{secret_of('feeds')}.ics",
                 _reset_link(world[0].ours.users["account_manager"])):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code in (200, 302), path
        assert answer["Referrer-Policy"] == "strict-origin", path  # what a proxy logs of later requests
        assert "no-store" in answer["Cache-Control"] or answer.status_code == 302, path
        client.get(f"{path}x/y")
    refused = Client(enforce_csrf_checks=True, raise_request_exception=False)
    path = f"/quote/{quote}/"
    assert refused.post(path, {}, headers={"Referer": f"https://else.test{path}"}).status_code == 403
    said = log.getvalue()
    assert '"/quote/…/"' in said or "/quote/…/" in said
    assert said.count("\n") > 12
    assert not [secret for secret in [*secrets, secret_of("feeds")] if secret in said]


def test_no_event_holds_a_secret(planted: tuple[list[str], list[str]]) -> None:
    trail = str(list(Event.objects.values_list("subject_name", "before", "after")))
    assert "canary clock" in trail
    assert not [secret for secret in [*planted[0], *planted[1]] if secret in trail]


def test_no_row_holds_a_secret_in_clear(planted: tuple[list[str], list[str]]) -> None:
    """What a backup consists of, beside files: sessions are left out of it (test_backup)."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label == "sessions.Session":
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            rows = str(cursor.fetchall())
        assert not [secret for secret in planted[0] if secret in rows], model._meta.label


def test_one_time_codes_work_and_what_is_stored_makes_none(
    world: tuple[World, dict[str, Any]], planted: tuple[list[str], list[str]], settings: Any
) -> None:
    manager = world[0].ours.users["account_manager"]
    totp = TOTP(Authenticator.objects.get(user=manager, type="totp"))
    now = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(TOTP_SECRET, now))
    assert totp.validate_code(code)
    codes = RecoveryCodes(Authenticator.objects.get(user=manager, type="recovery_codes"))
    assert len(codes.get_unused_codes()) == 10
    assert codes.validate_code(codes.get_unused_codes()[0])
    settings.SECRET_KEY = "another installation's"
    code = format_hotp_value(hotp_value(TOTP_SECRET, now + 1))
    assert not totp.validate_code(code)  # refused, not an error


def test_second_factors_can_be_reset_when_the_key_is_lost(
    world: tuple[World, dict[str, Any]], planted: tuple[list[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from accord.cli import admin

    for name in ("open_installation", "reach_database", "refuse_unmigrated"):
        monkeypatch.setattr(admin, name, lambda: None)
    manager = world[0].ours.users["account_manager"]
    done = CliRunner().invoke(admin.reset_mfa, [manager.email.upper()])
    assert (done.exit_code, "signs in without a second factor" in done.output) == (0, True)
    assert not Authenticator.objects.filter(user=manager).exists()
    assert Event.objects.filter(kind="user.second_factors_reset", subject_id=manager.pk).count() == 1
    assert "has no second factor" in CliRunner().invoke(admin.reset_mfa, [manager.email]).output
    assert CliRunner().invoke(admin.reset_mfa, ["nobody@firm.test"]).exit_code != 0
