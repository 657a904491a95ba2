"""What the command palette finds: records, pages and things to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import Deed
from accord.core.search.folding import fold
from accord.projects.models import Project
from accord.web.shell.found import find
from accord.web.shell.site_map import pages_of

MOST = 6  # records of a group


@require_safe
def palette(request: HttpRequest) -> JsonResponse:
    """Groups of ``{label, items}`` for ``?q=``: actions, pages and records; without a query, no records.

    What begins with the words comes before what only holds them.
    """
    user: Any = request.user
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    words = fold(q)
    groups = [
        {"label": "Actions", "items": _named(_actions(user), words)},
        {"label": "Go to", "items": _named(pages_of(user), words)},
    ]
    if words:
        records = find(user, q, MOST)
        groups = [*records, *groups] if len(words) > 1 else [*groups, *records]
    return JsonResponse({"groups": [group for group in groups if group["items"]]})


def _named(items: list[dict[str, str]], words: str) -> list[dict[str, str]]:
    """Those of ``items`` that have all the words in their labels."""
    return [item for item in items if all(word in fold(item["label"]) for word in words.split())]


def _actions(user: Any) -> list[dict[str, str]]:
    actions = []
    if Account().permits(user, Deed.CREATE):
        actions.append(("New account", "account-new", "plus"))
    if Project(account=Account(owner=user)).permits(user, Deed.CREATE):
        actions.append(("New project", "project-new", "plus"))
    if hasattr(user, "person"):
        actions.append(("Log time", "time-new", "clock"))
    actions.append(("Edit profile", "profile", "user-circle"))
    return [{"label": label, "sub": "", "url": reverse(name), "icon": icon} for label, name, icon in actions]
