"""Which projects a filter asks for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accord.accounts.models import Account
from accord.core.search.queries import search
from accord.projects.models import Project

OPEN = (Project.Status.ACTIVE, Project.Status.PLANNED)


def matching_projects(rows: QuerySet[Project], values: dict[str, Any], user: Any) -> QuerySet[Project]:
    """Those of ``rows`` that a filter asks for: ``q``, ``status`` (or open) and ``whose`` (me: their manager's)."""
    if q := values.get("q"):
        rows = rows.filter(search(Project, q) | search(Account, q, "account"))
    if values.get("status") == "open":
        rows = rows.filter(status__in=OPEN)
    elif status := values.get("status"):
        rows = rows.filter(status=status)
    return rows.filter(manager=user) if values.get("whose") == "me" else rows
