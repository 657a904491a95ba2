"""One way in: whichever way a project comes to be, and whichever way its manager is named, the same follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord.accounts.models import Account, AccountMember
from accord.conversations.models import Notification
from accord.core import editing
from accord.core.models import Event
from accord.core.references import page_of
from accord.exchange.actions.undo import undo
from accord.people.models import Calendar, Firm, Person, Role, User
from accord.projects.models import PlanTemplate, Project, ProjectMember, Resource
from accord.sales.models import Opportunity
from tests.exchange.importing import bring, fingerprint, problem, uploads, user
from tests.factories import browser_of

__all__ = ["uploads"]
SEVEN_HOURS = [[[9 * 60, 12 * 60], [13 * 60, 17 * 60]]] * 5 + [[], []]
EIGHT_HOURS = [[[8 * 60, 12 * 60], [13 * 60, 17 * 60]]] * 5 + [[], []]
SEVEN_IN_FILE = {
    "UID": 1,
    "Name": "Seven",
    "IsBaseCalendar": 1,
    "WeekDays": {
        "WeekDay": [
            {
                "DayType": day,
                "DayWorking": 1,
                "WorkingTimes": {
                    "WorkingTime": [
                        {"FromTime": "09:00:00", "ToTime": "12:00:00"},
                        {"FromTime": "13:00:00", "ToTime": "17:00:00"},
                    ]
                },
            }
            for day in range(2, 7)
        ]
    },
}


class House:
    """A firm of seven hours a day, an account manager with a client, and a project manager who doesn't know it."""

    def __init__(self, document: Any, make_task: Any) -> None:
        calendar = Firm.current().calendar
        assert calendar is not None
        Calendar.objects.filter(pk=calendar.pk).update(week=SEVEN_HOURS)
        self.owner = user(Role.ACCOUNT_MANAGER, Role.PROJECT_MANAGER, name="Olga Owner")
        self.leader = user(Role.PROJECT_MANAGER, name="Pia Leader")
        self.account = Account.objects.create(name="Brewery", owner=self.owner)
        self.document, self.make_task = document, make_task
        self.client = Client()
        self.client.force_login(self.owner)

    def _posted(self, **more: Any) -> dict[str, Any]:
        values = {"name": "Shop", "account": self.account.pk, "status": "planned", "manager": self.leader.pk}
        return values | {"start": "2026-03-02T09:00", "currency": "EUR", "begin_with": "", **more}

    def by_form(self) -> None:
        self.client.post(reverse("project-new"), self._posted())

    def by_the_account_s_form(self) -> None:
        values = self._posted()
        self.client.post(reverse("account-project-new", args=[self.account.pk]), values)

    def by_template(self) -> None:
        """Which was made in a firm of eight hours a day."""
        eight = Calendar.objects.create(name="Eight", week=EIGHT_HOURS)
        other = Account.objects.create(name="Other", owner=self.owner)
        old = Project.objects.create(
            account=other, name="Old", start="2026-01-05 09:00", calendar=eight, minutes_per_day=480
        )
        old.tasks.create(uid=1, name="Design", order=1, duration_minutes=480)
        from accord.projects.actions.copy_plan import content_of

        content = content_of(Project.objects.get(pk=old.pk))
        old.tasks.all().delete()
        old.delete()
        template = PlanTemplate.objects.create(name="Usual", content=content)
        self.client.post(reverse("project-new"), self._posted(begin_with=f"template:{template.pk}"))

    def by_api(self) -> None:
        body = {"account": self.account.pk, "name": "Shop", "start": "2026-03-02T09:00", "manager": self.leader.pk}
        self.client.post("/api/projects", json.dumps(body), content_type="application/json")

    def by_hand_over(self) -> None:
        won = Opportunity.objects.create(
            account=self.account, name="Shop", stage="won", closed_on="2026-02-01", owner=self.owner
        )
        values = {"manager": self.leader.pk, "start": "2026-03-02", "version": won.version}
        self.client.post(reverse("handover", args=[won.pk]), values)

    def by_import(self) -> Any:
        file = self.document([self.make_task(1)], calendars=[SEVEN_IN_FILE], Title="Shop")
        options = {"account": self.account.pk, "manager": self.leader.pk, "status": "planned"}
        return bring("plan", file, self.owner, **options)


