"""The audit log of an account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accord.core.models import Event
from accord.web.accounts.page import account_page
from accord.web.shell.views.audit import AuditLog, AuditScope


class AccountAudit(AuditLog):
    def scope(self, request: HttpRequest, **kwargs: Any) -> AuditScope:
        pk = kwargs["pk"]
        page = account_page(request, pk, "account-audit")
        return AuditScope(
            Event.objects.about(page.account),
            page.sees_money,
            "account-audit",
            f"Audit log {page.account.name}",
            [pk],
            page.context,
        )
