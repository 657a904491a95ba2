"""Where a project does what a client asked for."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from accord.core.access import Permission
from accord.core.policy import Policy
from accord.core.rules import Through
from accord.core.texts import gettext_lazy
from accord.projects.models.change_request import ChangeRequest
from accord.projects.models.issue import Issue
from accord.projects.models.part import ProjectPart
from accord.projects.models.task import Task
from accord.support.models import Request


class RequestWork(ProjectPart):
    """What of a project answers a client's request: a task, an issue, a change, or the project as such."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="works")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, null=True, blank=True, related_name="request_works")
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, null=True, blank=True, related_name="request_works")
    change = models.ForeignKey(
        ChangeRequest, on_delete=models.CASCADE, null=True, blank=True, related_name="request_works"
    )

    policy = Policy(
        view=Through("project", Permission.VIEW),
        change=Through("project", Permission.CHANGE)
        | (Through("request", Permission.CHANGE) & Through("project", Permission.VIEW)),
    )  # whoever may change the request may say what works on it, in a project that they see

    class Meta:
        ordering = ["request", "pk"]
        verbose_name = gettext_lazy("work on a request")
        verbose_name_plural = gettext_lazy("work on requests")

    def __str__(self) -> str:
        return gettext("%(part)s for %(request)s") % {"part": self.part or self.project, "request": self.request.key}

    @property
    def part(self) -> Task | Issue | ChangeRequest | None:
        """What of the project does it; none: the project as such."""
        return self.task or self.issue or self.change

    @property
    def is_done(self) -> bool:
        """Whether the task is finished, the issue solved, the change done or declined, or the project closed."""
        if self.task is not None:
            return self.task.percent_complete >= 100
        if self.issue is not None:
            return self.issue.status == Issue.Status.RESOLVED
        if self.change is not None:
            return self.change.status in ChangeRequest.OVER
        return self.project.status == self.project.Status.CLOSED

    def clean(self) -> None:
        if self.request_id and self.project_id and self.request.account_id != self.project.account_id:
            raise ValidationError({"request": gettext("This request belongs to another account.")})
        for name in ("task", "issue", "change"):
            part = getattr(self, name)
            if part is not None and part.project_id != self.project_id:
                raise ValidationError({name: gettext("It belongs to a different project.")})
