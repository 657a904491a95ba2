"""Projects written into the database, through the same actions that every door uses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q

from accord.conversations.models import Notification
from accord.core.models import Event
from accord.demo.delivery import plan_today
from accord.demo.services import label
from accord.demo.world import Employee, Job, World, back_dated, moment
from accord.projects.actions.schedule import schedule
from accord.projects.actions.start_project import start_project
from accord.projects.actions.store_plan import store_plan
from accord.projects.models import Baseline, Project, ProjectMember, Task


def store_projects(world: World) -> None:
    """Store every project with its plan, baseline and members."""
    for number, job in enumerate(world.jobs, 1):
        _store(world, job)
        if number % 50 == 0:
            world.echo(f"  {number} plans stored")
    members = [
        ProjectMember(project=job.row, user=hand.user)
        for job in world.jobs
        for hand in _people(job)
        if hand.user is not None and hand.user != job.manager.user
    ]
    ProjectMember.objects.bulk_create(members, ignore_conflicts=True)  # the plans brought some along


def _people(job: Job) -> list[Employee]:
    return list(dict.fromkeys(job.who.values()))


def _stopped_on(world: World, job: Job) -> date | None:
    """When a project was closed or put on hold."""
    if job.brief.state == "on_hold":
        return job.until.date()
    return min(job.ended + timedelta(days=2), world.today) if job.brief.state == "closed" else None


def _store(world: World, job: Job) -> None:
    brief = job.brief
    assert world.calendar is not None
    plan = job.current = plan_today(world, job)
    signed = max((b.finish for b in job.baseline.values() if b.finish), default=None)
    target = None
    if brief.promised is not None and signed is not None:
        target = datetime.combine(signed.date() + timedelta(days=brief.promised), time(17, 15))
    made = moment(min(job.start, world.today) - timedelta(days=21), 10 * 60)
    project = Project(
        account=job.client.account,
        name=brief.name,
        code=job.code,
        status=brief.state,
        stopped_on=_stopped_on(world, job),
        manager=job.manager.user,
        service=label(job),
        objective=brief.objective,
        start=plan.start,
        calendar=world.calendar,
        target_finish=target,
        created_at=made,
    )
    with back_dated((Project, "created_at")):
        start_project(project=project, by=None)
    job.project = project
    _date_start(job, made)
    known = Event.objects.latest("pk").pk
    store_plan(project=project, plan=plan, by=job.manager.user, calendars=world.calendars)
    if brief.state != "closed":  # what is over has the dates on which it happened
        schedule(plan=project.plan, by=job.manager.user)
    job.task_ids = dict(Task.objects.filter(project=project).values_list("uid", "pk"))
    agreed_on = moment(min(job.start, world.today) - timedelta(days=4), 15 * 60)
    Baseline.objects.filter(project=project, number=0).update(name="Agreed plan", taken_at=agreed_on)
    stored = Event.objects.filter(pk__gt=known, root_type="projects.project", root_id=project.pk)
    stored.update(at=made + timedelta(minutes=20))
    joined = Event.objects.filter(pk__gt=known, subject_type="accounts.accountmember")
    joined.update(at=made + timedelta(minutes=20))


def _date_start(job: Job, made: datetime) -> None:
    """What was recorded just now happened then, and the manager has long read that the project is theirs."""
    project, manager = job.row, job.manager.user
    of_project = Q(root_type="projects.project", root_id=project.pk)
    of_team = Q(subject_type="accounts.accountmember", root_id=job.client.account.pk, actor_id=None)
    events = Event.objects.filter(of_project | of_team)
    events.update(at=made, actor_id=manager.pk if manager else None, actor_name=str(manager or ""))
    Event.objects.filter(of_project).update(after={"name": project.name, "status": "planned"})
    if manager is not None:
        Notification.objects.filter(user=manager, read_at=None).update(created_at=made, read_at=made, mailed_at=made)
