"""The page of a record, by its type and number. Rooms below know no addresses."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

PAGES = {
    "accounts.account": "account",
    "support.request": "request",
    "accounts.contact": "contact",
    "success.playbook": "playbook",
    "sales.agreement": "agreement",
    "sales.opportunity": "opportunity",
    "sales.quote": "quote",
    "correspondence.mailmessage": "mail",
    "correspondence.mailbox": "mailbox",
    "success.survey": "survey",
    "projects.project": "project",
    "projects.deliverable": "deliverable",
    "projects.risk": "risk",
    "projects.issue": "issue",
    "projects.changerequest": "change",
    "projects.staffingrequest": "staffing-request",
    "money.invoice": "invoice",
    "people.person": "person",
    "exchange.import": "import",
}


def address_of(label: str, pk: int | None) -> str:
    """The page of the record with that model label; empty where such records have none of their own."""
    name = PAGES.get(label)
    return reverse(name, args=[pk]) if name and pk else ""


def address(record: models.Model) -> str:
    """The page where ``record`` is seen: its own, or that of the record it hangs on."""
    own = address_of(record._meta.label_lower, record.pk)
    if own:
        return own
    root = getattr(record, "root", record)
    return address_of(root._meta.label_lower, root.pk) or reverse("home")


def task_page(project: Any, task: Any) -> str:
    """Where a task opens in its plan."""
    plan = reverse("project-plan", args=[project.pk])
    return f"{plan}#task-{task.pk}/open" if task is not None else plan
