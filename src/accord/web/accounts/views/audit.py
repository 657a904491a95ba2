"""The audit log of an account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accord.web.accounts.page import account_page
from accord.web.shell.views.audit import AuditLog, AuditScope


class AccountAudit(AuditLog):
    def scope(self, request: HttpRequest, **kwargs: Any) -> AuditScope:
        page = account_page(request, kwargs["pk"], "account-audit")
        return AuditScope.of_record(page.account, "account-audit", page)
