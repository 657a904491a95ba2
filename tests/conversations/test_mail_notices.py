"""Notices by mail: each once, as often as one wishes, and none lost when the mail server refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend

from accord.conversations.actions.mail_notices import mail_notices
from accord.conversations.models import Notification
from accord.people.models import User

pytestmark = pytest.mark.django_db
NIGHT, MORNING = datetime(2026, 11, 2, 5, tzinfo=UTC), datetime(2026, 11, 2, 6, 30, tzinfo=UTC)  # 6:00, 7:30 in Berlin


def user(notices: str) -> User:
    made: User = User.objects.create(
        email=f"{notices}@firm.test", name=notices, notices=notices, time_zone="Europe/Berlin"
    )
    return made


def notice(to: User, text: str = "Something", at: datetime = NIGHT) -> None:
    made = Notification.objects.create(user=to, text=text, subject_type="support.request", subject_id=1)
    Notification.objects.filter(pk=made.pk).update(created_at=at)


def test_at_once_means_at_once_and_once(mailoutbox: Any) -> None:
    notice(user("now"))
    assert (mail_notices(now=NIGHT), mail_notices(now=NIGHT)) == (1, 0)
    (sent,) = mailoutbox
    assert (sent.to, sent.subject) == (["now@firm.test"], "Something")
    assert "/requests/1/" in sent.body


def test_a_digest_waits_for_the_morning_of_its_reader_and_comes_once_a_day(mailoutbox: Any) -> None:
    reader = user("daily")
    notice(reader, "One")
    notice(reader, "Two\nlines")
    assert mail_notices(now=NIGHT) == 0
    assert mail_notices(now=MORNING) == 1
    notice(reader, "Three")
    assert mail_notices(now=MORNING + timedelta(hours=5)) == 0
    assert mail_notices(now=MORNING + timedelta(days=1)) == 1
    assert "2 notifications" in mailoutbox[0].subject
    assert "- One" in mailoutbox[0].body
    assert mailoutbox[1].subject == "Three"


def test_who_wants_none_or_has_read_it_or_left_gets_none(mailoutbox: Any) -> None:
    never, left, reader = user("off"), user("now"), user("daily")
    User.objects.filter(pk=left.pk).update(is_active=False)
    for person in (never, left, reader):
        notice(person)
    Notification.objects.filter(user=reader).update(read_at=NIGHT)
    notice(reader, at=NIGHT - timedelta(days=30))
    assert mail_notices(now=MORNING) == 0
    assert not mailoutbox


class Refusing(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("nobody listens")


def test_what_a_server_refuses_is_sent_the_next_time(settings: Any, mailoutbox: Any) -> None:
    for wish in ("now", "daily"):
        notice(user(wish))
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    assert mail_notices(now=MORNING) == 0
    settings.EMAIL_BACKEND = usual
    assert mail_notices(now=MORNING) == 2
