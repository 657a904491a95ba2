"""What follows from weeks of hours; see ``config/subscribers.py``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core.dates import day_text
from accord.core.models import Event
from accord.money.models import TimeEntry, Timesheet
from accord.people.models import Role, User


def notify_approvers(events: Sequence[Event]) -> None:
    """Tell whoever approves a week that it was submitted: those who manage the projects that it has hours on.

    Administrators hear of weeks that nobody else approves. If the process ends before, the notice is not made up for:
    the week is among the approvals.
    """
    keys = {event.subject_id for event in events if event.subject_id is not None}
    sheets = Timesheet.objects.filter(pk__in=keys, status=Timesheet.Status.SUBMITTED).select_related("person")
    told: dict[Any, list[Timesheet]] = defaultdict(list)
    for sheet in sheets.order_by("week", "pk"):
        for user in approvers_of(sheet):
            told[user].append(sheet)
    actor = User.objects.filter(pk=events[-1].actor_id).first()
    for user, weeks in told.items():
        notify([user], _told(weeks), kind=NoticeKind.SYSTEM, about=weeks[0] if len(weeks) == 1 else None, by=actor)


def approvers_of(sheet: Timesheet) -> list[User]:
    """Who is to decide on the week: as its policy says, without the administrators where others do."""
    hours = TimeEntry.objects.filter(person=sheet.person_id, day__range=(sheet.week, sheet.ends_on))
    managers = User.objects.filter(pk__in=hours.order_by().values("project__manager"), is_active=True)
    found = list(managers.exclude(pk=sheet.person.user_id).order_by("pk"))
    if found:
        return found
    active = User.objects.filter(is_active=True).exclude(pk=sheet.person.user_id).order_by("pk")
    return [user for user in active if user.has_role(Role.ADMINISTRATOR)]


def _told(weeks: list[Timesheet]) -> str:
    if len(weeks) == 1:
        values = {"person": weeks[0].person, "week": day_text(weeks[0].week)}
        return gettext("%(person)s submitted the week of %(week)s for approval") % values
    return ngettext("1 week was submitted for approval", "%(count)s weeks were submitted for approval", len(weeks)) % {
        "count": len(weeks)
    }
