"""What pages write is meant for people: no markup as text, no exponents, no dates for machines, labels in one style."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accord.accounts.models import Account, Contact, CustomField, Interaction
from accord.core.dates import day_text
from accord.core.events import plain, record_event
from accord.people.models import Role, User
from accord.success.models import Playbook
from accord.support.models import Request
from accord.web.accounts.views.pages import TIMELINE_STEP
from accord.web.shell.custom_fields import custom_facts
from accord.web.shell.list_parts import Cell
from accord.web.shell.templatetags.shell import breakable, filters_in_use, is_blank, sentence_case
from accord.web.success.views.playbooks import signal_text
from tests.factories import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("olga@firm.test", "x", name="Otto Owner", roles=[Role.ACCOUNT_MANAGER])


def text_of(user: User, url: str) -> str:
    client = browser_of(user)
    answer = client.get(url)
    assert answer.status_code == 200, url
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def test_a_requester_and_when_they_reported_are_text_and_their_names_stay_escaped(
    owner: User, account: Account
) -> None:
    contact = Contact.objects.create(name="Ada <b>Bold</b>")
    Request.objects.create(
        account=account, title="Sour beer", severity=2, contact=contact, reported_at=timezone.now() - timedelta(days=3)
    )
    text = text_of(owner, f"/accounts/{account.pk}/requests")
    assert ">3 days ago</time>" in text
    assert escape("<time") not in text
    assert escape("Ada <b>Bold</b>") in text
    assert "Ada <b>" not in text


def test_amounts_of_events_are_written_in_digits(owner: User, account: Account) -> None:
    assert plain(Decimal("1.11E+3")) == "1110"
    assert plain(Decimal("12.50")) == "12.50"
    record_event(
        by=owner,
        kind="record.changed",
        subject=account,
        before={"annual_revenue": "9.7E+2"},
        after={"annual_revenue": "1.11E+3"},
    )
    log = text_of(owner, f"/accounts/{account.pk}/audit-log")
    assert "970 → 1110" in log
    record_event(by=owner, kind="record.created", subject=account, after={"city": "Hameln"})
    log = text_of(owner, f"/accounts/{account.pk}/audit-log")
    assert re.search(r"City:</span>\s+Hameln", log)  # a new record had nothing before


def test_dates_in_sentences_and_custom_dates_read_as_all_others() -> None:
    assert day_text(date(2026, 9, 1)) == "1 Sep 2026"
    assert day_text(datetime(2026, 12, 24, 8)) == "24 Dec 2026"
    CustomField.objects.create(on=CustomField.On.ACCOUNT, key="steering_on", label="Steering group", kind="date")
    facts = custom_facts(Account(custom={"steering_on": "2026-12-28"}))
    assert [fact.value for fact in facts] == ["28\N{NO-BREAK SPACE}Dec\N{NO-BREAK SPACE}2026"]


@pytest.mark.parametrize(
    ("signal", "threshold", "words"),
    [
        ("renewal", 90, "Agreement ends or notice is due within 90 days"),
        ("late_project", 1, "Project is more than 1 day behind its baseline"),
        ("churn", 60, "Churn risk is 60% or more"),
        ("health", 15, "Health falls by 15 points or more within a month"),
        ("new_client", 60, "New client, for the first 60 days"),
        ("silence", None, "Sponsor has gone silent"),
    ],
)
def test_a_trigger_with_its_threshold_is_a_sentence(signal: str, threshold: int | None, words: str) -> None:
    assert signal_text(Playbook(name="x", signal=signal, threshold=threshold)) == words


def test_the_timeline_starts_with_a_step_and_shows_older_entries_on_request(owner: User, account: Account) -> None:
    now = timezone.now()
    for number in range(TIMELINE_STEP + 5):
        Interaction.objects.create(
            account=account, by=owner, kind="note", subject=f"Talk {number}.", at=now - timedelta(hours=number)
        )
    url = f"/accounts/{account.pk}/timeline"
    first = text_of(owner, url)
    assert f"Talk {TIMELINE_STEP - 1}." in first
    assert f"Talk {TIMELINE_STEP}." not in first
    assert f"entries={2 * TIMELINE_STEP}" in first
    more = text_of(owner, f"{url}?entries={2 * TIMELINE_STEP}")
    assert f"Talk {TIMELINE_STEP + 4}." in more
    assert "Show older entries" not in more
    for odd in ("", "0", "-1", "x", "²"):
        assert f"Talk {TIMELINE_STEP}." not in text_of(owner, f"{url}?entries={odd}")


def test_titles_of_others_become_sentence_case() -> None:
    assert sentence_case("Two-Factor Authentication") == "Two-factor authentication"
    assert sentence_case("\n  New Password (again) ") == "New password (again)"
    assert sentence_case("Add API Key") == "Add API key"
    assert isinstance(sentence_case(mark_safe("Change Password")), SafeString)
    assert not isinstance(sentence_case("Change <Password>"), SafeString)


def test_an_address_can_break_after_its_at_and_markup_stays_escaped() -> None:
    assert breakable("a@firm.test") == "a@<wbr>firm.test"
    assert breakable("<b>@") == "&lt;b&gt;@<wbr>"


def test_a_phone_leaves_out_what_says_nothing_and_counts_the_filters_in_use() -> None:
    assert is_blank(Cell(None))
    assert is_blank(Cell("–"))
    assert not is_blank(Cell(0))
    assert not is_blank(Cell(None, sub="no answers"))
    assert not is_blank(Cell(None, progress=0))

    class Filter(forms.Form):
        q = forms.CharField(required=False)
        tier = forms.CharField(required=False)
        status = forms.CharField(required=False)

    assert filters_in_use(Filter({"q": "beer", "tier": "A", "status": ""})) == 1
