"""Somebody's own dates as a calendar: what they promised, meetings with clients, milestones of their projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from icalendar import Calendar, Event

from accord.accounts.models import Interaction
from accord.accounts.queries import open_next_steps
from accord.core.links import absolute
from accord.people.models import Firm
from accord.projects.models import Project, Task
from accord.sales.queries import renewals_due
from accord.success.models import PlannedAction
from accord.support.queries import open_requests

PAST, AHEAD = timedelta(days=60), timedelta(days=365)

# What it is, its number, title, when, and the page it is seen on.
Entry = tuple[str, int, str, date | datetime, str]


def calendar_of(user: Any, now: datetime) -> bytes:
    """The feed as ICS; only what ``user`` may see."""
    zone = ZoneInfo(user.time_zone)
    feed = Calendar()
    feed.add("prodid", "-//Accord//Dates//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", f"{Firm.current().name}: {user}")
    for kind, number, title, when, path in _entries(user, now, zone):
        event = Event()
        event.add("uid", f"{kind}-{number}@accord")
        event.add("dtstamp", now)
        event.add("dtstart", when)
        if isinstance(when, datetime):
            event.add("duration", timedelta(hours=1 if kind == "meeting" else 0))
        event.add("summary", title)
        event.add("url", absolute(path))
        feed.add_component(event)
    return bytes(feed.to_ical())


def _entries(user: Any, now: datetime, zone: ZoneInfo) -> Iterator[Entry]:
    today = now.astimezone(zone).date()
    first, last = today - PAST, today + AHEAD
    for step in open_next_steps(user).filter(Q(by=user) | Q(account__owner=user), due_on__range=(first, last)):
        on = step.due_on
        assert on is not None
        yield "step", step.pk, f"{step.next_step} ({step.account})", on, reverse("account", args=[step.account_id])
    planned = PlannedAction.objects.visible_to(user).filter(owner=user, done_at=None, due_on__range=(first, last))
    for action in planned.select_related("account"):
        path = reverse("account-plan", args=[action.account_id])
        yield "action", action.pk, f"{action.title} ({action.account})", action.due_on, path  # type: ignore[misc]
    for row in open_requests(user).filter(owner=user, resolution_due__isnull=False):
        assert row.resolution_due is not None
        yield "request", row.pk, f"Due: {row} ({row.account})", row.resolution_due, reverse("request", args=[row.pk])
    meetings = Interaction.objects.visible_to(user).filter(
        kind=Interaction.Kind.MEETING, by=user, at__range=(now - PAST, now + AHEAD), calendar_meeting=None
    )
    for meeting in meetings.select_related("account"):
        path = reverse("account-timeline", args=[meeting.account_id])
        yield "meeting", meeting.pk, f"{meeting.subject} ({meeting.account})", meeting.at, path
    for agreement in renewals_due(user, today, AHEAD.days).filter(account__owner=user):
        path = reverse("account-agreements", args=[agreement.account_id])
        if agreement.notice_on is not None and agreement.notice_on >= today:
            yield (
                "notice",
                agreement.pk,
                f"Notice deadline: {agreement} ({agreement.account})",
                agreement.notice_on,
                path,
            )
        if agreement.ends_on is not None:
            yield "end", agreement.pk, f"Ends: {agreement} ({agreement.account})", agreement.ends_on, path
    yield from _of_projects(user, first, last)


def _of_projects(user: Any, first: date, last: date) -> Iterator[Entry]:
    own = Project.objects.visible_to(user).filter(status=Project.Status.ACTIVE, archived_at=None)
    tasks = Task.objects.filter(
        Q(project__manager=user, kind=Task.Kind.MILESTONE) | Q(assignments__resource__person__user=user),
        project__in=own, active=True, percent_complete__lt=100, finish__gte=datetime.combine(first, time()),
        finish__lt=datetime.combine(last, time()),
    ).exclude(kind=Task.Kind.SUMMARY)  # fmt: skip
    for task in tasks.select_related("project").distinct().order_by("pk")[:1000]:
        assert task.finish is not None
        path = reverse("project-plan", args=[task.project_id])
        yield "task", task.pk, f"{task.name} ({task.project})", task.finish.date(), path
