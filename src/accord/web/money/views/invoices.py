"""Invoices: the list, one of them, writing and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accord.core.access import Permission, can
from accord.core.editing import Conflict
from accord.core.fetch import fetch
from accord.core.models import Record
from accord.core.seen import seen
from accord.core.texts import gettext_lazy
from accord.money.actions.draft_invoice import usual_tax
from accord.money.models import BillingDetails, Invoice, InvoiceLine, Unit
from accord.money.queries import COUNTED, matching_invoices, with_outstanding
from accord.people.models import Firm, Role
from accord.web.accounts.page import account_link
from accord.web.accounts.views.edits import AccountFormPage
from accord.web.money.forms import InvoiceFilter, InvoiceForm
from accord.web.money.forms_billing import LineFormSet, tax_choices
from accord.web.money.views.issuing import issuing_actions, problems_of
from accord.web.shell.cells.invoices import invoice_status, numbered
from accord.web.shell.forms import RecordForm
from accord.web.shell.once import only_once, stop_if_done
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact
from accord.web.shell.record_page import TABLE, Panel, RecordPage, comments, files
from accord.web.shell.templatetags.shell import day, money, number
from accord.web.shell.views.forms import CreatePage, EditPage, FormPage, RemovePage, go
from accord.web.shell.views.lists import Cell, Column, ListPage, Row, amount_cell, date_cell


class InvoiceList(ListPage):
    title = gettext_lazy("Invoices")
    under = (gettext_lazy("Money"), "money")
    client = "account"
    noun = "invoices"
    default_sort = "-issued_on"
    filter_class = InvoiceFilter
    columns = [
        Column(gettext_lazy("Number"), "number", second=gettext_lazy("Type")),
        Column(gettext_lazy("Client"), "account__name"),
        Column(gettext_lazy("Status"), "status"),
        Column(gettext_lazy("Issued"), "issued_on"),
        Column(gettext_lazy("Due"), "due_on", hide_small=True),
        Column(gettext_lazy("Net"), "total", money=True, amount="total"),
        Column(gettext_lazy("With tax"), money=True, shown=False),
        Column(gettext_lazy("Outstanding"), "outstanding", money=True, shown=False),
    ]

    def rows_of(self, user: Any) -> QuerySet[Invoice]:
        is_archived = self.request.GET.get("archived") == "yes"
        rows = Invoice.objects.visible_to(user).filter(account__archived_at__isnull=not is_archived)
        return with_outstanding(rows).select_related("account")

    def filtered(self, rows: QuerySet[Invoice], values: dict[str, Any]) -> QuerySet[Invoice]:
        return matching_invoices(rows, values, timezone.localdate())

    def row(self, record: Invoice) -> Row:
        return Row(
            record.pk,
            reverse("invoice", args=[record.pk]),
            [
                numbered(record),
                Cell(record.account, url=reverse("account", args=[record.account_id])),
                invoice_status(record, timezone.localdate()),
                date_cell(record.issued_on),
                date_cell(record.due_on),
                amount_cell(record.total, record.currency),
                amount_cell(record.total + record.tax, record.currency),
                amount_cell(record.outstanding, record.currency),
            ],
        )

    def actions(self) -> list[Action]:
        user: Any = self.request.user
        toward = Action(gettext("To invoice"), reverse("to-invoice"), icon="list-check")
        if not user.has_role(Role.ADMINISTRATOR, Role.FINANCE):
            return [toward]
        return [
            toward,
            Action(gettext("Exchange rates"), reverse("exchange-rates"), icon="switch-horizontal"),
            Action(gettext("Import"), reverse("imports"), icon="file-import"),
        ]

    def empty(self) -> Empty:
        text = gettext("Create invoices on an account's Invoices tab, or import them.")
        return Empty(gettext("No invoices yet"), text, icon="receipt")


@require_safe
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch(Invoice, request.user, "account", "project", "settles", pk=pk)
    lines, project = list(row.lines.all()), seen(request.user, row.project)
    may_change = can(request.user, Permission.CHANGE, row)
    problems = problems_of(row, lines) if may_change else []
    row.outstanding = with_outstanding(Invoice.objects.filter(pk=pk)).values_list("outstanding", flat=True).get()
    status = invoice_status(row, timezone.localdate())
    user: Any = request.user
    edit = Action(gettext("Edit"), reverse("firm-edit"), icon="pencil") if user.has_role(Role.ADMINISTRATOR) else None
    return RecordPage(
        record=row,
        title=str(row),
        of=account_link(row.account),
        subtitle=row.get_kind_display(),
        above=[Crumb(gettext("Money"), reverse("money")), Crumb(gettext("Invoices"), reverse("invoices"))],
        badges=[Badge(status.value, status.tone)],
        facts=[
            Fact(gettext("Client"), row.account, url=reverse("account", args=[row.account_id])),
            Fact(
                gettext("Project"),
                project,
                url=reverse("project", args=[project.pk]) if project else "",
                missing=gettext("Not visible to you") if row.project_id else gettext("None"),
            ),
            Fact(gettext("Issued"), day(row.issued_on)),
            Fact(gettext("Due"), day(row.due_on) if row.due_on else None),
            Fact(gettext("Paid"), day(row.paid_on) if row.paid_on else None, missing=gettext("Unpaid")),
            *([Fact(gettext("Service period"), _span(row))] if row.delivered_from else []),
            *([Fact(gettext("Purchase order"), row.purchase_order)] if row.purchase_order else []),
            Fact(gettext("Net"), money(row.total, row.currency)),
            *([Fact(gettext("Total with tax"), money(row.payable))] if row.tax else []),
            *_settlement(row),
        ],
        actions=issuing_actions(row, request.user, problems),
        may_change=may_change,
        panels=[
            *([_before_issuing(row, problems)] if problems else []),
            Panel(gettext("Lines"), TABLE, _line_table(row, lines)),
            *_payments(row, can(request.user, Permission.APPROVE, row)),
            files(),
            Panel(gettext("Issuer"), "money/parts/issuer.html", {"issuer": Firm.current()}, id="issuer", action=edit),
            comments(),
        ],
    ).response(request)


def _before_issuing(row: Invoice, problems: list[str]) -> Panel:
    address = reverse("billing-details", args=[row.account_id])
    details = Action(gettext("Billing details"), address, icon="pencil", drawer=True)
    values = {"problems": problems}
    return Panel(gettext("Before you can issue it"), "money/parts/problems.html", values, action=details)


def _line_table(row: Invoice, lines: list[InvoiceLine]) -> dict[str, Any]:
    taxed = any(line.tax_name for line in lines)
    columns = [
        Column(gettext("Item")),
        Column(gettext("Quantity"), numeric=True),
        Column(gettext("Price"), numeric=True),
        *([Column(gettext("Tax"))] if taxed else []),
        Column(gettext("Net amount") if taxed else gettext("Amount"), numeric=True),
    ]

    def footer(label: str, amount: Any) -> list[Cell]:
        return [Cell(label), *[Cell("") for _ in columns[2:]], Cell(money(amount, row.currency), numeric=True)]

    footers = [footer(gettext("Net"), row.total), footer(gettext("Tax"), row.tax)] if taxed else []
    return {
        "columns": columns,
        "rows": [Row(line.pk, "", _line_cells(line, row.currency, taxed)) for line in lines],
        "footers": [*footers, footer(gettext("Total"), row.payable.amount)],
        "empty": Empty(gettext("No lines"), gettext("Edit the invoice to add lines.")),
        "caption": gettext("Invoice lines"),
    }


def _line_cells(line: InvoiceLine, currency: str, taxed: bool) -> list[Cell]:
    quantity = number(line.quantity, _places(line.quantity))
    unit = "" if line.unit == Unit.PIECE else line.get_unit_display()
    percent = line.discount_percent
    discount = gettext("less %(percent)s%%") % {"percent": number(percent, _places(percent))} if percent else ""
    described = line.description or line.code or gettext("(no description)")
    return [
        Cell(described, sub=line.code if line.description else ""),
        Cell(quantity, numeric=True, sub=unit),
        Cell(money(line.unit_price, currency), numeric=True, sub=discount),
        *([Cell(line.tax_name or None)] if taxed else []),
        Cell(money(line.amount, currency), numeric=True),
    ]


def _span(row: Invoice) -> str:
    if row.delivered_until is None:
        return gettext("from %(day)s") % {"day": day(row.delivered_from)}
    return gettext("%(first)s to %(last)s") % {"first": day(row.delivered_from), "last": day(row.delivered_until)}


def _payments(row: Invoice, may_record: bool) -> list[Panel]:
    """What came in for an invoice; nothing for a draft."""
    found = list(row.payments.all())
    is_open = row.status == Invoice.Status.SENT and row.kind == Invoice.Kind.INVOICE
    if not found and not is_open:
        return []
    new = Action(gettext("Record payment"), reverse("payment-new", args=[row.pk]), icon="plus", drawer=True)
    values = {"payments": found, "currency": row.currency, "may_remove": may_record}
    action = new if is_open and may_record else None
    return [Panel(gettext("Payments"), "money/parts/payments.html", values, action=action)]


def _settlement(row: Any) -> list[Fact]:
    """What a credit note settles, or the credit notes of an invoice and what they leave to pay."""
    if row.settles_id:
        return [Fact(gettext("Settles"), row.settles, url=reverse("invoice", args=[row.settles_id]))]
    notes = [
        Fact(gettext("Credit note"), note, url=reverse("invoice", args=[note.pk]))
        for note in row.credit_notes.filter(status__in=COUNTED)
    ]
    partly = row.status == Invoice.Status.SENT and row.outstanding != row.payable.amount
    return [*notes, Fact(gettext("Outstanding"), money(row.outstanding, row.currency))] if notes or partly else []


def _places(value: Any) -> int:
    return max(0, -value.normalize().as_tuple().exponent)


class WithLines(FormPage):
    """An invoice and its lines on one form."""

    model, form_class = Invoice, InvoiceForm

    def after(self, record: Record) -> str:
        if record.pk:
            return reverse("invoice", args=[record.pk])
        return reverse("account-invoices", args=[record.account_id])  # type: ignore[attr-defined]

    def show(self, record: Record, form: RecordForm, status: int = 200, lines: Any = None) -> HttpResponse:
        rows = InvoiceLine.objects.filter(invoice=record.pk) if record.pk else InvoiceLine.objects.none()
        context = self.context(record, form) | {"lines": lines or self.lines(record, rows)}
        return render(self.request, "money/invoice_form.html", context, status=status)

    def lines(self, record: Any, rows: QuerySet[InvoiceLine], data: Any = None) -> Any:
        taxes = {"taxes": tax_choices(), "usual": usual_tax(BillingDetails.of(record.account), timezone.localdate())}
        return LineFormSet(data, queryset=rows, prefix="lines", form_kwargs=taxes)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        record = self.record()
        form: Any = self.form(record, request.POST)
        rows = InvoiceLine.objects.filter(invoice=record.pk) if record.pk else InvoiceLine.objects.none()
        lines = self.lines(record, rows, request.POST)
        if not form.is_valid() or not lines.is_valid():
            stop_if_done(request)
            return self.show(record, form, 422, lines)
        kept = [f for f in lines.forms if f.has_changed() or f.instance.pk]
        form.lines = [f.instance for f in kept if f not in lines.deleted_forms]
        if not form.lines:
            form.add_error(None, gettext("Add at least one line."))
            return self.show(record, form, 422, lines)
        try:
            with only_once(request) as done:
                saved = form.save_for_user()
                done.url = self.after(saved)
        except Conflict as conflict:
            return self.show_conflict(conflict, form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(record, form, 422, lines)
        messages.success(request, gettext("Invoice saved."))
        return go(request, self.after(saved))


class InvoiceNew(WithLines, AccountFormPage, CreatePage):
    submit_label = gettext_lazy("Create invoice")

    def blank(self) -> Record:
        return Invoice(account=self.account, currency=self.account.currency, issued_on=timezone.localdate())

    def after(self, record: Record) -> str:
        return WithLines.after(self, record)


class InvoiceEdit(WithLines, EditPage):
    related = ("account",)


class InvoiceRemove(AccountFormPage, RemovePage):
    model, tab = Invoice, "account-invoices"
    consequence = gettext_lazy(
        "The invoice and its lines are deleted. The audit log keeps a copy. If the client already has it, void it "
        "instead."
    )
