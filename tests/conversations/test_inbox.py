"""The inbox: what is unread comes first, what is snoozed comes back, and each kind is delivered as one wishes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.conversations.actions.handle_notices import set_deliveries
from accord.conversations.actions.mail_notices import mail_notices
from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind, Notification
from accord.conversations.queries import deliveries, inbox, unread
from accord.people.models import User
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday, 10:00 in Berlin


@pytest.fixture
def reader() -> User:
    made: User = User.objects.create(
        email="reader@firm.test", name="Reader", roles=["member"], notices="daily", time_zone="Europe/Berlin"
    )
    return made


@pytest.fixture
def client(reader: User) -> Client:
    return browser_of(reader)


def notice(to: User, text: str, kind: str = NoticeKind.MENTION, on: datetime = NOW, **more: Any) -> Notification:
    made = Notification.objects.create(user=to, kind=kind, text=text, **more)
    Notification.objects.filter(pk=made.pk).update(created_at=on)
    return made


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        yield


def texts(rows: Any) -> list[str]:
    return [row.text for row in rows]


def test_unread_comes_first_then_the_newest(reader: User) -> None:
    notice(reader, "old", on=NOW - timedelta(days=3))
    notice(reader, "read", on=NOW, read_at=NOW)
    notice(reader, "new", on=NOW - timedelta(days=1))
    assert texts(inbox(reader, NOW)) == ["new", "old", "read"]


def test_what_is_snoozed_is_away_until_its_morning_and_then_unread(client: Client, reader: User) -> None:
    with at(NOW):
        client.force_login(reader)  # a session of that day
        row = notice(reader, "later", read_at=NOW)
        answer = client.post(reverse("notice-snooze", args=[row.pk]), {"until": "2026-11-04"})
        assert answer.status_code == 302
        page = client.get(reverse("inbox"))
        assert "later" not in page.content.decode()
        assert "later" in client.get(reverse("inbox") + "?show=snoozed").content.decode()
        assert mail_notices(now=NOW) == 0
    back = datetime(2026, 11, 4, 7, tzinfo=UTC)  # 8:00 in Berlin
    assert texts(inbox(reader, back - timedelta(seconds=1))) == []
    with at(back):
        client.force_login(reader)
        assert texts(unread(reader)) == ["later"]
        page = client.get(reverse("inbox"))
        assert page.context["unread"][0]["label"] == "Today", "it counts from the moment when it is back"
        assert b"For you, 1 unread" in page.content


def test_a_day_that_has_passed_is_refused_in_words(client: Client, reader: User) -> None:
    row = notice(reader, "later")
    with at(NOW):
        answer = client.post(reverse("notice-snooze", args=[row.pk]), {"until": "2026-11-01"})
    assert answer.status_code == 422
    assert b"Choose a date in the future." in answer.content


def test_reading_unreading_and_all(client: Client, reader: User) -> None:
    first, second = notice(reader, "first"), notice(reader, "second", NoticeKind.DUE)
    client.post(reverse("notice-reading", args=[first.pk]))
    assert texts(unread(reader)) == ["second"]
    client.post(reverse("notice-unreading", args=[first.pk]))
    assert unread(reader).count() == 2
    client.post(reverse("notifications-read") + "?show=due")
    assert texts(unread(reader)) == ["first"]
    client.post(reverse("notifications-read"))
    assert not unread(reader).exists()
    second.refresh_from_db()
    assert second.read_at is not None


def test_opening_marks_as_read_and_leads_to_the_record(client: Client, reader: User) -> None:
    row = notice(reader, "look", subject_type="support.request", subject_id=7)
    answer = client.post(reverse("notice-reading", args=[row.pk]), {"open": "yes"})
    assert answer["Location"] == reverse("request", args=[7])
    assert not unread(reader).exists()


def test_one_kind_and_nobody_else_s(client: Client, reader: User) -> None:
    other = User.objects.create(email="other@firm.test", name="Other", roles=["member"])
    notice(reader, "a mention")
    notice(reader, "a deadline", NoticeKind.DUE)
    foreign = notice(other, "not mine")
    page = client.get(reverse("inbox") + "?show=due").content.decode()
    assert "a deadline" in page
    assert "a mention" not in page
    assert "not mine" not in client.get(reverse("inbox")).content.decode()
    assert client.post(reverse("notice-reading", args=[foreign.pk])).status_code == 404
    assert client.post(reverse("notice-snooze", args=[foreign.pk]), {"until": "2099-01-01"}).status_code == 404


def test_the_bell_counts_on_every_page_without_a_query_of_its_own(client: Client, reader: User) -> None:
    for page in ("home", "accounts", "projects", "profile"):
        assert b"For you, " not in client.get(reverse(page)).content
    notice(reader, "one")
    notice(reader, "two", snoozed_until=datetime(2099, 1, 1, tzinfo=UTC))
    notice(reader, "three", read_at=NOW)
    for page in ("home", "accounts", "projects", "profile"):
        assert b"For you, 1 unread" in client.get(reverse(page)).content


def test_settings_follow_the_profile_unless_set(client: Client, reader: User) -> None:
    assert set(deliveries([reader])[reader.pk].values()) == {"daily"}
    answer = client.post(
        reverse("notice-settings"), {"mention": "now", "due": "off", "comment": "", "system": "accord"}
    )
    assert answer.status_code == 302
    found = deliveries([reader])[reader.pk]
    assert found == {"mention": "now", "due": "off", "comment": "daily", "assignment": "daily", "system": "accord"}
    client.post(reverse("notice-settings"), {"mention": ""})
    assert deliveries([reader])[reader.pk]["mention"] == "daily"
    assert client.post(reverse("notice-settings"), {"mention": "pigeon"}).status_code == 422


def test_mail_obeys_each_kind(reader: User, mailoutbox: Any) -> None:
    set_deliveries(user=reader, chosen={"mention": "now", "due": "accord", "system": "off"})
    night, morning = NOW.replace(hour=2), NOW.replace(hour=6, minute=30)
    notify([reader], "switched off", kind=NoticeKind.SYSTEM)
    notice(reader, "at once", on=night)
    notice(reader, "in Accord", NoticeKind.DUE, on=night)
    notice(reader, "in the morning", NoticeKind.COMMENT, on=night)
    assert mail_notices(now=night) == 1
    assert mailoutbox[-1].subject == "at once"
    assert mail_notices(now=morning) == 1
    assert mailoutbox[-1].subject == "in the morning"
    assert mail_notices(now=morning + timedelta(days=1)) == 0
    assert texts(Notification.objects.filter(user=reader, text="switched off")) == []


def test_who_gets_no_mail_by_default_may_get_mentions(reader: User, mailoutbox: Any) -> None:
    User.objects.filter(pk=reader.pk).update(notices="off")
    set_deliveries(user=reader, chosen={"mention": "now"})
    notice(reader, "a mention")
    notice(reader, "a comment", NoticeKind.COMMENT)
    assert mail_notices(now=NOW) == 1
    assert mailoutbox[-1].subject == "a mention"