WAYS: dict[str, Callable[[House], Any]] = {
    "form": House.by_form,
    "account's form": House.by_the_account_s_form,
    "template": House.by_template,
    "API": House.by_api,
    "hand-over": House.by_hand_over,
    "import": House.by_import,
}


@pytest.fixture
def firm(db: None, uploads: Any, document: Any, make_task: Any) -> House:
    return House(document, make_task)


@pytest.mark.parametrize("way", WAYS)
def test_whichever_way_a_project_starts_the_same_follows(firm: House, way: str) -> None:
    WAYS[way](firm)
    project = Project.objects.get()
    assert project.minutes_per_day == 420, "a day is as long as the calendar makes it"
    assert (project.name, project.status, project.start.hour) == ("Shop", "planned", 9 if way != "import" else 8)
    assert project.manager == firm.leader
    assert Account.objects.visible_to(firm.leader).filter(pk=firm.account.pk).exists(), "the manager sees the client"
    assert ProjectMember.objects.filter(project=project, user=firm.owner).exists(), "and who started it, the project"
    [made] = Event.objects.filter(subject_type="projects.project", kind="record.created")
    assert (made.subject_id, made.actor_id, made.after["manager"]["id"]) == (project.pk, firm.owner.pk, firm.leader.pk)
    [joined] = Event.objects.filter(subject_type="accounts.accountmember")
    assert (joined.actor_id, joined.root_id) == (firm.owner.pk, firm.account.pk)
    [notice] = Notification.objects.all()
    assert (notice.user, page_of(notice)) == (firm.leader, reverse("project", args=[project.pk]))
    assert notice.text == f"Olga Owner assigned you as project manager of {project} (Brewery)"


@pytest.mark.parametrize("way", WAYS)
def test_whichever_way_nobody_becomes_manager_who_cannot_manage(firm: House, way: str) -> None:
    User.objects.filter(pk=firm.leader.pk).update(roles=[Role.MEMBER.value])
    run = WAYS[way](firm)
    assert not Project.objects.exists()
    assert not AccountMember.objects.exists()
    if run is not None:
        found = problem(run)
        assert (found["field"], found["message"]) == ("Project manager", "can't manage projects")


def test_a_file_that_says_how_long_a_day_is_has_the_last_word(firm: House) -> None:
    file = firm.document([firm.make_task(1)], calendars=[SEVEN_IN_FILE], Title="Shop", MinutesPerDay=450)
    bring("plan", file, firm.owner, account=firm.account.pk, manager=firm.leader.pk)
    assert Project.objects.get().minutes_per_day == 450


def test_nobody_chosen_is_nobody_and_undone_is_undone(firm: House) -> None:
    Calendar.objects.filter(shared=False).delete()
    before = fingerprint(counters=False)
    run = bring("plan", firm.document([firm.make_task(1)]), firm.owner, account=firm.account.pk, manager=None)
    assert Project.objects.get().manager is None
    undo(run=run, by=firm.owner, now=True)
    assert fingerprint(counters=False) == before
    run = firm.by_import()
    assert AccountMember.objects.exists()
    undo(run=run, by=firm.owner, now=True)
    Notification.objects.all().delete()
    assert fingerprint(counters=False) == before


def test_a_colleague_in_the_file_can_see_the_project(firm: House) -> None:
    colleague = user(Role.MEMBER, name="Max")
    Person.objects.create(name="Max", email="max@firm.test", user=colleague)
    resources = [{"UID": 1, "Name": "Max", "Type": 1, "MaxUnits": 1, "EmailAddress": "MAX@firm.test"}]
    bring("plan", firm.document([firm.make_task(1)], resources=resources), firm.owner, account=firm.account.pk)
    project = Project.objects.get()
    assert Project.objects.visible_to(colleague).filter(pk=project.pk).exists()
    assert Account.objects.visible_to(colleague).exists()


