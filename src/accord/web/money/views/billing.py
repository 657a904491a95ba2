"""What can be invoiced, and what invoices are made from: taxes, numbers, billing details, billing plans."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, require, require_create
from accord.core.models import Record
from accord.core.money import totals
from accord.core.texts import gettext_lazy
from accord.money.actions.draft_invoice import draft_invoices
from accord.money.actions.number_invoice import series_of
from accord.money.models import BillingDetails, BillingMilestone, InvoiceSeries, TaxRate
from accord.money.queries_billing import KINDS, MILESTONE, Proposal, to_invoice
from accord.money.queries_receivables import sees_invoices
from accord.people.models import Firm, Role
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.money.forms_billing import BillingDetailsForm, BillingMilestoneForm, InvoiceSeriesForm, TaxRateForm
from accord.web.projects.views.edits import ProjectFormPages
from accord.web.shell.list_parts import Column
from accord.web.shell.once import only_once
from accord.web.shell.parts import Crumb
from accord.web.shell.templatetags.shell import day, hours, money
from accord.web.shell.views.form_pages import FormPages
from accord.web.shell.views.forms import FormPage, go
from accord.web.shell.views.lists import Cell, Row


@require_http_methods(["GET", "HEAD", "POST"])
def to_invoice_page(request: HttpRequest) -> HttpResponse:
    """Everything that can be invoiced, by client; what is chosen becomes drafts."""
    user: Any = request.user
    if request.method == "POST":
        return _draft(request, user)
    proposals = to_invoice(user, timezone.localdate())
    context = {
        "clients": _by_client(proposals),
        "sums": [money(total) for total in totals(each.amount for each in proposals).values()],
        "count": len(proposals),
        "billing_from": Firm.current().billing_from,
        "may_set": user.has_role(Role.ADMINISTRATOR),
        "sees_invoices": sees_invoices(user),
        "crumbs": [Crumb(gettext("Money"), reverse("money")), Crumb(gettext("To invoice"))],
    }
    return render(request, "money/to_invoice.html", context)


def _by_client(proposals: list[Proposal]) -> list[dict[str, Any]]:
    clients: dict[int, dict[str, Any]] = {}
    for each in proposals:
        group = clients.setdefault(each.account.pk, {"account": each.account, "rows": [], "amounts": []})
        waiting = gettext("%(hours)s more not approved yet") % {"hours": hours(each.waiting)} if each.waiting else ""
        row = {"proposal": each, "name": _named(each), "amount": money(each.amount), "waiting": waiting}
        group["rows"].append(row)
        group["amounts"].append(each.amount)
    for group in clients.values():
        group["sum"] = ", ".join(str(money(total)) for total in totals(group["amounts"]).values())
    return list(clients.values())


def _named(proposal: Proposal) -> str:
    """What is billed, and for which project."""
    if proposal.project is None:
        return proposal.lines[0].description
    words = {"kind": KINDS[proposal.kind], "project": proposal.project}
    if proposal.kind == MILESTONE:
        words["kind"] = proposal.lines[0].description
    return gettext("%(kind)s: %(project)s") % words


def _draft(request: HttpRequest, user: Any) -> HttpResponse:
    try:
        with only_once(request) as done:
            drafts = draft_invoices(keys=request.POST.getlist("chosen"), by=user, today=timezone.localdate())
            one = reverse("invoice", args=[drafts[0].pk])
            done.url = one if len(drafts) == 1 else f"{reverse('invoices')}?status=draft"
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return go(request, reverse("to-invoice"))
    made = ngettext("%(count)s draft created.", "%(count)s drafts created.", len(drafts)) % {"count": len(drafts)}
    messages.success(request, made)
    return go(request, done.url)


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Tax rates and the numbers of invoices."""
    require_create(request.user, TaxRate)  # type: ignore[arg-type]
    year = timezone.localdate().year
    context = {
        "columns": [
            Column(gettext("Tax")),
            Column(gettext("Type")),
            Column(gettext("Rate"), numeric=True),
            Column(gettext("Valid from")),
        ],
        "rows": [_tax_row(rate) for rate in TaxRate.objects.order_by("name", "-starts_on")],
        "series": [(kind, _series(kind, year)) for kind in InvoiceSeries.Kind],
        "crumbs": [Crumb(gettext("Money"), reverse("money")), Crumb(gettext("Billing settings"))],
    }
    return render(request, "money/billing_settings.html", context)


def _tax_row(rate: TaxRate) -> Row:
    percent = gettext("%(percent)s%%") % {"percent": f"{rate.percent.normalize():f}"} if rate.percent else None
    return Row(
        rate.pk,
        "",
        [
            Cell(rate.name, url=reverse("tax-rate-edit", args=[rate.pk]), drawer=True, sub=rate.reason),
            Cell(rate.get_category_display()),
            Cell(percent, numeric=True),
            Cell(day(rate.starts_on)),
        ],
    )


def _series(kind: str, year: int) -> InvoiceSeries:
    """The series from which the next number comes; not stored before the first is taken."""
    found = InvoiceSeries.objects.filter(kind=kind, year__in=(0, year)).order_by("-year").first()
    return found or series_of(kind, year)


class TaxRatePages(FormPages):
    route, model, form_class, back = "tax-rate", TaxRate, TaxRateForm, "billing-settings"
    consequence = gettext_lazy("Invoices keep the tax that they have. Drafts with this tax need another one.")

    def blank(self) -> Record:
        return TaxRate(starts_on=timezone.localdate().replace(month=1, day=1))


class SeriesEdit(FormPage):
    """How the next invoices or credit notes are numbered."""

    model, form_class, back = InvoiceSeries, InvoiceSeriesForm, "billing-settings"

    def record(self) -> Record:
        kind = self.kwargs["kind"]
        if kind not in InvoiceSeries.Kind.values:
            raise Http404
        series = _series(kind, timezone.localdate().year)
        require(self.request.user, Permission.CHANGE, series)
        return series

    def title(self, record: Any) -> str:
        return gettext("Numbers of %(kind)s") % {"kind": record.get_kind_display().lower()}


class BillingDetailsEdit(AccountFormPage, FormPage):
    """What invoices to the client state about it."""

    model, form_class, tab = BillingDetails, BillingDetailsForm, "account-invoices"

    def record(self) -> Record:
        details = BillingDetails.of(self.account)
        require(self.request.user, Permission.CHANGE, details)
        return details

    def title(self, record: Any) -> str:
        return gettext("Billing details of %(account)s") % {"account": record.account}


class BillingMilestonePages(ProjectFormPages):
    """The parts of a project's price, and what must have happened before each is billed."""

    route, model, form_class, tab = "billing-milestone", BillingMilestone, BillingMilestoneForm, "project-money"

    def blank(self) -> Record:
        return BillingMilestone(project=self.project)
