"""What the firm's calendars and sign-ins need from time to time."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accord.core.jobs import Schedule, once
from accord.people.actions.add_holidays import add_holidays
from accord.people.models import Calendar, FormSubmission
from accord.people.public_holidays import countries, marks_in, place_of, regions

AHEAD = 3
SUBMISSIONS_KEPT = timedelta(days=2)  # a form that lay open longer is another action


@task
@once
def extend_holidays() -> int:
    """Public holidays that a calendar keeps reach three years ahead; returns how many calendars were added to.

    Only years after the last one kept are added: what somebody took out of a year before stays out.
    """
    changed = 0
    for calendar in Calendar.objects.all():
        for mark in marks_in(calendar.exceptions):
            country, region = place_of(mark)
            kept = max(int(e["start"][:4]) for e in calendar.exceptions if e.get("source") == mark)
            last = timezone.localdate().year + AHEAD
            known = country in dict(countries()) and (not region or region in dict(regions(country)))
            if known and kept < last:
                before = calendar.version
                calendar = add_holidays(
                    calendar=calendar, country=country, region=region, first=kept + 1, last=last, by=None
                )
                changed += calendar.version != before
    return changed


@task
def forget_submissions() -> int:
    """Forget the forms that were sent days ago; returns how many."""
    count, _ = FormSubmission.objects.filter(at__lt=timezone.now() - SUBMISSIONS_KEPT).delete()
    return count


SCHEDULE: Schedule = {
    "extend public holidays": (extend_holidays, timedelta(days=30)),
    "forget submitted forms": (forget_submissions, timedelta(days=1)),
}
