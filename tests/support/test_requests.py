"""Requests: what is promised for them, how the clock stands still, who hears when time runs out, who is heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accord.accounts.actions.merge_records import merge_records
from accord.accounts.models import Account, AccountMember
from accord.conversations.models import Notification
from accord.core.editing import Conflict
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries_voice_of_customer import voice_of_customer
from accord.people.models import Firm, Role, User
from accord.projects.actions.decide_change import decide_change
from accord.projects.actions.link_request_work import link_request_work
from accord.projects.models import Issue, Project
from accord.projects.queries_requests import answerable
from accord.support.actions.handle_request import (
    change_request,
    close_request,
    escalate,
    raise_request,
    reopen_request,
    resolve_request,
    respond_to_request,
    resume_request,
    wait_for_client,
)
from accord.support.actions.request_internally import answer_internal_request, request_internally
from accord.support.models import EscalationStep, InternalRequest, Request, ServiceLevel, Topic
from accord.support.queries import service_record
from tests.factories import browser_of

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 6, 5, 14, tzinfo=UTC)  # 16:00 in Berlin, an hour before the week ends


@pytest.fixture
def owner(db: Any) -> User:
    firm = Firm.current()
    firm.time_zone = "Europe/Berlin"
    firm.save()
    user: User = User.objects.create(email="olga@firm.test", name="Olga Owner", roles=[Role.ACCOUNT_MANAGER])
    return user


@pytest.fixture
def helper(account: Account) -> User:
    user: User = User.objects.create(email="h@firm.test", name="Hugo Helper", roles=[Role.MEMBER])
    AccountMember.objects.create(account=account, user=user)
    return user


def level(severity: int, answer: float | None, solve: float | None, **values: Any) -> ServiceLevel:
    found = ServiceLevel(severity=severity, first_response_hours=answer, resolution_hours=solve, **values)
    found.save()
    return found


def asked(account: Account, by: User | None = None, at: datetime = FRIDAY, **values: Any) -> Request:
    return raise_request(
        request=Request(account=account, title="Sour beer", severity=2, reported_at=at, **values), by=by
    )


def fresh(request: Request) -> Request:
    return Request.objects.get(pk=request.pk)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


def test_a_promise_counts_working_hours_and_stops_at_the_weekend(account: Account) -> None:
    level(2, 2, 8)
    request = asked(account)
    assert request.first_response_due == berlin(8, 10)  # an hour on Friday, one on Monday from nine
    assert request.resolution_due == berlin(8, 17)  # seven more on Monday
    assert request.solution_is_late(berlin(8, 16)) is False


def test_a_client_s_own_level_replaces_the_usual_one_for_that_severity_only(account: Account) -> None:
    level(2, 8, None)
    level(3, 8, None)
    level(2, 1, 2, account=account, around_the_clock=True)
    request = asked(account)
    assert (request.first_response_due, request.resolution_due) == (
        FRIDAY + timedelta(hours=1),
        FRIDAY + timedelta(hours=2),
    )
    other = raise_request(request=Request(account=account, title="x", severity=3, reported_at=FRIDAY), by=None)
    assert (other.first_response_due, other.resolution_due) == (berlin(8, 17), None)


def test_without_a_level_nothing_is_promised_and_nothing_is_late(account: Account) -> None:
    request = asked(account)
    assert (request.first_response_due, request.resolution_due) == (None, None)
    assert not request.answer_is_late(FRIDAY + timedelta(days=99))


def test_the_clock_stands_still_while_it_is_the_client_s_turn(account: Account, owner: User) -> None:
    level(2, 2, 8)
    request = asked(account)
    due = request.resolution_due
    assert due is not None
    held = wait_for_client(request=request, by=owner, at=berlin(8, 9, 30))
    assert held.responded_at == berlin(8, 9, 30)  # to ask back is to answer
    assert not held.solution_is_late(due + timedelta(days=30))
    on = resume_request(request=held, by=owner, at=berlin(9, 9, 30))
    assert on.waited_minutes == 7 * 60
    assert on.resolution_due == berlin(9, 17)
    assert on.status == Request.Status.IN_WORK
    with pytest.raises(ValidationError, match="is already in progress"):
        resume_request(request=on, by=owner, at=berlin(9, 10))


def test_another_severity_is_another_promise_and_keeps_the_wait(account: Account, owner: User) -> None:
    level(2, 2, 8)
    level(4, 1, 4)
    request = asked(account)
    on = resume_request(request=wait_for_client(request=request, by=owner, at=berlin(8, 9)), by=owner, at=berlin(8, 10))
    changed = change_request(request=on, by=owner, version=on.version, severity=4)
    assert changed.first_response_due == berlin(5, 17)
    assert changed.resolution_due == berlin(8, 14)  # one hour on Friday, three on Monday, one waited, lunch


def test_solving_closing_and_coming_back(account: Account, owner: User) -> None:
    level(2, 2, 8)
    request = asked(account)
    words = {"cause": "Heat", "solution": "A new barrel"}
    with pytest.raises(Conflict):
        resolve_request(request=request, by=owner, version=99, at=berlin(8, 10), **words)
    solved = resolve_request(request=request, by=owner, version=request.version, at=berlin(8, 10), **words)
    assert (solved.status, solved.responded_at, solved.solution) == ("resolved", berlin(8, 10), "A new barrel")
    back = reopen_request(request=close_request(request=solved, by=owner), by=owner, at=berlin(9, 10))
    assert (back.status, back.resolved_at) == ("in_work", None)
    assert back.waited_minutes == 7 * 60  # what we thought was over does not count against us
    with pytest.raises(ValidationError, match="is already in progress"):
        close_request(request=back, by=owner)
    with pytest.raises(ValidationError, match="already has a first response"):
        respond_to_request(request=back, by=owner, at=berlin(9, 11))


def test_a_late_request_climbs_its_path_once(account: Account, owner: User, helper: User) -> None:
    level(2, None, 8)
    for percent, to in ((50, "owner"), (100, "account_manager")):
        EscalationStep.objects.create(percent=percent, to=to)
    EscalationStep.objects.create(percent=50, to="account_manager", severity=4)  # not for this one
    request = asked(account, by=helper, owner=helper)
    Notification.objects.all().delete()

    def told(now: datetime) -> list[str]:
        escalate(now=now)
        found = [notice.user.name for notice in Notification.objects.order_by("pk")]
        Notification.objects.all().delete()
        return found

    assert told(berlin(8, 10)) == []
    assert told(berlin(8, 14)) == ["Hugo Helper"]
    assert told(berlin(8, 14)) == []
    assert told(berlin(10, 9)) == ["Olga Owner"]
    assert fresh(request).escalated_to == 100
    hold = wait_for_client(request=fresh(request), by=owner, at=berlin(10, 10))
    assert told(berlin(20, 10)) == [], hold


def test_who_left_the_team_hears_nothing(account: Account, helper: User) -> None:
    level(2, None, 1)
    EscalationStep.objects.create(percent=100, to="person", user=helper)
    AccountMember.objects.all().delete()
    asked(account)
    Notification.objects.all().delete()
    assert escalate(now=berlin(12, 9)) == 0
    assert not Notification.objects.exists()


def test_an_owner_must_see_the_client(account: Account, db: Any) -> None:
    stranger = User.objects.create(email="s@firm.test", name="Sam", roles=[Role.MEMBER])
    with pytest.raises(ValidationError, match="has no access to this account"):
        asked(account, owner=stranger)
    assert not Request.objects.exists()


def test_the_record_of_a_year_counts_promises_kept_and_broken(account: Account, owner: User) -> None:
    level(2, 2, 8)
    now = berlin(12, 9)
    kept, late = asked(account), asked(account)
    resolve_request(request=kept, by=owner, version=1, at=berlin(8, 9, 30), cause="", solution="x")
    resolve_request(request=late, by=owner, version=1, at=berlin(11, 9), cause="", solution="x")
    asked(account)  # overdue and open: broken, too
    asked(account, at=now - timedelta(minutes=5))  # still within its time: no verdict yet
    asked(account, at=now - timedelta(days=500))
    record = service_record(Request.objects.all(), now)
    assert (record.answered_in_time, record.answered) == (1, 3)
    assert (record.solved_in_time, record.solved) == (1, 3)
    assert (record.open, record.late) == (3, 2)


def test_the_voice_of_the_clients_counts_each_client_s_worth_once(account: Account, owner: User) -> None:
    other = Account.objects.create(name="Dairy", owner=owner)
    hidden = Account.objects.create(name="Elsewhere")
    run = ClientFigures.objects.create(as_of=FRIDAY.date(), currency="EUR", discount_rate=Decimal("0.1"))
    for row, worth in ((account, 100), (other, 40), (hidden, 1000)):
        ClientFigure.objects.create(analysis=run, account=row, lifetime_value=Decimal(worth))
    topic, silent = Topic.objects.create(name="Darker"), Topic.objects.create(name="Paler")
    for row in (account, account, other, hidden):
        asked(row, topic=topic)
    found = voice_of_customer(owner).get(pk=topic.pk)
    assert (found.asked, found.clients, found.worth) == (3, 2, Decimal(140))  # type: ignore[attr-defined]
    nothing = voice_of_customer(owner).get(pk=silent.pk)
    assert (nothing.asked, nothing.clients, nothing.worth) == (0, 0, None)  # type: ignore[attr-defined]


def test_a_request_becomes_an_issue_of_a_project_of_that_client_only(account: Account) -> None:
    boss = User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    other = Account.objects.create(name="Dairy", owner=boss)
    ours = Project.objects.create(account=account, name="Ours", start=datetime(2026, 3, 2, 9), manager=boss)
    theirs = Project.objects.create(account=other, name="Theirs", start=datetime(2026, 3, 2, 9), manager=boss)
    request = asked(account, body="It bites")
    work = link_request_work(request=request, what=f"new-issue:{ours.pk}", by=boss)
    assert work.issue is not None
    assert (work.issue.title, work.issue.severity) == ("Sour beer", 2)
    with pytest.raises(ValidationError, match="another account"):
        link_request_work(request=request, what=f"new-issue:{theirs.pk}", by=boss)
    assert Issue.objects.count() == 1
    assert not work.is_done
    Issue.objects.update(status="resolved")
    work.refresh_from_db()
    assert work.is_done


def test_a_request_becomes_a_change_of_the_project_and_ends_with_it(account: Account) -> None:
    boss = User.objects.create(email="b@firm.test", name="Boss", roles=[Role.ADMINISTRATOR])
    ours = Project.objects.create(account=account, name="Ours", start=datetime(2026, 3, 2, 9), manager=boss)
    request = asked(account, body="It bites")
    work = link_request_work(request=request, what=f"new-change:{ours.pk}", by=boss)
    change = work.change
    assert change is not None
    assert (change.key, change.title) == ("C-1", "Sour beer")
    assert change.description == f"{request.key} of {account}: It bites"
    again = link_request_work(request=asked(account), what=f"change:{change.pk}", by=boss)
    assert (again.change, again.part, str(again.part)) == (change, change, "C-1 Sour beer")
    kinds = [value.split(":")[0] for _, rows in answerable(account, boss, datetime(2026, 3, 2)) for value, _ in rows]
    assert kinds == ["project", "new-issue", "new-change", "change"]
    assert not work.is_done
    decide_change(change=change, by=boss, version=1, status="declined", answer="Beer is sour here")
    work.refresh_from_db()
    assert work.is_done
    kinds = [value.split(":")[0] for _, rows in answerable(account, boss, datetime(2026, 3, 2)) for value, _ in rows]
    assert kinds == ["project", "new-issue", "new-change"]


def test_who_is_asked_for_a_client_answers_without_being_on_its_team(account: Account, owner: User) -> None:
    head = User.objects.create(email="d@firm.test", name="Dora Delivery", roles=[Role.PROJECT_MANAGER])
    item = request_internally(item=InternalRequest(account=account, title="Two free days", owner=head), by=owner)
    assert list(InternalRequest.objects.visible_to(head)) == [item]
    assert not Account.objects.visible_to(head).exists()
    answer = {"item": item, "by": head, "version": 1, "at": FRIDAY}
    with pytest.raises(ValidationError, match="Enter a reason"):
        answer_internal_request(status="refused", answer=" ", **answer)
    answer_internal_request(status="refused", answer="Nobody is free", **answer)
    assert [n.user for n in Notification.objects.order_by("pk")] == [head, owner]


def test_requests_keep_their_numbers_when_two_clients_are_made_one(account: Account, owner: User) -> None:
    other = Account.objects.create(name="Brewery Ltd", owner=owner)
    level(2, 4, 8, account=account)
    level(2, 2, 4, account=other)
    first, second = asked(account), asked(other)
    merge_records(kept=account, gone=other, take=set(), by=owner)
    assert [(r.key, r.account_id) for r in Request.objects.order_by("pk")] == [
        (first.key, account.pk),
        (second.key, account.pk),
    ]
    assert ServiceLevel.objects.get().first_response_hours == 4


def test_by_the_page_a_request_goes_all_its_way(account: Account, owner: User) -> None:
    level(2, 2, 8)
    client = browser_of(owner)
    page = client.get(reverse("account-requests", args=[account.pk]))
    assert b"No open requests" in page.content
    at = (FRIDAY + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    form = {"title": "Sour beer", "kind": "incident", "severity": "2", "owner": owner.pk, "reported_at": at}
    made = client.post(reverse("request-new", args=[account.pk]), form)
    request = Request.objects.get()
    url = reverse("request", args=[request.pk])
    assert made["Location"] == url
    assert request.resolution_due is not None
    for name, method in (("answer", "post"), ("waiting", "post"), ("waiting", "delete")):
        assert getattr(client, method)(reverse(f"request-{name}", args=[request.pk]))["Location"] == url
    solution = reverse("request-solution", args=[request.pk])
    empty = client.post(solution, {"version": fresh(request).version, "solution": ""})
    assert empty.status_code == 422
    client.post(solution, {"version": fresh(request).version, "solution": "A new barrel", "cause": "Heat"})
    shown = client.get(url).content.decode()
    assert "A new barrel" in shown
    assert "Close request" in shown
    client.post(reverse("request-closure", args=[request.pk]))
    assert fresh(request).status == "closed"
    again = client.post(reverse("request-closure", args=[request.pk]), follow=True)
    assert b"is closed" in again.content
