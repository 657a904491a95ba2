"""What conversations do by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accord.conversations.actions.mail_notices import mail_notices
from accord.core.jobs import Schedule


@task
def send_notices() -> int:
    """Notices by mail, to those who wish them; returns how many mails went out."""
    return mail_notices(now=timezone.now())


SCHEDULE: Schedule = {"send notification emails": (send_notices, timedelta(minutes=5))}
