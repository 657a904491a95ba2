"""Deliverables traced to their work, the client's word on them, and who does what."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accord.accounts.models import Account, Affiliation, Contact
from accord.core import editing
from accord.core.access import Permission
from accord.core.editing import Conflict
from accord.core.models import Event
from accord.people.models import Role, User
from accord.projects.actions.edit_plan import undo_step
from accord.projects.actions.link_tasks import link_tasks
from accord.projects.actions.record_acceptance import record_acceptance
from accord.projects.actions.set_raci import set_raci
from accord.projects.models import (
    Acceptance,
    Deliverable,
    Project,
    ProjectMember,
    Responsibility,
    Stakeholder,
    Task,
)
from accord.projects.queries_charter import State, Traced, traced_deliverables
from tests.factories import create_project

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)


@pytest.fixture
def project(manager: User) -> Project:
    """A phase with a task of three days, one of one day, and a task of its own beside it."""
    project = create_project(manager=manager)
    phase = Task.objects.create(project=project, uid=1, name="Phase", order=1024, kind="summary")
    for uid, name, days, parent in ((2, "Long", 3, phase), (3, "Short", 1, phase), (4, "Aside", 1, None)):
        Task.objects.create(
            project=project, uid=uid, name=name, parent=parent, order=uid * 1024, duration_minutes=days * 420,
            work_minutes=days * 420, cost=Decimal(days * 100), start=MONDAY, finish=MONDAY + timedelta(days=days),
        )  # fmt: skip
    return project


@pytest.fixture
def shop(project: Project) -> Deliverable:
    return Deliverable.objects.create(project=project, name="Shop", due_on=date(2026, 3, 4))


@pytest.fixture
def buyer(project: Project) -> Contact:
    contact = Contact.objects.create(name="Conny")
    Affiliation.objects.create(account=project.account, contact=contact)
    return contact


def task(project: Project, name: str) -> Task:
    return Task.objects.get(project=project, name=name)


def traced(deliverable: Deliverable) -> Traced:
    found = {row.deliverable.pk: row for row in traced_deliverables(deliverable.project)}
    return found[deliverable.pk]


def test_a_summary_brings_what_is_below_it_and_each_task_counts_once(project: Project, shop: Deliverable) -> None:
    other = Deliverable.objects.create(project=project, name="Manual")
    Task.objects.filter(name="Phase").update(deliverable=shop)
    Task.objects.filter(name="Short").update(deliverable=other)
    Task.objects.filter(name="Long").update(percent_complete=50)
    assert [t.name for t in traced(shop).leaves] == ["Long"]
    assert (traced(shop).progress, traced(shop).work_minutes, traced(shop).cost) == (50, 1260, 300)
    assert [t.name for t in traced(other).leaves] == ["Short"]
    Task.objects.filter(name="Short").update(deliverable=None)
    assert {t.name for t in traced(shop).leaves} == {"Long", "Short"}
    assert traced(shop).progress == Decimal("37.50")  # half of three days, nothing of one


def test_the_state_follows_the_work_and_then_the_client(
    project: Project, shop: Deliverable, buyer: Contact, manager: User
) -> None:
    assert traced(shop).state == State.PLANNED
    Task.objects.filter(name="Phase").update(deliverable=shop)
    Task.objects.filter(name="Long").update(percent_complete=50)
    assert traced(shop).state == State.IN_WORK
    Task.objects.filter(parent__name="Phase").update(percent_complete=100)
    assert traced(shop).state == State.READY
    today = timezone.localdate()
    Deliverable.objects.update(delivered_on=today - timedelta(days=9))
    assert traced(shop).state == State.HANDED_OVER
    word: dict[str, Any] = {"deliverable": shop, "by": manager, "contact": buyer}
    record_acceptance(**word, verdict="rejected", given_on=today - timedelta(days=5), note="The basket is empty.")
    assert traced(shop).state == State.REJECTED
    Deliverable.objects.update(delivered_on=today - timedelta(days=2))
    assert traced(shop).state == State.HANDED_OVER  # again
    record_acceptance(**word, verdict="conditional", given_on=today - timedelta(days=1), note="Mend the footer.")
    assert traced(shop).state == State.CONDITIONAL
    record_acceptance(**word, verdict="accepted", given_on=today)
    assert traced(shop).state == State.ACCEPTED
    assert Acceptance.objects.count() == 3


def test_lateness_is_told_against_the_promise(project: Project, shop: Deliverable) -> None:
    before, after = date(2026, 3, 3), date(2026, 3, 14)
    assert traced(shop).days_late(before) is None  # nothing planned
    Task.objects.filter(name="Phase").update(deliverable=shop)
    assert traced(shop).days_late(before) == 1  # Thursday for Wednesday
    assert traced(shop).days_late(after) == 10  # the day has passed and nothing was handed over
    Deliverable.objects.update(delivered_on=date(2026, 3, 2))
    assert traced(Deliverable.objects.get()).days_late(after) == -2
    Deliverable.objects.update(due_on=None)
    assert traced(Deliverable.objects.get()).days_late(after) is None


def test_attaching_is_one_gesture_that_can_be_undone(project: Project, shop: Deliverable, manager: User) -> None:
    link_tasks(deliverable=shop, tasks=[task(project, "Phase"), task(project, "Aside")], by=manager)
    assert {t.name for t in traced(shop).attached} == {"Phase", "Aside"}
    link_tasks(deliverable=shop, tasks=[task(project, "Aside")], by=manager)
    assert {t.name for t in traced(shop).attached} == {"Aside"}
    assert link_tasks(deliverable=shop, tasks=[task(project, "Aside")], by=manager) is None
    undo_step(plan=project.plan, by=manager)
    assert {t.name for t in traced(shop).attached} == {"Phase", "Aside"}


def test_only_tasks_of_the_same_plan_are_attached(project: Project, shop: Deliverable, manager: User) -> None:
    other = Project.objects.create(account=project.account, name="Other", start=MONDAY)
    stray = Task.objects.create(project=other, uid=1, name="Stray")
    with pytest.raises(ValidationError, match="isn't in this project"):
        link_tasks(deliverable=shop, tasks=[stray], by=manager)
    member = User.objects.create(email="m@firm.test", name="Mo", roles=[Role.MEMBER])
    ProjectMember.objects.create(project=project, user=member)
    with pytest.raises(PermissionDenied):
        link_tasks(deliverable=shop, tasks=[], by=member)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("verdict", {"verdict": "perhaps"}),
        ("note", {"verdict": "rejected"}),
        ("note", {"verdict": "conditional", "note": "  "}),
        ("given_on", {"given_on": date(2999, 1, 1)}),
    ],
)
def test_a_word_that_cannot_be_names_its_field(
    shop: Deliverable, buyer: Contact, manager: User, field: str, values: dict[str, Any]
) -> None:
    given = {"verdict": "accepted", "given_on": date(2026, 3, 1)} | values
    with pytest.raises(ValidationError) as refused:
        record_acceptance(deliverable=shop, by=manager, contact=buyer, **given)
    assert set(refused.value.message_dict) == {field}
    assert not Acceptance.objects.exists()


def test_only_somebody_of_the_client_gives_the_client_s_word(
    project: Project, shop: Deliverable, buyer: Contact, manager: User
) -> None:
    stranger = Contact.objects.create(name="Somebody else")
    with pytest.raises(ValidationError, match="Choose a contact of Client"):
        record_acceptance(deliverable=shop, by=manager, contact=stranger, verdict="accepted", given_on=date(2026, 3, 1))
    Affiliation.objects.update(until=date(2026, 2, 1))  # the buyer left
    with pytest.raises(ValidationError, match="Choose a contact of Client"):
        record_acceptance(deliverable=shop, by=manager, contact=buyer, verdict="accepted", given_on=date(2026, 3, 1))


def test_the_client_s_word_is_told_and_never_edited(shop: Deliverable, buyer: Contact, manager: User) -> None:
    word = record_acceptance(deliverable=shop, by=manager, contact=buyer, verdict="accepted", given_on=date(2026, 3, 1))
    event = Event.objects.get(subject_type="projects.acceptance")
    assert (event.root_id, event.actor_name, event.subject_name) == (shop.project_id, "Pia", "Shop: Accepted")
    assert Deliverable.objects.get().delivered_on == date(2026, 3, 1)
    root = User.objects.create(email="a@firm.test", name="Ada", roles=[Role.ADMINISTRATOR])
    for who in (manager, root):
        assert not word.allows(who, Permission.CHANGE)
        with pytest.raises(PermissionDenied):
            editing.change(word, by=who, version=word.version, note="Better")
        with pytest.raises(PermissionDenied):
            editing.remove(word, by=who)
        with pytest.raises(PermissionDenied):
            editing.remove(shop, by=who)
    with pytest.raises(ValidationError, match="later decision"):
        record_acceptance(deliverable=shop, by=manager, contact=buyer, verdict="accepted", given_on=date(2026, 2, 1))


def test_the_account_manager_may_record_it_and_a_member_may_not(
    project: Project, shop: Deliverable, buyer: Contact
) -> None:
    owner = User.objects.create(email="olga@firm.test", name="Olga", roles=[Role.ACCOUNT_MANAGER])
    Account.objects.update(owner=owner)
    shop = Deliverable.objects.get()
    member = User.objects.create(email="m@firm.test", name="Mo", roles=[Role.MEMBER])
    ProjectMember.objects.create(project=project, user=member)
    given: dict[str, Any] = {"contact": buyer, "verdict": "accepted", "given_on": date(2026, 3, 1)}
    with pytest.raises(PermissionDenied):
        record_acceptance(deliverable=shop, by=member, **given)
    assert record_acceptance(deliverable=shop, by=owner, **given).recorded_by == owner


def test_one_answers_for_a_thing(project: Project, shop: Deliverable, manager: User) -> None:
    ann, ben = (Stakeholder.objects.create(project=project, name=name) for name in ("Ann", "Ben"))
    cell: dict[str, Any] = {"deliverable": shop, "by": manager}
    set_raci(**cell, stakeholder=ann, letter="A")
    with pytest.raises(ValidationError, match="Ann is already accountable for “Shop”"):
        set_raci(**cell, stakeholder=ben, letter="A")
    set_raci(**cell, stakeholder=ben, letter="R")
    set_raci(**cell, stakeholder=ann, letter="C", before="A")
    set_raci(**cell, stakeholder=ben, letter="A", before="R")
    letters = Responsibility.objects.order_by("stakeholder__name").values_list("letter", flat=True)
    assert list(letters) == ["C", "A"]
    assert Event.objects.filter(kind="deliverable.responsibilities_changed").count() == 4
    assert set_raci(**cell, stakeholder=ann, letter="") is None
    assert not Responsibility.objects.filter(stakeholder=ann).exists()


def test_a_cell_changed_by_a_colleague_is_not_overwritten(project: Project, shop: Deliverable, manager: User) -> None:
    ann = Stakeholder.objects.create(project=project, name="Ann")
    set_raci(deliverable=shop, by=manager, stakeholder=ann, letter="R")
    with pytest.raises(Conflict) as lost:
        set_raci(deliverable=shop, by=manager, stakeholder=ann, letter="I", before="")
    assert lost.value.differences[0].theirs == "R"
    assert Responsibility.objects.get().letter == "R"


def test_letters_and_stakeholders_must_fit(project: Project, shop: Deliverable, manager: User) -> None:
    other = Project.objects.create(account=project.account, name="Other", start=MONDAY)
    stray = Stakeholder.objects.create(project=other, name="Ann")
    with pytest.raises(ValidationError, match="isn't a stakeholder"):
        set_raci(deliverable=shop, by=manager, stakeholder=stray, letter="R")
    ann = Stakeholder.objects.create(project=project, name="Ann")
    with pytest.raises(ValidationError, match="isn't a RACI role"):
        set_raci(deliverable=shop, by=manager, stakeholder=ann, letter="X")
