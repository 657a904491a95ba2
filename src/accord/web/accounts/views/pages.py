"""The tabs of an account's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.accounts.actions.finish_next_step import finish_next_step
from accord.accounts.models import Account, Affiliation, Agreement, ClientLink, Interaction, Opportunity
from accord.accounts.queries import open_next_steps, open_opportunities, renewals_due
from accord.core.access import Deed, require
from accord.core.fetch import fetch
from accord.core.seen import look_up, seen
from accord.insight.queries import latest_measures
from accord.insight.queries_hierarchy import group_of
from accord.money.models import Invoice
from accord.money.queries import with_outstanding
from accord.people.models import Firm
from accord.projects.models import Project
from accord.web.accounts.details import detail_links
from accord.web.accounts.forms import TimelineFilter
from accord.web.accounts.numbers import account_numbers
from accord.web.accounts.page import account_page
from accord.web.accounts.timeline import Wanted, timeline
from accord.web.accounts.views.people import contact_views
from accord.web.money.numbers import with_plain_numbers
from accord.web.projects.rows import PROJECT_COLUMNS, project_row
from accord.web.shell.comments import CommentForm, comment_on
from accord.web.shell.templatetags.shell import day, money
from accord.web.shell.views.forms import go
from accord.web.shell.views.lists import Cell, Row

STAGE_TONES: dict[str, str] = {
    Opportunity.Stage.WON: "good",
    Opportunity.Stage.LOST: "neutral",
    Opportunity.Stage.NEGOTIATION: "accent",
}
INVOICE_TONES = {
    Invoice.Status.PAID: "good",
    Invoice.Status.SENT: "info",
    Invoice.Status.DRAFT: "neutral",
    Invoice.Status.VOID: "neutral",
}


TIMELINE_STEP = 50
TIMELINE_MOST = 2000


def _entries_shown(request: HttpRequest) -> int:
    """How many entries of the timeline were asked for: a step, and one more with every "Show older entries"."""
    asked = request.GET.get("entries", "")
    return min(int(asked), TIMELINE_MOST) if asked.isascii() and asked.isdecimal() and int(asked) else TIMELINE_STEP


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account")
    account, user = page.account, request.user
    today = timezone.localdate()
    projects = Project.objects.visible_to(user).filter(
        account=account, status__in=(Project.Status.ACTIVE, Project.Status.PLANNED), archived_at=None
    )
    measures = latest_measures(projects, user, "finish")
    context = page.context | {
        "entries": timeline(account, user, limit=12, money=page.sees_money),
        "comment_form": CommentForm(),
        "next_steps": list(open_next_steps(user).filter(account=account)[:5]),
        "key_contacts": list(
            Affiliation.objects.visible_to(user)
            .filter(account=account, until=None)
            .exclude(part="")
            .select_related("contact")[:5]
        ),
        "running": measures[:5],
        "today": today,
        "empty": {"title": "No activity yet", "text": "Log your first meeting, call or note."},
    }
    if page.sees_money:
        context |= {
            "numbers": with_plain_numbers(
                account_numbers(account, user, measures, today), user, account.currency, today, account
            ),
            "open_opportunities": list(open_opportunities(user).filter(account=account)[:5]),
            "renewals": list(renewals_due(user, today, 180).filter(account=account)[:3]),
            "soon": today + timedelta(days=45),
        }
    return render(request, "accounts/overview.html", context)


@require_safe
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The companies of the account's group with their numbers, each with those of all below it."""
    page = account_page(request, pk, "account-group")
    members = group_of(page.account, request.user, timezone.localdate())
    context = {"group": members, "currency": Firm.current().currency}
    return render(request, "accounts/group.html", page.context | context)


@require_safe
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-contacts")
    rows = Affiliation.objects.visible_to(request.user).filter(account=page.account).select_related("contact")
    places = list(rows.prefetch_related("contact__emails", "contact__phones").order_by("until", "contact__name"))
    for place in places:
        place.reached = detail_links(place.contact)
    members = page.account.members.select_related("user")
    return render(
        request,
        "accounts/contacts.html",
        page.context
        | {
            "affiliations": places,
            "members": list(members),
            "client_links": list(
                ClientLink.objects.visible_to(request.user)
                .filter(account=page.account, revoked_at=None, expires_on__gte=timezone.localdate())
                .select_related("contact")
            ),
            "empty": {"title": "No contacts yet", "text": "Add the people you work with at this account."},
        }
        | contact_views(pk, "account-contacts"),
    )


