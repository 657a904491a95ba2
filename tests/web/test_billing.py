"""Billing in the browser's terms: what is chosen becomes drafts, what is missing is said, what is issued stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account
from accord.engines.invoices.validation import check_xml
from accord.money.models import BillingDetails, BillingMilestone, Invoice, InvoiceSeries, Payment
from accord.people.models import Firm, Role, User
from tests.factories import browser_of, create_project
from tests.money.billing import create_client, draft, issue, line, set_up_billing

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> User:
    set_up_billing()
    return User.objects.create(email="f@firm.test", name="Fin", roles=[Role.FINANCE], password="!")


@pytest.fixture
def browser(finance: User) -> Client:
    return browser_of(finance)


def due_milestone(account: Account) -> BillingMilestone:
    project = create_project("Shop", account=account)
    return BillingMilestone.objects.create(
        project=project, title="Start", amount=Decimal(500), bill_on=date(2026, 1, 5)
    )


def test_what_is_chosen_becomes_a_draft_and_an_invoice(browser: Client) -> None:
    milestone = due_milestone(create_client())
    page = browser.get(reverse("to-invoice")).content.decode()
    assert "Start: Shop" in page and "€500.00" in page
    answer = browser.post(reverse("to-invoice"), {"chosen": [f"milestone:{milestone.pk}"]})
    invoice = Invoice.objects.get()
    assert answer["Location"] == reverse("invoice", args=[invoice.pk])
    assert "Everything is invoiced" in browser.get(reverse("to-invoice")).content.decode()
    browser.post(reverse("invoice-issue", args=[invoice.pk]))
    invoice.refresh_from_db()
    assert invoice.number == f"{timezone.localdate().year}-0001"
    xml = browser.get(reverse("invoice-xml", args=[invoice.pk]))
    assert xml["Content-Disposition"].startswith("attachment") and xml["X-Content-Type-Options"] == "nosniff"
    assert check_xml(xml.content)[0].invoice.totals.payable == Decimal("595.00")
    assert browser.get(reverse("invoice-pdf", args=[invoice.pk])).content.startswith(b"%PDF")


def test_a_draft_says_what_is_missing_and_offers_no_button_to_issue_it(browser: Client) -> None:
    Firm.objects.update(iban="")
    invoice = draft(create_client(), line("10", tax=""))
    page = browser.get(reverse("invoice", args=[invoice.pk])).content.decode()
    assert "Before you can issue it" in page and "IBAN is missing" in page and "Line 1 has no tax" in page
    assert reverse("invoice-issue", args=[invoice.pk]) not in page
    browser.post(reverse("invoice-issue", args=[invoice.pk]))
    assert Invoice.objects.get().status == "draft"


def test_a_payment_is_suggested_and_one_that_is_too_high_refused(browser: Client, finance: User) -> None:
    issued = issue(draft(create_client()), finance)
    new = reverse("payment-new", args=[issued.pk])
    assert 'value="119.00"' in browser.get(new).content.decode()
    refused = browser.post(new, {"paid_on": "2026-01-05", "amount": "200"})
    assert refused.status_code == 422 and "Only 119.00 EUR is outstanding" in refused.content.decode()
    browser.post(new, {"paid_on": "2026-01-05", "amount": "119"})
    assert Invoice.objects.get(pk=issued.pk).status == "paid"
    browser.post(reverse("payment-removal", args=[Payment.objects.get().pk]))
    assert Invoice.objects.get(pk=issued.pk).status == "sent"


def test_cancelling_asks_for_a_reason_and_leads_to_the_credit_note(browser: Client, finance: User) -> None:
    issued = issue(draft(create_client()), finance)
    cancel = reverse("invoice-cancellation", args=[issued.pk])
    assert browser.post(cancel, {"version": issued.version, "reason": ""}).status_code == 422
    answer = browser.post(cancel, {"version": issued.version, "reason": "Wrong client"})
    note = Invoice.objects.get(kind="credit_note")
    assert answer["Location"] == reverse("invoice", args=[note.pk]) and note.note == "Wrong client"


def test_an_edited_draft_keeps_what_its_lines_bill(browser: Client) -> None:
    milestone = due_milestone(create_client())
    browser.post(reverse("to-invoice"), {"chosen": [f"milestone:{milestone.pk}"]})
    invoice = Invoice.objects.get()
    kept = invoice.lines.get()
    answer = browser.post(reverse("invoice-edit", args=[invoice.pk]), {
        "version": invoice.version, "kind": "invoice", "status": "draft", "currency": "EUR", "number": "",
        "issued_on": "2026-11-30", "project": invoice.project_id, "lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 1,
        "lines-0-id": kept.pk, "lines-0-description": "First part", "lines-0-quantity": "1", "lines-0-unit": "LS",
        "lines-0-unit_price": "450", "lines-0-discount_percent": "0", "lines-0-tax_name": "Standard rate",
        "lines-1-description": "Travel", "lines-1-quantity": "2", "lines-1-unit": "C62", "lines-1-unit_price": "10",
        "lines-1-discount_percent": "0", "lines-1-tax_name": "Reduced rate",
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    invoice.refresh_from_db()
    assert (invoice.total, invoice.tax) == (Decimal("470.00"), Decimal("86.90"))
    assert invoice.lines.get(milestone=milestone).description == "First part"


def test_billing_details_are_entered_once_for_a_client(browser: Client) -> None:
    account = create_client()
    new = reverse("billing-details", args=[account.pk])
    given = {"legal_name": "Stadtwerke GmbH", "payment_days": 14, "format": "pdf", "tax": "Reduced rate"}
    assert browser.post(new, given).status_code == 302
    details = BillingDetails.objects.get(account=account)
    assert browser.post(new, {**given, "payment_days": 21, "version": details.version}).status_code == 302
    assert BillingDetails.objects.get().payment_days == 21
    page = browser.get(reverse("invoice-new", args=[account.pk])).content.decode()
    assert '<option value="Reduced rate" selected>' in page


def test_the_numbers_can_be_set_before_the_first_invoice(browser: Client, finance: User) -> None:
    page = reverse("invoice-series-edit", args=["invoice"])
    assert browser.get(page).status_code == 200
    browser.post(page, {"prefix": "RE{year}-", "digits": 3, "next_number": 41})
    series = InvoiceSeries.objects.get()
    assert str(series) == f"RE{timezone.localdate().year}-041"
    assert browser.get(reverse("invoice-series-edit", args=["nonsense"])).status_code == 404
