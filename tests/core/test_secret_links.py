"""Addresses that are keys: recognised however they were spelt, and kept out of what is stored and logged."""

from __future__ import annotations

import io
import logging
import logging.config
import re
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import get_resolver

from accord.config.logs import LOGGING
from accord.core.events import event
from accord.core.secret_links import LABELS, holds_quote, is_secret_path, masked, without_links
from accord.core.tokens import new_secret
from accord.people.models import ApiToken, User

SECRET = "Zq3-_xYvT0aB9cD8eF7gH6iJ5kL4mN3oP2qR1sT0uV_"
RESET = "1a-cq8f2z-0123456789abcdef0123456789abcdef"


def secret_patterns() -> Iterator[str]:
    """Every address with a key in it, as the resolver knows them."""

    def walk(patterns: Any, before: str) -> Iterator[str]:
        for pattern in patterns:
            path = before + str(pattern.pattern).lstrip("^")
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, path)
            elif re.search(r"<(str:|path:|slug:)?(secret|token|key|code)>", path) and "/beside/" not in path:
                yield path

    yield from walk(get_resolver().url_patterns, "")


def test_every_address_with_a_key_in_it_is_known() -> None:
    found = {re.split(r"/[^/]*[<(]", path)[0] for path in secret_patterns()}
    assert found == set(LABELS)


def test_a_new_secret_is_as_long_as_what_is_looked_for() -> None:
    assert {len(new_secret()) for _ in range(100)} == {len(SECRET)} == {43}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"Read it at https://a.example/quote/{SECRET}/.", "Read it at [quote link]."),
        (f"<https://a.example:8443/quote/{SECRET}/pdf>", "<[quote link]>"),
        (f"http://localhost:8000/survey/{SECRET}/\n\nThanks", "[survey link]\n\nThanks"),
        (f"[our page](https://a.example/client/{SECRET}/)", "[our page]([client page link])"),
        (f"webcal: https://a.example/feeds/{SECRET}.ics", "webcal: [calendar feed link]"),
        (f"https://a.example/sign-in/password/reset/key/{RESET}/ within", "[password link] within"),
        ("https://a.example/sign-in/confirm-email/MTA:1vO:abcdefghijklmnop/", "[email confirmation link]"),
        (f"only the path: /quote/{SECRET}/", "only the path: [quote link]"),
        # a mail filter's own link around it
        (
            f"https://eur.safelinks.example/?url=https%3A%2F%2Fa.example%2Fquote%2F{SECRET}%2F&data=1",
            "https://eur.safelinks.example/?url=[quote link]&data=1",
        ),
        (f"https://urldefense.example/v3/__https://a.example/quote/{SECRET}/__;!!x", None),
        # broken and quoted by a mail program
        (f"> https://a.example/quote/{SECRET[:20]}\r\n> {SECRET[20:]}/\r\n> Kind", "> [quote link]\r\n> Kind"),
        (f"https://a.example/quote/\n{SECRET}/ ok", "[quote link] ok"),
        (f"HTTPS://A.EXAMPLE/Quote/{SECRET}/", "[quote link]"),
        (f"curl -H 'Authorization: Bearer accord_{SECRET}'", "curl -H 'Authorization: Bearer [API key]'"),
    ],
)
def test_a_secret_address_becomes_a_label(text: str, clean: str | None) -> None:
    found = without_links(text)
    assert SECRET not in found and SECRET[20:] not in found and RESET not in found
    if clean is not None:
        assert found == clean
    assert without_links(found) == found
    assert holds_quote(text) == ("quote" in text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "Your quote is ready. The client will survey it.",
        "See /quotes/12/ and /accounts/3/quotes/new or https://a.example/surveys/4/",
        "https://a.example/client/short/",
        "a client/quote/survey of feeds",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert without_links(text) == text


@pytest.mark.parametrize(
    "probe",
    [
        "https://" * 20_000, "/quote/" * 30_000, "/quote/" + "a" * 200_000, "/quote/" + "a\n> " * 50_000,
        "/quote/a" + "=\r\n>>>>>>" * 30_000, "https%253A%252F%252F" * 10_000, "accord_" * 40_000,
        "/sign-in/password/reset/key/" + "1-" * 100_000, "http://" + "a" * 300_000 + "/quote/",
        "/feeds/" * 20_000 + "\n" * 100_000,
    ],
)  # fmt: skip
def test_no_text_makes_it_slow(probe: str) -> None:
    began = time.perf_counter()
    without_links(probe)
    masked(probe)
    assert time.perf_counter() - began < 2


def test_paths_are_masked_as_they_are() -> None:
    assert masked(f"/quote/{SECRET}/pdf") == "/quote/…/pdf"
    assert masked("/client/short") == "/client/…"
    assert masked("/accounts/3/quotes/new") == "/accounts/3/quotes/new"
    assert is_secret_path("/feeds/x.ics") and is_secret_path("/sign-in/password/reset/key/1-set-password/")
    assert not is_secret_path("/clients") and not is_secret_path("/accounts/1/quote/3")


def test_no_line_of_the_log_holds_one_whoever_writes_it() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    made = logging.config.DictConfigurator(LOGGING)  # type: ignore[attr-defined]
    handler.setFormatter(made.configure_formatter(dict(LOGGING["formatters"]["structured"])))
    logger = logging.getLogger("tests.secret_links")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        logger.error("Internal Server Error: %s", f"/quote/{SECRET}/")
        logger.warning("Forbidden (Referer checking failed - https://a.example/survey/%s/ does not match).", SECRET)
        logger.info("granian: GET /feeds/%s.ics 200", SECRET)
        try:
            raise ValueError(f"no such page: /client/{SECRET}/")
        except ValueError:
            logger.exception("incident", extra={"path": f"/sign-in/password/reset/key/{RESET}/"})
    finally:
        logger.removeHandler(handler)
    said = stream.getvalue()
    assert said.count("…") >= 4
    assert SECRET not in said and RESET not in said and RESET[5:] not in said


# --- what the audit trail never holds

SECRET_WORDS = re.compile(r"(^|_)(hash|secret|token|password|sealed|private_key)($|_)")


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("accord.")]


