"""The audit log of a project."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accord.core.models import Event
from accord.web.projects.page import project_page
from accord.web.shell.views.audit import AuditLog, AuditScope


class ProjectAudit(AuditLog):
    def scope(self, request: HttpRequest, **kwargs: Any) -> AuditScope:
        pk = kwargs["pk"]
        page = project_page(request, pk, "project-audit")
        return AuditScope(
            Event.objects.about(page.project),
            page.sees_money,
            "project-audit",
            f"Audit log {page.project.name}",
            [pk],
            page.context,
        )
