"""The first page: what waits for me."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accord.accounts.models import Account, Interaction
from accord.accounts.queries import with_last_contact
from accord.accounts.queries_people import silent_sponsors
from accord.conversations.queries import unread
from accord.core import editing
from accord.insight.queries_running import in_trouble, running_variances
from accord.insight.queries_satisfaction import low_scores
from accord.money.queries import overdue_invoices
from accord.money.queries_receivables import due_soon
from accord.people.models import Firm, Role
from accord.projects.queries_due import due_items
from accord.sales.queries import renewals_due
from accord.web.home.checklist import checklist, firm_with_steps
from accord.web.home.inbox import shown
from accord.web.insight.numbers import firm_numbers
from accord.web.shell.plain_numbers import plain_numbers, with_plain_numbers

QUIET = timedelta(days=60)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """First steps of an empty firm; my next steps and tasks; what concerns my role; notifications."""
    user: Any = request.user
    now = timezone.localtime()
    today = now.date()
    managing = user.has_role(Role.ADMINISTRATOR, Role.FINANCE, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)
    # Who keeps relationships sees who fell silent; who keeps the books, what is owed.
    relating = user.has_role(Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER)
    billing = user.has_role(Role.FINANCE)
    firm = firm_with_steps(user)
    steps = checklist(user, firm)
    context: dict[str, Any] = {
        "today": today,
        "firm": firm,
        "due": {kind.replace(" ", "_"): items for kind, items in due_items(user, now).items()},
        "now": now,
        "notices": shown(unread(user)[:8]),
        "managing": managing,
        "relating": relating,
        "billing": billing,
        "checklist": steps,
        "first_open": next((step for step in steps if not step.done), None),
    }
    if billing:
        context |= {
            "overdue": list(overdue_invoices(user, today)[:8]),
            "due_soon": list(due_soon(user, today).order_by("due_on", "pk")[:6]),
        }
    if managing:
        sums = running_variances(user, firm.currency, today)
        figures = with_plain_numbers(firm_numbers(user, sums), user, firm.currency, today)
        if billing and not relating:
            figures = plain_numbers(user, firm.currency, today) or figures
        context |= {
            "numbers": figures,
            "trouble": in_trouble(user, today, 6) if sums.projects else [],
            "has_active": bool(sums.projects),
            "renewals": list(renewals_due(user, today, 120)[:6]),
        }
    if relating:
        context |= {
            "quiet": list(_quiet_clients(user)[:6]),
            "low_scores": list(low_scores(user)[:5]),
            "silent": list(silent_sponsors(user, today, firm.sponsor_silence)[:6]),
        }
    return render(request, "home/home.html", context)


def _quiet_clients(user: Any) -> Any:
    """Clients nobody has spoken with for two months, the longest silence first.

    One who was never spoken with is quiet since the account was made.
    """
    since = timezone.now() - QUIET
    clients = Account.objects.visible_to(user).filter(archived_at=None, status=Account.Status.CLIENT)
    spoken = Interaction.objects.filter(account=OuterRef("pk"))
    # Whether anyone spoke with them lately is quicker to find out than when it was last, which only the quiet need.
    quiet = clients.filter(~Exists(spoken.filter(at__gte=since)), Q(created_at__lt=since) | Exists(spoken))
    since_when = with_last_contact(quiet).annotate(quiet_since=Coalesce("last_contact", "created_at"))
    return since_when.select_related("owner").order_by("quiet_since")


@require_POST
def checklist_dismissal(request: HttpRequest) -> HttpResponse:
    """The firm needs no first steps; administrators say so."""
    firm = Firm.current()
    editing.change(firm, by=request.user, version=firm.version, checklist_dismissed_at=timezone.now())
    messages.success(request, gettext("Checklist dismissed."))
    return HttpResponseRedirect(reverse("home"))
