"""Mailboxes and calendars are read, and what waits is sent."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accord.core.jobs import Schedule, when_interrupted
from accord.correspondence.actions.send_mail import interrupted as sending_interrupted
from accord.correspondence.actions.send_mail import send_waiting
from accord.correspondence.actions.sync_calendar import calendar_interrupted, sync_calendar
from accord.correspondence.actions.sync_mailbox import mailbox_interrupted, sync_mailbox
from accord.correspondence.models import CalendarSource, Mailbox


def _mailbox_interrupted(pk: int, *, given_up: str) -> None:
    if given_up:
        mailbox_interrupted(pk, reason=given_up, now=timezone.now())


def _calendar_interrupted(pk: int, *, given_up: str) -> None:
    if given_up:
        calendar_interrupted(pk, reason=given_up, now=timezone.now())


def _sending_interrupted(*, given_up: str) -> None:
    sending_interrupted()


@task
@when_interrupted(_mailbox_interrupted)
def read_one(pk: int) -> int:
    """Read one mailbox; returns how many mails were kept. Each portion lands once, so it may be repeated."""
    mailbox = Mailbox.objects.select_related("owner").filter(pk=pk, active=True, owner__is_active=True).first()
    return sync_mailbox(mailbox=mailbox, now=timezone.now()).kept if mailbox is not None else 0


@task
def read_mailboxes() -> int:
    """Have every mailbox read, each by a job of its own: a server that hangs keeps nobody else waiting."""
    boxes = list(Mailbox.objects.filter(active=True, owner__is_active=True).values_list("pk", flat=True))
    for pk in boxes:
        read_one.enqueue(pk)
    return len(boxes)


@task
@when_interrupted(_calendar_interrupted)
def read_calendar_of(pk: int) -> int:
    """Read one calendar; returns how many of its meetings are known. Doing it twice does nothing more."""
    source = CalendarSource.objects.select_related("owner").filter(pk=pk, active=True, owner__is_active=True).first()
    return sync_calendar(source=source, now=timezone.now()).kept if source is not None else 0


@task
def read_calendars() -> int:
    """Have every calendar read, each by a job of its own."""
    sources = list(CalendarSource.objects.filter(active=True, owner__is_active=True).values_list("pk", flat=True))
    for pk in sources:
        read_calendar_of.enqueue(pk)
    return len(sources)


@task
@when_interrupted(_sending_interrupted)
def send_mails() -> int:
    """Mails to clients that wait to be sent; returns how many went out."""
    return send_waiting(now=timezone.now())


SCHEDULE: Schedule = {
    "sync mailboxes": (read_mailboxes, timedelta(minutes=5)),
    "sync calendars": (read_calendars, timedelta(minutes=15)),
    "send queued emails": (send_mails, timedelta(minutes=1)),
}