def test_every_secret_field_is_declared_and_its_declaration_names_fields() -> None:
    for model in own_models():
        unaudited = getattr(model, "unaudited", frozenset())
        names = {field.name for field in model._meta.concrete_fields}
        assert unaudited <= names, model
        secret = {name for name in names if SECRET_WORDS.search(name)}
        secret |= {f.name for f in model._meta.concrete_fields if type(f).__name__.startswith("Sealed")}
        secret |= {f.name for f in model._meta.concrete_fields if getattr(f, "max_length", 0) == 64 and f.unique
                   and isinstance(f, models.CharField) and not f.primary_key}  # fmt: skip
        missing = {f"{model._meta.label}.{name}" for name in secret - unaudited}
        assert not missing, f"declare them unaudited: {missing}"


@pytest.mark.django_db
def test_no_event_holds_a_secret_field_whoever_records_it(monkeypatch: pytest.MonkeyPatch) -> None:
    user = User.objects.create(email="a@firm.test", name="Ada")
    for model in own_models():
        unaudited = getattr(model, "unaudited", frozenset())
        if not unaudited:
            continue
        monkeypatch.setattr(model, "__str__", lambda self: "it")
        before, after = dict.fromkeys(unaudited, "old canary"), dict.fromkeys(unaudited, "canary") | {"name": "x"}
        told = event(by=user, kind="record.changed", subject=model(pk=1), root=user, before=before, after=after)
        assert (told.before, told.after) == ({}, {"name": "x"}), model


@pytest.mark.django_db
def test_an_event_holds_no_secret_address() -> None:
    subject = ContentType.objects.first()
    assert subject is not None
    told = event(
        by=None,
        kind="invoice.created",
        subject=subject,
        after={"text": f"/quote/{SECRET}/", "list": [f"/client/{SECRET}/"]},
    )
    assert told.after == {"text": "[quote link]", "list": ["[client page link]"]}


@pytest.mark.django_db
def test_a_key_leaves_no_hash_in_the_trail() -> None:
    from accord.core.models import Event
    from accord.people.actions.make_key import make_key

    user = User.objects.create(email="a@firm.test", name="Ada")
    token, key = make_key(user=user, name="clock", expires_on=date.today(), by=user)
    trail = str(list(Event.objects.values_list("before", "after")))
    assert "clock" in trail
    assert token.hash not in trail and key not in trail
    found = ApiToken.of_key(key)
    assert found is not None and found.user == user
