"""Accounts, contacts, opportunities and invoices: what a file makes, changes, skips, and how it is taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accord.accounts.models import Account, AccountMember, Affiliation, Contact, CustomField, Interaction
from accord.core import editing
from accord.core.files.actions import save_files
from accord.core.files.contents import store_bytes
from accord.core.models import Event
from accord.exchange.actions.check import Unanswered
from accord.exchange.actions.confirm import HasProblems, confirm
from accord.exchange.actions.remove import remove
from accord.exchange.actions.undo import CannotUndo, undo
from accord.exchange.models import Import, ImportedRecord
from accord.money.actions.archive import archive
from accord.money.models import Invoice, InvoiceLine
from accord.people.models import Role, User
from accord.sales.models import Opportunity
from tests.exchange.importing import administrator, bring, fingerprint, problem, uploads, user

__all__ = ["administrator", "uploads"]

ACCOUNTS = """Company;Sector;Subsidiary of;Revenue;Postcode;Customer since
Alpha GmbH;Retail;;1.234,50;01234;31.12.2020
Beta AG;Energy;Alpha GmbH;99,00;24103;
Gamma Ltd;;Beta AG;;;1.2.2021
"""
CONTACTS = """Full name,Company,Email,Title
Ann Lee,Alpha GmbH,ann@alpha.test,CEO
Bob Ray,Beta AG,bob@beta.test,CFO
Ann Lee,Beta AG,ann@alpha.test,Adviser
"""
OPPORTUNITIES = """opportunity_id,account,deal_stage,product,close_value,engage_date,close_date,sales_agent
O1,Alpha GmbH,Won,GTX Basic,550,2017-01-03,2017-03-01,Ada Admin
O2,Beta AG,Engaging,GTX Pro,,2017-02-03,2017-09-01,Nobody Known
"""
INVOICES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,LANTERN,6,2010-12-01 08:26:00,3.395,17850.0,United Kingdom
536366,22633,FREE,1,2010-12-02 08:28:00,0.0,13047.0,France
C536367,D,Discount,-1,2010-12-03 08:28:00,27.50,17850.0,United Kingdom
"""


def everything(by: Any) -> list[Import]:
    """The four kinds, one after the other."""
    return [
        bring("accounts", ACCOUNTS, by),
        bring("contacts", CONTACTS, by),
        bring("opportunities", OPPORTUNITIES, by),
        bring("invoices", INVOICES, by, currency="GBP", create_accounts=True),
    ]


def test_accounts(administrator: User) -> None:
    run = bring("accounts", ACCOUNTS, administrator)
    assert run.status == Import.Status.DONE
    assert (run.report["create"], run.report["update"], run.report["skip"]) == (3, 0, 0)
    alpha, beta, gamma = Account.objects.order_by("name")
    assert (alpha.annual_revenue, alpha.postcode, alpha.client_since) == (
        Decimal("1234.50"),
        "01234",
        date(2020, 12, 31),
    )
    assert (beta.parent, gamma.parent) == (alpha, beta)
    assert (alpha.source, alpha.external_id) == ("test", "Alpha GmbH")


def test_contacts_may_serve_two_accounts(administrator: User) -> None:
    bring("accounts", ACCOUNTS, administrator)
    run = bring("contacts", CONTACTS, administrator)
    assert run.report["created"] == {"contacts": 2, "affiliations": 3}
    ann = Contact.objects.get(email="ann@alpha.test")
    assert {(a.account.name, a.title) for a in ann.affiliations.all()} == {
        ("Alpha GmbH", "CEO"),
        ("Beta AG", "Adviser"),
    }


def test_opportunities(administrator: User) -> None:
    bring("accounts", ACCOUNTS, administrator)
    run = bring("opportunities", OPPORTUNITIES, administrator)
    won, open_ = Opportunity.objects.order_by("external_id")
    assert (won.stage, won.amount, won.owner, won.closed_on) == ("won", Decimal(550), administrator, date(2017, 3, 1))
    assert (open_.stage, open_.owner, open_.closed_on, open_.expected_on) == ("engaging", None, None, date(2017, 9, 1))
    assert won.name == "GTX Basic for Alpha GmbH"
    assert "Nobody Known" in " ".join(run.report["notes"])


