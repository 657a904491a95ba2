"""Saying what of a project answers a client's request."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.core.fetch import fetch
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.events import WorkEvent
from accord.projects.models import ChangeRequest, Issue, Project, RequestWork, Task
from accord.support.models import Request

PARTS: dict[str, Any] = {"task": Task, "issue": Issue, "change": ChangeRequest}


@transaction.atomic
def link_request_work(*, request: Request, what: str, by: Any) -> RequestWork:
    """``what`` is ``project:3``, or of a project ``task:7``, ``issue:2``, ``change:5``; or what is made of the request
    in a project: ``new-issue:3``, ``new-change:3``.

    Raises ``Http404`` for what ``by`` may not see, ``ValidationError`` for a project of another client.
    """
    kind, _, pk = what.partition(":")
    if kind in PARTS:
        part = fetch(PARTS[kind], by, pk=int(pk))
        work = RequestWork(request=request, project=part.project, **{kind: part})
    else:
        work = RequestWork(request=request, project=fetch(Project, by, pk=int(pk)))
    work.clean()
    words = (
        gettext("%(request)s of %(account)s: %(body)s")
        % {"request": request.key, "account": request.account, "body": request.body}
    ).strip(": ")
    new = {"project": work.project, "title": request.title, "description": words}
    if kind == "new-issue":
        work.issue = raise_entry(entry=Issue(**new, severity=request.severity), by=by)
    elif kind == "new-change":
        work.change = raise_entry(entry=ChangeRequest(**new), by=by)
    return editing.create(work, by=by, event=WorkEvent.LINKED_TO_REQUEST)
