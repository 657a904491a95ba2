"""Load from plans, allocations and absences; staffing requests, who fits them, and what filling one does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accord.core.editing import Conflict
from accord.core.models import Event
from accord.people.models import Absence, Calendar, Person, PersonSkill, Role, Skill, User
from accord.projects.actions.allocate import allocate, confirm_allocation, release
from accord.projects.actions.request_staff import change_request, propose, request_staff, withdraw_request
from accord.projects.models import Allocation, Assignment, Project, ProjectMember, Resource, StaffingRequest, Task
from accord.projects.queries_capacity import load_of, names_of, overbooked_on, week_of, weeks_between, weeks_from
from accord.projects.queries_staffing import candidates, open_requests, projects_to_staff
from tests.factories import create_project

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
WEEKS = weeks_from(MONDAY, 3)
DAY = [[540, 720], [780, 1020]]  # seven hours


@pytest.fixture
def project(manager: User) -> Project:
    return create_project(manager=manager, status="active")


@pytest.fixture
def pat() -> Person:
    calendar = Calendar.objects.create(name="Seven hours", week=[*[DAY] * 5, [], []])
    return Person.objects.create(name="Pat", calendar=calendar)


def task(project: Project, person: Person, first: int, last: int, minutes: int, **values: Any) -> Assignment:
    """``minutes`` of work from 9:00 on one day of March to 17:00 on another."""
    uid = Task.all_objects.filter(project=project).count() + 1
    row = Task.objects.create(
        project=project, uid=uid, name=f"Task {uid}", order=uid, start=datetime(2026, 3, first, 9),
        finish=datetime(2026, 3, last, 17), **values,
    )  # fmt: skip
    resource, _ = Resource.objects.get_or_create(
        project=project, person=person, defaults={"name": person.name, "uid": person.pk}
    )
    return Assignment.objects.create(project=project, uid=uid, task=row, resource=resource, work_minutes=minutes)


def percents(person: Person, today: date = MONDAY) -> list[int | None]:
    return [cell.percent for cell in load_of([person], WEEKS, today)[person.pk]]


def allocation(project: Project, person: Person, share: int, *, confirmed: bool = True) -> Allocation:
    return Allocation(
        project=project,
        person=person,
        starts_on=MONDAY,
        ends_on=MONDAY + timedelta(days=6),
        share=share,
        confirmed=confirmed,
    )


def test_work_counts_against_calendar_share_and_absences(project: Project, pat: Person) -> None:
    task(project, pat, 2, 13, 2100)
    assert percents(pat) == [50, 50, 0]
    Absence.objects.create(person=pat, starts_on=date(2026, 3, 9), ends_on=date(2026, 3, 13))
    assert percents(pat) == [100, None, 0]
    Person.objects.filter(pk=pat.pk).update(share=50)
    pat.refresh_from_db()
    assert percents(pat) == [200, None, 0]


def test_what_is_done_lies_before_today_and_the_rest_after(project: Project, pat: Person) -> None:
    task(project, pat, 2, 13, 2100, percent_complete=20)
    assert percents(pat, date(2026, 3, 9)) == [20, 80, 0]
    task(project, pat, 2, 13, 2100, percent_complete=100)
    assert percents(pat, date(2026, 3, 9)) == [120, 80, 0]


def test_what_is_not_worked_on_does_not_count(project: Project, pat: Person) -> None:
    task(project, pat, 2, 6, 2100, active=False)
    task(project, pat, 2, 6, 2100, deleted_at=datetime(2026, 3, 1).astimezone())
    task(project, pat, 2, 6, 2100, kind="summary")
    assert percents(pat)[0] == 0
    task(project, pat, 2, 6, 2100)
    assert percents(pat)[0] == 100
    Project.objects.filter(pk=project.pk).update(status="on_hold")
    assert percents(pat)[0] == 0


def test_dates_of_an_assignment_hold_as_long_as_they_lie_within_its_task(project: Project, pat: Person) -> None:
    row = task(project, pat, 2, 13, 420)
    row.start, row.finish = datetime(2026, 3, 9, 9), datetime(2026, 3, 10, 17)
    row.save()
    assert percents(pat) == [0, 20, 0]
    Task.objects.filter(pk=row.task_id).update(start=datetime(2026, 3, 16, 9), finish=datetime(2026, 3, 17, 17))
    assert percents(pat) == [0, 0, 20]


def test_the_firm_s_week_is_that_of_who_has_none_and_a_base_need_not_be_shared(project: Project, pat: Person) -> None:
    hidden = Calendar.objects.create(name="Base", week=[*[DAY] * 5, [], []], shared=False)
    derived = Calendar.objects.create(name="Derived", base=hidden, week=[None] * 4 + [[]] * 3)
    Person.objects.filter(pk=pat.pk).update(calendar=derived)
    other = Person.objects.create(name="Without")
    cells = load_of([Person.objects.get(pk=pat.pk), other], WEEKS, MONDAY)
    assert (cells[pat.pk][0].capacity, cells[other.pk][0].capacity) == (4 * 420, 5 * 420)


def test_the_lines_of_a_week_add_up_and_other_people_s_projects_have_no_name(
    project: Project, pat: Person, manager: User
) -> None:
    task(project, pat, 2, 6, 300)
    task(project, pat, 2, 13, 1000)
    secret = Project.objects.create(account=project.account, name="Secret", start=project.start, status="active")
    task(secret, pat, 2, 6, 60)
    cell, lines = week_of(pat, MONDAY, MONDAY)
    assert cell == load_of([pat], [MONDAY, MONDAY + timedelta(days=7)], MONDAY)[pat.pk][0]
    assert [(line.name, line.minutes) for line in lines] == [("Task 2", 500), ("Task 1", 300), ("Task 1", 60)]
    assert names_of([project.pk, secret.pk], manager) == {project.pk: "Shop, Client"}


def test_overbooked_people_are_told_only_where_the_project_has_a_part_in_it(project: Project, pat: Person) -> None:
    other = Project.objects.create(account=project.account, name="Other", start=project.start, status="active")
    task(other, pat, 2, 13, 4200)
    task(project, pat, 2, 6, 420)
    (row,) = overbooked_on(project, [pat], MONDAY)
    assert (row.person, row.weeks) == (pat, [(MONDAY, 120)])


def test_weeks_of_a_period_are_cut_to_it() -> None:
    assert weeks_between(date(2026, 3, 4), date(2026, 3, 10)) == [date(2026, 3, 4), date(2026, 3, 9), date(2026, 3, 11)]
    assert weeks_between(MONDAY, MONDAY) == [MONDAY, date(2026, 3, 3)]
    assert weeks_between(MONDAY, date(2026, 3, 8)) == [MONDAY, date(2026, 3, 9)]


def test_a_confirmed_allocation_lets_the_person_in_and_a_tentative_one_does_not(
    project: Project, manager: User
) -> None:
    user = User.objects.create(email="u@firm.test", name="Uli", roles=[Role.MEMBER])
    uli = Person.objects.create(name="Uli", user=user)
    tentative = allocate(allocation=allocation(project, uli, 50, confirmed=False), by=manager)
    assert not Project.objects.visible_to(user).exists()
    firm = confirm_allocation(allocation=tentative, by=manager)
    assert (firm.confirmed, firm.version) == (True, 2)
    assert Project.objects.visible_to(user).get() == project
    assert Resource.objects.get(project=project).person == uli
    assert ProjectMember.objects.filter(project=project, user=user).count() == 1
    again = confirm_allocation(allocation=firm, by=manager)
    assert again.version == 2
    assert Event.objects.filter(kind="allocation.confirmed").count() == 1


def test_a_project_s_time_is_promised_by_who_leads_it_alone(project: Project, pat: Person, manager: User) -> None:
    other = User.objects.create(email="olga@firm.test", name="Olga", roles=[Role.PROJECT_MANAGER])
    tentative = allocate(allocation=allocation(project, pat, 50, confirmed=False), by=manager)
    for action in (
        lambda: allocate(allocation=allocation(project, pat, 10), by=other),
        lambda: confirm_allocation(allocation=tentative, by=other),
        lambda: release(allocation=tentative, by=other),
    ):
        with pytest.raises(PermissionDenied):
            action()
    assert list(projects_to_staff(manager)) == [project]
    assert not projects_to_staff(other).exists()


@pytest.fixture
def request_row(project: Project, manager: User) -> StaffingRequest:
    react = Skill.objects.create(name="React")
    row = StaffingRequest(project=project, role="Developer", starts_on=MONDAY, ends_on=date(2026, 3, 15), share=50)
    return request_staff(request=row, needs=[(react, 3)], by=manager)


def ranked(row: StaffingRequest, today: date = MONDAY) -> list[tuple[str, int, list[str]]]:
    found = candidates(row, list(row.needs.select_related("skill")), today)
    return [(p.person.name, round(100 * p.ranked.fit), p.missing) for p in found]


def test_candidates_have_the_skill_and_the_time(request_row: StaffingRequest, project: Project, pat: Person) -> None:
    react = Skill.objects.get()
    week = pat.calendar
    people = {
        name: Person.objects.create(name=name, calendar=week) for name in ("Busy", "Junior", "Away", "Free", "None")
    }
    gone = Person.objects.create(name="Gone", calendar=week, left_on=date(2026, 1, 1))
    for person, level in (
        (people["Busy"], 5),
        (people["Junior"], 2),
        (people["Away"], 3),
        (people["Free"], 4),
        (gone, 5),
    ):
        PersonSkill.objects.create(person=person, skill=react, level=level)
    task(project, people["Busy"], 2, 13, 2100 + 1050)
    Absence.objects.create(person=people["Away"], starts_on=MONDAY, ends_on=date(2026, 3, 6))
    assert ranked(request_row) == [
        ("Free", 100, []),
        ("Junior", 67, ["React: basic"]),
        ("Away", 50, []),
        ("Busy", 50, []),
    ]


def test_once_the_period_is_over_there_is_nobody(request_row: StaffingRequest, pat: Person) -> None:
    PersonSkill.objects.create(person=pat, skill=Skill.objects.get(), level=5)
    assert len(ranked(request_row, date(2026, 3, 15))) == 1
    assert ranked(request_row, date(2026, 3, 16)) == []


def test_proposing_fills_the_request_once(request_row: StaffingRequest, pat: Person, manager: User) -> None:
    made = propose(request=request_row, person=pat, by=manager, today=date(2026, 3, 4))
    assert (made.confirmed, made.starts_on, made.ends_on, made.share) == (
        False,
        date(2026, 3, 4),
        date(2026, 3, 15),
        50,
    )
    request_row.refresh_from_db()
    assert (request_row.status, request_row.allocation) == ("filled", made)
    with pytest.raises(ValidationError, match="already filled"):
        propose(request=request_row, person=pat, by=manager, today=MONDAY)
    assert Allocation.objects.count() == 1
    assert not open_requests(manager).exists()
    release(allocation=made, by=manager)
    assert open_requests(manager).get() == request_row


def test_a_proposal_that_cannot_be_leaves_the_request_open(
    request_row: StaffingRequest, pat: Person, manager: User
) -> None:
    Person.objects.filter(pk=pat.pk).update(left_on=date(2026, 2, 1))
    pat.refresh_from_db()
    with pytest.raises(ValidationError, match="no longer"):
        propose(request=request_row, person=pat, by=manager, today=MONDAY)
    with pytest.raises(ValidationError, match="has passed"):
        propose(request=request_row, person=pat, by=manager, today=date(2026, 4, 1))
    request_row.refresh_from_db()
    assert request_row.status == "open"


def test_changing_the_skills_alone_is_a_change(request_row: StaffingRequest, manager: User) -> None:
    react, french = Skill.objects.get(), Skill.objects.create(name="French")
    version = request_row.version
    changed = change_request(request=request_row, version=version, needs=[(react, 3), (french, 2)], by=manager)
    assert changed.version == version + 1
    assert sorted(str(need) for need in changed.needs.all()) == ["French, Basic", "React, Independent"]
    with pytest.raises(Conflict):
        change_request(request=changed, version=version, needs=[], by=manager, role="Other")
    same = change_request(request=changed, version=changed.version, needs=[(react, 3), (french, 2)], by=manager)
    assert same.version == version + 1


def test_a_withdrawn_request_is_closed(request_row: StaffingRequest, pat: Person, manager: User) -> None:
    assert withdraw_request(request=request_row, by=manager).status == "withdrawn"
    request_row.refresh_from_db()
    with pytest.raises(ValidationError, match="already withdrawn"):
        withdraw_request(request=request_row, by=manager)
    with pytest.raises(ValidationError, match="already withdrawn"):
        change_request(request=request_row, version=request_row.version, needs=[], by=manager, role="Other")
    with pytest.raises(ValidationError, match="already withdrawn"):
        propose(request=request_row, person=pat, by=manager, today=MONDAY)


class TestAvailabilityInPlans:
    PERIODS = (
        {"starts": None, "ends": "2026-03-03", "units": 1.0},
        {"starts": "2026-03-16", "ends": None, "units": 0.5},
    )

    def capacities(self, person: Person) -> list[int]:
        return [cell.capacity for cell in load_of([person], WEEKS, MONDAY)[person.pk]]

    def resource(self, project: Project, person: Person, *periods: dict[str, Any]) -> None:
        Resource.objects.create(project=project, person=person, uid=1, name=person.name, availability=list(periods))

    def test_the_periods_of_the_plan_s_file_count(self, project: Project, pat: Person) -> None:
        self.resource(project, pat, *self.PERIODS)
        assert self.capacities(pat) == [2 * 420, 0, 5 * 210]

    def test_plans_add_up_and_one_without_periods_has_the_person_as_usual(self, project: Project, pat: Person) -> None:
        self.resource(project, pat, *self.PERIODS)
        other = Project.objects.create(account=project.account, name="B", start=project.start, status="active")
        half = {"starts": "2026-03-09", "ends": None, "units": 0.5}
        self.resource(other, pat, half)
        assert self.capacities(pat) == [2 * 420, 5 * 210, 5 * 420]
        Resource.objects.filter(project=other).update(availability=[])
        assert self.capacities(pat) == [5 * 420] * 3
