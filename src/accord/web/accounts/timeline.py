"""The timeline of a client: what was said, by whom, and what was done for them. Every edit is in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account, Contact, Interaction
from accord.conversations.queries import comments_on
from accord.core.models import Event
from accord.core.search.among import matching_among
from accord.projects.models import Project, Task
from accord.success.models import SurveyAnswer
from accord.support.models import Request
from accord.web.shell.event_kinds import events_shown, kinds_of
from accord.web.shell.page_files import page_files
from accord.web.shell.text import markdown
from accord.web.shell.timeline import Entry, of_comment, of_events, of_milestones, of_talks

# What the client's timeline shows of the account's own records, and of its projects: the rest is daily work.
OWN_KINDS = kinds_of("accounts", "correspondence", "sales", "support", "success", "money", on_account=True)
PROJECT_KINDS = kinds_of("projects", on_account=True)


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """What of the timeline is asked for: one kind of entry, one person of the client, words; all, where nothing."""

    kind: str = ""
    person: Contact | None = None
    q: str = ""

    def asks(self, *kinds: str) -> bool:
        return self.kind in ("", *kinds)


def timeline(
    account: Account,
    user: Any,
    wanted: TimelineFilter = TimelineFilter(),
    *,
    limit: int = 50,
    money: bool = True,
    comments: bool = True,
    events: bool = True,
) -> list[Entry]:
    """The latest entries, newest first, in one query for each kind.

    With a person, only what has to do with somebody of the client: talks, requests, answers to surveys. Without
    ``comments`` where the page shows them by themselves; without ``events`` where only conversations are asked for.
    """
    entries: list[Entry] = []
    if wanted.asks(*Interaction.Kind.values):
        entries += _interactions(account, user, wanted, limit)
    if wanted.asks("request"):
        entries += _requests(account, user, wanted, limit)
    if wanted.asks("survey"):
        entries += _answers(account, user, wanted, limit)
    if wanted.person is None:
        if comments and wanted.asks("comment"):
            said = comments_on(account)
            if wanted.q:
                said = matching_among(said, wanted.q)
            entries += [of_comment(row, page_files(account, user)) for row in said[:limit]]
        if events and wanted.asks("event", "project"):
            entries += _events(account, user, wanted, limit, money=money)
        if events and wanted.asks("project"):
            entries += _milestones(account, user, wanted, limit)
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries[:limit]


def _interactions(account: Account, user: Any, wanted: TimelineFilter, limit: int) -> list[Entry]:
    rows = Interaction.objects.visible_to(user).filter(account=account).select_related("by", "mail", "account")
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.person is not None:
        rows = rows.filter(contacts=wanted.person)
    if q := wanted.q:
        rows = matching_among(rows, q)
    return of_talks(rows[:limit], user, page_files(account, user))


def _requests(account: Account, user: Any, wanted: TimelineFilter, limit: int) -> list[Entry]:
    rows = Request.objects.visible_to(user).filter(account=account).select_related("contact")
    if wanted.person is not None:
        rows = rows.filter(contact=wanted.person)
    if q := wanted.q:
        rows = matching_among(rows, q)
    return [
        Entry(
            row.reported_at,
            f"{row.get_kind_display()}, {row.get_status_display().lower()}",
            "headset",
            str(row),
            markdown(row.body),
            str(row.contact or ""),
            reverse("request", args=[row.pk]),
            "good" if row.is_over else "warn",
        )
        for row in rows[:limit]
    ]


def _answers(account: Account, user: Any, wanted: TimelineFilter, limit: int) -> list[Entry]:
    """Answers to surveys that are not anonymous."""
    rows = SurveyAnswer.objects.visible_to(user).filter(account=account, survey__anonymous=False)
    if wanted.person is not None:
        rows = rows.filter(contact=wanted.person)
    if wanted.q:
        rows = rows.filter(reason__icontains=wanted.q)
    return [
        Entry(
            timezone.make_aware(datetime.combine(row.given_on, time(12))),
            f"{row.survey}",
            "mood-sad" if row.low_score else "mood-smile",
            gettext("Scored %(score)s of %(bounds)s") % {"score": row.score, "bounds": row.survey.bounds[1]},
            markdown(row.reason),
            str(row.contact or ""),
            reverse("account-satisfaction", args=[account.pk]),
            "bad" if row.low_score else "good",
        )
        for row in rows.select_related("survey", "contact")[:limit]
    ]


def _events(account: Account, user: Any, wanted: TimelineFilter, limit: int, *, money: bool) -> list[Entry]:
    """What was done with the client's own records and in its projects: one query for both."""
    asked = Q(pk__in=[])
    if wanted.asks("event"):
        asked |= Q(events_shown(OWN_KINDS), root_type="accounts.account", root_id=account.pk)
    if wanted.asks("project"):
        projects = Project.objects.visible_to(user).filter(account=account)
        asked |= Q(events_shown(PROJECT_KINDS), root_type="projects.project", root_id__in=projects.values("pk"))
    events = Event.objects.filter(asked)
    if not money:
        events = events.without_money()
    if wanted.q:
        events = events.filter(subject_name__icontains=wanted.q)
    return of_events(events.order_by("-at")[:limit], user, money=money)


def _milestones(account: Account, user: Any, wanted: TimelineFilter, limit: int) -> list[Entry]:
    projects = Project.objects.visible_to(user).filter(account=account)
    return of_milestones(Task.objects.filter(project__in=projects, name__icontains=wanted.q), limit)
