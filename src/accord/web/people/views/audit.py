"""The audit log of the whole firm, for administrators."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.models import Event
from accord.people.models import Role
from accord.web.shell.parts import Crumb
from accord.web.shell.views.audit import AuditLog, AuditScope


class FirmAudit(AuditLog):
    template = "shell/audit.html"

    def scope(self, request: HttpRequest, **kwargs: Any) -> AuditScope:
        user: Any = request.user
        if not user.has_role(Role.ADMINISTRATOR):
            raise PermissionDenied(gettext("Only administrators can open the audit log of the firm."))
        crumbs = [Crumb(gettext("Settings"), reverse("settings")), Crumb(gettext("Audit log"))]
        return AuditScope(
            Event.objects.all(), True, "audit-log", gettext("Audit log"), context={"crumbs": crumbs}, is_firm=True
        )
