"""How the work really went: when tasks began and ended, and what the plan says today."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from accord.core.money import round_half_up
from accord.demo.outlines import DAY
from accord.demo.plans import Calendars, agree, outline_of, placed, promise
from accord.demo.world import Employee, Job, Progress, World
from accord.engines.calendars.working_time import WorkCalendar, compile_calendars
from accord.engines.planning.plan import Constraint, LagUnit, Link, LinkType, Plan, Task
from accord.engines.planning.scheduling import schedule

HELD_SINCE = 75  # days


def deliver(world: World, job: Job, calendars: Calendars) -> None:
    """Agree on a plan and carry it out up to yesterday, or to the day the project was put on hold.

    A plan's length is known only when it is made, so a project that has to end (or to stand half way) on a given day is
    planned again from another start until it does.
    """
    outline = outline_of(world, job)
    state, at = job.brief.state, job.brief.at
    for _ in range(5):
        job.agreed = agree(world, job, outline, calendars)
        assert job.plan.finish is not None
        length = (job.plan.finish - job.plan.start).days
        job.until = world.now - timedelta(days=HELD_SINCE if state == "on_hold" else 0)
        job.progress = _carry_out(world, job, calendars) if state != "planned" else {}
        if job.brief.service == "support" or state == "planned":
            break
        if state == "closed":
            off = (job.ended - world.back(max(at, 4))).days
            if off <= 0 and job.ended < world.today:
                break
        else:
            off = (job.start - (job.until.date() - timedelta(days=round(at * length)))).days
            if abs(off) <= 4:
                break
        job.start -= timedelta(days=off)
    promise(job)


def _carry_out(world: World, job: Job, calendars: Calendars) -> dict[int, Progress]:
    """Work through the tasks in the order of the plan, each at its own pace, each after what it waits for."""
    chance = world.rng("work", job.client.brief.key, job.brief.key)
    compiled = compile_calendars(calendars.specs)
    people: dict[int, list[Employee]] = {}
    for assignment in job.plan.assignments:
        if assignment.resource in job.who:
            people.setdefault(assignment.task, []).append(job.who[assignment.resource])
    waits: dict[int, list[Link]] = {}
    for link in job.plan.links:
        waits.setdefault(link.successor, []).append(link)
    parents = {t.parent for t in job.plan.tasks}
    tasks = _in_turn([t for t in job.plan.tasks if t.uid not in parents], waits)
    done: dict[int, Progress] = {}
    minutes = {t.uid: _minutes(chance, job, t) for t in tasks}
    for task in tasks:
        own = compiled[task.calendar or calendars.firm]
        begin = _begin(task, waits.get(task.uid, []), done, minutes, own, job.plan.start)
        if task.duration and chance.random() < 0.1 and job.brief.pace > 1 and job.brief.service != "support":
            begin += timedelta(days=chance.randint(1, 3))
        done[task.uid] = _progress(task, begin, minutes[task.uid], own, people.get(task.uid, []), job.until)
    return done


def _in_turn(tasks: list[Task], waits: dict[int, list[Link]]) -> list[Task]:
    """Each task after all that it waits for, else in the order of the outline."""
    by_uid = {t.uid: t for t in tasks}
    order: dict[int, Task] = {}

    def take(task: Task) -> None:
        if task.uid not in order:
            for link in waits.get(task.uid, []):
                take(by_uid[link.predecessor])
            order[task.uid] = task

    for task in tasks:
        take(task)
    return list(order.values())


def _minutes(chance: Random, job: Job, task: Task) -> int:
    """How long the task really takes, in half days where it is longer than one."""
    if not task.duration or job.brief.service == "support":
        return task.duration
    noise = 1 if task.level_of_effort else chance.lognormvariate(0, 0.16)
    real = task.duration * job.brief.pace * noise
    grain = 240 if task.duration > 480 else 60
    return max(grain, round(real / grain) * grain)


def _begin(
    task: Task,
    waits: list[Link],
    done: dict[int, Progress],
    minutes: dict[int, int],
    own: WorkCalendar,
    first: datetime,
) -> datetime:
    begin = first
    for link in waits:
        before = done[link.predecessor]
        moment = before.finish if link.type in (LinkType.FS, LinkType.FF) else before.start
        if link.unit is LagUnit.ELAPSED:
            moment += timedelta(minutes=link.lag)
        elif link.lag:
            moment = own.add(
                moment, round(link.lag if link.unit is LagUnit.WORKING else minutes[link.predecessor] * link.lag / 100)
            )
        if link.type in (LinkType.FF, LinkType.SF):
            moment = own.subtract(moment, minutes[task.uid])
        begin = max(begin, moment)
    if task.constraint_date is not None and task.constraint is not Constraint.FINISH_NO_EARLIER_THAN:
        begin = max(begin, task.constraint_date)
    return begin


def _progress(
    task: Task, begin: datetime, minutes: int, own: WorkCalendar, people: list[Employee], until: datetime
) -> Progress:
    if not minutes:
        return Progress(begin, begin, 0, 1.0 if begin < until else 0.0)
    # On site everybody keeps the hours of the site; elsewhere the slowest calendar of those assigned decides.
    hours = [own] if task.ignore_resource_calendars or not people else [hand.working for hand in people]
    start = min(calendar.next_working(begin) for calendar in hours)
    finish, slowest = max(
        ((calendar.add(start, minutes), n) for n, calendar in enumerate(hours)), key=lambda pair: pair[0]
    )
    if finish <= until:
        return Progress(start, finish, minutes, 1.0)
    if start >= until:
        return Progress(start, finish, minutes, 0.0)
    share = hours[slowest].between(start, until) / minutes
    return Progress(start, finish, minutes, min(0.99, share))


def as_of(world: World, job: Job, moment: datetime, calendars: Calendars) -> Job:
    """``job`` as it stood at an earlier moment: the same work, known only so far."""
    then = replace(job, until=moment, booked=[row for row in job.booked if row[2] < moment.date()])
    then.progress = _carry_out(world, then, calendars)
    return then


def plan_today(world: World, job: Job) -> Plan:
    """The agreed plan with what has happened written into it, scheduled anew.

    Work that should have begun but has not is moved to today, as a project manager does; a project on hold is left as
    it was put aside.
    """
    plan = job.plan
    parents = {t.parent for t in plan.tasks}
    hours = job.worked()
    assigned: dict[int, list[int]] = {}
    for a in plan.assignments:
        if a.resource in job.who:
            assigned.setdefault(a.task, []).append(a.resource)
    tasks: dict[int, Task] = {}
    shares: dict[int, tuple[float, int]] = {}
    for task in plan.tasks:
        if task.uid not in parents:
            task, shares[task.uid] = _today(world, job, task, assigned.get(task.uid, []))
            task = replace(task, actual_work=sum(hours.get((task.uid, r), 0) for r in assigned.get(task.uid, [])))
        agreed = job.brief.agreed and task.uid not in job.added and task.uid in job.baseline
        tasks[task.uid] = replace(task, baselines=(job.baseline[task.uid],) if agreed else ())
    assignments = []
    for a in plan.assignments:
        if a.resource not in job.who:
            assignments.append(a)
            continue
        share, remaining = shares[a.task]
        actual = hours.get((a.task, a.resource), 0)
        left = a.work if not share else round(remaining * a.units)
        rate = next(r for r in plan.resources if r.uid == a.resource).rates[0].standard
        work = actual + left
        cost = round_half_up(rate * work / 60, 2)
        assignments.append(replace(a, work=work, actual_work=actual, remaining_work=left, cost=cost))
    sums: dict[int, tuple[int, int]] = {}
    costs = {t.uid: t.fixed_cost for t in plan.tasks}
    for a in assignments:
        work, actual = sums.get(a.task, (0, 0))
        human = a.resource in job.who
        sums[a.task] = (work + a.work * human, actual + a.actual_work * human)
        costs[a.task] += a.cost
    for uid, (work, actual) in sums.items():
        tasks[uid] = replace(tasks[uid], work=work, actual_work=actual)
    leaves = {uid: t if uid in parents else replace(t, cost=costs[uid]) for uid, t in tasks.items()}
    plan = replace(plan, tasks=tuple(leaves.values()), assignments=tuple(assignments))
    if job.brief.state == "active" and job.brief.service != "support":
        plan = _moved_on(world, job, plan, parents)
    return placed(plan, schedule(plan))


def _today(world: World, job: Job, task: Task, people: list[int]) -> tuple[Task, tuple[float, int]]:
    """One task as of now, with its share done and what remains of it in minutes."""
    progress = job.progress.get(task.uid)
    if progress is None or not progress.share:
        return task, (0.0, task.duration)
    if progress.done:
        task = replace(
            task,
            percent_complete=100,
            actual_start=progress.start,
            actual_finish=progress.finish,
            duration=progress.minutes,
            actual_duration=progress.minutes,
            remaining_duration=0,
        )
        return task, (1.0, 0)
    done = max(1, round(progress.minutes * progress.share))
    # Nobody knows early how long a long task will really take.
    total = progress.minutes if done > 0.7 * task.duration else max(task.duration, done + DAY)
    if total <= 10 * DAY:  # of short tasks people report progress in steps of five percent
        total = max(done + 30, round(done * 100 / min(95, max(5, round(progress.share * 20) * 5))))
    task = replace(
        task,
        percent_complete=round(done / total * 100, 2),
        actual_start=progress.start,
        duration=total,
        actual_duration=done,
        remaining_duration=total - done,
    )
    return task, (progress.share, total - done)


def _moved_on(world: World, job: Job, plan: Plan, parents: set[int | None]) -> Plan:
    """Set tasks that have not begun to start now at the earliest where the plan has them in the past."""
    assert world.working is not None
    now = world.working.next_working(job.until)
    dates = schedule(plan)
    tasks = []
    for task in plan.tasks:
        when = dates.tasks[task.uid]
        waiting = task.uid not in parents and task.actual_start is None and not task.level_of_effort
        if (waiting and when.start < now) or (
            waiting
            and task.constraint is Constraint.MUST_START_ON
            and task.constraint_date
            and task.constraint_date < now
        ):
            task = replace(task, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=now)
        tasks.append(task)
    return replace(plan, tasks=tuple(tasks))
