"""What is due for whom: next steps, tasks, issues, decisions, requests and the rest, in one list."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from accord.api.answers import Day, Moment, Named, exactly, page_of
from accord.api.pages import Paging, page_of_rows
from accord.core.events import plain
from accord.projects.queries_due import SOON, DueItem, due_list

router = Router(tags=["due"])

ABOUT = exactly("DueAbout", {"type": Literal["account", "project"], "id": int, "name": str})
DUE = exactly(
    "DueItemOut",
    {
        "kind": str, "id": int, "title": str, "about": ABOUT, "due_on": Day | None, "due_at": Moment | None,
        "owner": Named | None,
    },
)  # fmt: skip


class DueQuery(Schema):
    """``owner`` is ``me`` or ``all``; ``until`` is the last day, two weeks ahead unless it is given."""

    owner: Literal["me", "all"] = "me"
    until: date | None = None


@router.get("", response=page_of(DUE))
def due(request: HttpRequest, paging: Query[Paging], asked: Query[DueQuery]) -> dict[str, Any]:
    """What is due by ``until``, overdue, or to be done without a date; the most urgent first.

    ``all`` is everything you see, whoever has to do it: a task once for each person who works on it.
    """
    now = timezone.localtime()
    rows = due_list(request.user, now, asked.until or now.date() + SOON, everyone=asked.owner == "all")
    return page_of_rows(rows, paging, lambda row: _item(DueItem(*row)))


def _item(item: DueItem) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "id": item.pk,
        "title": item.title,
        "about": {"type": item.about_type, "id": item.about_pk, "name": item.about},
        "due_on": plain(item.due_on),
        "due_at": plain(item.due_at),
        "owner": None if item.owner_pk is None else {"id": item.owner_pk, "name": item.owner},
    }
