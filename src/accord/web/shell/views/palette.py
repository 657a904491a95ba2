"""What the command palette finds: records, pages and things to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.search.folding import fold
from accord.web.shell.creations import creations
from accord.web.shell.found import find
from accord.web.shell.recent import recently_viewed
from accord.web.shell.site_map import help_topics, pages_of

MOST = 6  # records of a group


@require_safe
def palette(request: HttpRequest) -> JsonResponse:
    """Groups of ``{label, items}`` for ``?q=``: actions, pages and records.

    Without a query, the records that the browser says were viewed last (``viewed``, their addresses) and no others.
    What begins with the words comes before what only holds them.
    """
    user: Any = request.user
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    words = fold(q)
    groups = [
        {"label": gettext("Actions"), "items": _named(_actions(user), words)},
        {"label": gettext("Go to"), "items": _named(pages_of(user), words)},
    ]
    recent: list[dict[str, str]] = []
    if words:
        records = find(user, q, MOST)
        topics = {"label": gettext("Help"), "items": _named(help_topics(), words)[:MOST]}
        groups = [*records, *groups, topics] if len(words) > 1 else [*groups, topics, *records]
    else:
        recent = recently_viewed(user, request.GET.getlist("viewed"))
        groups = [{"label": gettext("Recently viewed"), "items": recent}, *groups]
    return JsonResponse({"groups": [group for group in groups if group["items"]], "recent": recent})


def _named(items: list[dict[str, str]], words: str) -> list[dict[str, str]]:
    """Those of ``items`` that have all the words in their labels."""
    return [item for item in items if all(word in fold(item["label"]) for word in words.split())]


def _actions(user: Any) -> list[dict[str, str]]:
    found = [{"label": action.label, "sub": "", "url": action.url, "icon": action.icon} for action in creations(user)]
    return [*found, {"label": gettext("Edit profile"), "sub": "", "url": reverse("profile"), "icon": "user-circle"}]
