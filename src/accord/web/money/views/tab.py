"""The tab of an account's page with its invoices."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.accounts.models import Account
from accord.core.access import Permission, may_create, require
from accord.core.seen import look_up, seen
from accord.money.models import Invoice, RateCard
from accord.money.queries import with_outstanding
from accord.money.queries_rates import rates_of
from accord.web.accounts.page import account_page, table_tab
from accord.web.shell.cells.invoices import invoice_status, numbered
from accord.web.shell.parts import Action, Empty
from accord.web.shell.templatetags.shell import day, money
from accord.web.shell.views.lists import Cell, Row


@require_safe
def invoices(request: HttpRequest, pk: int) -> HttpResponse:
    page = account_page(request, pk, "account-invoices")
    require(request.user, Permission.VIEW_MONEY, page.account)
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
                numbered(i),
                invoice_status(i, today),
                Cell(day(i.issued_on)),
                Cell(day(i.due_on) if i.due_on else None),
                Cell(project, url=reverse("project", args=[project.pk]))
                if (project := seen(request.user, i.project))
                else Cell(None),
                Cell(money(i.total, i.currency), numeric=True),
                Cell(money(i.payable), numeric=True),
            ],
        )
        for i in part.object_list
    ]
    may_write = request.user.is_authenticated and may_create(request.user, Invoice, account=page.account)
    return table_tab(
        request,
        page.context
        | {
            "page": part,
            "rates": rates_of(request.user, account=page.account),
            "sets_rates": may_create(request.user, RateCard),
        },
        title=gettext("Invoices"),
        columns=[
            gettext("Number"),
            gettext("Status"),
            gettext("Issued"),
            gettext("Due"),
            gettext("Project"),
            gettext("Net"),
            gettext("Total"),
        ],
        numeric={gettext("Net"), gettext("Total")},
        rows=rows,
        beside=_billing_details(page.account, may_write),
        new=("invoice-new", gettext("New invoice")) if may_write else None,
        template="money/account_invoices.html",
        empty=Empty(
            gettext("No invoices yet"),
            gettext("Create an invoice, or import invoices from your accounting software as a CSV file."),
        ),
    )


def _billing_details(account: Account, may_write: bool) -> Action | None:
    if not may_write:
        return None
    return Action(gettext("Billing details"), reverse("billing-details", args=[account.pk]), icon="id-badge")
