"""Reminding people of the week that they haven't submitted."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core.dates import day_text
from accord.money.actions.submit_week import store
from accord.money.events import TimesheetEvent
from accord.money.models import TimeEntry, Timesheet
from accord.money.models.timesheet import hold_time
from accord.money.queries_targets import targets_of
from accord.people.models import Person


def remind_missing(*, today: date) -> int:
    """Remind, once, whoever logs time, had work to do last week and hasn't submitted it; returns how many people.

    Firms in which nobody ever submitted a week don't use timesheets: nobody is reminded there.
    """
    monday = today - timedelta(days=today.weekday() + 7)
    if not Timesheet.objects.exclude(status=Timesheet.Status.DRAFT).exists():
        return 0
    done = Timesheet.objects.filter(week=monday).exclude(status=Timesheet.Status.DRAFT, reminded_at=None)
    usual = TimeEntry.objects.filter(
        day__gte=monday - timedelta(weeks=8), day__lt=monday + timedelta(weeks=1)
    ).order_by()
    people = list(
        Person.objects.filter(pk__in=usual.values("person"), user__is_active=True, left_on=None)
        .exclude(pk__in=done.values("person"))
        .select_related("user")
    )
    targets = targets_of(people, monday, monday + timedelta(days=6))
    return sum(_remind(person, monday) for person in people if sum(targets[person.pk].values()))


@transaction.atomic
def _remind(person: Person, monday: date) -> bool:
    hold_time(person.pk)
    sheet = Timesheet.of(person, monday)
    if sheet.status != Timesheet.Status.DRAFT or sheet.reminded_at is not None:
        return False
    stored = store(sheet, by=None, event=TimesheetEvent.REMINDED, reminded_at=timezone.now())
    text = gettext("Submit your timesheet for the week of %(week)s") % {"week": day_text(monday)}
    notify([person.user], text, kind=NoticeKind.DUE, about=stored)
    return True
