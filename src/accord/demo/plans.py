"""A plan for each project: durations, links, people, cost, and the dates that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from accord.core.money import round_half_up
from accord.demo.outlines import DAY, Line, Node, Outline, creep_outline, programme_outline, service_outline
from accord.demo.people import delivery_hands
from accord.demo.programmes import PROGRAMMES
from accord.demo.services import SERVICES
from accord.demo.world import Employee, Job, World
from accord.engines.calendars.working_time import CalendarSpec, WorkCalendar
from accord.engines.planning.plan import (
    Assignment,
    BaselineValues,
    Constraint,
    Plan,
    RateLine,
    Resource,
    ResourceKind,
    Stored,
    Task,
)
from accord.engines.planning.scheduling import Schedule, schedule

SHARES = (0.5, 0.6, 0.75, 0.75, 0.8, 1.0)
STEERING = "Project management"
SUPPORT = (("Operations and updates", ("cloud", "be")), ("Minor changes and questions", ("fe", "be", "copy")))


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendars every plan may use."""

    specs: tuple[CalendarSpec, ...]
    firm: int
    site: int


def outline_of(world: World, job: Job) -> Outline:
    """What is to be done, before anybody is asked to do it."""
    chance = world.rng("outline", job.client.brief.key, job.brief.key)
    if job.brief.service == "support":
        return _support(world, job)
    if job.brief.service in PROGRAMMES:
        return programme_outline(chance, PROGRAMMES[job.brief.service], job.brief.size * min(1.0, world.scale * 2))
    outline = service_outline(chance, SERVICES[job.brief.service].outline, job.brief.size)
    if job.brief.creep:
        job.added = creep_outline(outline, chance, job.brief.creep)
    return outline


def _steered(job: Job, plan: Plan, outline: Outline, dates: Schedule, working: WorkCalendar) -> Plan:
    """``plan`` with level of effort for steering, which lasts as long as all other work together."""
    uid = max(task.uid for task in plan.tasks) + 1
    length = working.between(dates.start, dates.finish) or DAY
    share = 0.4 if job.brief.service in PROGRAMMES else 0.2
    node = Node(uid, None, Line(STEERING, who=(("pm", share),)), length)
    outline.nodes[:] = [*(n for n in outline.nodes if n.line.name != node.line.name), node]
    return replace(plan, tasks=(*plan.tasks, Task(uid, node.line.name, duration=length, level_of_effort=True)))


def agree(world: World, job: Job, outline: Outline, calendars: Calendars) -> Plan:
    """The plan as the client signs it, starting on ``job.start``: people chosen, dates and costs computed.

    Does not yet promise anybody's time; see ``promise``.
    """
    chance = world.rng("plan", job.client.brief.key, job.brief.key)
    plan = Plan(
        name=job.brief.name,
        start=datetime.combine(job.start, time(8, 30)),
        calendar=calendars.firm,
        calendars=calendars.specs,
        tasks=tuple(_task(node, job, calendars) for node in outline.nodes if node.line.name != STEERING),
        links=tuple(outline.links),
        currency="EUR",
    )
    first = schedule(plan)
    if job.brief.service != "support":
        assert world.working is not None
        plan = _steered(job, plan, outline, first, world.working)
        first = schedule(plan)
    plan = _staffed(world, job, plan, outline, first, chance)
    signed = _without(plan, job.added)
    dates = schedule(signed)
    signed = placed(_appointed(signed, outline, dates, job), dates)
    job.baseline = {t.uid: BaselineValues(0, t.start, t.finish, t.duration, t.work, t.cost) for t in signed.tasks}
    fixed = {t.uid: t for t in signed.tasks}
    plan = replace(plan, tasks=tuple(fixed.get(t.uid, t) for t in plan.tasks))
    return placed(plan, schedule(plan))


def _without(plan: Plan, uids: frozenset[int]) -> Plan:
    """The plan before some tasks were added to it."""
    return replace(
        plan,
        tasks=tuple(t for t in plan.tasks if t.uid not in uids),
        links=tuple(link for link in plan.links if not uids & {link.predecessor, link.successor}),
        assignments=tuple(a for a in plan.assignments if a.task not in uids),
    )


def _task(node: Node, job: Job, calendars: Calendars) -> Task:
    line = node.line
    task = Task(
        uid=node.uid,
        name=line.name,
        parent=node.parent,
        duration=node.minutes,
        milestone=line.milestone,
        milestone_owner=job.manager.person.email if line.milestone else "",
        calendar=calendars.site if line.on_site else None,
        ignore_resource_calendars=line.on_site,
    )
    if job.brief.service == "support" and not line.heading:
        starts = datetime.combine(date.fromordinal(round(line.days)), time(8, 30))
        return replace(task, constraint=Constraint.START_NO_EARLIER_THAN, constraint_date=starts)
    return task


