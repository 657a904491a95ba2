"""Several addresses and numbers of one contact: entered, shown, found, matched, merged and taken apart."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accord.accounts.actions.merge_records import merge_records, undo_merge
from accord.accounts.actions.save_contact import add_contact, change_contact
from accord.accounts.mail_addresses import compared, shown, stored
from accord.accounts.models import Account, Affiliation, Contact, ContactEmail, ContactPhone, Detail, Interaction
from accord.accounts.queries_addresses import known_addresses
from accord.accounts.queries_duplicates import duplicate_contacts
from accord.core.editing import Conflict
from accord.core.models import Event
from accord.correspondence.actions.store_mails import SyncStats, store_mails
from accord.correspondence.actions.sync_calendar import _store
from accord.correspondence.calendar_events import Occurrence
from accord.correspondence.mail_parsing import parse_mail
from accord.correspondence.models import CalendarSource, Mailbox
from accord.people.models import Role, User
from tests.accounts.test_merge_records import everything
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TWO = [Detail("ana@client.test"), Detail("ana@home.test", "private")]


@pytest.fixture
def boss(db: Any) -> User:
    user: User = User.objects.create(email="boss@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    return user


@pytest.fixture
def account(boss: User) -> Account:
    found: Account = Account.objects.create(name="Client", owner=boss)
    return found


@pytest.fixture
def ana(account: Account, boss: User) -> Contact:
    phones = [Detail("+49 30 123456"), Detail("0171 555 77", "mobile")]
    made: Contact = add_contact(
        account=account, by=boss, contact=Contact(name="Ana"), emails=TWO, phones=phones
    ).contact
    return made


@pytest.fixture
def page(boss: User) -> Client:
    return browser_of(boss)


def test_a_contact_has_several_and_one_primary_of_each(ana: Contact) -> None:
    ana.refresh_from_db()
    assert (ana.email, ana.phone) == ("ana@client.test", "+49 30 123456")
    assert ana.details("emails") == TWO
    assert [row.label for row in ana.details("phones")] == ["work", "mobile"]


def test_one_change_is_one_version_and_told(ana: Contact, boss: User) -> None:
    changed = change_contact(contact=ana, by=boss, version=1, emails=[TWO[1], TWO[0]])
    assert (changed.version, changed.email, changed.email_label) == (2, "ana@home.test", "private")
    assert changed.details("emails") == [TWO[1], TWO[0]]
    only_further = change_contact(contact=ana, by=boss, version=2, emails=[TWO[1], Detail("x@y.test", "other")])
    assert only_further.version == 3
    event = Event.objects.order_by("-pk").first()
    assert event is not None
    assert "x@y.test (other)" in str(event.after)
    with pytest.raises(Conflict):
        change_contact(contact=ana, by=boss, version=2, emails=[TWO[1], Detail("late@y.test")])
    assert not ContactEmail.objects.filter(address="late@y.test").exists()
    same = change_contact(contact=ana, by=boss, version=3, emails=only_further.details("emails"))
    assert same.version == 3
    gone = change_contact(contact=ana, by=boss, version=3, emails=[], phones=[])
    assert (gone.version, gone.email, gone.details("emails"), gone.details("phones")) == (4, "", [], [])
    assert not ContactPhone.objects.exists()


def test_a_further_one_that_becomes_the_primary_one_is_there_once(ana: Contact, boss: User) -> None:
    changed = change_contact(contact=ana, by=boss, version=1, email="ana@home.test")
    assert [row.value for row in changed.details("emails")] == ["ana@home.test"]


@pytest.mark.parametrize(
    ("emails", "says"),
    [
        ([Detail("nobody")], "isn't an email address"), ([Detail("a@x.test", "fax")], "Choose a label"),
        ([Detail(f"a{n}@x.test") for n in range(21)], "at most 20"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(ana: Contact, boss: User, emails: list[Detail], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        change_contact(contact=ana, by=boss, version=1, emails=emails)


def test_repetitions_and_empty_rows_are_dropped(ana: Contact, boss: User) -> None:
    given = [Detail(""), Detail("A@Müller.test"), Detail("a@xn--mller-kva.TEST"), Detail(" ")]
    changed = change_contact(contact=ana, by=boss, version=1, emails=given, phones=[Detail("030 1"), Detail("0301")])
    assert [row.value for row in changed.details("emails")] == ["A@xn--mller-kva.test"]
    assert [row.value for row in changed.details("phones")] == ["030 1"]


# The form, the pages, the API


def form_of(ana: Contact, **values: Any) -> dict[str, Any]:
    return {
        "name": "Ana", "version": ana.version, "emails_value": ["a@x.test", "b@x.test", ""],
        "emails_label": ["work", "private", "work"], "emails_primary": "1", "phones_value": ["1"],
        "phones_label": ["mobile"], "phones_primary": "0", **values,
    }  # fmt: skip


def test_rows_are_added_removed_and_put_first_in_the_form(ana: Contact, page: Client) -> None:
    url = reverse("contact-edit", args=[ana.affiliations.get().pk])
    shown_form = page.get(url).content.decode()
    for told in ('value="ana@client.test"', 'value="ana@home.test"', 'value="0171 555 77"', "Add email address"):
        assert told in shown_form
    assert page.post(url, form_of(ana)).status_code == 302
    ana.refresh_from_db()
    assert [(row.value, row.label) for row in ana.details("emails")] == [("b@x.test", "private"), ("a@x.test", "work")]
    assert [(row.value, row.label) for row in ana.details("phones")] == [("1", "mobile")]
    refused = page.post(url, form_of(ana, emails_value=["nobody <b>"]))
    assert refused.status_code == 422
    assert "nobody &lt;b&gt; isn&#x27;t an email address." in refused.content.decode()
    assert page.post(url, form_of(ana, version=1)).status_code == 409


@pytest.mark.parametrize("odd", [{"emails_primary": "99"}, {"emails_primary": "²"}, {"emails_label": []}])
def test_a_form_that_somebody_made_themselves_breaks_nothing(ana: Contact, page: Client, odd: dict[str, Any]) -> None:
    url = reverse("contact-edit", args=[ana.affiliations.get().pk])
    assert page.post(url, form_of(ana, **odd)).status_code == 302
    assert Contact.objects.get().email == ("a@x.test" if "emails_primary" in odd else "b@x.test")


def test_a_form_without_rows_takes_none_away(ana: Contact, page: Client) -> None:
    url = reverse("contact-edit", args=[ana.affiliations.get().pk])
    assert page.post(url, {"name": "Ana B", "version": 1}).status_code == 302
    ana.refresh_from_db()
    assert (ana.name, ana.details("emails")) == ("Ana B", TWO)
    assert page.post(url, {"name": "Ana B", "version": 2, "emails_value": ""}).status_code == 302
    ana.refresh_from_db()
    assert (ana.details("emails"), len(ana.details("phones"))) == ([], 2)


def test_a_new_contact_is_created_with_several(account: Account, page: Client) -> None:
    form = form_of(Contact(version=1), name="Bo")
    assert page.post(reverse("contact-new", args=[account.pk]), form).status_code == 302
    assert [row.value for row in Contact.objects.get().details("emails")] == ["b@x.test", "a@x.test"]


def test_pages_and_searches_know_every_one(ana: Contact, account: Account, page: Client) -> None:
    ContactEmail.objects.create(contact=ana, address="ana@müller.test")
    for url in (
        reverse("contacts"), reverse("contact", args=[ana.pk]), reverse("account-contacts", args=[account.pk]),
        *(f"{reverse('contacts')}?q={q}" for q in ("home.test", "müller", "xn--mller", "171 555", "123456")),
    ):  # fmt: skip
        text = page.get(url).content.decode().replace("<wbr>", "")
        for told in ("ana@client.test", "ana@home.test", "ana@müller.test", "0171 555 77"):
            assert told in text, url
    assert "ana@home.test" not in page.get(f"{reverse('contacts')}?q=elsewhere").content.decode()
    found = page.get(reverse("palette"), {"q": "ana@home"}).content.decode()
    assert "Ana" in found


def test_the_api_reads_and_writes_all_of_them(ana: Contact, account: Account, page: Client) -> None:
    url = reverse("api:contact", args=[account.pk, ana.pk])
    got = page.get(url).json()
    assert got["email"] == "ana@client.test"
    assert got["emails"] == [
        {"address": "ana@client.test", "label": "work", "primary": True},
        {"address": "ana@home.test", "label": "private", "primary": False},
    ]
    assert got["phones"][1] == {"number": "0171 555 77", "label": "mobile", "primary": False}
    body = {
        "version": 1,
        "emails": [{"address": "a@x.test"}, {"address": "b@x.test", "label": "other", "primary": True}],
    }
    changed = page.patch(url, json.dumps(body), content_type="application/json").json()
    assert [row["address"] for row in changed["emails"]] == ["b@x.test", "a@x.test"]
    assert (changed["email"], changed["version"], len(changed["phones"])) == ("b@x.test", 2, 2)
    only = page.patch(url, json.dumps({"version": 2, "email": "c@x.test"}), content_type="application/json").json()
    assert [row["address"] for row in only["emails"]] == ["c@x.test", "a@x.test"]
    bad = page.patch(url, json.dumps({"version": 3, "emails": [{"address": "x"}]}), content_type="application/json")
    assert bad.status_code == 422
    new = {"name": "Bo", "email": "bo@x.test", "emails": [{"address": "bo@y.test"}], "phones": [{"number": "1"}]}
    made = page.post(reverse("api:contacts", args=[account.pk]), json.dumps(new), content_type="application/json")
    assert made.status_code == 201
    assert [row["address"] for row in made.json()["emails"]] == ["bo@x.test", "bo@y.test"]
    listed = page.get(reverse("api:contacts", args=[account.pk])).json()["items"]
    assert {row["name"]: len(row["emails"]) for row in listed} == {"Ana": 2, "Bo": 2}


# Mails and meetings


def test_mails_and_meetings_with_any_address_are_kept(ana: Contact, account: Account, boss: User) -> None:
    box = Mailbox.objects.create(owner=boss, address="boss@firm.test", user_name="boss")
    raw = b"From: ANA@home.test\r\nTo: boss@firm.test\r\nMessage-ID: <1@x.test>\r\nSubject: Hello\r\n\r\nHi"
    store_mails(box, [parse_mail(raw, NOW)], SyncStats())
    source = CalendarSource.objects.create(owner=boss, name="Work", url="https://x.test/")
    meeting = Occurrence("u", NOW + timedelta(days=1), "", "Review", "", "", frozenset({"ana@home.test"}), False)
    _store(source, [meeting], NOW)
    assert {row.subject for row in Interaction.objects.filter(contacts=ana)} == {"Hello", "Review"}


def test_an_international_domain_has_one_form_and_matches_either_way(account: Account, boss: User) -> None:
    assert stored("Ana@MÜLLER.example") == "Ana@xn--mller-kva.example"
    assert shown("ana@xn--mller-kva.example") == "ana@müller.example"
    assert compared("Ana@müller.example") == compared("ana@XN--mller-kva.example")
    for odd in ("", "@", "a@", "a@..", "a@-x-.test", "a@" + "x" * 300, "a@[127.0.0.1]", "xn--@xn--\u0378"):
        shown(stored(odd))
    ana = Contact.objects.create(name="Ana", email="ana@müller.example")
    Affiliation.objects.create(account=account, contact=ana)
    ana.refresh_from_db()
    assert ana.email == "ana@xn--mller-kva.example"
    assert Contact.objects.filter(email="ana@müller.example").exists()
    raw = "From: ana@müller.example\r\nMessage-ID: <1@x.test>\r\n\r\nHi".encode()
    for address in ("ana@xn--mller-kva.example", parse_mail(raw, NOW).sender):
        assert known_addresses([address], boss) == {"ana@xn--mller-kva.example": [(ana.pk, account.pk)]}


def test_more_addresses_than_a_statement_takes_are_looked_up(ana: Contact, boss: User) -> None:
    many = [f"x{n}@y.test" for n in range(40_000)]
    assert list(known_addresses([*many, "ana@home.test"], boss)) == ["ana@home.test"]


# Duplicates and merging


def test_contacts_that_share_any_address_may_be_one(ana: Contact, boss: User) -> None:
    other = Contact.objects.create(name="A. Prieto", email="ANA@home.test")
    (pair,) = duplicate_contacts(boss)
    assert (pair.first, pair.second, pair.reasons) == (ana.pk, other.pk, ("the same email address",))
    Contact.objects.filter(pk=other.pk).update(email="", name="Ana", phone="+49 171 55577")
    ContactPhone.objects.filter(contact=ana).update(number="0171 5557700")
    ContactPhone.objects.create(contact=other, number="+49 171 5557700")
    assert "the same name and phone number" in duplicate_contacts(boss)[0].reasons


@pytest.mark.parametrize("take", [set(), {"email", "phone"}])
def test_a_merge_keeps_all_of_both_and_its_undoing_restores_exactly(
    ana: Contact, account: Account, boss: User, take: set[str]
) -> None:
    emails = [Detail("prieto@client.test", "other"), Detail("ANA@home.test"), Detail("p@home.test", "private")]
    phones = [Detail("030-123-456"), Detail("0171/55577"), Detail("+1 5")]
    other = add_contact(
        account=Account.objects.create(name="Elsewhere"), by=boss, contact=Contact(name="Ana Prieto"), emails=emails,
        phones=phones,
    ).contact  # fmt: skip
    before = everything()
    merge = merge_records(kept=ana, gone=other, take=take, by=boss)
    ana.refresh_from_db()
    values = {compared(row.value) for row in ana.details("emails")}
    assert values == {"ana@client.test", "ana@home.test", "prieto@client.test", "p@home.test"}
    assert len(ana.details("emails")) == 4
    assert ana.details("emails")[0] == (emails[0] if take else TWO[0])
    assert {row.value for row in ana.details("phones")} >= {"+1 5"}
    undo_merge(merge=merge, by=boss)
    after = everything()
    for rows in (*before.values(), *after.values()):
        for row in rows:
            for name in ("version", "updated_at"):
                row["fields"].pop(name, None)
    assert after == before


def test_who_had_no_address_gets_the_others(boss: User, account: Account) -> None:
    one = Contact.objects.create(name="Ana")
    two = Contact.objects.create(name="Ana", email="a@x.test", email_label="private")
    merge_records(kept=one, gone=two, take=set(), by=boss)
    one.refresh_from_db()
    assert one.details("emails") == [Detail("a@x.test", "private")]


def test_the_same_contact_in_both_accounts_keeps_what_only_one_place_told(boss: User) -> None:
    one, two = Account.objects.create(name="One"), Account.objects.create(name="One GmbH")
    ana = Contact.objects.create(name="Ana")
    Affiliation.objects.create(account=one, contact=ana, sentiment=1)
    Affiliation.objects.create(
        account=two, contact=ana, title="Buyer", buying_role="buyer", influence=3, sentiment=-1, since=date(2020, 1, 2)
    )
    before = everything()
    merge = merge_records(kept=one, gone=two, take=set(), by=boss)
    place = Affiliation.objects.get()
    assert (place.title, place.buying_role, place.influence, place.sentiment, place.since) == (
        "Buyer", "buyer", 3, 1, date(2020, 1, 2),
    )  # fmt: skip
    undo_merge(merge=merge, by=boss)
    assert everything()["accounts.affiliation"] == before["accounts.affiliation"]
