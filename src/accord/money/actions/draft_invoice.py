"""Drafts from what can be invoiced: each bills its rows, and no row is billed twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.money.actions.write_invoice import write_invoice
from accord.money.models import BillingDetails, Expense, Invoice, InvoiceLine, TaxRate, TimeEntry
from accord.money.queries_billing import EXPENSES, HOURS, BilledLine, Proposal, approved, to_invoice
from accord.people.models import Firm


@transaction.atomic
def draft_invoices(*, keys: Collection[str], by: Any, today: date) -> list[Invoice]:
    """A draft for each client, project and currency among the proposals with ``keys``.

    Raises ``ValidationError`` where one of them is no longer to be invoiced: somebody else was faster, or hours
    changed. Then no draft is made.
    """
    _one_at_a_time()
    chosen = [proposal for proposal in to_invoice(by, today) if proposal.key in keys]
    if not chosen:
        raise ValidationError(gettext("Choose what to invoice."))
    if len(chosen) < len(set(keys)):
        raise ValidationError(gettext("Something that you chose was invoiced meanwhile. Check the list and try again."))
    groups: dict[tuple[int, int | None, str], list[Proposal]] = defaultdict(list)
    for proposal in chosen:
        project = proposal.project.pk if proposal.project is not None else None
        groups[proposal.account.pk, project, proposal.currency].append(proposal)
    return [_draft(group, by, today) for group in groups.values()]


def _one_at_a_time() -> None:
    """Two people who draft at once take turns: the second finds what the first left."""
    Firm.objects.select_for_update().filter(pk=Firm.current().pk).first()


def _draft(proposals: list[Proposal], by: Any, today: date) -> Invoice:
    first = proposals[0]
    tax = usual_tax(BillingDetails.of(first.account), today)
    billed = [(proposal, each) for proposal in proposals for each in proposal.lines]
    lines = [_line(each, tax) for _, each in billed]
    periods = [each.period for _, each in billed if each.period is not None]
    invoice = Invoice(
        account=first.account,
        project=first.project,
        currency=first.currency,
        issued_on=today,
        delivered_from=min((start for start, _ in periods), default=None),
        delivered_until=max((end for _, end in periods), default=None),
    )
    write_invoice(invoice=invoice, lines=lines, by=by)
    for (proposal, each), line in zip(billed, lines, strict=True):
        _attach(proposal.kind, each, line)
    return invoice


def usual_tax(details: BillingDetails, day: date) -> str:
    """The name of the tax that lines to this client begin with: the client's, or the highest rate in force."""
    if details.tax:
        return details.tax
    rates = [rate for rate in TaxRate.in_force(day) if rate.category == TaxRate.Category.STANDARD]
    return max(rates, key=lambda rate: rate.percent).name if rates else ""


def _line(each: BilledLine, tax: str) -> InvoiceLine:
    first, last = each.period or (None, None)
    return InvoiceLine(
        description=each.description[:300],
        quantity=each.quantity,
        unit=each.unit,
        unit_price=each.unit_price,
        tax_name=tax,
        period_from=first,
        period_until=last,
        agreement=each.bills.get("agreement"),
        milestone=each.bills.get("milestone"),
    )


def _attach(kind: str, each: BilledLine, line: InvoiceLine) -> None:
    """Say on the entries or expenses that ``line`` bills them."""
    if kind not in (HOURS, EXPENSES) or not each.bills:
        return
    rows: Any = TimeEntry.objects.filter(approved()) if kind == HOURS else Expense.objects
    if rows.filter(**each.bills, billable=True, invoice_line=None).update(invoice_line=line) != each.count:
        raise ValidationError(gettext("Hours or expenses changed meanwhile. Check the list and try again."))