def _staffed(world: World, job: Job, plan: Plan, outline: Outline, dates: Schedule, chance: Random) -> Plan:
    """Choose for each task those who can do it and have most room in its weeks."""
    job.crew = _crew(world, job, outline, dates)
    resources: dict[Employee, Resource] = {}
    assignments: list[Assignment] = []
    tasks = {task.uid: task for task in plan.tasks}
    load: dict[tuple[Employee, int], int] = defaultdict(int)
    extra: list[Resource] = []
    for node in outline.leaves():
        task, when = tasks[node.uid], dates.tasks[node.uid]
        weeks = _weeks(when.start.date(), when.finish.date())
        chosen: set[Employee] = set()
        work, cost = 0, Decimal(0)
        for skill, share in node.line.who:
            if not node.minutes:
                continue
            able = [h for h in job.crew.get(skill, []) if h not in chosen]
            if not able:
                continue
            hand = min(able, key=lambda h: _load(h, weeks, load) + 0.1 * (h not in resources))
            chosen.add(hand)
            resource = resources.setdefault(hand, _resource(hand, len(resources) + 1, job.start))
            units = share if share is not None else chance.choice(SHARES)
            minutes = round(node.minutes * units)
            price = round_half_up(Decimal(minutes) / 60 * resource.rates[0].standard, 2)
            assignments.append(
                Assignment(
                    len(assignments) + 1, node.uid, resource.uid, units, minutes, remaining_work=minutes, cost=price
                )
            )
            work, cost = work + minutes, cost + price
            for week in weeks:
                load[hand, week] += minutes // len(weeks)
        if node.line.cost:
            amount = Decimal(round(node.line.cost * chance.uniform(0.85, 1.2), -1))
            if "Cabinet assembly" in node.line.name:  # parts are counted as material, everything else as a fixed cost
                extra.append(
                    Resource(
                        900 + len(extra),
                        f"Cabinet parts, {node.line.name.split(', ')[-1]}",
                        ResourceKind.MATERIAL,
                        rates=(RateLine(None, None, amount),),
                        material_label="set",
                    )
                )
                assignments.append(Assignment(len(assignments) + 1, node.uid, extra[-1].uid, cost=amount))
            else:
                task = replace(task, fixed_cost=amount)
            cost += amount
        tasks[node.uid] = replace(task, work=work, cost=cost)
    job.who = {resource.uid: hand for hand, resource in resources.items()}
    everybody = (*resources.values(), *extra)
    return replace(plan, tasks=tuple(tasks.values()), resources=everybody, assignments=tuple(assignments))


def _resource(hand: Employee, uid: int, day: date) -> Resource:
    cost, _ = hand.rate(day)
    assert hand.person.team is not None
    return Resource(
        uid=uid,
        name=hand.person.name,
        email=hand.person.email,
        group=hand.person.team.name,
        calendar=hand.calendar.pk if hand.calendar else None,
        rates=(RateLine(None, None, cost),),
    )


def _crew(world: World, job: Job, outline: Outline, dates: Schedule) -> dict[str, list[Employee]]:
    """Enough people of each skill for the whole project, those with most room first."""
    weeks = _weeks(dates.start.date(), dates.finish.date())
    demand: dict[str, int] = defaultdict(int)
    at_once: dict[str, int] = defaultdict(int)
    for node in outline.leaves():
        skills = [skill for skill, _ in node.line.who]
        for skill in set(skills):
            demand[skill] += round(node.minutes * 0.75 * skills.count(skill))
            at_once[skill] = max(at_once[skill], skills.count(skill))
    there = [h for h in delivery_hands(world) if h.joined <= max(job.start, world.opening)]
    crew: dict[str, list[Employee]] = {}
    for skill, minutes in demand.items():
        able = [h for h in there if skill in h.skills]
        count = max(at_once[skill], round(minutes / (len(weeks) * 2400 * 0.3)))
        crew[skill] = sorted(
            able,
            key=lambda h: (h.skills.index(skill) * 0.15 + _load(h, weeks, {}), h.person.name),
        )[:count]
    if job.brief.member:
        hand = world.hand(job.brief.member)
        use = next((s for s in hand.skills if s in crew), None)
        if use is not None and hand not in crew[use]:
            crew[use].append(hand)
    if "pm" in crew and "pm" in job.manager.skills:
        crew["pm"] = [job.manager]
    return crew


