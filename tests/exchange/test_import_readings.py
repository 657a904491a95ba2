"""Tables as other programs write them: encodings, dates, currencies, words and headers that are not ours."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from accord.accounts.models import Account, Contact, CustomField
from accord.exchange.actions.check import Unanswered, check
from accord.exchange.actions.choose_encoding import choose_encoding
from accord.exchange.actions.confirm import confirm
from accord.exchange.actions.undo import undo
from accord.exchange.csv_table import examine
from accord.exchange.csv_table.encodings import guess, known_encoding
from accord.exchange.csv_table.values import BadValue, day
from accord.exchange.importers.fields import guess_mapping
from accord.exchange.importers.registry import TABLES
from accord.exchange.models import Import
from accord.money.models import Invoice
from accord.people.models import User
from accord.sales.models import Opportunity
from tests.exchange.importing import administrator, bring, fingerprint, problem, uploads

__all__ = ["administrator", "uploads"]

POLISH = "name;city\nSpółka Łódź;Gdańsk\n".encode("cp1250")


def asked(kind: str, data: bytes | str, by: User, **options: Any) -> dict[str, str]:
    with pytest.raises(Unanswered) as unanswered:
        bring(kind, data, by, **options)
    return unanswered.value.asked


# Encodings


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name;city\nSpółka Łódź;Gdańsk\n", "cp1250"),
        ("name;city\nPříliš žluťoučký kůň;Dvořák\n", "cp1250"),
        ("name,city\nООО «Ромашка»,Москва\n", "cp1251"),
        ("name,city\nООО Её Ёлка,Киев\n", "cp1251"),
        ("name,city\n東京電力,大阪\n", "cp932"),
        ("会社,city\n株式会社トヨタ,東京\n", "cp932"),
        ("name,city\n한국전력,서울\n", "cp949"),
        ("name,city\n北京公司,上海\n", "gb18030"),
        ("name,city\nΕλλάς,Αθήνα\n", "cp1253"),
        ("name;city\nŞişli İnşaat;İstanbul\n", "cp1254"),
        ("name;city\nYıldırım Çelik;Ankara\n", "cp1254"),
        ("name,city\nООО Ромашка,Москва\n", "koi8-r"),
    ],
)
def test_the_likeliest_encoding_is_proposed_with_its_evidence(text: str, encoding: str) -> None:
    shape = examine(text.encode(encoding))
    assert (shape.encoding, shape.is_encoding_sure) == (encoding, False)
    assert next(word for word in re.findall(r"\w+", text) if not word.isascii()) in shape.evidence
    assert shape.readings[encoding]
    assert shape.head[0] == tuple(text.splitlines()[1].replace(";", ",").split(","))


@pytest.mark.parametrize(
    "text", ["Müller, Köln", "André Père & fils", "It’s “final”, 5 €", "Ñandú Nº 5", "ÅSA ÖBERG", "Þór Jónsson"]
)
def test_western_tables_are_read_without_a_question(text: str) -> None:
    found = guess(text.encode("cp1252"))
    assert found is not None
    assert found.encoding == "cp1252"
    assert examine(f"name\n{text.replace(',', '')}\n".encode("cp1252")).is_encoding_sure


def test_a_table_may_end_in_a_letter_beyond_ascii() -> None:
    assert examine("name\nBäcker\nCafé".encode("cp1252")).encoding == "cp1252"


def test_encodings_are_known_by_their_many_names() -> None:
    names = {"Windows-1250": "cp1250", "Shift_JIS": "cp932", "latin1": "cp1252", "UTF8": "utf-8", "gbk": "gb18030"}
    assert {name: known_encoding(name) for name in names} == names
    assert known_encoding("rot13") is None


def test_an_encoding_is_confirmed_once_for_a_source(administrator: User) -> None:
    before = fingerprint()
    question = asked("accounts", POLISH, administrator)
    assert list(question) == ["encoding"]
    assert "Windows-1250" in question["encoding"]
    assert "Spółka" in question["encoding"]
    assert fingerprint() == before
    bring("accounts", POLISH, administrator, encoding="cp1250")
    account = Account.objects.get()
    assert (account.name, account.city) == ("Spółka Łódź", "Gdańsk")
    more = bring("accounts", "name;city\nŻabka;Kraków\n".encode("cp1250"), administrator)
    assert (more.status, more.options["encoding"]) == (Import.Status.DONE, "cp1250")
    unicode = bring("accounts", "name;city\nČez;Plzeň\n", administrator)  # this one shows its own encoding
    assert "encoding" not in unicode.options
    bring("accounts", "name;city\nŚwiat;Łódź\n".encode("cp1250"), administrator)  # and is still remembered
    assert set(Account.objects.values_list("name", flat=True)) == {"Spółka Łódź", "Żabka", "Čez", "Świat"}


def test_another_encoding_reads_the_file_again_and_keeps_the_mapping(administrator: User) -> None:
    data = "会社,town\n東京電力,大阪\n".encode("cp932")
    run = bring("accounts", POLISH, administrator, write=False, encoding="cp1252")
    assert run.report["preview"]["rows"][0][1] == "Spó³ka £ódŸ"
    choose_encoding(run=run, encoding="windows-1250", by=administrator, now=True)
    assert (run.status, run.mapping) == (Import.Status.UPLOADED, {"name": "name", "city": "city"})
    check(run=run, mapping=run.mapping, options=run.options, by=administrator, now=True)
    assert run.report["preview"]["rows"][0][1] == "Spółka Łódź"
    with pytest.raises(Unanswered):
        choose_encoding(run=run, encoding="rot13", by=administrator, now=True)
    japanese = bring("accounts", data, administrator, write=False, encoding="cp932", mapping={"name": "会社"})
    choose_encoding(run=japanese, encoding="gb18030", by=administrator, now=True)
    assert japanese.mapping["name"] == japanese.shape["columns"][0]["header"] != "会社"


def test_a_file_that_was_refused_may_be_read_in_a_chosen_encoding(administrator: User) -> None:
    mixed = "name,city\nü,Köln\n".encode() + "Müller,Bonn\n".encode("cp1252")
    run = bring("accounts", mixed, administrator)
    assert run.status == Import.Status.REFUSED
    assert "Choose its encoding" in problem(run)["remedy"]
    choose_encoding(run=run, encoding="cp1252", by=administrator, now=True)
    assert run.status == Import.Status.UPLOADED
    choose_encoding(run=run, encoding="utf-8", by=administrator, now=True)
    assert run.status == Import.Status.REFUSED


# Dates


SHORT = "number,customer,amount,date\nA-1,Case AG,100.00,2/24/26\nA-2,Case AG,50.00,3/25/26\n"


def test_short_years_are_read_once_their_century_is_confirmed(administrator: User) -> None:
    question = asked("invoices", SHORT, administrator)
    assert list(question) == ["century"]
    assert "2/24/26, read as month/day/year" in question["century"]
    bring("invoices", SHORT, administrator, century="1950")
    assert list(Invoice.objects.order_by("number").values_list("issued_on", flat=True)) == [
        date(2026, 2, 24),
        date(2026, 3, 25),
    ]
    later = bring("invoices", SHORT.replace("A-1", "A-3"), administrator)
    assert (later.status, Invoice.objects.count()) == (Import.Status.DONE, 3)  # confirmed once for the source


def test_the_order_of_short_dates_is_asked_where_no_value_proves_it(administrator: User) -> None:
    data = "company,customer since\nAlpha,01/02/03\n"
    assert set(asked("accounts", data, administrator)) == {"date_order", "century"}
    for order, expected in (
        ("dmy", date(2003, 2, 1)),
        ("mdy", date(2003, 1, 2)),
        ("ymd", date(2001, 2, 3)),
    ):
        bring("accounts", data, administrator, date_order=order, century="1950")
        assert Account.objects.get().client_since == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5-Feb-26", date(2026, 2, 5)), ("5. Mai 2026", date(2026, 5, 5)), ("3 mars 2026", date(2026, 3, 3)),
        ("5 de febrero de 2026", date(2026, 2, 5)), ("Thu, 5 Feb 2026", date(2026, 2, 5)),
        ("Donnerstag, 5. März 2026", date(2026, 3, 5)), ("February 5th, 2026", date(2026, 2, 5)),
        ("2026/2/5", date(2026, 2, 5)), ("2026. 2. 5.", date(2026, 2, 5)), ("05. 02. 2026", date(2026, 2, 5)),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text: str, found: date) -> None:
    assert day(text, century=1950) == found


@pytest.mark.parametrize("text", ["5 jui 2026", "5 Foo 2026", "Mai 2026", "2026-13-1", "5 Feb", "2026/2-5x"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        day(text, "dmy", century=1950)


def test_the_century_of_a_short_year_is_asked_where_its_month_has_a_name(administrator: User) -> None:
    data = "number,customer,amount,date\nA-1,Case AG,5,5-Feb-26\nA-2,Case AG,5,13-Mär-26\n"
    assert list(asked("invoices", data, administrator, currency="EUR")) == ["century"]
    bring("invoices", data, administrator, currency="EUR", century=1950)
    assert set(Invoice.objects.values_list("issued_on", flat=True)) == {date(2026, 2, 5), date(2026, 3, 13)}


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["2/24/26"], "mdy"),
        (["24/2/26"], "ambiguous"),  # 24 February 2026, or 26 February 2024
        (["24/2/32"], "dmy"),
        (["99-12-31"], "ymd"),
        (["24.2.26"], "dmy"),
        (["01/02/03"], "ambiguous"),
        (["2/24/26", "24/2/26"], "conflict"),
        (["01/02/03", "31/12/2026"], "dmy"),
    ],
)
def test_a_column_of_short_dates_proves_its_order_or_does_not(values: list[str], order: str) -> None:
    column = examine(("when,x\n" + "".join(f"{value},1\n" for value in values)).encode()).columns[0]
    assert column.dates == order
    assert column.short_year


@pytest.mark.parametrize(("century", "year"), [(1900, 1926), (1950, 2026), (2000, 2026)])
def test_centuries(century: int, year: int) -> None:
    assert day("24.2.26", "", century).year == year
    assert day("24.2.80", "", century).year == {1900: 1980, 1950: 1980, 2000: 2080}[century]


SERIAL = "number,customer,amount,date\nA-1,Case AG,100.00,45292\nA-2,Case AG,5.00,45292.75\n"


def test_day_numbers_of_spreadsheets_are_confirmed(administrator: User) -> None:
    question = asked("invoices", SERIAL, administrator)
    assert list(question) == ["day_numbers"]
    assert "45292" in question["day_numbers"]
    assert "2024-01-01" in question["day_numbers"]
    bring("invoices", SERIAL, administrator, day_numbers="1900")
    assert set(Invoice.objects.values_list("issued_on", flat=True)) == {date(2024, 1, 1)}
    assert day("45292", system="1904") == date(2028, 1, 2)
    refused = bring("invoices", SERIAL, administrator, day_numbers="none")
    assert "spreadsheet's day number" in problem(refused)["message"]
    with pytest.raises(BadValue, match="day number"):
        day("45292")


def test_a_year_first_order_is_for_short_years_only() -> None:
    with pytest.raises(BadValue, match="ambiguous"):
        day("01/02/2026", "ymd")


# Currencies


SIGNS = "number,customer,amount,date\nX-1,Case AG,$12.30,2026-02-05\nX-2,Case AG,USD 500.00,2026-02-05\n"
SIGNS += "X-3,Case AG,500.00 GBP,2026-02-05\nX-4,Case AG,€ 7.50,2026-02-05\nX-5,Case AG,8.00,2026-02-05\n"


def test_amounts_say_their_currency(administrator: User) -> None:
    question = asked("invoices", SIGNS, administrator, currency="EUR")
    assert list(question) == ["sign_currency"]
    assert "$" in question["sign_currency"]
    run = bring("invoices", SIGNS, administrator, currency="EUR", sign_currency="USD")
    found = dict(Invoice.objects.values_list("number", "currency"))
    assert found == {"X-1": "USD", "X-2": "USD", "X-3": "GBP", "X-4": "EUR", "X-5": "EUR"}
    before = fingerprint()
    again = bring("invoices", SIGNS, administrator)
    assert (again.report["skip"], fingerprint()) == (5, before)
    undo(run=run, by=administrator, now=True)
    assert not Invoice.objects.exists()


def test_a_dollar_is_not_another_dollar(administrator: User) -> None:
    Account.objects.create(name="Québec Inc", currency="CAD")
    data = "number,customer,amount,date\nX-1,Québec Inc,$12.30,2026-02-05\n"
    refused = bring("invoices", data, administrator, currency="USD")
    assert problem(refused)["message"] == "has a sign that may mean USD, but the account's currency is CAD"
    assert not Invoice.objects.exists()
    bring("invoices", data, administrator, currency="USD", sign_currency="CAD")
    assert Invoice.objects.get().currency == "CAD"
    deal = "id,name,account,stage,amount\n1,Deal,Québec Inc,new,$5\n"
    assert "CAD" in problem(bring("opportunities", deal, administrator, currency="USD"))["message"]
    bring("opportunities", deal.replace("$5", "CA$5"), administrator, currency="USD")
    assert Opportunity.objects.get().currency == "CAD"


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("USD 5", "EUR", "another currency than the row"),
        ("5 STK", "", "unknown currency STK"),
        ("$5 EUR", "", "two currencies"),
    ],
)
def test_amounts_agree_with_the_currency_column_or_are_refused(
    administrator: User, amount: str, currency: str, message: str
) -> None:
    data = f"number,customer,amount,date,currency\nX,Case AG,{amount},2026-02-05,{currency}\n"
    run = bring("invoices", data, administrator, create_accounts=True)
    assert not Invoice.objects.exists()
    assert message in problem(run)["message"]


def test_amounts_that_agree_with_the_column_are_taken(administrator: User) -> None:
    data = "number,customer,amount,date,currency\nX,Case AG,$5,2026-02-05,AUD\nY,Case AG,kr 7,2026-02-05,NOK\n"
    bring("invoices", data, administrator)
    assert dict(Invoice.objects.values_list("number", "currency")) == {"X": "AUD", "Y": "NOK"}


def test_the_revenue_of_an_account_does_not_change_its_currency(administrator: User) -> None:
    known = Account.objects.create(name="Alpha", currency="EUR")
    run = bring("accounts", "name,revenue,city\nAlpha,USD 500,Kiel\nBeta,USD 7,Bonn\n", administrator)
    known.refresh_from_db()
    assert (known.currency, known.annual_revenue, known.city) == ("EUR", None, "Kiel")
    assert Account.objects.get(name="Beta").currency == "USD"
    assert "the account's currency is EUR" in run.report["warnings"][0]["message"]


def test_a_revenue_with_a_doubtful_sign_is_left_empty(administrator: User) -> None:
    data = "name,revenue,city\nAlpha,$ 500,Kiel\nBeta,kr 7,Bonn\n"
    run = bring("accounts", data, administrator, sign_currency="USD")
    assert (run.report["create"], run.report["errors"], run.report["warned"]) == (2, 0, 1)
    beta = Account.objects.get(name="Beta")
    assert (beta.annual_revenue, beta.city, beta.currency) == (None, "Bonn", "EUR")
    assert "several currencies use" in run.report["warnings"][0]["message"]


# Words


WORDS = "Firma;Status;ABC-Klasse\nAlpha;Kunde;A\nBeta;kunde;Z\nGamma;Partner;\nDelta;Prospect;\n"


def test_unknown_words_are_listed_and_mapped_once_for_a_source(administrator: User) -> None:
    run = bring("accounts", WORDS, administrator, write=False)
    assert run.report["unknown"] == {"status": [["Kunde", 1], ["kunde", 1], ["Partner", 1]], "tier": [["Z", 1]]}
    assert (run.report["errors"], run.report["warned"]) == (0, 4)
    warning = run.report["warnings"][0]
    assert (warning["line"], warning["field"], warning["value"]) == (2, "Status", "Kunde")
    assert warning["message"] == "is an unknown status"
    assert "Prospect, Client or Former client" in warning["remedy"]
    answers = {"status": {"Kunde": "former", "Partner": ""}, "tier": {"Z": "C"}}
    check(run=run, mapping=run.mapping, options={**run.options, "values": answers}, by=administrator, now=True)
    assert (run.report["unknown"], run.report["warned"]) == ({}, 0)
    confirm(run=run, by=administrator, now=True)
    found = dict(Account.objects.values_list("name", "status"))
    assert found == {"Alpha": "former", "Beta": "former", "Gamma": "client", "Delta": "prospect"}
    assert Account.objects.get(name="Beta").tier == "C"
    more = bring("accounts", "Firma;Status;ABC-Klasse\nEpsilon;KUNDE;\n", administrator)
    assert (more.report["warned"], Account.objects.get(name="Epsilon").status) == (0, "former")
    other = bring("accounts", "Firma;Status;ABC-Klasse\nZeta;KUNDE;\n", administrator, source="elsewhere")
    assert other.report["unknown"] == {"status": [["KUNDE", 1]]}


def test_a_word_is_mapped_to_a_value_of_ours_only(administrator: User) -> None:
    run = bring("accounts", WORDS, administrator, write=False)
    options = {**run.options, "values": {"status": {"Kunde": "<b>"}}}
    with pytest.raises(Unanswered, match="Kunde"):
        check(run=run, mapping=run.mapping, options=options, by=administrator, now=True)


def test_words_of_stages_statuses_and_own_fields_are_mapped(administrator: User) -> None:
    CustomField.objects.create(key="buys_by", label="Buys by", kind="choice", choices="Call-off\nSingle orders")
    bring(
        "accounts",
        "name,Buys by\nAlpha,Abruf\nBeta,call-off\n",
        administrator,
        values={"custom_buys_by": {"Abruf": "Call-off"}},
    )
    assert {a.custom["buys_by"] for a in Account.objects.all()} == {"Call-off"}
    deals = "id,name,account,stage\n1,Deal,Alpha,Angebotsphase\n"
    refused = bring("opportunities", deals, administrator)
    assert problem(refused)["message"] == "is an unknown stage"  # a stage is needed: the row is not imported without
    assert refused.report["unknown"] == {"stage": [["Angebotsphase", 1]]}
    bring("opportunities", deals, administrator, values={"stage": {"Angebotsphase": "proposal"}})
    assert Opportunity.objects.get().stage == "proposal"
    bills = "number,customer,amount,date,status\n1,Alpha,5,2026-01-01,bezahlt\n"
    assert problem(bring("invoices", bills, administrator))["message"] == "is an unknown status"
    bring("invoices", bills, administrator, values={"status": {"bezahlt": "paid"}})
    assert Invoice.objects.get().status == "paid"


# Bad cells


WARNED = {
    "NaN": ("revenue", "NaN", "is not a number"),
    "not whole": ("employees", "about 20", "is not a number"),
    "no date": ("client since", "soon", "is not a date"),
    "no such day": ("client since", "2026-02-30", "not a valid date"),
    "no website": ("website", "http//x y", "not a web address"),
    "no tier": ("tier", "Z", "unknown tier"),
    "unknown parent": ("parent", "None Such", "isn't an account"),
    "own parent": ("parent", "Alpha", "its own parent"),
    "too long": ("industry", "x" * 81, "longer than 80"),
}


@pytest.mark.parametrize(("column", "value", "message"), WARNED.values(), ids=WARNED)
def test_a_bad_optional_cell_is_left_empty_with_a_warning(
    administrator: User, column: str, value: str, message: str
) -> None:
    run = bring("accounts", f"name,{column},city\nAlpha,{value},Kiel\n", administrator)
    assert (run.status, run.report["create"], run.report["errors"]) == (Import.Status.DONE, 1, 0)
    assert Account.objects.get().city == "Kiel"
    (warning,) = run.report["warnings"]
    assert message in warning["message"]
    assert (warning["line"], warning["field"], warning["value"]) == (2, column, value)
    assert warning["remedy"]
    before = fingerprint()
    again = bring("accounts", f"name,{column},city\nAlpha,{value},Kiel\n", administrator)
    assert (again.report["skip"], fingerprint()) == (1, before)


def test_a_bad_cell_leaves_what_is_there(administrator: User) -> None:
    bring("accounts", "name,employees\nAlpha,20\n", administrator)
    run = bring("accounts", "name,employees\nAlpha,many\n", administrator)
    assert (run.report["skip"], run.report["warned"], Account.objects.get().employees) == (1, 1, 20)


def test_an_address_is_needed_only_where_it_says_who_is_meant(administrator: User) -> None:
    Account.objects.create(name="Known")
    refused = bring("contacts", "name,company,email\nAnn,Known,ann\n", administrator)
    assert problem(refused)["message"] == "is not an email address"
    run = bring("contacts", "id,name,company,email,since\n7,Ann,Known,ann,long ago\n", administrator)
    assert (run.report["warned"], Contact.objects.get().email) == (2, "")


# Headers


HEADERS = {
    "google": (
        "contacts",
        "Name,Given Name,Family Name,E-mail 1 - Value,E-mail 2 - Value,Organization 1 - Name,Organization 1 - Title",
        {
            "name": "Name", "first_name": "Given Name", "last_name": "Family Name", "email": "E-mail 1 - Value",
            "other_email": "E-mail 2 - Value", "account": "Organization 1 - Name",
            "title": "Organization 1 - Title",
        },
    ),
    "google now": (
        "contacts",
        "First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value",
        {
            "first_name": "First Name", "last_name": "Last Name", "account": "Organization Name",
            "title": "Organization Title", "email": "E-mail 1 - Value", "phone": "Phone 1 - Value",
        },
    ),
    "outlook": (
        "contacts",
        "Title,First Name,Last Name,Company,Job Title,E-mail Address,E-mail 2 Address,Manager's Name,Notes",
        {
            "title": "Job Title", "first_name": "First Name", "last_name": "Last Name", "account": "Company",
            "email": "E-mail Address",
            "other_email": "E-mail 2 Address", "reports_to": "Manager's Name", "notes": "Notes",
        },
    ),
    "hubspot companies": (
        "accounts",
        "Record ID,Company name,Company owner,Phone Number,City,Country/Region,Company Domain Name,Lifecycle Stage",
        {
            "external_id": "Record ID", "name": "Company name", "owner": "Company owner", "phone": "Phone Number",
            "city": "City", "country": "Country/Region", "website": "Company Domain Name",
            "status": "Lifecycle Stage",
        },
    ),
    "hubspot deals": (
        "opportunities",
        "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Associated Company,Deal probability",
        {
            "external_id": "Record ID", "name": "Deal Name", "stage": "Deal Stage", "closed_on": "Close Date",
            "owner": "Deal owner", "amount": "Amount", "account": "Associated Company",
            "probability": "Deal probability",
        },
    ),
    "german customers": (
        "accounts",
        "Kundennummer;Firma;Straße;PLZ;Ort;Land;Telefon;Kunde seit;Währung;Jahresumsatz",
        {
            "external_id": "Kundennummer", "name": "Firma", "street": "Straße", "postcode": "PLZ", "city": "Ort",
            "country": "Land", "phone": "Telefon", "client_since": "Kunde seit", "currency": "Währung",
            "annual_revenue": "Jahresumsatz",
        },
    ),
    "german contacts": (
        "contacts",
        "Kundennummer;Ansprechpartner;Position;E-Mail-Adresse;Telefon;Handy",
        {
            "account_id": "Kundennummer", "name": "Ansprechpartner", "title": "Position", "email": "E-Mail-Adresse",
            "phone": "Telefon", "mobile": "Handy",
        },
    ),
    "german invoices": (
        "invoices",
        "Rechnungsnummer;Rechnungsdatum;Kunden-Nr.;Kunde;Menge;Einzelpreis;Nettobetrag;Fällig am;Bezahlt am;Währung",
        {
            "number": "Rechnungsnummer", "issued_on": "Rechnungsdatum", "customer_id": "Kunden-Nr.",
            "customer": "Kunde", "quantity": "Menge", "unit_price": "Einzelpreis", "amount": "Nettobetrag",
            "due_on": "Fällig am", "paid_on": "Bezahlt am", "currency": "Währung",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "line", "expected"), HEADERS.values(), ids=HEADERS)
def test_headers_of_other_programs_are_recognised(db: None, kind: str, line: str, expected: dict[str, str]) -> None:
    headers = line.split(";" if ";" in line else ",")
    assert guess_mapping(headers, TABLES[kind].columns) == expected


def test_contacts_of_google_come_in(administrator: User) -> None:
    Account.objects.create(name="Case AG")
    data = "Name,E-mail 1 - Value,Phone 1 - Value,Organization 1 - Name\n"
    data += "Ana Prieto,ana@one.test ::: ana@home.test,+49 30 12345,Case AG\n"
    bring("contacts", data, administrator)
    ana = Contact.objects.get()
    assert [row.value for row in ana.details("emails")] == ["ana@one.test", "ana@home.test"]
    assert ana.phone == "+49 30 12345"


# Cases that others mended, by way of a table


def test_addresses_and_numbers_are_read_as_programs_write_them(administrator: User) -> None:
    Account.objects.create(name="Case AG")
    data = (
        "name,account,email,phone\nAna,Case AG,mailto:ana@one.test,tel:+49-30-123456\n"
        "Bea,Case AG,Bea B <bea@one.test>,'+49 30 123457\nCy,Case AG,cy@one.test cy@home.test,030 1\n"
        'Di,Case AG,di@one.test|di@home.test,\nEd,Case AG,"""Ed, E"" <ed@one.test>",4.93012E+11\n'
    )
    run = bring("contacts", data, administrator)
    found = {c.name: [row.value for row in c.details("emails")] for c in Contact.objects.all()}
    assert found["Ana"] == ["ana@one.test"]
    assert found["Bea"] == ["bea@one.test"]
    assert found["Cy"] == ["cy@one.test", "cy@home.test"]
    assert found["Di"] == ["di@one.test", "di@home.test"]
    numbers = {c.name: c.phone for c in Contact.objects.all()}
    assert (numbers["Ana"], numbers["Bea"], numbers["Ed"]) == ("+49-30-123456", "+49 30 123457", "")
    assert "a spreadsheet has shortened" in str(run.report)


def test_two_addresses_in_a_cell_and_a_credit_note_that_settles(administrator: User) -> None:
    Account.objects.create(name="Case AG")
    bring("contacts", "name,account,email\nAna Prieto,Case AG,ana@one.test; ana@home.test\n", administrator)
    assert [row.value for row in Contact.objects.get().details("emails")] == ["ana@one.test", "ana@home.test"]
    notes = (
        "number,customer,amount,date,due,paid,currency\n"
        "A-1,Case AG,1000.00,2026-02-03,2026-03-03,,EUR\nG-1,Case AG,-1000.00,2026-02-10,2026-02-10,,EUR\n"
    )
    bring("invoices", notes, administrator)
    note = Invoice.objects.get(number="G-1")
    assert note.settles == Invoice.objects.get(number="A-1")
    before = fingerprint()
    assert bring("invoices", notes, administrator).report["skip"] == 2
    assert fingerprint() == before