def test_invoices(administrator: User) -> None:
    run = bring("invoices", INVOICES, administrator, currency="GBP", create_accounts=True)
    assert run.report["created"] == {"accounts": 2, "invoices": 3, "invoice lines": 4}
    first, free, credit = (Invoice.objects.get(number=n) for n in ("536365", "536366", "C536367"))
    # 6 × 3.395 is 20.37 to the cent; the total is the exact sum of the amounts
    assert [line.amount for line in first.lines.all()] == [Decimal("15.30"), Decimal("20.37")]
    assert (first.total, free.total, credit.total) == (Decimal("35.67"), Decimal(0), Decimal("-27.50"))
    assert (first.kind, credit.kind, first.currency, first.issued_on) == (
        "invoice",
        "credit_note",
        "GBP",
        date(2010, 12, 1),
    )
    assert first.account == credit.account
    assert (first.account.name, first.account.external_id, first.account.country) == (
        "Customer 17850",
        "17850",
        "United Kingdom",
    )


def test_rows_of_an_invoice_may_lie_apart(administrator: User) -> None:
    rows = "number,date,customer,amount\nA,2026-01-01,Alpha,1\nB,2026-01-02,Alpha,2\nA,2026-01-01,Alpha,3\n"
    bring("invoices", rows, administrator, create_accounts=True)
    assert Invoice.objects.get(number="A").total == 4


@pytest.mark.parametrize("kind", ["accounts", "contacts", "opportunities", "invoices"])
def test_the_same_file_twice_changes_nothing(administrator: User, kind: str) -> None:
    everything(administrator)
    before = fingerprint()
    data = {"accounts": ACCOUNTS, "contacts": CONTACTS, "opportunities": OPPORTUNITIES, "invoices": INVOICES}[kind]
    run = bring(kind, data, administrator)
    assert (run.status, run.report["create"], run.report["update"]) == (Import.Status.DONE, 0, 0)
    assert run.report["skip"] > 0
    assert fingerprint() == before


def test_a_dry_run_promises_what_is_done_and_writes_nothing(administrator: User) -> None:
    bring("accounts", ACCOUNTS, administrator)
    before = fingerprint()
    run = bring("invoices", INVOICES, administrator, write=False, create_accounts=True)
    promised = {
        name: run.report[name] for name in ("create", "update", "skip", "left_out", "errors", "created", "preview")
    }
    assert fingerprint() == before
    confirm(run=run, by=administrator, now=True)
    assert {name: run.report[name] for name in promised} == promised


def test_changed_rows_are_updated_and_said(administrator: User) -> None:
    everything(administrator)
    changed = INVOICES.replace("LANTERN,6", "LANTERN,7")
    run = bring("invoices", changed, administrator)
    assert (run.report["create"], run.report["update"], run.report["skip"]) == (0, 1, 2)
    invoice = Invoice.objects.get(number="536365")
    assert (invoice.total, invoice.version) == (Decimal("39.07"), 2)
    event = Event.objects.get(subject_type="money.invoice", subject_id=invoice.pk)
    assert event.changes == [{"field": "total", "before": "35.67", "after": "39.07"}]


def test_empty_cells_leave_what_is_there(administrator: User) -> None:
    bring("accounts", ACCOUNTS, administrator)
    run = bring("accounts", "Company,Sector,City\nAlpha GmbH,,Kiel\n", administrator)
    alpha = Account.objects.get(name="Alpha GmbH")
    assert (run.report["update"], alpha.industry, alpha.city) == (1, "Retail", "Kiel")


