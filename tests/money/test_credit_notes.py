"""A credit note settles an invoice: neither is overdue then, however they came in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account
from accord.money.actions.settle_invoices import settle_credit_notes
from accord.money.actions.write_invoice import write_invoice
from accord.money.models import Invoice, InvoiceLine
from accord.money.queries import overdue_invoices, with_outstanding
from accord.people.models import Role, User
from tests.exchange.importing import bring, user
from tests.factories import browser_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
LATE = TODAY - timedelta(days=20)


@pytest.fixture
def finance() -> User:
    return User.objects.create(email="f@firm.test", name="Fin", roles=[Role.FINANCE], password="!")


@pytest.fixture
def account() -> Account:
    return Account.objects.create(name="Case AG")


def issue(account: Account, number: str, amount: str, day: date = LATE, **more: object) -> Invoice:
    kind = Invoice.Kind.CREDIT_NOTE if Decimal(amount) < 0 else Invoice.Kind.INVOICE
    row = Invoice(
        account=account, number=number, kind=kind, status=Invoice.Status.SENT, issued_on=day, due_on=day, **more
    )
    return write_invoice(invoice=row, lines=[InvoiceLine(unit_price=Decimal(amount))], by=None)


def test_a_credit_note_of_the_same_amount_settles_the_only_invoice(account: Account, finance: User) -> None:
    invoice = issue(account, "A-1", "1000.00", LATE - timedelta(days=7))
    assert list(overdue_invoices(finance, TODAY)) == [invoice]
    note = issue(account, "G-1", "-1000.00")
    assert Invoice.objects.get(pk=note.pk).settles == invoice
    assert not overdue_invoices(finance, TODAY).exists()
    client = browser_of(finance)
    pages = (("invoices", []), ("account-invoices", [account.pk]), ("invoice", [invoice.pk]))
    for url in (reverse(name, args=args) for name, args in pages):
        page = client.get(url).content.decode()
        assert "Settled" in page, url
        assert "Overdue<" not in page.replace("Overdue</option>", ""), url


def test_part_of_an_invoice_stays_overdue(account: Account, finance: User) -> None:
    invoice = issue(account, "A-1", "1000.00")
    issue(account, "G-1", "-0.10", settles=invoice)
    issue(account, "G-2", "-0.20", settles=invoice)
    (found,) = overdue_invoices(finance, TODAY)
    assert found.outstanding == Decimal("999.70")  # type: ignore[attr-defined]
    issue(account, "G-3", "-999.70", settles=invoice)
    assert not overdue_invoices(finance, TODAY).exists()
    assert with_outstanding(Invoice.objects.filter(pk=invoice.pk)).get().outstanding == 0  # type: ignore[attr-defined]


def test_where_several_invoices_fit_a_person_chooses(account: Account, finance: User) -> None:
    for number in ("A-1", "A-2"):
        issue(account, number, "1000.00")
    note = issue(account, "G-1", "-1000.00")
    assert Invoice.objects.get(pk=note.pk).settles is None
    assert overdue_invoices(finance, TODAY).count() == 2  # never the credit note itself


def test_other_clients_currencies_and_later_invoices_do_not_fit(account: Account) -> None:
    issue(Account.objects.create(name="Other"), "B-1", "1000.00")
    issue(account, "A-1", "1000.00", currency="CHF")
    issue(account, "A-2", "1000.00", TODAY)
    note = issue(account, "G-1", "-1000.00", LATE)
    assert settle_credit_notes(Invoice.objects.all()) == 0
    assert Invoice.objects.get(pk=note.pk).settles is None


def test_only_credit_notes_settle_and_only_invoices_of_the_same_client(account: Account) -> None:
    invoice, other = issue(account, "A-1", "10.00"), Account.objects.create(name="Other")
    values = {"status": "sent", "issued_on": TODAY, "number": "X", "settles": invoice}
    for row, message in (
        (Invoice(account=account, **values), "Only a credit note"),
        (Invoice(account=other, kind="credit_note", **values), "same client"),
        (Invoice(account=account, kind="credit_note", currency="USD", **values), "same currency"),
    ):
        with pytest.raises(ValidationError, match=message):
            row.clean()


def test_an_import_settles_what_it_brings(finance: User) -> None:
    rows = [
        "number,customer,amount,date,due",
        "G-1,Case AG,-1000.00,2026-02-10,2026-02-10",
        "A-1,Case AG,1000.00,2026-02-03,2026-03-03",
    ]
    boss = user(Role.ADMINISTRATOR)
    bring("invoices", "\n".join(rows) + "\n", boss)
    assert Invoice.objects.get(number="G-1").settles == Invoice.objects.get(number="A-1")
    assert not overdue_invoices(finance, TODAY).exists()
