"""A user's own dates as a calendar: what is due, meetings with clients, renewals, milestones of their projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext
from icalendar import Calendar, Event

from accord.accounts.models import Interaction
from accord.core.links import absolute
from accord.core.references import Reference
from accord.core.texts import gettext_lazy
from accord.people.models import Firm
from accord.projects.models import Task
from accord.projects.queries_due import DueItem, due_list, due_models
from accord.sales.queries import renewals_due
from accord.web.shell.addresses import address, place

PAST, AHEAD = timedelta(days=60), timedelta(days=365)
MOST = 1_000  # due items; the most urgent come first

# By kind of due item: what its entry is called where the title alone does not say what is due.
SUMMARIES = {
    "request": gettext_lazy("Due: Q-{pk} {title} ({about})"),
    "issue": gettext_lazy("Issue due: {title} ({about})"),
    "decision": gettext_lazy("Decision due: {title} ({about})"),
    "risk review": gettext_lazy("Risk review: {title} ({about})"),
    "internal request": gettext_lazy("Answer due: {title} ({about})"),
}
# An entry keeps its name in calendars that know it.
UIDS = {"next step": "step", "planned action": "action"}
ABOUT = {"account": "accounts.account", "project": "projects.project"}

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
    tasks = set()
    for entry in _due(user, now.astimezone(zone), first, last):
        if entry[0] == "task":
            tasks.add(entry[1])
        yield entry
    yield from (entry for entry in _milestones(user, first, last) if entry[1] not in tasks)
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
                gettext("Notice deadline: %(agreement)s (%(account)s)")
                % {"agreement": agreement, "account": agreement.account},
                agreement.notice_on,
                path,
            )
        if agreement.ends_on is not None:
            yield (
                "end",
                agreement.pk,
                gettext("Ends: %(agreement)s (%(account)s)") % {"agreement": agreement, "account": agreement.account},
                agreement.ends_on,
                path,
            )


def _due(user: Any, now: datetime, first: date, last: date) -> Iterator[Entry]:
    """What ``user`` has to do, as Home and ``GET /api/due`` have it: what is due from ``first`` to ``last``."""
    labels = {fields.kind: model._meta.label_lower for model in due_models() if (fields := model.due_item)}
    for item in (DueItem(*row) for row in due_list(user, now, last, since=first)[:MOST]):
        assert item.due_on is not None
        where = Reference(labels[item.kind], item.pk, ABOUT[item.about_type], item.about_pk)
        text = SUMMARIES.get(item.kind, gettext("{title} ({about})")).format(
            title=item.title, about=item.about, pk=item.pk
        )
        yield UIDS.get(item.kind, item.kind.replace(" ", "-")), item.pk, text, item.due_at or item.due_on, place(where)


def _milestones(user: Any, first: date, last: date) -> Iterator[Entry]:
    """The milestones of the projects that ``user`` manages, whoever works towards them."""
    tasks = Task.objects.filter(
        Task.due_item.unfinished, kind=Task.Kind.MILESTONE, project__manager=user, project__archived_at=None,
        finish__gte=datetime.combine(first, time()), finish__lt=datetime.combine(last + timedelta(days=1), time()),
    )  # fmt: skip
    for task in tasks.select_related("project").order_by("pk"):
        assert task.finish is not None
        yield "task", task.pk, f"{task.name} ({task.project})", task.finish.date(), address(task)