def _appointed(plan: Plan, outline: Outline, dates: Schedule, job: Job) -> Plan:
    """Fix what is agreed by the day: appointments, deadlines of milestones, and the promised finish."""
    tasks = {task.uid: task for task in plan.tasks}
    large = job.brief.service in PROGRAMMES
    nodes = [n for n in outline.leaves() if n.uid in tasks]
    last = max(nodes, key=lambda n: (n.line.milestone, dates.tasks[n.uid].finish, n.uid))
    for number, node in enumerate(nodes):
        when, task = dates.tasks[node.uid], tasks[node.uid]
        if node.line.appointment:
            kind = Constraint.MUST_START_ON if number == 0 and large else Constraint.START_NO_EARLIER_THAN
            task = replace(task, constraint=kind, constraint_date=when.start)
        elif large and task.name.startswith(("Client team training", "Energy and throughput", "Legacy data archiving")):
            task = replace(task, constraint=Constraint.FINISH_NO_EARLIER_THAN, constraint_date=when.finish)
        if node.line.milestone and large and job.brief.promised is not None:
            task = replace(task, deadline=when.finish + timedelta(days=job.brief.promised + 14))
        if node.uid == last.uid and job.brief.promised is not None:
            task = replace(task, deadline=when.finish + timedelta(days=job.brief.promised))
        tasks[node.uid] = task
    return replace(plan, tasks=tuple(tasks.values()), finish=dates.finish)


def placed(plan: Plan, dates: Schedule) -> Plan:
    """``plan`` with the computed dates written into it, and sums in its summary tasks."""
    tasks = {}
    for task in plan.tasks:
        when = dates.tasks[task.uid]
        stored = Stored(
            when.start,
            when.finish,
            when.early_start,
            when.early_finish,
            when.late_start,
            when.late_finish,
            when.total_float,
            when.free_float,
            when.critical,
        )
        tasks[task.uid] = replace(task, start=when.start, finish=when.finish, stored=stored)
        if task.level_of_effort:
            tasks[task.uid] = replace(tasks[task.uid], duration=when.duration)
    below: dict[int, list[Task]] = defaultdict(list)
    for task in tasks.values():
        if task.parent is not None:
            below[task.parent].append(task)
    for uid, own in below.items():  # outlines are two levels deep
        work = [t for t in own if not t.level_of_effort]
        done = sum(t.percent_complete * t.duration for t in work)
        total = sum(t.duration for t in work)
        tasks[uid] = replace(
            tasks[uid],
            duration=dates.tasks[uid].duration,
            work=sum(t.work for t in own),
            actual_work=sum(t.actual_work for t in own),
            cost=sum((t.cost for t in own), Decimal(0)),
            percent_complete=round(done / total, 2) if total else 0,
        )
    return replace(plan, tasks=tuple(tasks.values()), finish=dates.finish)


def promise(job: Job) -> None:
    """Keep the weeks of everybody who was chosen."""
    tasks = {task.uid: task for task in job.plan.tasks}
    for assignment in job.plan.assignments:
        hand = job.who.get(assignment.resource or 0)
        task = tasks[assignment.task]
        if hand is not None and task.start is not None and task.finish is not None:
            weeks = _weeks(task.start.date(), task.finish.date())
            for week in weeks:
                hand.planned[week] += assignment.work // len(weeks)


def _load(hand: Employee, weeks: range, more: Mapping[tuple[Employee, int], int]) -> float:
    """The share of the hand's working time in ``weeks`` that is promised already."""
    promised = sum(hand.planned[w] + more.get((hand, w), 0) for w in weeks)
    return promised / (len(weeks) * hand.working.week_minutes)


def _weeks(first: date, last: date) -> range:
    return range(first.toordinal() // 7, last.toordinal() // 7 + 1)


def _support(world: World, job: Job) -> Outline:
    """A year of support: two tasks a month, as much work as the fee pays for."""
    outline = Outline()
    assert world.working is not None
    start = job.start
    uid, parent = 0, 0
    hours = job.brief.monthly / 118
    for month in range(12):
        first = date(start.year + (start.month - 1 + month) // 12, (start.month - 1 + month) % 12 + 1, 1)
        first = max(first, start)
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        if month % 3 == 0:
            uid += 1
            parent = uid
            quarter = (first.month - 1) // 3 + 1
            outline.nodes.append(
                Node(
                    uid,
                    None,
                    Line(
                        f"{first.year}, months {month + 1}–{month + 3}"
                        if start.day > 1
                        else f"Q{quarter} {first.year}",
                        heading=True,
                    ),
                )
            )
        begin, end = (datetime.combine(day, time()) for day in (first, following))
        minutes = world.working.between(begin, end) // DAY * DAY or DAY
        for name, skills in SUPPORT:
            uid += 1
            share = round(min(0.9, hours * 60 * (0.6 if skills[0] == "cloud" else 0.4) / minutes / 2), 2)
            line = Line(
                f"{name}, {first:%B %Y}", days=first.toordinal(), who=tuple((s, max(0.02, share)) for s in skills[:2])
            )
            outline.nodes.append(Node(uid, parent, line, minutes))
    return outline
