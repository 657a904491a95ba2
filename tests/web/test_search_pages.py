"""The palette: every page by its title for those who may open it, and records as far as one may see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from accord.accounts.models import Account, AccountMember, Contact, Interaction
from accord.people.models import Role, User
from accord.projects.models import Project, Task
from accord.sales.models import Quote
from accord.web.shell.navigation import pages
from accord.web.shell.site_map import PAGES, pages_of
from tests.factories import browser_of
from tests.web import routes

pytestmark = pytest.mark.django_db


def person(*roles: Role) -> User:
    name = " ".join(roles)
    return User.objects.create(email=f"{name.replace(' ', '.')}@firm.test", name=name, roles=list(roles), password="!")


def found(user: User, q: str) -> dict[str, list[str]]:
    client = browser_of(user)
    groups = client.get(reverse("palette"), {"q": q}).json()["groups"]
    return {group["label"]: [item["label"] for item in group["items"]] for group in groups}


def test_the_map_says_of_every_page_who_may_open_it() -> None:
    """As the permission matrix has it; a list that no one can find by its title is hidden."""
    listed = {page.route: set(page.roles) or set(Role) for _, page in pages()}
    listed |= {name: set(Role) for _, name, _ in PAGES}
    known = {name: roles for name, roles in listed.items() if name in routes.ROUTES}
    for name, roles in known.items():
        assert roles == routes.ROUTES[name].allowed - {"stranger"}, name
    lists = {
        name
        for name, route in routes.ROUTES.items()
        if not (
            name.startswith("api:")
            or route.form
            or route.post
            or route.public
            or route.target
            or route.extra
            or "<" in _pattern(name)
        )
    }
    assert lists - set(known) == NOT_PAGES


NOT_PAGES = {
    "rate-answer",  # from Rates
    # One finds Explore and Retention, and these from there.
    "explore-rfm",
    "explore-cohorts",
    "explore-concentration",
    "explore-scatter",
    "explore-groups",
    "explore-changes",
    "explore-next",
    "retention-clients",
    "retention-contracts",
    "figures-progress",
    "palette",
    "account-names",
    "project-names",
    "mention-names",
    "sign-in-confirmed",
    "mailbox-signed-in",
}


def _pattern(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return "<"


def test_the_palette_goes_where_one_may_go() -> None:
    assert {page["label"] for page in pages_of(person(Role.MEMBER))} < {
        p["label"] for p in pages_of(person(Role.ADMINISTRATOR))
    }


def test_records_of_every_kind_are_found_without_accents(django_assert_max_num_queries: Any) -> None:
    boss = person(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Čokoláda a.s.")
    project = Project.objects.create(account=account, name="Čokoláda shop", start="2026-01-05T09:00")
    Task.objects.create(project=project, uid=1, name="Choose čokoláda")
    Contact.objects.create(name="Jan Čokoládar")
    Interaction.objects.create(account=account, kind="note", subject="On cokolada", body="…", at="2026-01-05T09:00Z")
    Quote.objects.create(account=account, number="Q-1", title="Čokoláda, 3 t")
    client = browser_of(boss)
    with django_assert_max_num_queries(20):
        client.get(reverse("palette"), {"q": "cokolada"})
    groups = found(boss, "cokolada")
    assert groups["Accounts"] == ["Čokoláda a.s."]
    assert groups["Tasks"] == ["Choose čokoláda"]
    assert {"Contacts", "Projects", "Conversations", "Opportunities, quotes and agreements"} <= set(groups)
    assert found(boss, "renew")["Go to"] == ["Renewals"]
    Account.objects.filter(pk=account.pk).update(archived_at="2026-01-06T00:00Z")
    assert not {"Accounts", "Projects", "Tasks", "Conversations"} & set(found(boss, "cokolada"))


def test_what_one_may_not_see_is_not_found_however_much_there_is() -> None:
    mine, member = Account.objects.create(name="Mine"), person(Role.MEMBER)
    AccountMember.objects.create(account=mine, user=member)
    other = Account.objects.create(name="Other Kanarienvogel")
    Interaction.objects.create(account=mine, kind="note", subject="Kanarienvogel of mine", at="2026-01-05T09:00Z")
    Interaction.objects.bulk_create(
        Interaction(account=other, kind="note", subject=f"Kanarienvogel {n}", at="2026-01-05T09:00Z")
        for n in range(300)
    )
    Quote.objects.create(account=mine, number="Q-1", title="Kanarienvogel for 4,711")
    groups = found(member, "kanarienvogel")
    assert groups.get("Conversations") == ["Kanarienvogel of mine"]
    assert set(groups) == {"Conversations"}


def test_the_only_match_that_one_may_see_is_found_behind_thousands_that_one_may_not() -> None:
    mine, member, manager = Account.objects.create(name="Mine"), person(Role.MEMBER), person(Role.ACCOUNT_MANAGER)
    AccountMember.objects.create(account=mine, user=member)
    Account.objects.filter(pk=mine.pk).update(owner=manager)
    other = Account.objects.create(name="Other")
    Interaction.objects.create(account=mine, kind="note", subject="Kanarienvogel of mine", at="2026-01-05T09:00Z")
    Interaction.objects.bulk_create(
        [
            Interaction(account=other, kind="note", subject=f"Kanarienvogel {n}", at="2026-01-05T09:00Z")
            for n in range(5_000)
        ],
        batch_size=1_000,
    )
    for user in (member, manager):
        assert found(user, "kanarienvogel") == {"Conversations": ["Kanarienvogel of mine"]}
    boss = person(Role.ADMINISTRATOR)
    Account.objects.filter(pk=other.pk).update(archived_at="2026-01-06T00:00Z")
    assert found(boss, "kanarienvogel") == {"Conversations": ["Kanarienvogel of mine"]}


@pytest.mark.parametrize("q", ["", " ", "%", "'", '"', "\x00", "a" * 500, "*", "NEAR(a b)", "-", "日"])
def test_odd_questions_are_answered(q: str) -> None:
    client = browser_of(person(Role.ADMINISTRATOR))
    assert client.get(reverse("palette"), {"q": q}).status_code == (422 if "\x00" in q else 200)
