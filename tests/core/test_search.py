"""The index: the same rule in Python and in the database, kept by every write, asked with permission."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accord.accounts.models import Account, Contact, Interaction
from accord.core.models import Record
from accord.core.search import among
from accord.core.search.among import matching_among, newest_among
from accord.core.search.folding import digits_of, fold
from accord.core.search.queries import newest, search
from accord.core.search.schema import indexed_models, install, rows_in

pytestmark = pytest.mark.django_db

TEXTS = [
    "", "Rössler & Söhne", "Łódź – Spółka", "MÄRKISCHE Straße 7", "İstanbul ışık", "Ærø Œuvre", "東京都 AG",
    "서울 (주)", "Ромашка ООО", "Ελλάς", "x_y-z/1.2", "a@b.example", "𝔘nicode ﬁ", "naïve café", "  ",
    "ガラス がらす", "№ 5", "🙂 ok",
]  # fmt: skip


@pytest.fixture
def account() -> Account:
    return Account.objects.create(name="Rössler & Söhne GmbH", city="Łódź", phone="+49 (0)30 515-192")


def found(model: type[Record], text: str) -> set[str]:
    return {str(row) for row in model.objects.filter(search(model, text))}


def test_the_database_folds_as_python_does() -> None:
    with connection.cursor() as cursor:
        for text in TEXTS:
            cursor.execute("SELECT accord_fold(%s), accord_digits(%s)", [text, text])
            assert cursor.fetchone() == (fold(text), digits_of(text)), text


@pytest.mark.parametrize(
    "text",
    [
        "rossler", "RÖSSLER", "Roessler", "söhne ross", "ssler", "lodz", "ŁÓDŹ", "gmbh",
        "515192", "030 515 192", "+49 30/515192"[4:], "(0)30 515-192",
    ],
)  # fmt: skip
def test_accents_case_parts_and_digits_do_not_matter(account: Account, text: str) -> None:
    Account.objects.create(name="Other", phone="+49 40 999999")
    assert found(Account, text) == {account.name}


@pytest.mark.parametrize(
    "text", ["", "  ", "&", "rossler berlin", "xyz", "515193", '" OR "a', "a' OR '1'='1", "\x00", "*"]
)
def test_what_is_not_there_is_not_found_and_nothing_is_a_command(account: Account, text: str) -> None:
    assert found(Account, text) == set()


def test_languages_without_blanks() -> None:
    tokyo, osaka = Account.objects.create(name="東京 AG"), Account.objects.create(name="大阪 AG")
    assert found(Account, "東京") == {tokyo.name}
    assert found(Account, "京東") == set()
    assert found(Account, "阪") == {osaka.name}


def test_every_write_keeps_the_index(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(name="Brugger AG")
    assert found(Account, "rossler") == set()
    assert found(Account, "brugger") == {"Brugger AG"}
    Account.objects.bulk_create(Account(name=f"Zieliński {n}") for n in range(3))
    assert len(found(Account, "zielinski")) == 3
    Account.objects.filter(name__startswith="Ziel").delete()
    assert found(Account, "zielinski") == set()
    Account.objects.filter(pk=account.pk).update(tier="A")  # a column that is not searched
    assert found(Account, "brugger") == {"Brugger AG"}


def test_long_texts_are_found_by_the_beginnings_of_words(account: Account) -> None:
    now = timezone.now()
    for n in range(30):
        Interaction.objects.create(
            account=account, kind="note", subject=f"Note {n}", body="We spoke of Lieferverzögerungen.",
            at=now - timedelta(days=n),
        )  # fmt: skip
    assert Interaction.objects.filter(search(Interaction, "lieferverz note 7")).count() == 1
    assert not Interaction.objects.filter(search(Interaction, "verzögerungen")).exists()
    each = rows_in(Interaction)
    keys = newest([each], "liefer", 5)[each.number]
    assert keys == list(Interaction.objects.order_by("-pk").values_list("pk", flat=True)[:5])


def test_many_models_are_asked_at_once(account: Account, django_assert_num_queries: Any) -> None:
    Contact.objects.create(name="Anna Rössler", email="anna@roessler.example")
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):  # SQLite: of words, of names
        keys = newest(indexed_models(), "rossler", 9)
    assert {each.model for each in indexed_models() if each.number in keys} == {Account, Contact}


def test_the_index_is_built_anew_where_it_is_missing(account: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_version SET version = 'older'")
    install(connection)
    assert found(Account, "rossler") == {account.name}
    call_command("migrate", verbosity=0)
    assert found(Account, "rossler") == {account.name}


# What is not searched, and why.
PARTS_OF_OTHERS = {
    "accounts.accountmember", "accounts.relationship", "accounts.affiliation", "correspondence.calendarfeed",
    "correspondence.calendarmeeting", "accounts.clientlink", "sales.negotiationentry", "accounts.distinctpair",
    "success.plannedaction", "success.playbookrun", "success.playbookrunstep", "success.playbookstep",
    "sales.quoteline", "success.strategy", "success.surveyanswer", "success.surveyinvitation",
    "success.swotnote",
    "people.personskill", "projects.acceptance", "projects.allocation", "projects.assignment", "projects.baseline",
    "projects.charteritem", "projects.goalsupport", "projects.link", "projects.neededskill", "projects.objective",
    "projects.plan", "projects.planedit", "projects.progressentry", "projects.projectmember", "projects.requestwork",
    "projects.resource", "projects.responsibility", "projects.stakeholder", "projects.surveyedproject",
    "money.billingmilestone", "money.payment", "money.reimbursement",
    "money.timeentry", "money.timer", "money.timesheet", "insight.healthoverride",
    "insight.statusreport",
}  # fmt: skip
SETTINGS = {
    "correspondence.calendarsource", "accounts.customfield", "support.escalationstep", "correspondence.mailbox",
    "accounts.notetemplate", "sales.opportunitystage", "support.servicelevel", "accounts.tag", "rates.exchangerate",
    "conversations.noticesetting", "conversations.watch", "money.billingdetails", "money.expensecategory",
    "money.expenserate", "money.invoiceseries", "money.periodlock", "money.ratecard", "money.taxrate", "money.worktype",
    "people.absence",
    "insight.statusreportschedule", "people.apitoken",
    "people.calendar", "people.firm", "people.savedview", "people.user",
}  # fmt: skip
TRAIL = {
    "correspondence.mailmessage", "accounts.merge", "conversations.notification", "exchange.import",
    "projects.levelling", "projects.simulation",
}  # fmt: skip


def test_every_kind_of_record_is_searched_or_says_why_not() -> None:
    every = {
        m._meta.label_lower for m in apps.get_models() if issubclass(m, Record) and m.__module__.startswith("accord.")
    }
    searched = {each.model._meta.label_lower for each in indexed_models()}
    left_out = PARTS_OF_OTHERS | SETTINGS | TRAIL
    assert every - searched == left_out & every
    assert not searched & left_out


def test_the_newest_of_every_kind_are_found_beside_a_kind_with_many_more(account: Account) -> None:
    """A kind with more matches than asked for hides none of the kinds before and after it, and costs one statement."""
    many = [Interaction(account=account, subject=f"Zeppelin {n}") for n in range(9)]
    Interaction.objects.bulk_create(many)
    contacts = [Contact.objects.create(name=f"Zeppelin {n}") for n in range(5)]
    client = Account.objects.create(name="Zeppelin AG")
    kinds = indexed_models()
    expected = {
        rows_in(Interaction).number: sorted((row.pk for row in many), reverse=True)[:3],
        rows_in(Contact).number: sorted((row.pk for row in contacts), reverse=True)[:3],
        rows_in(Account).number: [client.pk],
    }
    for text in ("z", "ze", "zep", "zeppelin"):
        with CaptureQueriesContext(connection) as sent:
            found = newest(kinds, text, 3)
        assert found == expected, text
        assert len(sent) <= 7, text  # words and names: one of all kinds, and one below each of the two with more
    assert newest(kinds, "zeppelin 4", 3)[rows_in(Contact).number] == [contacts[4].pk]


# Beginnings of words, parts of names, digits, spellings, languages without blanks, and what means nothing.
ASKED = [
    "r", "ro", "rossler", "RÖSSLER", "Roessler", "ssler", "söhne ross", "rossler berlin", "lodz", "515192",
    "030 515 192", "東京", "京東", "京", "阪", "xyz", "gmbh rossler", "", "&", "' OR '1'='1", "%", "_",
]  # fmt: skip


@pytest.mark.parametrize("few", [2_000, 3, 0])
@pytest.mark.parametrize("text", ASKED)
def test_asking_about_some_rows_finds_what_the_whole_index_finds_of_them(
    account: Account, text: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the rows are gone through: one by one, from the newest match on, or by all matches."""
    monkeypatch.setattr(among, "FEW", few)
    monkeypatch.setattr(among, "PORTION", 2)
    for name in ("東京 AG", "大阪 AG", "Rössler Berlin GmbH", "100 % Rost_frei", "京 Roth"):
        Account.objects.create(name=name, city="Łódź" if "R" in name else "", tier="A")
    for rows in (Account.objects.filter(tier="A"), Account.objects.all(), Account.objects.none()):
        expected = list(rows.filter(search(Account, text)).order_by("-pk").values_list("pk", flat=True))
        assert newest_among(rows, text, 60) == expected
        assert newest_among(rows, text, 1) == expected[:1]
        assert [row.pk for row in matching_among(rows.order_by("pk"), text)] == expected[::-1]


@pytest.mark.parametrize(("few", "read"), [(2_000, 100), (1, 1), (1, 100), (0, 100)])
def test_the_rows_of_ones_own_are_found_behind_many_newer_ones(
    account: Account, few: int, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(among, "FEW", few)
    monkeypatch.setattr(among, "PORTION", 2)
    monkeypatch.setattr(among, "MOST_READ", read)
    mine = Interaction.objects.create(account=account, subject="Zeppelin")
    other = Account.objects.create(name="Other")
    Interaction.objects.bulk_create(Interaction(account=other, subject=f"Zeppelin {n}") for n in range(300))
    Interaction.objects.create(account=account, subject="Balloon")
    assert newest_among(Interaction.objects.filter(account=account), "zepp", 60) == [mine.pk]
