"""Invoices and hours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from accord.accounts.models import Account
from accord.api.answers import many, page_of, row_of
from accord.api.filters import InvoiceQuery
from accord.api.pages import Paging, page, values
from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.insight.queries_segments import in_segment
from accord.money.actions.log_time import log_time
from accord.money.actions.write_invoice import write_invoice
from accord.money.models import Invoice, InvoiceLine, TimeEntry, Unit, WorkType
from accord.money.queries import matching_invoices
from accord.people.models import Person
from accord.projects.models import Project, Task

router = Router(tags=["money"])

INVOICE = (
    "version",
    "number",
    "account",
    "kind",
    "status",
    "issued_on",
    "due_on",
    "paid_on",
    "currency",
    "total",
    "tax",
    "settles",
    "delivered_from",
    "delivered_until",
    "purchase_order",
    "issued_at",
)
ENTRY = ("version", "project", "task", "work_type", "person", "day", "minutes", "note", "billable")


LINE = ("code", "description", "quantity", "unit", "unit_price", "discount_percent", "amount", "tax_name",
        "tax_percent")  # fmt: skip
INVOICE_OUT = row_of("InvoiceOut", Invoice, INVOICE)
INVOICE_WITH_LINES = row_of(
    "InvoiceWithLines", Invoice, INVOICE, lines=many(row_of("InvoiceLineOut", InvoiceLine, LINE))
)
ENTRY_OUT = row_of("TimeEntryOut", TimeEntry, ENTRY)


class LineIn(Schema):
    description: str = ""
    code: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = Unit.PIECE
    unit_price: Decimal
    discount_percent: Decimal = Decimal(0)
    tax_name: str = ""


class InvoiceIn(Schema):
    """Without a ``number`` it is a draft, which gets one when it is issued."""

    account: int
    number: str = ""
    issued_on: date
    due_on: date | None = None
    paid_on: date | None = None
    currency: str = ""
    status: str = Invoice.Status.DRAFT
    kind: str = Invoice.Kind.INVOICE
    settles: int | None = None
    delivered_from: date | None = None
    delivered_until: date | None = None
    purchase_order: str = ""
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


class EntryIn(Schema):
    """On a project, or of a type of work that needs none."""

    project: int | None = None
    task: int | None = None
    work_type: int | None = None
    person: int
    day: date
    minutes: int
    note: str = ""
    billable: bool = True


@router.get("/invoices", response=page_of(INVOICE_OUT))
def invoices(
    request: HttpRequest, paging: Query[Paging], asked: Query[InvoiceQuery], archived: bool = False
) -> dict[str, Any]:
    """Those of archived accounts are listed with ``archived=true``."""
    rows = Invoice.objects.visible_to(request.user).filter(account__archived_at__isnull=not archived)
    rows = rows.select_related("account", "settles")
    found = in_segment(matching_invoices(rows, asked.dict(), timezone.localdate()), asked.segment, request.user)
    return page(found, paging, INVOICE, user=request.user)


@router.get("/invoices/{int:pk}", response=INVOICE_WITH_LINES)
def invoice(request: HttpRequest, pk: int) -> dict[str, Any]:
    row = fetch(Invoice, request.user, "account", pk=pk)
    lines = [values(line, *LINE, user=request.user, money=True) for line in row.lines.all()]
    return values(row, *INVOICE, user=request.user) | {"lines": lines}


@router.post("/invoices", response={201: INVOICE_OUT})
def create_invoice(request: HttpRequest, body: InvoiceIn) -> tuple[int, dict[str, Any]]:
    account = fetch(Account, request.user, pk=body.account)
    given = body.dict(exclude={"account", "settles", "lines"})
    given["currency"] = given["currency"] or account.currency
    settles = fetch(Invoice, request.user, pk=body.settles) if body.settles else None
    row = Invoice(account=account, settles=settles, **given)
    require(request.user, Permission.CREATE, row)
    row.full_clean()
    lines = [InvoiceLine(**line.dict()) for line in body.lines]
    for line in lines:
        line.clean_fields(exclude=["invoice", "amount"])
    return 201, values(write_invoice(invoice=row, lines=lines, by=request.user), *INVOICE, user=request.user)


@router.get("/time", response=page_of(ENTRY_OUT))
def time_entries(
    request: HttpRequest,
    paging: Query[Paging],
    project: int | None = None,
    person: int | None = None,
    archived: bool = False,
) -> dict[str, Any]:
    """Those of archived projects are listed with ``archived=true``."""
    rows = TimeEntry.objects.visible_to(request.user).filter(project__archived_at__isnull=not archived)
    rows = rows.select_related("project", "task", "work_type", "person")
    if project is not None:
        rows = rows.filter(project=project)
    if person is not None:
        rows = rows.filter(person=person)
    return page(rows, paging, ENTRY, user=request.user)


@router.post("/time", response={201: ENTRY_OUT})
def create_time_entry(request: HttpRequest, body: EntryIn) -> tuple[int, dict[str, Any]]:
    project = fetch(Project, request.user, "account", pk=body.project) if body.project else None
    task = fetch(Task, request.user, pk=body.task, project=project) if body.task else None
    work_type = fetch(WorkType, request.user, pk=body.work_type) if body.work_type else None
    person = fetch(Person, request.user, pk=body.person)
    about = {"project": project, "task": task, "work_type": work_type, "person": person}
    row = TimeEntry(**body.dict(exclude=set(about)) | about)
    row.full_clean()
    booked = log_time(entry=row, by=request.user)
    return 201, values(booked, *ENTRY, user=request.user)
