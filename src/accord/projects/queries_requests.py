"""What of a client's projects answers their requests, or could."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.projects.models import ChangeRequest, Issue, Project, RequestWork, Task
from accord.support.models import Request

SOON = timedelta(days=90)
MOST_TASKS = 300  # a list that one still searches

Choices = list[tuple[str, list[tuple[str, str]]]]


def works_of(request: Request, user: Any) -> QuerySet[RequestWork]:
    """The work on a request in the projects that ``user`` may see."""
    rows = RequestWork.objects.visible_to(user).filter(request=request)
    return rows.select_related("project", "task", "issue", "change")


def answerable(account: Account, user: Any, now: datetime) -> Choices:
    """What of the client's projects may answer a request, by project, as choices of a form. Four queries.

    Tasks are those not finished that run or begin within three months; ``new-issue`` and
    ``new-change`` make an issue or a change request of the request.
    """
    projects = (
        Project.objects.visible_to(user)
        .filter(account=account, archived_at=None)
        .exclude(status=Project.Status.CLOSED)
        .order_by("name", "pk")
    )
    found: dict[int, list[tuple[str, str]]] = {
        row.pk: [
            (f"project:{row.pk}", gettext("The whole project")),
            (f"new-issue:{row.pk}", gettext("New issue from this request")),
            (f"new-change:{row.pk}", gettext("New change request from this request")),
        ]
        for row in projects
    }
    issues = Issue.objects.filter(project__in=found).exclude(status=Issue.Status.RESOLVED).order_by("number")
    for issue in issues:
        found[issue.project_id].append(
            (f"issue:{issue.pk}", gettext("Issue %(issue)s %(title)s") % {"issue": issue.key, "title": issue.title})
        )
    changes = ChangeRequest.objects.filter(project__in=found).exclude(status__in=ChangeRequest.OVER).order_by("number")
    for change in changes:
        found[change.project_id].append(
            (
                f"change:{change.pk}",
                gettext("Change %(change)s %(title)s") % {"change": change.key, "title": change.title},
            )
        )
    tasks = Task.objects.filter(
        project__in=found, active=True, percent_complete__lt=100, start__lte=now + SOON
    ).exclude(kind=Task.Kind.SUMMARY)
    for pk, project, name in tasks.order_by("-start", "pk").values_list("pk", "project", "name")[:MOST_TASKS]:
        found[project].append((f"task:{pk}", gettext("Task: %(name)s") % {"name": name}))
    return [(str(row.name), found[row.pk]) for row in projects]
