"""The timeline of a client: what was said, by whom, and what changed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from accord.accounts.models import Account, Interaction
from accord.conversations.queries import comments_on
from accord.core.models import Event
from accord.web.shell.timeline import Entry, of_comment, of_event, of_interaction

# The timeline shows these themselves; their events would say the same again.
SHOWN_AS_THEMSELVES = ["accounts.interaction"]
ABOUT_MONEY = ["accounts.agreement", "accounts.opportunity", "money.invoice"]


def timeline(
    account: Account, user: Any, *, kind: str = "", q: str = "", limit: int = 50, money: bool = True
) -> list[Entry]:
    """The latest entries, newest first, in at most three queries."""
    entries: list[Entry] = []
    if kind in ("", *Interaction.Kind.values):
        rows = Interaction.objects.visible_to(user).filter(account=account).select_related("by")
        if kind:
            rows = rows.filter(kind=kind)
        if q:
            rows = rows.filter(Q(subject__icontains=q) | Q(body__icontains=q) | Q(next_step__icontains=q))
        entries += [of_interaction(row, reverse("interaction-edit", args=[row.pk])) for row in rows[:limit]]
    if kind in ("", "comment"):
        comments = comments_on(account)
        if q:
            comments = comments.filter(body__icontains=q)
        entries += [of_comment(row) for row in comments[:limit]]
    if kind in ("", "event"):
        events = Event.objects.about(account).exclude(subject_type__in=SHOWN_AS_THEMSELVES).exclude(verb="commented on")
        if not money:
            events = events.exclude(subject_type__in=ABOUT_MONEY)
        if q:
            events = events.filter(subject_name__icontains=q)
        entries += [of_event(row) for row in events.order_by("-at")[:limit]]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries[:limit]
