"""The page of a record, by its type and number. Rooms below know no addresses."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from accord.core.references import Reference, reference

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
    "insight.statusreport": "status-report",
    "money.invoice": "invoice",
    "money.timesheet": "timesheet",
    "money.expense": "expense",
    "people.person": "person",
    "exchange.import": "import",
}

# What has no page of its own is seen on a page of the record that it hangs on, and where on it.
PLACES = {
    "accounts.affiliation": ("account-people", ""),
    "accounts.interaction": ("account-timeline", ""),
    "success.surveyanswer": ("account-satisfaction", ""),
    "success.playbookrun": ("account-plan", ""),
    "success.playbookrunstep": ("account-plan", ""),
    "success.goal": ("account-plan", "#goal-{}"),
    "success.strategy": ("account-plan", ""),
    "success.plannedaction": ("account-plan", ""),
    "projects.task": ("project-plan", "#task-{}/open"),
    "projects.plan": ("project-what-ifs", ""),
    "projects.decision": ("project-log", "#decision-{}"),
    "projects.lesson": ("project-log", "#lesson-{}"),
}

# What is seen on a list alone.
OF_A_LIST = {
    "support.internalrequest": "internal-requests",
    "money.reimbursement": "reimbursements",
}


def address_of(label: str, pk: int | None) -> str:
    """The page of the record with that model label; empty where such records have none of their own."""
    name = PAGES.get(label)
    return reverse(name, args=[pk]) if name and pk else ""


def has_page(record: models.Model) -> bool:
    """Whether it has a page of its own."""
    return record._meta.label_lower in PAGES


def place(where: Reference) -> str:
    """Where the record that ``where`` names is seen: on its own page, or at its place on that of its root; or empty."""
    own = address_of(where.subject_type, where.subject_id)
    if own:
        return own
    route, anchor = PLACES.get(where.subject_type, ("", ""))
    if route and where.root_id:
        return reverse(route, args=[where.root_id]) + anchor.format(where.subject_id)
    if where.subject_type in OF_A_LIST:
        return reverse(OF_A_LIST[where.subject_type])
    return address_of(where.root_type, where.root_id)


def address(record: models.Model) -> str:
    """The page where ``record`` is seen: its own, or that of the record it hangs on."""
    # Its own page first: what it hangs on would have to be read.
    return address_of(record._meta.label_lower, record.pk) or place(reference(record)) or reverse("home")


def task_page(project: Any, task: Any) -> str:
    """Where a task opens in its plan."""
    plan = reverse("project-plan", args=[project.pk])
    return f"{plan}#task-{task.pk}/open" if task is not None else plan
