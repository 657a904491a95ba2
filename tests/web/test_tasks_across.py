"""The tasks of all projects: whose they are, what is late, what a filter finds, on the page and over the API."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account
from accord.people.models import Person, Role, User
from accord.projects.lanes import Lane, in_lane, lane_of
from accord.projects.models import Assignment, Project, ProjectMember, Resource, Task
from accord.projects.queries_late import Late, late_by_task
from accord.projects.queries_tasks import matching_tasks, tasks_across

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
NOON = datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=12)


class Case:
    def __init__(self) -> None:
        self.manager = User.objects.create(email="pm@firm.test", name="Pia", roles=[Role.PROJECT_MANAGER])
        self.member = User.objects.create(email="m@firm.test", name="Mo", roles=[Role.MEMBER])
        self.person = Person.objects.create(name="Mo", user=self.member)
        self.account = Account.objects.create(name="Brewery")
        self.mine, self.other = (self.project(name) for name in ("Website", "Portal"))
        self.foreign = Project.objects.create(account=self.account, name="Foreign", start=NOON, status="active")
        ProjectMember.objects.create(project=self.mine, user=self.member)
        self.resource = Resource.objects.create(project=self.mine, uid=1, name="Mo", person=self.person)
        self.number = 0

    def project(self, name: str) -> Project:
        made: Project = Project.objects.create(
            account=self.account, name=name, start=NOON, status="active", manager=self.manager
        )
        return made

    def task(self, name: str, project: Project | None = None, *, days: int = 5, own: bool = False, **more: Any) -> Task:
        self.number += 1
        finish = NOON + timedelta(days=days)
        values = {"start": finish - timedelta(days=1), "finish": finish} | more
        made: Task = Task.objects.create(
            project=project or self.mine, uid=self.number, order=self.number, name=name, **values
        )
        if own:
            Assignment.objects.create(
                project=made.project, uid=self.number, task=made, resource=self.resource, work_minutes=60
            )
        return made

    def names(self, user: User, **values: Any) -> set[str]:
        return {task.name for task in matching_tasks(tasks_across(user, TODAY), values, user)}


@pytest.fixture
def case(db: Any) -> Case:
    return Case()


def test_only_tasks_of_projects_one_sees(case: Case) -> None:
    case.task("Write")
    case.task("Ship", case.other)
    case.task("Secret", case.foreign)
    case.task("Phase", kind="summary")
    case.task("Dropped", active=False)
    assert case.names(case.manager) == {"Write", "Ship"}
    assert case.names(case.member) == {"Write"}
    Project.objects.filter(pk=case.mine.pk).update(archived_at=timezone.now())
    assert case.names(case.manager) == {"Ship"}


def test_every_filter_finds_its_tasks(case: Case) -> None:
    case.task("Write", own=True, days=0)
    case.task("Wait", waiting_for="texts", days=3)
    case.task("Begun", percent_complete=20, critical=True, days=1)
    case.task("Done", percent_complete=100, days=9)
    at = datetime.combine(TODAY + timedelta(days=3), datetime.min.time())
    case.task("Midnight", case.other, finish=at)  # the end of the day before
    find = case.names
    pm = case.manager
    assert find(pm) == {"Write", "Wait", "Begun", "Midnight"}
    assert find(pm, status="all") == {"Write", "Wait", "Begun", "Done", "Midnight"}
    assert find(pm, status="waiting") == {"Wait"}
    assert find(pm, status="doing") == {"Begun"}
    assert find(pm, status="done") == {"Done"}
    assert find(case.member, person="me") == {"Write"}
    assert find(pm, person=str(case.person.pk)) == {"Write"}
    assert find(pm, person="nobody") == {"Wait", "Begun", "Midnight"}
    assert find(pm, project=case.other.pk) == {"Midnight"}
    assert find(pm, account=case.account.pk, q="wri") == {"Write"}
    assert find(pm, critical="yes") == {"Begun"}
    second, third = (TODAY + timedelta(days=n) for n in (2, 3))
    assert find(pm, due_to=second) == {"Write", "Begun", "Midnight"}
    assert find(pm, due_from=third, due_to=third) == {"Wait"}


def test_the_lane_as_a_filter_says_what_the_lane_says(case: Case) -> None:
    shapes: list[dict[str, Any]] = [
        {}, {"percent_complete": 1}, {"actual_start": NOON}, {"waiting_for": "x"},
        {"waiting_for": "x", "percent_complete": 50}, {"percent_complete": 100, "waiting_for": "x"},
        {"actual_finish": NOON},
    ]  # fmt: skip
    made = [case.task(f"T{n}", **shape) for n, shape in enumerate(shapes)]
    for lane in Lane:
        assert set(Task.objects.filter(in_lane(lane))) == {task for task in made if lane_of(task) is lane}


def test_late_means_the_same_as_in_each_project(case: Case) -> None:
    """Each project is measured at its own date: today, its status date, or the day it stopped."""
    Project.objects.filter(pk=case.other.pk).update(status_date=datetime(2020, 1, 1))
    stopped = case.project("Stopped")
    Project.objects.filter(pk=stopped.pk).update(status="on_hold", stopped_on=date(2021, 1, 1))
    for project in (case.mine, case.other, stopped):
        case.task(f"Behind {project}", project, days=-5)
        case.task(f"Before {project}", project, start=datetime(2019, 1, 1), finish=datetime(2019, 2, 1))
        case.task(f"Missed {project}", project, days=5, deadline=NOON)
    expected: dict[str, set[Late]] = {}
    for project in Project.objects.filter(pk__in=[case.mine.pk, case.other.pk, stopped.pk]):
        for pk, how in late_by_task(project, TODAY).items():
            expected[Task.objects.get(pk=pk).name] = set(how)
    for how in Late:
        assert case.names(case.manager, late=how.value) == {name for name, ways in expected.items() if how in ways}
    assert case.names(case.manager, late="late") == set(expected)
    assert "Behind Portal" not in case.names(case.manager, late="behind")
    assert "Behind Website" in case.names(case.manager, late="behind")


def test_the_page_begins_with_ones_own_tasks_for_a_member(case: Case, client: Client) -> None:
    case.task("Write", own=True)
    case.task("Proofread")
    client.force_login(case.member)
    page = client.get(reverse("tasks")).content.decode()
    assert "Write" in page
    assert "Proofread" not in page
    assert "Proofread" in client.get(reverse("tasks") + "?person=anyone").content.decode()
    client.force_login(case.manager)
    assert "Proofread" in client.get(reverse("tasks")).content.decode()
    found = client.get(reverse("tasks") + "?status=all&late=unheard-of")
    assert found.context["page"].paginator.count == 0  # a filter that makes no sense finds nothing


def test_the_api_answers_with_the_same_filters(case: Case, client: Client) -> None:
    case.task("Write", own=True, days=-5)
    case.task("Later", case.other)
    client.force_login(case.manager)
    found = client.get("/api/tasks").json()
    assert [(row["name"], row["status"], row["late"]) for row in found["items"]] == [
        ("Write", "to-do", ["behind"]),
        ("Later", "to-do", []),
    ]
    assert [row["name"] for row in client.get("/api/tasks?late=behind").json()["items"]] == ["Write"]
    assert client.get("/api/tasks?status=nonsense").status_code == 422
    client.force_login(case.member)
    assert client.get("/api/tasks").json()["count"] == 1


def test_two_hundred_tasks_take_as_many_queries_as_two(case: Case, client: Client) -> None:
    client.force_login(case.manager)

    def asked() -> int:
        for _ in range(2):  # the first page makes the firm, the second remembers it
            client.get(reverse("tasks"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("tasks")).status_code == 200
        return len(queries)

    for n in range(2):
        case.task(f"A{n}", own=True)
    few = asked()
    for n in range(198):
        case.task(f"B{n}", own=True)
    assert asked() == few <= 15


def test_the_tasks_of_the_filter_are_a_month_of_all_projects(client: Client) -> None:
    manager = User.objects.create(email="cal@firm.test", name="Cal", roles=[Role.PROJECT_MANAGER])
    account = Account.objects.create(name="Brewery")
    client.force_login(manager)
    for name in ("Shop", "Portal"):
        project = Project.objects.create(account=account, name=name, start=datetime(2026, 3, 2, 9), manager=manager)
        Task.objects.create(
            project=project,
            uid=1,
            name=f"Design {name}",
            finish=datetime(2026, 3, 12),
            deadline=datetime(2026, 4, 2, 9),
        )
    hidden = Project.objects.create(account=account, name="Hidden", start=datetime(2026, 3, 2, 9))
    Task.objects.create(project=hidden, uid=1, name="Secret", finish=datetime(2026, 3, 11, 12))

    def days(query: str) -> dict[int, list[str]]:
        page = client.get(f"{reverse('tasks')}?show=calendar&{query}")
        assert "Secret" not in page.content.decode()
        return {
            day["date"].day: [f"{entry['kind']} {entry['name']}" for entry in day["entries"]]
            for week in page.context["weeks"] for day in week if day["entries"] and not day["outside"]
        }  # fmt: skip

    both = ["Finishes Design Shop", "Finishes Design Portal"]
    assert days("month=2026-03") == {11: both}  # until midnight: of the day before
    assert len(days("month=2026-04")[2]) == 2
    assert days("month=2026-03&q=portal") == {11: ["Finishes Design Portal"]}
    assert days("month=2026-05") == {}
    page = client.get(reverse("tasks") + "?show=calendar&month=2026-03&q=portal")
    assert "?show=calendar&amp;month=2026-02&amp;q=portal" in page.content.decode()
    assert [each.label for each in page.context["switch"] if each.active] == ["Calendar"]
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("tasks") + "?show=calendar&month=2026-03")
    for number in range(9):
        Task.objects.create(project=project, uid=number + 5, name=f"More {number}", finish=datetime(2026, 3, 20, 9))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("tasks") + "?show=calendar&month=2026-03")
    assert len(few) == len(many)