def by_edit_form(client: Client, project: Project, manager: User) -> None:
    url = reverse("project-edit", args=[project.pk])
    values = {"name": "Shop", "account": project.account_id, "status": "planned", "manager": manager.pk}
    values |= {"start": "2026-03-02T09:00", "currency": "EUR", "version": project.version}
    client.post(url, values)


def by_api_change(client: Client, project: Project, manager: User) -> None:
    body = {"version": project.version, "manager": manager.pk}
    client.patch(f"/api/projects/{project.pk}", json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("way", [by_edit_form, by_api_change])
def test_whichever_way_a_manager_is_named_the_same_follows(firm: House, way: Any) -> None:
    firm.by_form()
    project = Project.objects.get()
    boss = user(Role.ADMINISTRATOR, name="Ada Admin")
    client = browser_of(boss)
    successor, member = user(Role.PROJECT_MANAGER, name="Sam"), user(Role.MEMBER, name="Mo")
    way(client, project, member)
    assert Project.objects.get().manager == firm.leader, "who can't manage is refused"
    way(client, project, successor)
    assert Project.objects.get().manager == successor
    assert Account.objects.visible_to(successor).exists()
    told = Notification.objects.filter(user=successor).values_list("text", flat=True)
    assert list(told) == [f"Ada Admin assigned you as project manager of {project} (Brewery)"]
    change = Event.objects.filter(subject_type="projects.project", kind="record.changed").get()
    assert (change.actor_id, change.after["manager"]["id"]) == (boss.pk, successor.pk)


def test_a_project_that_moves_to_another_client_takes_its_people_along(firm: House) -> None:
    firm.by_form()
    project = Project.objects.get()
    member = user(Role.MEMBER, name="Mo")
    ProjectMember.objects.create(project=project, user=member)
    other = Account.objects.create(name="Bakery", owner=firm.owner)
    project.account = other
    boss = user(Role.ADMINISTRATOR, name="Ada Admin")
    client = browser_of(boss)
    by_edit_form(client, project, firm.leader)
    assert Project.objects.get().account == other
    for each in (member, firm.leader):
        assert Account.objects.visible_to(each).filter(pk=other.pk).exists(), each


def test_a_colleague_named_for_a_role_in_the_plan_can_see_the_project(firm: House) -> None:
    firm.by_form()
    project = Project.objects.get()
    role = Resource.objects.create(project=project, uid=1, name="Developer")
    colleague = user(Role.MEMBER, name="Max")
    person = Person.objects.create(name="Max", user=colleague)
    client = browser_of(firm.leader)
    values = {"person": person.pk, "name": "Developer", "kind": "work", "max_units": "1", "rate": "0"}
    client.post(
        reverse("resource-edit", args=[role.pk]),
        values | {"cost_per_use": "0", "material_label": "", "version": role.version},
    )
    role.refresh_from_db()
    assert role.person == person
    assert Project.objects.visible_to(colleague).filter(pk=project.pk).exists()


def test_there_is_no_other_way(firm: House) -> None:
    firm.by_form()
    project = Project.objects.get()
    with pytest.raises(TypeError, match="is created by start_project"):
        editing.create(Project(account=firm.account, name="Aside", start=project.start), by=None)
    for field, value in (("manager", firm.owner), ("account", Account.objects.create(name="Bakery"))):
        with pytest.raises(TypeError, match=f"Project.{field} is changed by change_project"):
            editing.change(project, by=None, version=project.version, **{field: value})
    with pytest.raises(TypeError, match="is created by join_project"):
        editing.create(ProjectMember(project=project, user=firm.owner), by=None)
    assert Project.objects.count() == 1
