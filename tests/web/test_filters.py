"""A filter finds the same on a page and over the API, and without one each list shows what it says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, Tag
from accord.money.models import Invoice
from accord.people.models import Role, User
from accord.projects.models import Project
from accord.support.models import Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(owner: User) -> User:
    """An administrator, who sees all of it."""
    owner.roles = [Role.ADMINISTRATOR]
    owner.save()
    return owner


@pytest.fixture
def rows(account: Account, user: User) -> Account:
    """Two of everything, of which one has what the filters below ask for."""
    Account.objects.filter(pk=account.pk).update(
        name="Blue Heron", status="client", tier="A", segment="Public", city="Lisbon", country="Portugal", owner=user
    )
    account.tags.add(Tag.objects.create(name="Key account"))
    other = Account.objects.create(name="Grey Owl", status="prospect", city="Oslo", owner=None)
    for number, (of, status) in enumerate([(account, "active"), (other, "closed")]):
        Project.objects.create(
            account=of, name=f"Bridge {number}", status=status, start=datetime(2026, 1, 1, 8),
            manager=user if number == 0 else None,
        )  # fmt: skip
        Invoice.objects.create(
            account=of, number=f"2026-{number}", issued_on=date(2026, 1, 1), status="sent" if number == 0 else "paid",
            due_on=timezone.localdate() - timedelta(days=1), total=10,
        )  # fmt: skip
    Request.objects.create(account=account, title="Export stops", kind="incident", severity=4)
    Request.objects.create(account=account, title="New colour", kind="question", severity=1)
    Request.objects.create(account=account, title="Done", kind="incident", severity=4, status="closed")
    return account


def shown(client: Client, url: str) -> set[int]:
    page = client.get(url)
    assert page.status_code == 200, url
    return {row.id for row in page.context["rows"]}


def answered(client: Client, url: str) -> set[int]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return {item["id"] for item in answer.json()["items"]}


FILTERS = {
    "accounts": [
        "q=heron", "status=client", "tier=A", "segment=Public", "city=lisbon", "country=Portugal", "whose=me",
        "whose=nobody", "status=client&city=oslo",
    ],
    "projects": ["q=bridge 1", "q=heron", "status=active", "status=open", "status=closed", "whose=me"],
    "invoices": ["q=2026-1", "q=owl", "status=overdue", "status=paid"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "query"), [(name, query) for name, found in FILTERS.items() for query in found])
def test_a_page_and_the_api_find_the_same(name: str, query: str, rows: Account, signed_in: Client) -> None:
    api = {"invoices": "/api/money/invoices"}.get(name, f"/api/{name}")
    found = answered(signed_in, f"{api}?{query}")
    assert found == shown(signed_in, f"{reverse(name)}?{query}")
    if query != "status=client&city=oslo":
        assert found < answered(signed_in, api), "the filter leaves something, and not all"
        assert found
    else:
        assert not found, "filters hold together"


@pytest.mark.parametrize(
    "query", ["q=export", "kind=incident", "status=closed", "status=all", "kind=question&status=all"]
)
def test_requests_of_a_client_are_filtered_alike(query: str, rows: Account, signed_in: Client) -> None:
    url = f"/api/accounts/{rows.pk}/requests"
    more = "" if "status" in query else "&status=all"
    assert answered(signed_in, f"{url}?{query}") == shown(
        signed_in, f"{reverse('account-requests', args=[rows.pk])}?{query}{more}"
    )
    assert answered(signed_in, f"{url}?severity=1") < answered(signed_in, url)
    assert len(answered(signed_in, url)) == 3, "resolved ones too, as ever"


def test_a_tag_is_named_over_the_api(rows: Account, signed_in: Client) -> None:
    tag: Any = rows.tags.get()
    assert answered(signed_in, "/api/accounts?tag=Key account") == shown(
        signed_in, f"{reverse('accounts')}?tag={tag.pk}"
    )


@pytest.mark.parametrize("whose", ["everyone", "0", "99999999999999999999"])
def test_who_is_no_user_is_refused(whose: str, signed_in: Client) -> None:
    assert signed_in.get(f"/api/accounts?whose={whose}").status_code == 422