def test_undo_restores_exactly(administrator: User) -> None:
    start = fingerprint(counters=False)
    runs = everything(administrator)
    filled = fingerprint(counters=False)
    again = bring(
        "invoices", INVOICES.replace("LANTERN,6", "LAMP,9").replace("2010-12-02", "2010-12-05"), administrator
    )
    more = bring(
        "accounts", ACCOUNTS.replace("Energy", "Power").replace("Ltd;;Beta AG", "Ltd;;Alpha GmbH"), administrator
    )
    assert (again.report["update"], more.report["update"]) == (2, 2)
    for run in (more, again):
        undo(run=run, by=administrator, now=True)
        assert run.status == Import.Status.UNDONE
    assert fingerprint(counters=False) == filled
    for run in reversed(runs):  # though their records were changed and changed back since
        undo(run=run, by=administrator, now=True)
    assert fingerprint(counters=False) == start
    assert not ImportedRecord.objects.exists()


def test_undo_is_refused_when_rows_were_changed_or_used_since(administrator: User) -> None:
    run = bring("accounts", ACCOUNTS, administrator)
    alpha, _, gamma = Account.objects.order_by("name")
    editing.change(alpha, by=administrator, version=alpha.version, city="Bonn")
    Interaction.objects.create(account=gamma, subject="Call")
    save_files(subject=gamma, stored=[store_bytes(b"terms", "Terms.txt")], by=administrator)
    before = fingerprint()
    with pytest.raises(CannotUndo) as refused:
        undo(run=run, by=administrator, now=True)
    assert refused.value.reasons == [
        "The account “Alpha GmbH” has been changed since.",
        "The account “Gamma Ltd” has 1 interaction added later.",
        "The account “Gamma Ltd” has 1 file added later.",
    ]
    assert fingerprint() == before
    assert Import.objects.get(pk=run.pk).status == Import.Status.DONE


def test_undone_imports_can_be_done_again(administrator: User) -> None:
    from accord.exchange.actions.check import check

    run = bring("accounts", ACCOUNTS, administrator)
    undo(run=run, by=administrator, now=True)
    check(run=run, mapping=run.mapping, options=run.options, by=administrator, now=True)
    confirm(run=run, by=administrator, now=True)
    assert (run.status, Account.objects.count()) == (Import.Status.DONE, 3)


def test_valid_rows_only_when_chosen(administrator: User) -> None:
    rows = INVOICES.replace("22633,FREE,1", "22633,FREE,many") + "536368,X,LAMP,1,2010-12-04,1.00,,France\n"
    run = bring("invoices", rows, administrator, create_accounts=True)
    assert (run.status, run.report["errors"], run.report["left_out"]) == (Import.Status.CHECKED, 2, 2)
    with pytest.raises(HasProblems):
        confirm(run=run, by=administrator, now=True)
    assert not Account.objects.exists()
    confirm(run=run, by=administrator, valid_rows_only=True, now=True)
    assert set(Invoice.objects.values_list("number", flat=True)) == {"536365", "C536367"}


def test_an_invoice_with_a_bad_line_is_left_out_whole(administrator: User) -> None:
    rows = INVOICES.replace("LANTERN,6", "LANTERN,NaN")
    run = bring("invoices", rows, administrator, valid_rows_only=True, create_accounts=True)
    assert run.report["left_out"] == 2
    assert not Invoice.objects.filter(number="536365").exists()


def test_confirming_twice_has_one_effect(administrator: User) -> None:
    run = bring("accounts", ACCOUNTS, administrator, write=False)
    twin = Import.objects.get(pk=run.pk)
    confirm(run=run, by=administrator, now=True)
    confirm(run=twin, by=administrator, now=True)
    assert Account.objects.count() == 3
    assert Event.objects.filter(kind="record.imported", subject_type="exchange.import").count() == 1


def test_the_mapping_is_remembered_for_the_source(administrator: User) -> None:
    mapping = {"name": "X", "city": "Y"}
    bring("accounts", "X,Y\nAlpha,Kiel\n", administrator, mapping=mapping, source="odd")
    assert bring("accounts", "X,Y\nBeta,Bonn\n", administrator, source="odd").status == Import.Status.DONE
    with pytest.raises(Unanswered, match="Account name"):
        bring("accounts", "X,Y\nBeta,Bonn\n", administrator, source="other")


