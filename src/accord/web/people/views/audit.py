"""The audit log of the whole firm, for administrators."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from accord.core.models import Event
from accord.people.models import Role
from accord.web.shell.parts import Crumb
from accord.web.shell.views.audit import AuditLog, AuditScope


class FirmAudit(AuditLog):
    template = "shell/audit.html"

    def scope(self, request: HttpRequest, **kwargs: Any) -> AuditScope:
        user: Any = request.user
        if not user.has_role(Role.ADMINISTRATOR):
            raise PermissionDenied("Only administrators can open the audit log of the firm.")
        crumbs = [Crumb("Settings", reverse("settings")), Crumb("Audit log")]
        return AuditScope(Event.objects.all(), True, "audit-log", "Audit log", context={"crumbs": crumbs}, is_firm=True)
