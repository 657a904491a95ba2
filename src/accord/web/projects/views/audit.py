"""The audit log of a project."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accord.web.projects.page import project_page
from accord.web.shell.views.audit import AuditLog, AuditScope


class ProjectAudit(AuditLog):
    def scope(self, request: HttpRequest, **kwargs: Any) -> AuditScope:
        page = project_page(request, kwargs["pk"], "project-audit")
        return AuditScope.of_record(page.project, "project-audit", page)
