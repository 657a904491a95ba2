"""Projects written into the database, through the same actions that every door uses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from accord.cli.demo_firm.delivery import plan_today
from accord.cli.demo_firm.services import label
from accord.cli.demo_firm.world import Hand, Job, World, back_dated, moment
from accord.core.models import Event
from accord.projects.actions.schedule import schedule
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
    ProjectMember.objects.bulk_create(members)


def _people(job: Job) -> list[Hand]:
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
        project.save(force_insert=True)
    job.project = project
    store_plan(project=project, plan=plan, by=job.manager.user, calendars=world.calendars)
    if brief.state != "closed":  # what is over has the dates on which it happened
        schedule(project=project, by=job.manager.user)
    job.task_ids = dict(Task.objects.filter(project=project).values_list("uid", "pk"))
    agreed_on = moment(min(job.start, world.today) - timedelta(days=4), 15 * 60)
    Baseline.objects.filter(project=project, number=0).update(name="Agreed plan", taken_at=agreed_on)
    Event.objects.filter(root_type="projects.project", root_id=project.pk).update(at=made + timedelta(minutes=20))