def test_doubtful_dates_and_numbers_are_asked_about(administrator: User) -> None:
    dates = "company,customer since\nAlpha,01/02/2026\n"
    with pytest.raises(Unanswered) as asked:
        bring("accounts", dates, administrator)
    assert list(asked.value.asked) == ["date_order"]
    bring("accounts", dates, administrator, date_order="mdy")
    assert Account.objects.get().client_since == date(2026, 1, 2)
    numbers = "company;revenue\nBeta;1.234\n"
    with pytest.raises(Unanswered) as asked:
        bring("accounts", numbers, administrator)
    assert list(asked.value.asked) == ["decimal_mark"]
    bring("accounts", numbers, administrator, decimal_mark="comma")
    assert Account.objects.get(name="Beta").annual_revenue == 1234


def test_people_import_only_what_they_may_see_and_change(uploads: Any, db: None) -> None:
    manager, other = user(Role.ACCOUNT_MANAGER, name="Mia"), user(Role.ACCOUNT_MANAGER, name="Olaf")
    bring("accounts", ACCOUNTS, manager)
    assert set(Account.objects.values_list("owner", flat=True)) == {manager.pk}
    before = fingerprint()
    unseen = bring("opportunities", OPPORTUNITIES, other)
    missing = bring(
        "opportunities", OPPORTUNITIES.replace("Alpha GmbH", "No Such").replace("Beta AG", "None Such"), other
    )
    assert problem(unseen)["message"] == problem(missing)["message"] == "isn't an account you can see"
    taken = bring("accounts", ACCOUNTS, other)
    assert problem(taken)["message"] == "matches a record you don't have permission to edit"
    delivering = user(Role.PROJECT_MANAGER, Role.ACCOUNT_MANAGER, name="Pia")
    assert fingerprint() != before  # only by the new user
    AccountMember.objects.create(account=Account.objects.get(name="Alpha GmbH"), user=delivering)
    allowed = bring("opportunities", OPPORTUNITIES.split("O2")[0], delivering)
    assert allowed.status == Import.Status.DONE


def test_finance_imports_invoices_but_makes_no_accounts(uploads: Any, db: None) -> None:
    finance = user(Role.FINANCE)
    run = bring("invoices", INVOICES, finance, create_accounts=True)
    assert problem(run)["message"] == "isn't an account you can see"
    assert not Account.objects.exists()


