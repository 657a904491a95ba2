"""An issue is solved, or turns out not to be."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core import editing
from accord.core.access import Permission, require
from accord.projects.events import IssueEvent
from accord.projects.models import Issue


@transaction.atomic
def resolve_issue(*, issue: Issue, by: Any, version: int, resolution: str) -> Issue:
    """Solve ``issue``, saying how. Raises ``ValidationError`` when it does not say, or is solved already."""
    require(by, Permission.CHANGE, issue)
    if not resolution.strip():
        raise ValidationError({"resolution": gettext("Enter the resolution. Future projects can learn from it.")})
    stored = Issue.objects.get(pk=issue.pk)
    if stored.version == version and stored.status == Issue.Status.RESOLVED:
        raise ValidationError(gettext("%(issue)s is already resolved.") % {"issue": issue.key})
    return editing.change(
        issue,
        by=by,
        version=version,
        event=IssueEvent.RESOLVED,
        status=Issue.Status.RESOLVED,
        resolution=resolution.strip(),
        done_at=timezone.now(),
    )


@transaction.atomic
def reopen_issue(*, issue: Issue, by: Any) -> Issue:
    """The issue is there again; what was thought to solve it is kept. Raises ``ValidationError`` when it is open."""
    require(by, Permission.CHANGE, issue)
    if issue.status != Issue.Status.RESOLVED:
        raise ValidationError(gettext("%(issue)s is already open.") % {"issue": issue.key})
    return editing.change(
        issue, by=by, version=issue.version, event=IssueEvent.REOPENED, status=Issue.Status.OPEN, done_at=None
    )
