"""What the command palette finds: records, pages and things to do."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accord.accounts.models import Account, Affiliation
from accord.core.access import Deed
from accord.money.models import Invoice
from accord.people.models import Person
from accord.projects.models import PlanTemplate, Project
from accord.web.shell.context import RAIL

MOST = 6


@require_safe
def palette(request: HttpRequest) -> JsonResponse:
    """Groups of ``{label, sub, url, icon}`` for ``?q=``; without a query, pages and deeds only."""
    user: Any = request.user
    q = request.GET.get("q", "").strip()[:100]
    groups = _records(user, q) if len(q) >= 2 else []
    groups += [
        {"label": "Do", "items": [item for item in _deeds(user) if q.lower() in item["label"].lower()]},
        {"label": "Go to", "items": [item for item in _pages(user) if q.lower() in item["label"].lower()]},
    ]
    return JsonResponse({"groups": [group for group in groups if group["items"]]})


def _records(user: Any, q: str) -> list[dict[str, Any]]:
    accounts = (
        Account.objects.visible_to(user).filter(archived_at=None).filter(Q(name__icontains=q) | Q(city__icontains=q))
    )
    projects = (
        Project.objects.visible_to(user)
        .filter(archived_at=None)
        .filter(Q(name__icontains=q) | Q(code__icontains=q))
        .select_related("account")
    )
    contacts = (
        Affiliation.objects.visible_to(user)
        .filter(account__archived_at=None)
        .filter(Q(contact__name__icontains=q) | Q(contact__email__icontains=q))
        .select_related("contact", "account")
    )
    people = Person.objects.visible_to(user).filter(name__icontains=q, left_on=None)
    invoices = Invoice.objects.visible_to(user).filter(number__istartswith=q, account__archived_at=None)
    invoices = invoices.select_related("account")
    return [
        _group("Accounts", [_item(a.name, a.city, "account", a.pk, "building-community") for a in accounts[:MOST]]),
        _group("Projects", [_item(p.name, str(p.account), "project", p.pk, "timeline-event") for p in projects[:MOST]]),
        _group(
            "Contacts",
            [
                _item(
                    c.contact.name, f"{c.title} · {c.account}".strip(" ·"), "account-contacts", c.account_id, "id-badge"
                )
                for c in contacts[:MOST]
            ],
        ),
        _group("People", [_item(p.name, p.title, "person", p.pk, "user") for p in people[:MOST]]),
        _group("Invoices", [_item(i.number, str(i.account), "invoice", i.pk, "receipt") for i in invoices[:MOST]]),
    ]


def _group(label: str, items: list[dict[str, str]]) -> dict[str, Any]:
    return {"label": label, "items": items}


def _item(label: str, sub: str, name: str, pk: int, icon: str) -> dict[str, str]:
    return {"label": label, "sub": sub, "url": reverse(name, args=[pk]), "icon": icon}


def _deeds(user: Any) -> list[dict[str, str]]:
    deeds = []
    if Account().permits(user, Deed.CREATE):
        deeds.append(("New account", "account-new", "plus"))
    if Project(account=Account(owner=user)).permits(user, Deed.CREATE):
        deeds.append(("New project", "project-new", "plus"))
    if hasattr(user, "person"):
        deeds.append(("Book time", "time-new", "clock"))
    deeds.append(("Edit your profile", "profile", "user-circle"))
    return [{"label": label, "sub": "", "url": reverse(name), "icon": icon} for label, name, icon in deeds]


def _pages(user: Any) -> list[dict[str, str]]:
    pages = [(label, name, icon) for label, name, icon, _, roles in RAIL if not roles or user.has_role(*roles)]
    pages += [
        ("Risks", "risks", "alert-triangle"),
        ("Issues", "issues", "urgent"),
        ("Change requests", "changes", "switch-horizontal"),
        ("Lessons", "lessons", "notes"),
        ("Invoices", "invoices", "receipt"),
        ("Two-step sign-in", "mfa_index", "shield-lock"),
    ]
    if PlanTemplate().permits(user, Deed.VIEW):
        pages.append(("Templates", "templates", "copy"))
    return [{"label": label, "sub": "", "url": reverse(name), "icon": icon} for label, name, icon in pages]
