"""Risks, issues, changes, decisions and lessons: numbers, what becomes of them, and who hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accord.conversations.models import Notification
from accord.core import editing
from accord.core.models import Event
from accord.core.references import page_of
from accord.people.models import Role, User
from accord.projects.actions.decide_change import decide_change, finish_change, reopen_change, resume_change
from accord.projects.actions.raise_entry import change_entry, raise_entry
from accord.projects.actions.realise_risk import close_risk, realise_risk, reopen_risk
from accord.projects.actions.resolve_issue import reopen_issue, resolve_issue
from accord.projects.actions.schedule import schedule
from accord.projects.models import ChangeRequest, Decision, Issue, Project, ProjectMember, Risk, Task
from accord.projects.queries_due import due_items
from accord.projects.queries_risks import register, simulated_risks
from tests.factories import create_project

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)


@pytest.fixture
def member() -> User:
    return User.objects.create(email="m@firm.test", name="Mo", roles=[Role.MEMBER])


@pytest.fixture
def project(manager: User, member: User) -> Project:
    """Ten working days of seven hours, two phases of one task each, costing 10,000."""
    project = create_project(manager=manager, minutes_per_day=420)
    ProjectMember.objects.create(project=project, user=member)
    phase = Task.objects.create(project=project, uid=1, name="Phase", order=1)
    Task.objects.create(project=project, uid=2, name="Short", parent=phase, order=1, duration_minutes=420)
    Task.objects.create(
        project=project,
        uid=3,
        name="Long",
        parent=phase,
        order=2,
        duration_minutes=10 * 420,
        fixed_cost=Decimal(10_000),
    )
    schedule(plan=project.plan, by=None)
    project.refresh_from_db()
    return project


def risk(project: Project, by: User, **values: object) -> Risk:
    made = Risk(project=project, **{"title": "Late supplier", "probability": 50, **values})
    return raise_entry(entry=made, by=by)


def test_numbers_run_by_project_and_kind_and_are_not_given_twice(project: Project, manager: User) -> None:
    first, second = risk(project, manager), risk(project, manager)
    decision = raise_entry(entry=Decision(project=project, title="Oracle", decision="No", decided_by="All"), by=manager)
    assert [first.key, second.key, decision.key] == ["R-1", "R-2", "D-1"]
    editing.remove(second, by=manager)
    assert risk(project, manager).key == "R-3"
    assert Event.objects.filter(kind="record.created", root_id=project.pk).count() == 4


def test_a_member_raises_and_changes_their_own_but_not_another_s(project: Project, manager: User, member: User) -> None:
    own, other = risk(project, member), risk(project, manager)
    assert own.raised_by == member
    change_entry(entry=own, by=member, version=1, title="Later supplier")
    for action in (
        lambda: change_entry(entry=other, by=member, version=1, title="Mine"),
        lambda: realise_risk(risk=other, by=member),
        lambda: close_risk(risk=other, by=member),
        lambda: reopen_risk(risk=other, by=member),
    ):
        with pytest.raises(PermissionDenied):
            action()
    other.refresh_from_db()
    assert (other.title, other.status, other.version) == ("Late supplier", "open", 1)


def test_the_owner_hears_of_it_once_and_must_see_the_project(project: Project, manager: User, member: User) -> None:
    stranger = User.objects.create(email="s@firm.test", name="Sam", roles=[Role.MEMBER])
    with pytest.raises(ValidationError, match="has no access to this project"):
        risk(project, manager, owner=stranger)
    made = raise_entry(entry=Risk(project=project, title="Frost", owner=member), by=manager)
    notice = Notification.objects.get(user=member)
    assert (notice.text, page_of(notice)) == ("Pia assigned you R-1 Frost (Shop)", f"/risks/{made.pk}/")
    change_entry(entry=made, by=manager, version=1, title="Hard frost")
    change_entry(entry=made, by=manager, version=2, owner=manager)
    assert Notification.objects.count() == 1
    with pytest.raises(ValidationError, match="has no access to this project"):
        change_entry(entry=made, by=manager, version=3, owner=stranger)


def test_a_risk_that_strikes_becomes_an_issue(project: Project, manager: User, member: User) -> None:
    long = Task.objects.get(project=project, name="Long")
    made = raise_entry(
        entry=Risk(project=project, title="Frost", effect="Nothing can be built", owner=member, client_impact=4),
        by=manager,
        many={"tasks": [long]},
    )
    issue = realise_risk(risk=made, by=manager)
    assert issue is not None
    assert (issue.title, issue.description, issue.owner, issue.severity) == (
        "Frost", "Nothing can be built", member, Issue.Severity.HIGH,
    )  # fmt: skip
    assert list(issue.tasks.all()) == [long]
    made.refresh_from_db()
    assert (made.status, made.issue, made.occurred_on is not None) == ("occurred", issue, True)
    for action in (lambda: realise_risk(risk=made, by=manager), lambda: close_risk(risk=made, by=manager)):
        with pytest.raises(ValidationError, match="R-1 has already occurred"):
            action()
    with pytest.raises(ValidationError, match="R-1 became issue I-1"):
        reopen_risk(risk=made, by=manager)
    editing.remove(issue, by=manager)
    assert reopen_risk(risk=Risk.objects.get(pk=made.pk), by=manager).occurred_on is None
    again = realise_risk(risk=Risk.objects.get(pk=made.pk), by=manager)
    assert again is not None
    assert again.key == "I-2"


def test_an_opportunity_that_comes_true_is_no_issue(project: Project, manager: User) -> None:
    assert realise_risk(risk=risk(project, manager, kind="opportunity"), by=manager) is None
    assert not Issue.objects.exists()


def test_a_closed_risk_opens_again(project: Project, manager: User) -> None:
    closed = close_risk(risk=risk(project, manager), by=manager)
    assert closed.status == "closed"
    assert reopen_risk(risk=closed, by=manager).status == "open"
    verbs = Event.objects.filter(subject_type="projects.risk").order_by("pk").values_list("kind", flat=True)
    assert list(verbs) == ["record.created", "risk.closed", "risk.reopened"]


def test_solving_asks_how_and_can_be_taken_back(project: Project, manager: User) -> None:
    issue = raise_entry(entry=Issue(project=project, title="No access"), by=manager)
    with pytest.raises(ValidationError, match="Enter the resolution"):
        resolve_issue(issue=issue, by=manager, version=1, resolution="  ")
    solved = resolve_issue(issue=issue, by=manager, version=1, resolution="Keys were sent.")
    assert (solved.status, solved.resolution, solved.done_at is not None) == ("resolved", "Keys were sent.", True)
    with pytest.raises(ValidationError, match="already resolved"):
        resolve_issue(issue=issue, by=manager, version=2, resolution="Again")
    with pytest.raises(editing.Conflict):
        resolve_issue(issue=issue, by=manager, version=1, resolution="Again")
    opened = reopen_issue(issue=solved, by=manager)
    assert (opened.status, opened.done_at, opened.resolution) == ("open", None, "Keys were sent.")


def test_a_change_is_decided_by_who_leads_the_project_and_then_theirs(
    project: Project, manager: User, member: User
) -> None:
    change = raise_entry(entry=ChangeRequest(project=project, title="A second tap"), by=member)
    assert change.key == "C-1"
    change = change_entry(entry=change, by=member, version=1, days=Decimal(2), price=Decimal(900))
    with pytest.raises(PermissionDenied):
        decide_change(change=change, by=member, version=2, status="approved")
    with pytest.raises(ValidationError, match="Enter a reason"):
        decide_change(change=change, by=manager, version=2, status="declined", answer=" ")
    with pytest.raises(ValidationError, match="approved or rejected"):
        decide_change(change=change, by=manager, version=2, status="done")
    with pytest.raises(ValidationError, match="proposed, not approved"):
        finish_change(change=change, by=manager)
    change = decide_change(change=change, by=manager, version=2, status="approved", answer="As offered")
    assert (change.status, change.decided_by, change.decided_on is None) == ("approved", "Pia", False)
    told = Notification.objects.get(user=member)
    assert told.text == f"Pia has approved C-1 A second tap ({project})"
    with pytest.raises(ValidationError, match="already decided: approved"):
        decide_change(change=change, by=manager, version=change.version, status="declined", answer="No")
    with pytest.raises(PermissionDenied):
        change_entry(entry=change, by=member, version=change.version, price=Decimal(9))
    change = finish_change(change=change, by=manager)
    assert (change.status, change.implemented_on is None) == ("done", False)
    with pytest.raises(ValidationError, match="C-1 is implemented"):
        reopen_change(change=change, by=manager)
    change = resume_change(change=change, by=manager)
    assert (change.status, change.implemented_on) == ("approved", None)
    with pytest.raises(ValidationError, match="C-1 is approved"):
        resume_change(change=change, by=manager)
    change = reopen_change(change=change, by=manager)
    assert (change.status, change.decided_on, change.answer) == ("proposed", None, "As offered")
    with pytest.raises(ValidationError, match="C-1 is proposed"):
        reopen_change(change=change, by=manager)
    verbs = Event.objects.filter(subject_type="projects.changerequest").order_by("pk").values_list("kind", flat=True)
    assert list(verbs) == [
        "record.created", "record.changed", "change.approved", "change.implemented", "change.reopened",
        "change.reopened",
    ]  # fmt: skip


def test_the_register_is_rated_against_the_plan_and_ranked_by_expected_value(project: Project, manager: User) -> None:
    days = {"days_low": Decimal(1), "days_likely": Decimal(2), "days_high": Decimal(3)}
    money = {"cost_low": Decimal(1000), "cost_likely": Decimal(1000), "cost_high": Decimal(1000)}
    delay = risk(project, manager, title="Delay", **days)  # 2 of 10 days, half the time: 10 %
    dear = risk(project, manager, title="Dear", probability=90, **money)  # 1,000 of 10,000: 9 %
    mood = risk(project, manager, title="Mood", client_impact=5)
    blank = risk(project, manager, title="Blank")
    gone = close_risk(risk=risk(project, manager, title="Gone", **days), by=manager)
    found = register(project)
    assert found.frame.days == 10
    assert found.frame.budget == 10_000
    ranked = [r.risk for r in found.open]
    assert ranked == [delay, dear, mood, blank]
    assert gone in [r.risk for r in found.rated]
    assert [(r.probability, r.impact) for r in found.open] == [(3, 4), (5, 3), (3, 5), (3, None)]
    assert found.cells(Risk.Kind.THREAT) == {(3, 4): 1, (5, 3): 1, (3, 5): 1}
    assert found.cells(Risk.Kind.OPPORTUNITY) == {}
    assert found.unrated == 1
    assert [r.expected.days for r in found.open] == [1, 0, 0, 0]


def test_without_a_plan_nothing_is_measured_against_it(manager: User) -> None:
    empty = create_project("Empty", manager=manager)
    risk(empty, manager, days_low=Decimal(1), days_likely=Decimal(1), days_high=Decimal(1))
    found = register(empty)
    assert (found.frame.days, found.frame.budget, found.unrated) == (None, None, 1)


def test_risks_for_the_simulation(project: Project, manager: User) -> None:
    phase, short = Task.objects.get(project=project, uid=1), Task.objects.get(project=project, uid=2)
    three = {"days_low": Decimal(1), "days_likely": Decimal(2), "days_high": Decimal("4.5")}
    threat = risk(project, manager, cost_low=Decimal(5), cost_likely=Decimal(5), cost_high=Decimal(5), **three)
    chance = risk(project, manager, kind="opportunity", probability=25, residual_probability=40, **three)
    loose = risk(project, manager, residual_days=Decimal(0), **three)
    close_risk(risk=risk(project, manager, **three), by=manager)
    threat.tasks.set([phase])
    chance.tasks.set([short])
    found = simulated_risks(project.plan)
    assert found.without_tasks == (loose,)
    first, second, third = found.risks
    assert (first.uid, first.probability, first.strikes) == (1, 0.5, (3,))  # the phase ends with its long task
    assert first.minutes.points == (420, 840, 1890)
    assert first.money.points == (5, 5, 5)
    assert (second.probability, second.strikes, second.minutes.points) == (0.25, (2,), (-1890, -840, -420))
    assert (third.strikes, third.minutes.points) == ((), (0, 0, 0))
    after = simulated_risks(project.plan, after_response=True)
    assert [r.probability for r in after.risks] == [0.5, 0.4, 0.5]
    assert after.without_tasks == ()


def test_what_waits_for_me(project: Project, manager: User, member: User) -> None:
    today, now = date(2026, 3, 10), datetime(2026, 3, 10, 9, tzinfo=UTC)

    def due(user: User, kind: str) -> list[int]:
        return [item.pk for item in due_items(user, now)[kind]]

    def issue(title: str, **values: object) -> Issue:
        return raise_entry(entry=Issue(project=project, title=title, owner=member, **values), by=manager)

    late, soon, undated = issue("Late", due_on=date(2026, 3, 1)), issue("Soon", due_on=date(2026, 3, 24)), issue("?")
    issue("Later", due_on=date(2026, 3, 25))
    resolve_issue(issue=issue("Solved", due_on=today), by=member, version=1, resolution="Done.")
    assert due(member, "issue") == [late.pk, soon.pk, undated.pk]
    assert due(manager, "issue") == []
    reviewed = risk(project, manager, owner=member, due_on=date(2026, 3, 24))
    risk(project, manager, owner=member, due_on=date(2026, 3, 25))
    risk(project, manager, owner=member)
    assert due(member, "risk review") == [reviewed.pk]
    asked = raise_entry(entry=ChangeRequest(project=project, title="More", due_on=date(2026, 3, 24)), by=manager)
    raise_entry(entry=ChangeRequest(project=project, title="Later", due_on=date(2026, 3, 25)), by=manager)
    assert (due(manager, "decision"), due(member, "decision")) == ([asked.pk], [])
    decide_change(change=asked, by=manager, version=1, status="approved")
    assert due(manager, "decision") == []


def test_the_sentence_leaves_out_what_is_not_said() -> None:
    whole = Risk(cause="the supplier is new.", event="the parts come late", effect="the cut-over slips. ")
    assert whole.sentence == (
        "Because the supplier is new, there is a risk that the parts come late,"
        " which would mean that the cut-over slips."
    )
    assert Risk(event="it rains").sentence == "There is a risk that it rains."
    assert Risk(kind="opportunity", event="it rains").sentence == "It is possible that it rains."
    assert Risk().sentence == ""
