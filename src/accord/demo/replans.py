"""What project managers did to their plans in the last days, and the offers that came before the agreements.

None of it moves a finish or costs anything: the figures of the firm are those of the other stages.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from accord.core.models import Event
from accord.demo.programmes import PROGRAMMES
from accord.demo.world import Job, World, moment
from accord.projects.actions.edit_plan import edit_plan, undo_step
from accord.projects.actions.what_if import start_what_if
from accord.projects.models import Baseline, BaselineTask, Plan, PlanEdit, Task

WAITS = (
    "copy from the client",
    "access to the test system",
    "works council approval",
    "a reply to last week’s question",
    "a steering group decision",
    "the supplier’s interface",
)
WAITING = 0.4  # of the other running projects
OFFER = timedelta(days=21)  # how long before the agreement the offer was made, and how much earlier it wanted to be


def replan(world: World) -> None:
    """Many running projects wait for something; the programmes were worked on, and had an offer first."""
    for job in world.jobs:
        if job.brief.state != "active":
            continue
        chance = world.rng("replans", job.client.brief.key, job.brief.key)
        if job.brief.service in PROGRAMMES:
            _offer(job)
        elif chance.random() > WAITING:
            continue
        _waits(world, job, chance)  # in the order of their days: what was done later is taken back first
        if job.brief.service in PROGRAMMES:
            _moves(world, job, chance)
            _what_if(world, job)


def _offer(job: Job) -> None:
    """The plan as it was offered, kept as baseline 1: the same work, three weeks earlier."""
    agreed = Baseline.objects.filter(project=job.row, number=0).first()
    if agreed is None:
        return
    offer = Baseline.objects.create(
        project=job.row, number=1, name="Offer", taken_at=agreed.taken_at - OFFER, created_at=agreed.taken_at - OFFER
    )
    rows = list(BaselineTask.objects.filter(baseline=agreed))
    for row in rows:
        row.pk, row.baseline = None, offer
        row.start, row.finish = (each - OFFER if each else None for each in (row.start, row.finish))
    BaselineTask.objects.bulk_create(rows, batch_size=500)


def _moves(world: World, job: Job, chance: Random) -> None:
    """Some tasks with time to spare begin a day later; one of the edits was taken back."""
    unbegun = Task.objects.filter(project=job.row, kind=Task.Kind.TASK, percent_complete=0, manual=False)
    free = unbegun.filter(constraint="ASAP", free_float_minutes__gte=480).exclude(start=None)
    rows = list(free.order_by("uid"))
    for number, task in enumerate(sorted(chance.sample(rows, min(3, len(rows))), key=lambda row: row.uid)):
        assert task.start is not None
        later = task.start + timedelta(days=1)
        at = moment(world.today - timedelta(days=5 - number), 560 + 37 * number)
        if later.weekday() < 5:
            _gesture(job, task, at, start=later.isoformat())
    others = list(unbegun.order_by("uid"))
    if others:
        _gesture(job, chance.choice(others), moment(world.today - timedelta(days=1), 915), priority=700)
        step = undo_step(plan=job.row.plan, by=job.manager.user)
        _date(job, step.step, moment(world.today - timedelta(days=1), 918))


def _what_if(world: World, job: Job) -> None:
    """The manager tries on a copy what it would bring to do the most work on the critical path in less time."""
    rows = Task.objects.filter(project=job.row, kind=Task.Kind.TASK, percent_complete=0, manual=False, critical=True)
    largest = rows.order_by("-work_minutes", "uid").first()
    if largest is None:
        return
    plan = start_what_if(
        project=job.row, by=job.manager.user, name=f"Second person on {largest.name}"[:120],
        purpose="How much earlier do we finish if the largest critical task takes three quarters of its time?",
    )  # fmt: skip
    copy = Task.all_objects.get(plan=plan, uid=largest.uid)
    fields = {"duration_minutes": largest.duration_minutes * 3 // 4}
    change = {"op": "update_task", "id": copy.pk, "version": copy.version, "fields": fields}
    edit_plan(plan=plan, by=job.manager.user, changes=[change])
    at = moment(world.today - timedelta(days=2), 640)
    Plan.objects.filter(pk=plan.pk).update(created_at=at, copied_at=at)
    Event.objects.filter(subject_type=Plan._meta.label_lower, subject_id=plan.pk).update(at=at)


def _waits(world: World, job: Job, chance: Random) -> None:
    begun = Task.objects.filter(project=job.row, kind=Task.Kind.TASK, percent_complete__gt=0, percent_complete__lt=100)
    rows = list(begun.order_by("uid"))
    for number, task in enumerate(chance.sample(rows, min(len(rows), 2 if len(rows) > 6 else 1))):
        at = moment(world.today - timedelta(days=6), 545 + 190 * number + chance.randint(0, 120))
        _gesture(job, task, at, waiting_for=chance.choice(WAITS))


def _gesture(job: Job, task: Task, at: datetime, **fields: Any) -> None:
    version = Task.objects.values_list("version", flat=True).get(pk=task.pk)
    one = {"op": "update_task", "id": task.pk, "version": version, "fields": fields}
    _date(job, edit_plan(plan=job.row.plan, by=job.manager.user, changes=[one]).step, at)


def _date(job: Job, step: PlanEdit, at: datetime) -> None:
    """The step and its event happened then, not when the firm is made."""
    PlanEdit.objects.filter(pk=step.pk).update(created_at=at, updated_at=at)
    event = Event.objects.about(job.row).latest("pk")
    Event.objects.filter(pk=event.pk).update(at=at)
