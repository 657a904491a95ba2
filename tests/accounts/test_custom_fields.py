"""Own fields with types and rules, tags, several accounts at once, saved views, the board, groups of companies."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.actions.change_accounts import change_accounts
from accord.accounts.models import Account, AccountMember, Affiliation, Contact, CustomField, Tag
from accord.accounts.models.custom import read_custom
from accord.core.models import Event
from accord.insight.queries_hierarchy import group_of
from accord.money.models import Invoice
from accord.people.models import Role, SavedView, User
from accord.sales.models import Opportunity
from tests.factories import browser_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def client(owner: User) -> Client:
    return browser_of(owner)


def field(kind: str, **values: Any) -> CustomField:
    made: CustomField = CustomField.objects.create(key=values.pop("key", kind), label=kind, kind=kind, **values)
    return made


@pytest.mark.parametrize(
    ("kind", "rules", "given", "kept"),
    [
        ("text", {}, " a ", "a"), ("text", {"pattern": r"[A-Z]{2}\d+"}, "DE12", "DE12"), ("number", {}, "1.50", "1.5"),
        ("number", {"lowest": 1, "highest": 3}, 3, "3"), ("date", {}, date(2026, 5, 31), "2026-05-31"),
        ("choice", {"choices": "a\n b \n"}, "b", "b"), ("yes_no", {}, "no", False),
        ("link", {}, "https://x.test/a", "https://x.test/a"), ("text", {}, "", None), ("number", {}, None, None),
    ],
)  # fmt: skip
def test_values_are_kept_in_the_form_of_their_kind(kind: str, rules: dict[str, Any], given: Any, kept: Any) -> None:
    assert CustomField(label="x", kind=kind, **rules).read(given) == kept


@pytest.mark.parametrize(
    ("kind", "rules", "given", "says"),
    [
        ("text", {"required": True}, " " * 0, "required"),
        ("text", {"pattern": r"\d+"}, "12a", "doesn't match the pattern"),
        ("number", {}, "NaN", "isn't a number"), ("number", {}, "1e400", "is too large. Use at most 15 digits."),
        ("number", {}, "1,5", "isn't a number"),
        ("number", {"lowest": 1, "highest": 3}, 4, "must be from 1 to 3"), ("date", {}, "31.05.2026", "2026-05-31"),
        ("choice", {"choices": "a\nb"}, "c", "one of a, b"), ("yes_no", {}, "perhaps", "yes or no"),
        ("link", {}, "javascript:alert(1)", "web address"), ("text", {}, "x" * 2001, "too long"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_rule(kind: str, rules: dict[str, Any], given: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        CustomField(label="x", kind=kind, **rules).read(given)


def test_fields_are_checked_themselves() -> None:
    for rules, says in (
        ({"kind": "choice", "choices": "a"}, "at least two"), ({"pattern": "("}, "isn't a valid regular expression"),
        ({"lowest": 3, "highest": 1}, "below the lowest"),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match=says):
            CustomField(label="x", key="x", **rules).clean()  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="Unknown field: nothing"):
        read_custom("account", {"nothing": 1}, {})


def test_no_pattern_takes_longer_than_its_text_is_long() -> None:
    text = "a" * 1990 + "!"
    for pattern in (r"(a+)+", r"(a|a)*", r"(.*a){12}", r"\s*a*a*a*a*b", r"(a{1,30}){1,30}"):
        rule = CustomField(label="x", key="x", kind="text", pattern=pattern)
        rule.clean()
        began = time.process_time()
        with pytest.raises(ValidationError, match="doesn't match the pattern"):
            rule.read(text)
        assert time.process_time() - began < 1, pattern


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(?=a)b", r"isn't supported: \(\?=. Lookaheads"),
        (r"(a)\1", "Backreferences aren't supported"),
        ("(?<!a)b", "Look"),
    ],
)
def test_a_pattern_that_is_not_supported_is_refused_and_an_older_one_says_so(pattern: str, says: str) -> None:
    rule = CustomField(label="Number", key="x", kind="text", pattern=pattern)
    with pytest.raises(ValidationError, match=says):
        rule.clean()
    with pytest.raises(ValidationError, match=r"Number: the pattern .* isn't supported\. Ask an administrator"):
        rule.read("ab")


def test_custom_fields_and_tags_are_filled_in_on_the_account_and_its_people(account: Account, client: Client) -> None:
    field("number", lowest=0)
    field("choice", choices="gold\nsilver", required=True)
    field("date", on="contact")
    edit = reverse("account-edit", args=[account.pk])
    form = {
        "name": "Brewery",
        "status": "client",
        "currency": "EUR",
        "version": 1,
        "owner": account.owner_id,
        "tag_names": "Beer,  key  client , beer",
    }
    wrong = client.post(edit, form | {"custom_number": "-1", "custom_choice": ""}).content.decode()
    assert "must be 0 or more" in wrong
    assert client.post(edit, form | {"custom_number": "12.50", "custom_choice": "gold"}).status_code == 302
    account.refresh_from_db()
    assert account.custom == {"number": "12.5", "choice": "gold"}
    assert [tag.name for tag in account.tags.all()] == ["Beer", "key client"]
    page = client.get(reverse("account", args=[account.pk])).content.decode()
    assert "gold" in page
    assert "key client" in page
    new = reverse("contact-new", args=[account.pk])
    person = {"name": "Conny", "custom_date": "2026-05-31"}
    assert client.post(new, person | {"tag_names": "beer, French"}).status_code == 302
    contact = Contact.objects.get()
    assert [tag.name for tag in contact.tags.all()] == ["Beer", "French"]
    change = reverse("contact-edit", args=[contact.affiliations.get().pk])
    assert "Beer, French" in client.get(change).content.decode()
    assert client.post(change, person | {"tag_names": "French", "version": contact.version}).status_code == 302
    assert [tag.name for tag in contact.tags.all()] == ["French"]
    Contact.objects.create(name="Nobody")
    tagged = client.get(reverse("contacts"), {"tag": Tag.objects.get(name="French").pk})
    assert [row.cells[0].value for row in tagged.context["rows"]] == ["Conny"]
    assert contact.custom == {"date": "2026-05-31"}
    assert (
        "31\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}2026"
        in client.get(reverse("contact", args=[contact.pk])).content.decode()
    )
    found = client.get(reverse("api:account", args=[account.pk])).json()
    assert (found["custom"], found["tags"]) == ({"number": "12.5", "choice": "gold"}, ["Beer", "key client"])
    one = reverse("api:change_contact", args=[account.pk, contact.pk])
    body = {"version": contact.version + 1, "custom": {"date": "2026-06-01"}, "tags": ["beer", "Sings"]}
    changed = client.patch(one, body, content_type="application/json").json()
    assert (changed["custom"], changed["tags"]) == ({"date": "2026-06-01"}, ["Beer", "Sings"])
    wrong = client.patch(one, body | {"version": 3, "custom": {"date": "soon"}}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["fields"]) == (422, {"custom": ["date: enter a date such as 2026-05-31."]})
    listed_people = client.get(reverse("api:contacts", args=[account.pk])).json()["items"]
    assert [person["tags"] for person in listed_people] == [["Beer", "Sings"]]
    Account.objects.create(name="Other", owner=account.owner)
    tag = Tag.objects.get(name="Beer")
    Account.objects.filter(pk=account.pk).update(segment="Food")
    for query in (f"tag={tag.pk}", "segment=Food"):
        listed = client.get(reverse("accounts") + f"?{query}").context["rows"]
        assert [row.cells[0].value for row in listed] == ["Brewery"], query
    for whose, count in (("me", 2), ("nobody", 0), ("", 2)):
        assert len(client.get(reverse("accounts"), {"whose": whose}).context["rows"]) == count, whose


def test_several_accounts_change_together_or_not_at_all(account: Account, owner: User, client: Client) -> None:
    other = Account.objects.create(name="Dairy", owner=owner)
    foreign = Account.objects.create(name="Elsewhere")
    reader = User.objects.create(email="r@firm.test", name="Rita", roles=[Role.MEMBER])
    AccountMember.objects.create(account=account, user=reader)
    old = Tag.objects.create(name="Old")
    account.tags.add(old)
    url = reverse("accounts-bulk")
    ids = {"ids": [account.pk, other.pk, foreign.pk]}
    shown = client.post(url, ids).content.decode()
    assert "Edit 2 accounts" in shown
    assert "Elsewhere" not in shown
    assert "Choose at least one change" in client.post(url, ids | {"apply": "1"}).content.decode()
    client.post(url, ids | {"apply": "1", "tier": "A", "add_tags": "New", "take_tags": [old.pk]})
    for row in Account.objects.exclude(pk=foreign.pk):
        assert (row.tier, [t.name for t in row.tags.all()]) == ("A", ["New"])
    assert Event.objects.filter(kind="record.changed", subject_type="accounts.account").count() == 2
    with pytest.raises(ValidationError, match="permission to edit Brewery"):
        change_accounts(accounts=[account], by=reader, values={"tier": "B"}, add=[], take_off=[])
    foreign.refresh_from_db()
    assert foreign.tier == ""
    assert client.post(url, {"ids": [foreign.pk]}).status_code == 302


def test_a_view_is_kept_shared_and_found_again(account: Account, owner: User, client: Client) -> None:
    listed = client.get(reverse("accounts") + "?status=client&tier=&page=2")
    assert "query=status%3Dclient" in listed.content.decode()
    new = reverse("saved-view-new") + "?of=accounts&query=status%3Dclient%26page%3D3%26tier%3D"
    assert client.post(new, {"name": "Clients", "shared": "on"})["Location"] == reverse("accounts") + "?status=client"
    assert "already" in client.post(new, {"name": "Clients"}).content.decode()
    assert client.get(reverse("saved-view-new") + "?of=home").status_code == 404
    view = SavedView.objects.get()
    colleague = browser_of(User.objects.create(email="c@firm.test", name="Carl", roles=[Role.MEMBER]))
    page = colleague.get(reverse("accounts")).content.decode()
    assert "Clients" in page
    assert "Brewery" not in page  # sharing a view shares no client
    assert colleague.get(reverse("saved-view-edit", args=[view.pk])).status_code == 403
    client.post(reverse("saved-view-removal", args=[view.pk]), {"version": 1})
    assert not SavedView.objects.exists()


def test_the_board_shows_the_same_accounts_as_the_table(account: Account, owner: User, client: Client) -> None:
    Account.objects.create(name="Dairy", owner=owner, status="prospect", tier="A", segment="Milk")
    Account.objects.create(name="Elsewhere")
    url = reverse("accounts")
    board = client.get(url + "?show=board").content.decode()
    assert ("Brewery" in board, "Dairy" in board, "Elsewhere" in board) == (True, True, False)
    assert "No tier" in client.get(url + "?show=board&by=tier").content.decode()
    searched = client.get(url + "?show=board&q=milk").content.decode()
    assert ("Brewery" in searched, "Dairy" in searched) == (False, True)


def test_a_group_rolls_its_numbers_up(account: Account, owner: User, client: Client) -> None:
    below = Account.objects.create(name="Bottler", owner=owner, parent=account)
    deep = Account.objects.create(name="Labels", owner=owner, parent=below)
    hidden = Account.objects.create(name="Hidden", parent=account)
    for row, total in ((account, 100), (below, 20), (deep, 3), (hidden, 5000)):
        Invoice.objects.create(account=row, number=f"N{row.pk}", issued_on=TODAY, status="sent", total=total)
        Opportunity.objects.create(account=row, name="x", stage="proposal", amount=total)
    members = group_of(deep, owner, TODAY)
    assert [(m.account.name, m.depth, m.own.invoiced, m.whole.invoiced, m.whole.weighted) for m in members] == [
        ("Brewery", 0, Decimal(100), Decimal(123), Decimal("61.50")),
        ("Bottler", 1, Decimal(20), Decimal(23), Decimal("11.50")),
        ("Labels", 2, Decimal(3), Decimal(3), Decimal("1.50")),
    ]
    assert group_of(Account.objects.create(name="Alone", owner=owner), owner, TODAY) == []
    page = client.get(reverse("account-group", args=[below.pk])).content.decode()
    assert "Labels" in page
    assert "Hidden" not in page


def test_a_contact_s_page_and_list_show_what_one_may_see(account: Account, owner: User, client: Client) -> None:
    foreign = Account.objects.create(name="Elsewhere")
    conny, unseen = (Contact.objects.create(name=name) for name in ("Conny", "Unseen"))
    Affiliation.objects.create(account=account, contact=conny, title="Brewer", buying_role="sponsor")
    Affiliation.objects.create(account=foreign, contact=conny, title="Secret adviser")
    Affiliation.objects.create(account=foreign, contact=unseen)
    page = client.get(reverse("contact", args=[conny.pk])).content.decode()
    assert "Brewer" in page
    assert "Secret adviser" not in page
    assert client.get(reverse("contact", args=[unseen.pk])).status_code == 404
    listed = client.get(reverse("contacts") + "?buying_role=sponsor").content.decode()
    assert "Conny" in listed
    assert "Unseen" not in listed
    assert "No matching contacts" in client.get(reverse("contacts") + "?there=left").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("custom_sites-from=3", {"Brewery", "Mill"}), ("custom_sites-from=3&custom_sites-to=20", {"Brewery"}),
        ("custom_sites-to=2.5", {"Dairy"}), ("custom_next-from=2026-06-01", {"Mill"}),
        ("custom_next-from=2026-05-01&custom_next-to=2026-05-31", {"Brewery"}),
        ("custom_grade=gold", {"Brewery", "Mill"}),
        ("custom_union=yes", {"Brewery"}), ("custom_union=no", {"Dairy"}), ("custom_contains=LAGER", {"Brewery"}),
        ("custom_grade=gold&custom_union=yes&q=brew", {"Brewery"}),
        ("custom_sites-from=lots", set()),
        ("custom_grade=", {"Brewery", "Dairy", "Mill", "Plain"}),
    ],
)  # fmt: skip
def test_lists_are_filtered_by_own_fields(query: str, found: set[str], owner: User, client: Client) -> None:
    for key, kind in (("sites", "number"), ("next", "date"), ("union", "yes_no"), ("contains", "text")):
        field(kind, key=key)
    field("choice", key="grade", choices="gold\nsilver")
    for name, custom in {
        "Brewery": {"sites": "12", "next": "2026-05-31", "union": True, "contains": "lager and ale", "grade": "gold"},
        "Dairy": {"sites": "2.5", "union": False, "grade": "silver"},
        "Mill": {"sites": "100", "next": "2026-06-01", "grade": "gold"},
        "Plain": {},
    }.items():
        Account.objects.create(name=name, owner=owner, custom=custom)
    page = client.get(reverse("accounts") + f"?{query}").content.decode()
    assert {name for name in ("Brewery", "Dairy", "Mill", "Plain") if f">{name}<" in page} == found


def test_contacts_are_filtered_by_own_fields(account: Account, client: Client) -> None:
    field("yes_no", key="newsletter", on="contact")
    for name, custom in (("Conny", {"newsletter": True}), ("Carl", {"newsletter": False}), ("Cora", {})):
        person = Contact.objects.create(name=name, custom=custom)
        Affiliation.objects.create(account=account, contact=person)
    page = client.get(reverse("contacts") + "?custom_newsletter=yes").content.decode()
    assert [name for name in ("Conny", "Carl", "Cora") if name in page] == ["Conny"]