def test_deleting_an_import_takes_its_file_and_leaves_the_rows(
    administrator: User, uploads: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run = bring("accounts", ACCOUNTS, administrator)
    path = run.path
    assert path.is_file()
    assert path.name != run.file_name
    with django_capture_on_commit_callbacks(execute=True):
        remove(run=run, by=administrator)
    assert not path.exists()
    assert Account.objects.count() == 3


def test_a_file_may_be_imported_by_accord_itself(uploads: Any, db: None) -> None:
    assert bring("accounts", ACCOUNTS, None).status == Import.Status.DONE
    assert InvoiceLine.objects.count() == Affiliation.objects.count() == 0


RELATED = """id,name,company,decision role,influence,engagement,since,reports to
1,Ada Above,Acme,sponsor,high,advocate,2020-03-01,
2,Ben Below,Acme,user,little,critical,,1
3,Cem Below,Acme,,,,,ada@acme.test
4,Dan Deep,Acme,,,,,Ben  below
5,Eve Else,Acme,,,,,Nobody Known
6,Fay Loop,Acme,,,,,7
7,Gus Loop,Acme,,,,,6
"""


def test_a_people_map_comes_in_with_its_relations_whatever_their_order(administrator: User) -> None:
    acme = Account.objects.create(name="Acme", owner=administrator)
    boss = Contact.objects.create(name="Zoe Earlier", email="ada@acme.test")
    Affiliation.objects.create(account=acme, contact=boss)
    empty = fingerprint()
    lines = RELATED.splitlines()
    shuffled = "\n".join([lines[0], *reversed(lines[1:])])
    run = bring("contacts", shuffled, administrator)
    assert run.report["errors"] == 0
    found = {p.contact.name: p for p in Affiliation.objects.select_related("contact", "reports_to__contact")}
    above = {name: p.reports_to.contact.name if p.reports_to else "" for name, p in found.items()}
    assert above["Ben Below"] == "Ada Above"
    assert above["Cem Below"] == "Zoe Earlier"
    assert above["Dan Deep"] == "Ben Below"
    assert above["Eve Else"] == ""
    assert sorted([above["Fay Loop"], above["Gus Loop"]])[0] == ""  # one of the two, not both
    ada = found["Ada Above"]
    assert (ada.influence, ada.sentiment, str(ada.since)) == (3, 2, "2020-03-01")
    notes = str(run.report)
    assert "Nobody Known" in notes
    before = fingerprint()
    again = bring("contacts", shuffled, administrator)
    assert (again.report["create"], again.report["update"]) == (0, 0)
    assert fingerprint() == before
    moved = bring("contacts", RELATED.replace(",Ben  below", ",1"), administrator)
    assert Affiliation.objects.get(contact__name="Dan Deep").reports_to == ada
    undo(run=moved, by=administrator, now=True)
    assert Affiliation.objects.get(contact__name="Dan Deep").reports_to.contact.name == "Ben Below"  # type: ignore[union-attr]
    undo(run=run, by=administrator, now=True)
    assert fingerprint() == empty


def test_the_firm_s_own_fields_come_in_by_their_rules_and_go_again(administrator: User) -> None:
    CustomField.objects.create(key="buys_by", label="Buys by", kind="choice", choices="Call-off\nSingle orders")
    CustomField.objects.create(key="sites", label="Sites", kind="number", lowest=1, highest=500)
    CustomField.objects.create(key="key_client", label="Key client", kind="yes_no")
    CustomField.objects.create(on="contact", key="birthday", label="Birthday", kind="date")
    known = Account.objects.create(name="Alpha", owner=administrator, custom={"sites": "3", "buys_by": "Call-off"})
    file = "Company;Buys by;sites;Key client\nAlpha;;1,50;Yes\nBeta;Call-off;;no\n"
    run = bring("accounts", file, administrator)
    assert (run.report["create"], run.report["update"]) == (1, 1)
    known.refresh_from_db()
    assert known.custom == {"sites": "1.5", "buys_by": "Call-off", "key_client": True}
    assert Account.objects.get(name="Beta").custom == {"buys_by": "Call-off", "key_client": False}
    again = bring("accounts", file, administrator)
    assert (again.report["skip"], again.report["update"]) == (2, 0)
    people = bring("contacts", "Full name;Company;Birthday\nAnn Lee;Alpha;31.12.1980\n", administrator)
    assert Contact.objects.get().custom == {"birthday": "1980-12-31"}
    for text, message in (
        ("Alpha;Barter;", "Map it to Call-off or Single orders"),
        ("Alpha;;900", "must be from 1 to 500"),
    ):
        warned = bring("accounts", f"Company;Buys by;Sites\n{text}\n", administrator)
        assert message in str(warned.report["warnings"]), text
        assert warned.report["skip"] == 1
    undo(run=people, by=administrator, now=True)
    undo(run=run, by=administrator, now=True)
    known.refresh_from_db()
    assert known.custom == {"sites": "3", "buys_by": "Call-off"}


def test_opportunities_bring_their_custom_fields_and_a_second_import_changes_nothing(administrator: User) -> None:
    on = CustomField.On.OPPORTUNITY
    CustomField.objects.create(on=on, key="seats", label="Seats", kind="number", lowest=1)
    CustomField.objects.create(on=on, key="mode", label="Mode", kind="choice", choices="Remote\nOn site")
    Account.objects.create(name="Alpha", owner=administrator)
    file = "id;account;stage;name;Seats;Mode\n1;Alpha;proposal;Portal;12;On site\n2;Alpha;proposal;Shop;;\n"
    bring("opportunities", file, administrator)
    assert [row.custom for row in Opportunity.objects.order_by("name")] == [{"seats": "12", "mode": "On site"}, {}]
    again = bring("opportunities", file, administrator)
    assert (again.report["skip"], again.report["update"]) == (2, 0)
    changed = bring("opportunities", file.replace(";12;", ";0;").replace("On site", "Remote"), administrator)
    assert "must be 1 or more" in str(changed.report["warnings"])
    assert Opportunity.objects.get(name="Portal").custom == {"seats": "12", "mode": "Remote"}


def test_an_unknown_stance_is_left_empty_with_the_words_that_are_known(administrator: User) -> None:
    Account.objects.create(name="Acme", owner=administrator)
    run = bring("contacts", "id,name,company,engagement\n1,Ada,Acme,grumpy\n", administrator)
    assert "Opposed, Sceptical, Neutral" in str(run.report["warnings"])
    assert Affiliation.objects.get().sentiment is None


SEVERAL = (
    "Name,Account name,E-mail,Other e-mail,Phone,Mobile\n"
    'Ana,Brewery,"ana@client.test; ANA@Müller.test",ana@home.test,"+49 30 1, +49 30 2",0171 5\n'
    'Bo,Brewery,"bo@client.test\nbo@b.test",,,0171 6\n'
)


def test_a_cell_with_several_addresses_gives_all_and_a_second_import_none(administrator: User) -> None:
    Account.objects.create(name="Brewery")
    bring("contacts", SEVERAL, administrator)
    ana, bo = Contact.objects.order_by("name")
    assert [(row.value, row.label) for row in ana.details("emails")] == [
        ("ana@client.test", "work"), ("ANA@xn--mller-kva.test", "work"), ("ana@home.test", "private"),
    ]  # fmt: skip
    assert [(row.value, row.label) for row in ana.details("phones")] == [
        ("+49 30 1", "work"), ("+49 30 2", "work"), ("0171 5", "mobile"),
    ]  # fmt: skip
    assert [row.value for row in bo.details("emails")] == ["bo@client.test", "bo@b.test"]
    assert [(row.value, row.label) for row in bo.details("phones")] == [("0171 6", "mobile")]
    again = bring("contacts", SEVERAL, administrator)
    assert again.report["skip"] == 2
    known_by_another = SEVERAL.replace("ana@client.test; ANA@Müller.test", "ana@home.test; new@client.test")
    known_by_another = known_by_another.replace(",ana@home.test,", ",,")
    changed = bring("contacts", known_by_another, administrator, source="other")
    ana.refresh_from_db()
    first, *others = [row.value for row in ana.details("emails")]
    assert (first, set(others)) == (
        "ana@home.test", {"new@client.test", "ana@client.test", "ANA@xn--mller-kva.test"},
    )  # fmt: skip
    assert bring("contacts", known_by_another, administrator, source="other").report["skip"] == 2
    undo(run=changed, by=administrator)
    ana = Contact.objects.get(pk=ana.pk)
    assert ana.email == "ana@client.test"
    assert {row.value for row in ana.further("emails")} == {"ANA@xn--mller-kva.test", "ana@home.test"}


def test_a_cell_with_one_that_is_none_among_several_is_refused(administrator: User) -> None:
    Account.objects.create(name="Brewery")
    run = bring("contacts", SEVERAL.replace("bo@b.test", "nobody"), administrator)
    assert problem(run)["message"] == "is not an email address"
    assert not Contact.objects.exists()


def test_what_is_archived_is_named_where_a_row_would_change_it(administrator: User) -> None:
    rows = "Invoice,Date,Customer,Customer id,Amount\nR-1,2026-01-15,Quast AG,77,{amount}\n"
    bring("invoices", rows.format(amount=100), administrator)
    account = Account.objects.get(name="Quast AG")
    Invoice.objects.update(status="paid")
    archive(record=account, by=administrator, now=timezone.now())
    found = problem(bring("invoices", rows.format(amount=200), administrator))
    assert found["message"] == "belongs to Quast AG, which is archived"
    assert found["remedy"] == "Restore Quast AG on its page first."
    fresh = problem(bring("invoices", rows.replace("R-1", "R-2").format(amount=1), administrator))
    assert fresh["message"] == "belongs to Quast AG, which is archived"
    contact = problem(bring("contacts", "Name,Account id,Email\nEva,77,e@q.test\n", administrator))
    assert (contact["message"], contact["remedy"]) == ("is archived", "Restore it on its page first.")
