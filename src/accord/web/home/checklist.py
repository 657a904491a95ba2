"""What leads an empty firm to its first insight: each step is done when the data say so, and none is ticked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core.access import may_create
from accord.money.models import Invoice
from accord.people.models import Firm, Person, Role, User
from accord.projects.models import Project, Task


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do and why, where, and whether it is done."""

    title: str
    text: str
    button: str
    url: str
    icon: str
    done: bool
    drawer: bool = False


def firm_with_steps(user: Any) -> Firm:
    """The firm, and what of the checklist there is, in one query."""
    found = Firm.objects.select_related("calendar").annotate(
        has_people=Exists(Person.objects.all()),
        has_colleagues=Exists(User.objects.exclude(pk=user.pk)),
        has_clients=Exists(Account.objects.all()),
        has_invoices=Exists(Invoice.objects.all()),
        has_plans=Exists(Task.objects.all()),
    )
    firm = found.order_by("pk").first()
    if firm is None:
        Firm.current()  # makes it
        firm = found.get()
    return firm


def checklist(user: Any, firm: Any) -> list[Step]:
    """The steps that ``user`` may take, of :func:`firm_with_steps`; none once all are done or the list is dismissed."""
    if firm.checklist_dismissed_at is not None:
        return []
    is_admin = user.has_role(Role.ADMINISTRATOR)
    may_start = may_create(user, Project)
    steps = [
        (
            is_admin,
            Step(
                gettext("Enter your firm’s details"),
                gettext("Address, tax data and logo appear on quotes, invoices and emails."),
                gettext("Firm details"),
                reverse("firm-edit"),
                "building-community",
                bool(firm.address_lines),
                drawer=True,
            ),
        ),
        (
            is_admin,
            Step(
                gettext("Add your people"),
                gettext("Those who work on projects, with or without a user account."),
                gettext("Add person"),
                reverse("person-new"),
                "users",
                firm.has_people or firm.has_colleagues,
                drawer=True,
            ),
        ),
        (
            may_create(user, Account),
            Step(
                gettext("Create your first client"),
                gettext("Everything about a client starts from its account."),
                gettext("New account"),
                f"{reverse('account-new')}?status=client",
                "plus",
                firm.has_clients,
                drawer=True,
            ),
        ),
        (
            user.has_role(Role.ADMINISTRATOR, Role.FINANCE),
            Step(
                gettext("Import invoices"),
                gettext("From a CSV file: revenue and overdue amounts at once, client value later."),
                gettext("Import invoices"),
                f"{reverse('import-new')}?kind=invoices",
                "file-import",
                firm.has_invoices,
            ),
        ),
        (
            may_start,
            Step(
                gettext("Import a project plan"),
                gettext("From Microsoft Project: dates, critical path and their probability."),
                gettext("Import plan"),
                f"{reverse('import-new')}?kind=plan",
                "timeline-event",
                firm.has_plans,
            ),
        ),
    ]
    mine = [step for allowed, step in steps if allowed]
    return mine if any(not step.done for step in mine) else []