@require_safe
def timeline_tab(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-timeline")
    form = TimelineFilter(request.GET or None, account=page.account)
    wanted = Wanted(**form.cleaned_data) if form.is_valid() else Wanted()
    limit = _entries_shown(request)
    entries = timeline(page.account, request.user, wanted, limit=limit + 1, money=page.sees_money)
    empty = {
        "title": "No activity yet" if wanted == Wanted() else "No matching entries",
        "text": "Log a meeting, call, email or note.",
    }
    context = {
        "entries": entries[:limit], "filter_form": form, "comment_form": CommentForm(), "empty": empty,
        "further": limit + TIMELINE_STEP if len(entries) > limit else None, "facts": None,
    }  # fmt: skip
    return render(request, "accounts/timeline.html", page.context | context)


@require_safe
def agreements(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-agreements")
    require(request.user, Deed.VIEW_MONEY, page.account)
    today = timezone.localdate()
    rows = []
    for a in Agreement.objects.visible_to(request.user).filter(account=page.account):
        tone = "good" if a.in_force(today) else "neutral"
        label = "Active" if a.in_force(today) else a.get_status_display()
        rows.append(
            Row(
                a.pk,
                "",
                [
                    Cell(a.title, url=reverse("agreement", args=[a.pk]), sub=a.get_kind_display()),
                    Cell(label, badge=True, tone=tone),
                    Cell(
                        money(a.value, a.currency),
                        numeric=True,
                        sub="a month" if a.kind == Agreement.Kind.RETAINER else "",
                    ),
                    Cell(day(a.starts_on)),
                    Cell(day(a.ends_on) if a.ends_on else "Open-ended", sub="renews automatically" if a.renews else ""),
                    Cell(day(a.notice_on) if a.notice_on else None),
                ],
            )
        )
    return _table(
        request,
        page.context,
        title="Agreements",
        columns=["Agreement", "Status", "Value", "Starts", "Ends", "Notice deadline"],
        numeric={"Value"},
        rows=rows,
        new=("agreement-new", "New agreement") if page.may_change else None,
        empty={
            "title": "No agreements yet",
            "text": "Add contracts, retainers and subscriptions to track their value, end dates and notice deadlines.",
        },
    )


@require_safe
def opportunities(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-opportunities")
    require(request.user, Deed.VIEW_MONEY, page.account)
    rows = [
        Row(
            o.pk,
            "",
            [
                Cell(o.name, url=reverse("opportunity", args=[o.pk]), sub=o.service),
                Cell(o.stage_name, badge=True, tone=STAGE_TONES.get(o.stage, "info")),
                Cell(money(o.amount, o.currency), numeric=True),
                Cell(None if o.weighted is None else f"{o.chance}%", numeric=True),
                Cell(None if o.weighted is None else money(o.weighted, o.currency), numeric=True),
                Cell(
                    day(o.closed_on or o.expected_on),
                    sub="closed" if o.closed_on else "expected" if o.expected_on else "",
                ),
            ],
        )
        for o in Opportunity.objects.visible_to(request.user)
        .filter(account=page.account)
        .order_by("closed_on", "expected_on")
    ]
    return _table(
        request,
        page.context,
        title="Opportunities",
        columns=["Opportunity", "Stage", "Amount, net", "Probability", "Weighted", "Close date"],
        numeric={"Amount, net", "Probability", "Weighted"},
        rows=rows,
        new=("opportunity-new", "New opportunity") if page.may_change else None,
        empty={"title": "No opportunities yet", "text": "Add what this client may buy next."},
    )


@require_safe
def invoices(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-invoices")
    require(request.user, Deed.VIEW_MONEY, page.account)
    found = with_outstanding(Invoice.objects.visible_to(request.user)).filter(account=page.account)
    found = found.select_related("project")
    part = Paginator(found, 50).get_page(request.GET.get("page"))
    today = timezone.localdate()
    look_up(request.user, part.object_list)
    rows = [
        Row(
            i.pk,
            reverse("invoice", args=[i.pk]),
            [
                Cell(i.number, sub=i.get_kind_display() if i.kind == Invoice.Kind.CREDIT_NOTE else ""),
                invoice_status(i, today),
                Cell(day(i.issued_on)),
                Cell(day(i.due_on) if i.due_on else None),
                Cell(project, url=reverse("project", args=[project.pk]))
                if (project := seen(request.user, i.project))
                else Cell(None),
                Cell(money(i.total, i.currency), numeric=True),
            ],
        )
        for i in part.object_list
    ]
    may_write = request.user.is_authenticated and Invoice(account=page.account).permits(request.user, Deed.CREATE)
    return _table(
        request,
        page.context | {"page": part},
        title="Invoices",
        columns=["Number", "Status", "Issued", "Due", "Project", "Total"],
        numeric={"Total"},
        rows=rows,
        new=("invoice-new", "New invoice") if may_write else None,
        empty={
            "title": "No invoices yet",
            "text": "Create an invoice, or import invoices from your accounting software as a CSV file.",
        },
    )


def invoice_status(invoice: Any, today: Any) -> Cell:
    """The status of an invoice :func:`with_outstanding` as a badge.

    Sent is overdue after its due day, and settled once credit notes leave nothing to pay; so is such a credit note.
    """
    if invoice.status == Invoice.Status.SENT:
        if invoice.settles_id or (invoice.kind == Invoice.Kind.INVOICE and invoice.outstanding <= 0 < invoice.total):
            return Cell("Settled", badge=True, tone="neutral")
        if invoice.kind == Invoice.Kind.INVOICE and invoice.due_on and invoice.due_on < today:
            return Cell("Overdue", badge=True, tone="bad")
    return Cell(invoice.get_status_display(), badge=True, tone=INVOICE_TONES[Invoice.Status(invoice.status)])


@require_safe
def projects(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-projects")
    found = (
        Project.objects.visible_to(request.user)
        .filter(account=page.account, archived_at=None)
        .select_related("manager", "account")
    )
    measures = {m.project_id: m for m in latest_measures(found, request.user)}
    rows = [project_row(p, measures.get(p.pk), with_client=False) for p in found.order_by("-start")]
    user: Any = request.user
    return _table(
        request,
        page.context,
        title="Projects",
        columns=[c.label for c in PROJECT_COLUMNS],
        numeric={c.label for c in PROJECT_COLUMNS if c.numeric},
        rows=rows,
        new=("account-project-new", "New project")
        if Project(account=page.account).permits(user, Deed.CREATE)
        else None,
        empty={"title": "No projects yet", "text": "Start a project, or import a plan from Microsoft Project."},
    )


def _table(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    title: str,
    columns: list[str],
    numeric: set[str],
    rows: list[Row],
    new: tuple[str, str] | None,
    empty: dict[str, Any],
) -> HttpResponse:
    """A tab that is one table with a button for a new row."""
    link = None
    if new:
        link = {"label": new[1], "url": reverse(new[0], args=[context["account"].pk]), "drawer": True, "icon": "plus"}
    return render(
        request,
        "accounts/table.html",
        context
        | {
            "table_title": title,
            "columns": [{"label": label, "numeric": label in numeric} for label in columns],
            "rows": rows,
            "new_link": link,
            "empty": empty | ({"action": link} if link else {}),
        },
    )


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a comment to the account."""
    return comment_on(request, fetch(Account, request.user, pk=pk), reverse("account", args=[pk]))


@require_http_methods(["POST", "DELETE"])
def next_step_done(request: HttpRequest, pk: int) -> HttpResponse:
    """POST ticks a next step off; DELETE opens it again."""
    interaction = fetch(Interaction, request.user, "account", pk=pk)
    at = timezone.now() if request.method == "POST" else None
    finish_next_step(interaction=interaction, by=request.user, at=at)
    messages.success(request, "Next step completed." if at else "Next step reopened.")
    return go(request, reverse("account", args=[interaction.account_id]))
