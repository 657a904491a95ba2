"""What the relationship needs from time to time."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from accord.accounts.actions.follow_quote import note_sent_quotes
from accord.accounts.actions.handle_request import escalate
from accord.accounts.actions.know_people import tell_of_silence
from accord.accounts.actions.read_calendar import calendar_interrupted, read_calendar
from accord.accounts.actions.read_mailbox import mailbox_interrupted, read_mailbox
from accord.accounts.actions.send_mail import interrupted as sending_interrupted
from accord.accounts.actions.send_mail import send_waiting
from accord.accounts.actions.survey_clients import ask_by_schedule, send_invitations
from accord.accounts.models import CalendarSource, Mailbox
from accord.core.jobs import Schedule, once, when_interrupted
from accord.core.links import absolute


def _mailbox_interrupted(pk: int, *, given_up: str) -> None:
    if given_up:
        mailbox_interrupted(pk, reason=given_up, now=timezone.now())


def _calendar_interrupted(pk: int, *, given_up: str) -> None:
    if given_up:
        calendar_interrupted(pk, reason=given_up, now=timezone.now())


def _sending_interrupted(*, given_up: str) -> None:
    sending_interrupted()


@task
@once
def watch_sponsors() -> int:
    """Account managers hear of sponsors who have gone silent; returns how many messages were written."""
    return tell_of_silence(
        today=timezone.localdate(), page=lambda account: reverse("account-people", args=[account.pk])
    )


@task
@once
def watch_requests() -> int:
    """Requests whose time runs out climb their path; returns how many messages were written."""
    return escalate(now=timezone.now(), page=lambda request: reverse("request", args=[request.pk]))


@task
def send_surveys() -> int:
    """Mails of surveys that wait to be sent; returns how many went out. Each is claimed before it is sent."""
    return send_invitations(
        now=timezone.now(), address=lambda secret: absolute(reverse("survey-answer", args=[secret]))
    )


@task
@once
def ask_clients() -> int:
    """Surveys that are sent every few months; returns how many people are asked."""
    return ask_by_schedule(now=timezone.now())


@task
@when_interrupted(_mailbox_interrupted)
def read_one(pk: int) -> int:
    """Read one mailbox; returns how many mails were kept. Each portion lands once, so it may be repeated."""
    mailbox = Mailbox.objects.select_related("owner").filter(pk=pk, active=True, owner__is_active=True).first()
    return read_mailbox(mailbox=mailbox, now=timezone.now()).kept if mailbox is not None else 0


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
    return read_calendar(source=source, now=timezone.now()).kept if source is not None else 0


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
    sent = send_waiting(now=timezone.now())
    note_sent_quotes(now=timezone.now())
    return sent


SCHEDULE: Schedule = {
    "sync mailboxes": (read_mailboxes, timedelta(minutes=5)),
    "sync calendars": (read_calendars, timedelta(minutes=15)),
    "send queued emails": (send_mails, timedelta(minutes=1)),
    "send surveys": (send_surveys, timedelta(minutes=1)),
    "send scheduled surveys": (ask_clients, timedelta(days=1)),
    "notify about silent sponsors": (watch_sponsors, timedelta(days=1)),
    "escalate overdue requests": (watch_requests, timedelta(minutes=10)),
}
