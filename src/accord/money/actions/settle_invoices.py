"""Credit notes against the invoices that they settle."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.db.models import QuerySet

from accord.core.bulk import update_rows
from accord.money.models import Invoice

Key = tuple[int, str, Decimal]


def settle_credit_notes(credit_notes: QuerySet[Invoice]) -> int:
    """Let each of ``credit_notes`` that settles nothing yet settle the open invoice it takes back, if just one fits.

    That is an invoice to the same account, in the same currency and for the same amount, sent no later and with no
    credit note yet. Where several would do, a person chooses. Returns how many were settled.
    """
    open_notes = list(credit_notes.filter(kind=Invoice.Kind.CREDIT_NOTE, settles=None, total__lt=0))
    accounts = {note.account_id for note in open_notes}
    if not accounts:
        return 0
    invoices = Invoice.objects.filter(
        account__in=accounts, kind=Invoice.Kind.INVOICE, status=Invoice.Status.SENT, credit_notes=None
    )
    candidates: dict[Key, list[Invoice]] = defaultdict(list)
    for invoice in invoices:
        candidates[invoice.account_id, invoice.currency, invoice.total].append(invoice)
    settled = []
    for note in sorted(open_notes, key=lambda row: (row.issued_on, row.pk)):
        alike = candidates[note.account_id, note.currency, -note.total]
        possible = [invoice for invoice in alike if invoice.issued_on <= note.issued_on]
        if len(possible) == 1:
            note.settles = possible[0]
            alike.remove(possible[0])
            settled.append(note)
    return update_rows(settled, ["settles"])
