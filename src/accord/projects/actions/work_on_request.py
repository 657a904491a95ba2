"""Saying what of a project answers a client's request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from accord.accounts.models import Request
from accord.core import editing
from accord.core.fetch import fetch
from accord.projects.actions.raise_entry import raise_entry
from accord.projects.models import Issue, Project, RequestWork, Task

KINDS: dict[str, Any] = {"project": Project, "task": Task, "issue": Issue, "new-issue": Project}
SEVERITIES = Issue.Severity


@transaction.atomic
def work_on_request(
    *, request: Request, what: str, by: Any, page: Callable[[Any], str] = lambda entry: ""
) -> RequestWork:
    """``what`` is ``project:3``, ``task:7``, ``issue:2``, or ``new-issue:3``: an issue made of it in that project.

    Raises ``Http404`` for what ``by`` may not see, ``ValidationError`` for a project of another client.
    """
    kind, _, pk = what.partition(":")
    found = fetch(KINDS[kind], by, pk=int(pk))
    project = found if isinstance(found, Project) else found.project
    work = RequestWork(request=request, project=project)
    if isinstance(found, Task):
        work.task = found
    elif isinstance(found, Issue):
        work.issue = found
    work.clean()
    if kind == "new-issue":
        words = f"{request.key} of {request.account}: {request.body}".strip(": ")
        issue = Issue(project=project, title=request.title, description=words, severity=request.severity)
        work.issue = raise_entry(entry=issue, by=by, page=page)
    return editing.create(work, by=by, verb="said what answers")
