"""A draft becomes an invoice with its number and its documents, and changes no more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accord.core import editing
from accord.engines.invoices.hybrid import extract
from accord.engines.invoices.validation import check_xml
from accord.money.actions.cancel_invoice import cancel_invoice
from accord.money.actions.record_payment import record_payment, remove_payment
from accord.money.actions.write_invoice import rewrite_invoice
from accord.money.models import Invoice, InvoiceSeries, Payment
from accord.money.queries import left_of, overdue_invoices, with_outstanding
from accord.people.models import Firm, Role, User
from tests.money.billing import NOW, TODAY, create_client, draft, issue, line, set_up_billing

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> User:
    set_up_billing()
    return User.objects.create(email="f@firm.test", name="Fin", roles=[Role.FINANCE], password="!")


def stored_document(invoice: Invoice) -> Any:
    return check_xml(Invoice.objects.get(pk=invoice.pk).document.xml.encode(), strict=True)


def test_a_draft_gets_its_number_its_dates_and_valid_documents(finance: User) -> None:
    invoice = draft(create_client(payment_days=14), line("95.255", "3"), line("50.00", tax="Reduced rate"))
    assert (invoice.number, invoice.total, invoice.tax) == ("", Decimal("335.77"), Decimal("57.80"))
    issued = issue(invoice, finance)
    assert (issued.number, issued.status, issued.due_on) == ("2026-0001", "sent", date(2026, 12, 14))
    reading, verdict = stored_document(issued)
    assert not [finding for finding in verdict.findings if finding.is_error]
    totals = reading.invoice.totals
    assert (totals.net, totals.tax, totals.payable) == (Decimal("335.77"), Decimal("57.80"), Decimal("393.57"))
    assert extract(bytes(issued.document.pdf)) == issued.document.xml.encode()


def test_numbers_have_no_gap_where_an_invoice_could_not_be_issued(finance: User) -> None:
    account = create_client()
    assert issue(draft(account), finance).number == "2026-0001"
    without_tax = draft(account, line("10", tax=""))
    with pytest.raises(ValidationError, match="Line 1 has no tax"):
        issue(without_tax, finance)
    assert Invoice.objects.get(pk=without_tax.pk).number == ""
    assert issue(draft(account), finance).number == "2026-0002"


def test_a_new_year_begins_a_series_of_its_own_and_a_number_in_use_is_passed_over(finance: User) -> None:
    account = create_client()
    InvoiceSeries.objects.create(kind="invoice", year=2026, prefix="N{year}/", digits=3, next_number=7)
    draft(account, number="N2026/008", status="sent")
    numbers = [issue(draft(account), finance).number for _ in range(2)]
    assert numbers == ["N2026/007", "N2026/009"]
    assert issue(draft(account), finance, today=date(2027, 1, 4)).number == "N2027/001"


def test_an_issued_invoice_changes_no_more(finance: User) -> None:
    issued = issue(draft(create_client()), finance)
    with pytest.raises(PermissionDenied):
        editing.change(issued, by=finance, version=issued.version, purchase_order="PO-1")
    with pytest.raises(PermissionDenied):
        rewrite_invoice(invoice=issued, version=issued.version, lines=[line("1")], by=finance)
    with pytest.raises(PermissionDenied):
        editing.remove(issued, by=finance)
    with pytest.raises(ValidationError, match="Only drafts"):
        issue(issued, finance)


@pytest.mark.parametrize(
    ("firm", "said"),
    [
        ({"vat_id": "", "tax_number": ""}, "VAT ID or tax number"),
        ({"iban": ""}, "IBAN"),
        ({"city": ""}, "Your firm's street, town and country"),
        ({"country": "Nowhereland"}, "Your firm's street, town and country"),
    ],
)
def test_what_the_firm_must_state_is_asked_for(finance: User, firm: dict[str, str], said: str) -> None:
    Firm.objects.update(**firm)
    with pytest.raises(ValidationError, match=said):
        issue(draft(create_client()), finance)


def test_reverse_charge_needs_the_client_s_vat_id_and_states_the_reason(finance: User) -> None:
    account = create_client()
    with pytest.raises(ValidationError, match="the client's VAT ID"):
        issue(draft(account, line("100", tax="Reverse charge")), finance)
    abroad = create_client("Papeterie", vat_id="FR83404833048", country="France", street="Rue 1", city="Lyon")
    issued = issue(draft(abroad, line("100", tax="Reverse charge")), finance)
    assert issued.tax == 0
    breakdown = stored_document(issued)[0].invoice.tax_breakdown
    assert [(b.category, b.tax, b.exemption_reason) for b in breakdown] == [
        ("AE", Decimal(0), "Reverse charge: the recipient owes the tax.")
    ]


def test_an_xrechnung_is_valid_and_asks_for_the_leitweg_id(finance: User) -> None:
    account = create_client(format="xrechnung", email="rechnung@stadt.example")
    with pytest.raises(ValidationError, match="Leitweg-ID"):
        issue(draft(account), finance)
    account.billing.buyer_reference = "04011000-12345-03"
    account.billing.save()
    reading, verdict = stored_document(issue(draft(account), finance))
    assert reading.invoice.is_xrechnung
    assert not [finding for finding in verdict.findings if finding.is_error]


def test_the_rate_in_force_when_the_service_ended_counts(finance: User) -> None:
    invoice = draft(create_client(), line("100"), delivered_from=date(2020, 12, 1), delivered_until=date(2020, 12, 31))
    assert invoice.tax == 16
    with pytest.raises(ValidationError, match="has no rate on 2020-06-30"):
        draft(create_client("Other"), line("100"), delivered_until=date(2020, 6, 30))


def test_a_discount_and_a_deduction_stand_as_they_should(finance: User) -> None:
    issued = issue(
        draft(create_client(), line("99.99", "3", discount_percent=Decimal("12.5")), line("20", "-1")), finance
    )
    assert issued.total == Decimal("242.47")
    reading, verdict = stored_document(issued)
    assert not [finding for finding in verdict.findings if finding.is_error]
    assert [each.net_amount for each in reading.invoice.lines] == [Decimal("262.47"), Decimal("-20.00")]


def test_part_payments_add_up_and_can_be_taken_back(finance: User) -> None:
    issued = issue(draft(create_client(), line("100")), finance)
    first = record_payment(payment=Payment(invoice=issued, paid_on=TODAY, amount=Decimal("19.00")), by=finance)
    assert left_of(issued).amount == 100
    with pytest.raises(ValidationError, match=r"Only 100\.00 EUR is outstanding"):
        record_payment(payment=Payment(invoice=issued, paid_on=TODAY, amount=Decimal("100.01")), by=finance)
    record_payment(payment=Payment(invoice=issued, paid_on=TODAY, amount=Decimal(100)), by=finance)
    paid = Invoice.objects.get(pk=issued.pk)
    assert (paid.status, paid.paid_on) == ("paid", TODAY)
    assert with_outstanding(Invoice.objects.filter(pk=issued.pk)).get().outstanding == 0
    remove_payment(payment=first, by=finance)
    again = Invoice.objects.get(pk=issued.pk)
    assert (again.status, again.paid_on, left_of(again).amount) == ("sent", None, Decimal("19.00"))


def test_a_part_payment_leaves_the_rest_overdue(finance: User) -> None:
    issued = issue(draft(create_client(), line("100")), finance)
    record_payment(payment=Payment(invoice=issued, paid_on=TODAY, amount=Decimal(100)), by=finance)
    (late,) = overdue_invoices(finance, date(2027, 2, 1))
    assert late.outstanding == 19


def test_cancelling_issues_a_credit_note_over_all_of_it(finance: User) -> None:
    issued = issue(draft(create_client(), line("99.99", "3", discount_percent=Decimal("12.5"))), finance)
    note = cancel_invoice(
        invoice=issued, version=issued.version, reason="Wrong client", by=finance, now=NOW, today=TODAY
    )
    assert (note.number, note.settles, note.total, note.tax) == ("C2026-0001", issued, -issued.total, -issued.tax)
    reading, verdict = stored_document(note)
    assert not [finding for finding in verdict.findings if finding.is_error]
    assert reading.invoice.is_credit_note and reading.invoice.preceding_invoices[0].number == issued.number
    assert reading.invoice.totals.payable == issued.payable.amount
    assert left_of(issued).amount == 0 and not overdue_invoices(finance, date(2027, 2, 1))
    with pytest.raises(ValidationError, match="settles"):
        cancel_invoice(invoice=issued, version=issued.version, reason="Again", by=finance, now=NOW, today=TODAY)


def test_what_was_paid_in_part_is_not_cancelled(finance: User) -> None:
    issued = issue(draft(create_client()), finance)
    record_payment(payment=Payment(invoice=issued, paid_on=TODAY, amount=Decimal(1)), by=finance)
    with pytest.raises(ValidationError, match="Remove the payments"):
        cancel_invoice(invoice=issued, version=issued.version, reason="x", by=finance, now=NOW, today=TODAY)
