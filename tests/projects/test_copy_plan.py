"""Projects begun with the plan of another one, or with a template."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accord.accounts.models import Account, AccountMember, Affiliation, Contact
from accord.engines.calendars.working_days import days_between
from accord.people.models import Calendar, Person, Role, User
from accord.projects.actions.copy_plan import content_for, content_of, save_template, start_from
from accord.projects.actions.edit_plan import edit_plan
from accord.projects.actions.schedule import schedule
from accord.projects.actions.start_project import start_project
from accord.projects.models import (
    Assignment,
    Baseline,
    CharterItem,
    Deliverable,
    Link,
    Objective,
    PlanTemplate,
    Project,
    ProjectMember,
    Resource,
    Risk,
    Stakeholder,
    Task,
)
from accord.projects.outline import outline
from accord.projects.plan_content import clock_of, mentions

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9)
LATER = MONDAY + timedelta(weeks=26)


def holiday(day: str) -> dict[str, Any]:
    return {"start": day, "finish": day, "intervals": [], "name": "Holiday"}


@pytest.fixture
def old(manager: User) -> Project:
    """A project half done, with everything that a plan can have. Its calendar has a holiday in either half-year."""
    calendar = Calendar.objects.create(name="Five days", exceptions=[holiday("2026-03-05"), holiday("2026-09-08")])
    account = Account.objects.create(name="Hansa Brewery")
    AccountMember.objects.create(account=account, user=manager)
    project = Project.objects.create(
        account=account,
        name="Hansa shop",
        objective="Hansa sells twice as much.",
        start=MONDAY,
        manager=manager,
        calendar=calendar,
        minutes_per_day=420,
    )
    site = Deliverable.objects.create(
        project=project, name="Shop", criteria="Orders arrive.", due_on=date(2026, 3, 20), delivered_on=date(2026, 3, 1)
    )
    phase = Task.objects.create(project=project, uid=7, name="Build", order=1024, kind="summary", deliverable=site)
    design = Task.objects.create(
        project=project, uid=3, name="Design", parent=phase, order=1024, duration_minutes=3 * 420,
        percent_complete=50, actual_start=MONDAY, actual_duration=630, remaining_duration=630,
        optimistic_minutes=420, pessimistic_minutes=4200, estimate_shape="triangular", notes="Ask for the logo.",
    )  # fmt: skip
    code = Task.objects.create(
        project=project, uid=9, name="Code", parent=phase, order=2048, duration_minutes=5 * 420,
        constraint="SNET", constraint_date=datetime(2026, 3, 12, 9), deadline=datetime(2026, 3, 22, 12),
        fixed_cost=Decimal(300),
    )  # fmt: skip
    live = Task.objects.create(project=project, uid=11, name="Live", order=2048, kind="milestone", duration_minutes=0)
    fair = Task.objects.create(
        project=project, uid=12, name="Fair", order=3072, manual=True, duration_minutes=840,
        start=datetime(2026, 3, 16, 9), finish=datetime(2026, 3, 17, 17),
    )  # fmt: skip
    Link.objects.create(project=project, predecessor=design, successor=code, type="SS", lag=420)
    Link.objects.create(project=project, predecessor=code, successor=live, lag=25, lag_unit="percent")
    person = Person.objects.create(name="Nils Nordmann", email="nils@firm.test", title="Developer")
    nils = Resource.objects.create(
        project=project, uid=1, name="Nils Nordmann", person=person, email="nils@firm.test", rate=Decimal(90)
    )
    tester = Resource.objects.create(project=project, uid=2, name="Tester", rate=Decimal(50))
    Assignment.objects.create(project=project, uid=1, task=design, resource=nils, work_minutes=1260, cost=Decimal(1890))
    Assignment.objects.create(
        project=project, uid=2, task=code, resource=tester, units=0.5, work_minutes=1050, cost=Decimal(875)
    )
    Objective.objects.create(
        project=project, name="More orders", measure="a week", baseline="12", achieved="14", target="24"
    )
    CharterItem.objects.create(project=project, kind="out", text="Photography")
    contact = Contact.objects.create(name="Conny Hansen")
    Affiliation.objects.create(account=account, contact=contact)
    Stakeholder.objects.create(project=project, contact=contact, expects="That Hansa is never offline")
    risk = Risk.objects.create(
        project=project, number=4, title="Late logo", cause="The agency is slow", probability=40, status="occurred",
        days_likely=Decimal("3.5"), days_high=Decimal(9), cost_high=Decimal(700), owner=manager,
        due_on=date(2026, 3, 10),
    )  # fmt: skip
    risk.tasks.set([design])
    Baseline.objects.create(project=project)
    assert fair.pk
    schedule(plan=project.plan, by=None)
    return project


def begin(old: Project, by: User, start: datetime = LATER, account: Account | None = None) -> Project:
    project = Project(
        account=account or old.account, name="Again", start=start, manager=old.manager, calendar=old.calendar
    )
    start_project(project=project, by=by)
    start_from(content=json.loads(json.dumps(content_of(old))), project=project, by=by)
    return Project.objects.get(pk=project.pk)


def rows(project: Project) -> list[tuple[Any, ...]]:
    """The plan as distances from its start."""
    clock = clock_of(project)
    found = []
    for row in outline(Task.objects.filter(project=project)):
        task = row.task
        assert task.start is not None and task.finish is not None
        found.append(
            (
                row.wbs,
                task.name,
                task.kind,
                task.duration_minutes,
                days_between(clock.calendar, clock.start, task.start.date()),
                days_between(clock.calendar, clock.start, task.finish.date()),
                task.start.time(),
                task.finish.time(),
            )
        )
    return found


def test_half_a_year_later_all_distances_are_the_same(old: Project, manager: User) -> None:
    Task.objects.filter(project=old).update(  # the network alone: what really happened is not copied
        percent_complete=0, actual_start=None, actual_duration=None, remaining_duration=None
    )
    schedule(plan=old.plan, by=None)
    copy = begin(old, manager)
    assert rows(copy) == rows(old)
    assert copy.start == LATER
    assert copy.finish is not None and copy.finish > LATER
    assert [
        (link.predecessor.name, link.successor.name, link.type, link.lag, link.lag_unit)
        for link in Link.objects.filter(project=copy).order_by("pk")
    ] == [("Design", "Code", "SS", 420, "working"), ("Code", "Live", "FS", 25, "percent")]


def test_dates_move_by_working_days_and_step_over_holidays(old: Project, manager: User) -> None:
    copy = begin(old, manager)
    code = Task.objects.get(project=copy, name="Code")
    # From 2 to 12 March a weekend and a holiday leave seven working days; from 31 August seven are over on the 10th.
    assert (code.constraint, code.constraint_date) == ("SNET", datetime(2026, 9, 10, 9))
    assert code.deadline == datetime(2026, 9, 18, 17)  # it was on a Sunday: the end of the working day before
    assert Deliverable.objects.get(project=copy).due_on == date(2026, 9, 18)
    fair = Task.objects.get(project=copy, name="Fair")
    assert (fair.manual, fair.start, fair.finish) == (True, datetime(2026, 9, 14, 9), datetime(2026, 9, 15, 17))


def test_the_work_is_copied_and_what_became_of_it_is_not(old: Project, manager: User) -> None:
    copy = begin(old, manager)
    design = Task.objects.get(project=copy, name="Design")
    assert (design.percent_complete, design.actual_start, design.remaining_duration) == (0, None, None)
    assert (design.optimistic_minutes, design.pessimistic_minutes, design.estimate_shape) == (420, 4200, "triangular")
    assert design.notes == "Ask for the logo."
    assert not Baseline.objects.filter(project=copy).exists()
    site = Deliverable.objects.get(project=copy)
    assert (site.criteria, site.delivered_on) == ("Orders arrive.", None)
    assert Task.objects.get(project=copy, name="Build").deliverable == site
    objective = Objective.objects.get(project=copy)
    assert (objective.target, objective.baseline, objective.achieved) == ("24", "", "")
    risk = Risk.objects.get(project=copy)
    assert (risk.number, risk.status, risk.owner, risk.days_likely) == (1, "open", None, Decimal("3.5"))
    assert [task.name for task in risk.tasks.all()] == ["Design"]


def test_people_become_their_job_and_their_rates_stay_secret(old: Project, manager: User) -> None:
    copy = begin(old, manager)
    roles = {r.name: r for r in Resource.objects.filter(project=copy)}
    assert set(roles) == {"Developer", "Tester"}
    assert (roles["Developer"].person, roles["Developer"].email, roles["Developer"].rate) == (None, "", 0)
    assert roles["Tester"].rate == 50
    costs = {a.resource.name: a.cost for a in Assignment.objects.filter(project=copy) if a.resource}
    assert costs == {"Developer": 0, "Tester": 875}
    assert Task.objects.get(project=copy, name="Code").cost == 1175


def test_a_template_keeps_no_word_of_the_client_but_those_in_the_plan(old: Project, manager: User) -> None:
    template = save_template(project=old, name="Shop", description="For shops", by=manager)
    text = json.dumps(template.content, ensure_ascii=False)
    for secret in ("Hansa", "Conny", "offline", "Nordmann", "nils@", "14"):
        assert secret not in text.replace('"days": 14', "")
    for kept in ("Ask for the logo.", "Photography", "Orders arrive.", "Late logo"):
        assert kept in text
    other = Account.objects.create(name="Other")
    AccountMember.objects.create(account=other, user=manager)
    project = Project(account=other, name="Theirs", start=LATER, manager=manager)
    start_project(project=project, by=manager)
    start_from(content=content_for(f"template:{template.pk}", manager), project=project, by=manager)
    assert not Stakeholder.objects.filter(project=project).exists()
    assert Task.objects.filter(project=project).count() == 5


def test_what_names_the_client_is_pointed_out(old: Project) -> None:
    Task.objects.filter(project=old, name="Live").update(name="Hansa is live")
    assert mentions(content_of(old), ["Hansa Brewery", "Hansa", "AG"]) == ["Hansa is live"]


def test_only_what_may_be_seen_can_be_begun_with(old: Project, manager: User) -> None:
    stranger = User.objects.create(email="s@firm.test", name="Sam", roles=[Role.PROJECT_MANAGER])
    messages = set()
    for source in (f"project:{old.pk}", "project:99999", "template:99999", "file:1", "project:", ""):
        with pytest.raises(ValidationError) as refused:
            content_for(source, stranger)
        messages.add(refused.value.messages[0])
    assert messages == {"This template or project no longer exists."}
    assert content_for(f"project:{old.pk}", manager)["tasks"]


def test_who_may_not_see_its_money_gets_the_plan_without(old: Project) -> None:
    colleague = User.objects.create(email="a@firm.test", name="Ann", roles=[Role.ACCOUNT_MANAGER])
    ProjectMember.objects.create(project=old, user=colleague)
    text = json.dumps(content_for(f"project:{old.pk}", colleague))
    assert "Design" in text
    for name in ('"rate"', "cost_per_use", '"cost"', "fixed_cost", "cost_high"):
        assert name not in text


def test_a_plan_is_begun_once_and_only_by_those_who_may(old: Project, manager: User) -> None:
    member = User.objects.create(email="m@firm.test", name="Mo", roles=[Role.MEMBER])
    with pytest.raises(PermissionDenied, match="already has a plan"):
        start_from(content=content_of(old), project=old, by=manager)
    empty = Project.objects.create(account=old.account, name="Empty", start=LATER)
    ProjectMember.objects.create(project=empty, user=member)
    with pytest.raises(PermissionDenied):
        start_from(content=content_of(old), project=empty, by=member)
    with pytest.raises(PermissionDenied):
        save_template(project=old, name="Stolen", description="", by=member)
    with pytest.raises(ValidationError, match="no tasks"):
        save_template(project=empty, name="Nothing", description="", by=None)
    assert not PlanTemplate.objects.exists()


def test_a_template_of_another_form_is_refused(old: Project, manager: User) -> None:
    empty = Project.objects.create(account=old.account, name="Empty", start=LATER, manager=manager)
    with pytest.raises(ValidationError, match="an older version"):
        start_from(content=content_of(old) | {"form": 0}, project=empty, by=manager)
    assert not Task.objects.filter(project=empty).exists()


def test_a_task_of_one_day_in_a_new_plan_ends_the_same_evening(manager: User, db: None) -> None:
    account = Account.objects.create(name="Client", owner=manager)
    project = start_project(
        project=Project(account=account, name="Shop", start=datetime(2026, 3, 2, 9), manager=manager), by=None
    )
    edit_plan(
        plan=project.plan,
        by=manager,
        changes=[{"op": "create_task", "temp_id": "a", "parent": None, "after": None, "fields": {"name": "Design"}}],
    )
    made = Task.objects.get(project=project)
    assert (made.duration_minutes, project.minutes_per_day) == (420, 420)
    assert made.finish == datetime(2026, 3, 2, 17)
