"""Surveys are sent, and repeated by their schedule."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from accord.core.jobs import Schedule, once
from accord.core.links import absolute
from accord.success.actions.survey_clients import ask_by_schedule, send_invitations


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


SCHEDULE: Schedule = {
    "send surveys": (send_surveys, timedelta(minutes=1)),
    "send scheduled surveys": (ask_clients, timedelta(days=1)),
}
