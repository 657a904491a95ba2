"""Every page that has an address of its own, by its title: what the palette can go to."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accord.people.models import Role
from accord.web.shell.context import MANAGING, RAIL

ADMINISTRATORS = (Role.ADMINISTRATOR,)
CARING = (Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER)
DELIVERING = (Role.ADMINISTRATOR, Role.PROJECT_MANAGER)
STARTING = (*CARING, Role.PROJECT_MANAGER)

# Title, route, icon, and who may open it (empty: everyone). The pages of the rail come before these.
PAGES: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("Contacts", "contacts", "id-badge", ()),
    ("Requests", "requests", "urgent", ()),
    ("Voice of the customer", "topics", "flag", ()),
    ("Internal requests", "advocacy", "flag", ()),
    ("Surveys", "surveys", "mood-smile", ()),
    ("Opportunities", "opportunities", "target-arrow", MANAGING),
    ("Opportunity stages", "stages", "adjustments-horizontal", ()),
    ("Renewals", "renewals", "contract", MANAGING),
    ("Service catalogue", "services", "package", ()),
    ("White space", "white-space", "table", MANAGING),
    ("Playbooks", "playbooks", "notes", ()),
    ("Note templates", "note-templates", "notes", ()),
    ("Service levels", "service-levels", "clock", ()),
    ("Duplicates", "duplicates", "copy", CARING),
    ("Custom fields", "custom-fields", "tag", ()),
    ("Tasks", "tasks", "checklist", ()),
    ("Risks", "risks", "alert-triangle", ()),
    ("Issues", "issues", "urgent", ()),
    ("Change requests", "changes", "switch-horizontal", ()),
    ("Lessons learned", "lessons", "notes", ()),
    ("Project templates", "templates", "copy", STARTING),
    ("Staffing requests", "staffing", "users", DELIVERING),
    ("Capacity", "capacity", "users", ()),
    ("Skills", "skills", "users", ()),
    ("Invoices", "invoices", "receipt", ()),
    ("Exchange rates", "exchange-rates", "switch-horizontal", (Role.ADMINISTRATOR, Role.FINANCE)),
    ("Email settings", "email-settings", "mail", ADMINISTRATORS),
    ("Security events", "security-log", "shield-lock", ADMINISTRATORS),
    ("Audit log", "audit-log", "history", ADMINISTRATORS),
    ("For you", "inbox", "bell", ()),
    ("Notification settings", "notice-settings", "settings", ()),
    ("Profile", "profile", "user-circle", ()),
    ("Two-factor authentication", "mfa_index", "shield-lock", ()),
]


def pages_of(user: Any) -> list[dict[str, str]]:
    """The pages that ``user`` may open, as the palette lists them."""
    known = [(label, name, icon, roles) for label, name, icon, _, roles in RAIL] + PAGES
    return [
        {"label": label, "sub": "", "url": reverse(name), "icon": icon}
        for label, name, icon, roles in known
        if not roles or user.has_role(*roles)
    ]
