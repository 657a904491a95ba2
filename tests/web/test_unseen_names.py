"""A record that names another gives away its name: not to those who may not see the other."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accord.accounts.models import Account, AccountMember, Affiliation, Contact
from accord.core.events import record_event
from accord.core.seen import look_up, named, seen, sees
from accord.insight.queries_satisfaction import results
from accord.money.models import Invoice
from accord.people.models import Role, User
from accord.projects.models import Project, SurveyedProject
from accord.success.models import Survey, SurveyAnswer, SurveyInvitation
from tests.factories import browser_of

pytestmark = pytest.mark.django_db

SECRET = "Nachtigall"  # the name of what they may not see


class Case:
    """A colleague on the client's team who manages projects, but is on none of this client's."""

    def __init__(self) -> None:
        self.owner = User.objects.create_user("o@firm.test", "x", name="Owner", roles=[Role.ACCOUNT_MANAGER])
        self.other = User.objects.create_user("p@firm.test", "x", name="Other", roles=[Role.PROJECT_MANAGER])
        self.account = Account.objects.create(name="Brewery", owner=self.owner)
        AccountMember.objects.create(account=self.account, user=self.other)
        self.project = Project.objects.create(account=self.account, name=SECRET, start=datetime(2026, 1, 5, 8))
        self.invoice = Invoice.objects.create(
            account=self.account, project=self.project, number="R-1", issued_on=date(2026, 3, 2), status="sent",
            total=Decimal(100),
        )  # fmt: skip
        self.survey = Survey.objects.create(name="After it", kind="csat")
        contact = Contact.objects.create(name="Conny")
        Affiliation.objects.create(account=self.account, contact=contact)
        about: dict[str, Any] = {"account": self.account, "survey": self.survey, "contact": contact}
        asked = SurveyInvitation.objects.create(
            **about, occasion=f"{SECRET}: Go-live", sent_at=timezone.now(), expires_on=date(2099, 1, 1)
        )
        answer = SurveyAnswer.objects.create(**about, score=4, reason="Fine", given_on=date(2026, 3, 3))
        SurveyedProject.objects.create(project=self.project, invitation=asked)
        SurveyedProject.objects.create(project=self.project, answer=answer)

    def text(self, user: User, url: str) -> str:
        client = browser_of(user)
        answer = client.get(url)
        assert answer.status_code == 200, url
        return answer.content.decode()


@pytest.fixture
def case() -> Case:
    return Case()


def test_pages_do_not_name_a_project_to_who_may_not_see_it(case: Case) -> None:
    pk = case.account.pk
    urls = [
        f"/invoices/{case.invoice.pk}/", f"/accounts/{pk}/invoices", f"/surveys/{case.survey.pk}/",
        f"/accounts/{pk}/satisfaction",
    ]  # fmt: skip
    for url in urls:
        assert SECRET in case.text(case.owner, url), url
        text = case.text(case.other, url)
        assert SECRET not in text, url
        assert f"/projects/{case.project.pk}/" not in text, url


def test_the_scores_of_projects_are_those_one_sees(case: Case) -> None:
    assert [group.label for group in results(case.survey, case.owner).projects] == [SECRET]
    assert results(case.survey, case.other).projects == []


def test_the_audit_trail_does_not_name_it(case: Case) -> None:
    before: dict[str, Any] = {"project": None}
    record_event(by=None, kind="record.changed", subject=case.invoice, before=before, after={"project": case.project})
    holding = Account.objects.create(name=f"{SECRET} Holding")
    record_event(
        by=None, kind="record.changed", subject=case.account, before={"parent": None}, after={"parent": holding}
    )
    url = f"/accounts/{case.account.pk}/audit-log"
    assert SECRET in case.text(case.owner, url)
    text = case.text(case.other, url)
    assert SECRET not in text
    assert "not visible to you" in text


def test_the_api_does_not_name_what_one_may_not_see(case: Case) -> None:
    holding = Account.objects.create(name=f"{SECRET} Holding")
    Account.objects.filter(pk=case.account.pk).update(parent=holding)
    for url in ("/api/accounts", f"/api/accounts/{case.account.pk}", "/api/money/invoices"):
        assert SECRET not in case.text(case.other, url)


def test_a_project_names_its_client_to_all_who_work_on_it(case: Case) -> None:
    stranger = User.objects.create_user("s@firm.test", "x", name="Stranger", roles=[Role.MEMBER])
    case.project.members.create(user=stranger)
    assert not sees(stranger, case.account)
    assert named(case.project, "account", stranger) == case.account
    assert seen(stranger, case.account) is None
    assert seen(None, case.account) == case.account, "Accord itself sees all"


def test_a_list_asks_once_for_all_names(case: Case) -> None:
    projects = [
        Project.objects.create(account=case.account, name=f"P{n}", start=datetime(2026, 1, 5, 8)) for n in range(20)
    ]
    rows = [
        Invoice.objects.create(account=case.account, project=p, number=f"R-{p.pk}", issued_on=date(2026, 3, 2))
        for p in projects
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        look_up(case.other, rows)
        assert [seen(case.other, row.project) for row in rows] == [None] * 20
    assert len(queries) == 1, "for accounts and projects together"
