"""What people can do, when they are away, and to which projects their time is promised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from accord.demo.roster import ROSTER
from accord.demo.world import Employee, Job, World
from accord.people.models import Absence, Level, PersonSkill, Skill
from accord.projects.models import Allocation, NeededSkill, StaffingRequest

KNOWN = timedelta(days=180)  # how far back absences are kept
PLANNED = 26  # weeks ahead in which leave is planned

# By the short names of the roster: what the skill is called, and the field it belongs to.
SKILLS = {
    "pm": ("Project management", "Delivery"),
    "analyst": ("Requirements analysis", "Delivery"),
    "train": ("Training and workshops", "Delivery"),
    "ux": ("User research", "Design"),
    "ui": ("Interface design", "Design"),
    "copy": ("Copywriting", "Design"),
    "be": ("Backend development", "Software"),
    "fe": ("Frontend development", "Software"),
    "mob": ("Mobile apps", "Software"),
    "qa": ("Testing", "Software"),
    "cloud": ("Cloud platforms", "Data and cloud"),
    "data": ("Data engineering", "Data and cloud"),
    "sec": ("Information security", "Data and cloud"),
    "auto": ("PLC programming", "Plant"),
    "elec": ("Electrical design", "Plant"),
    "mech": ("Mechanical design", "Plant"),
}
LANGUAGES = {"wroclaw": "Polish", "leeds": "English"}


def make_skills_and_absences(world: World) -> None:
    """Skills with levels, half a year of absences as they were, and the leave that is planned."""
    skills = {key: Skill.objects.create(name=name, field=field) for key, (name, field) in SKILLS.items()}
    tongues = {name: Skill.objects.create(name=name, field="Languages") for name in ("English", "French", "Polish")}
    levels = {colleague.mailbox: colleague for colleague in ROSTER}
    held: list[PersonSkill] = []
    away: list[Absence] = []
    for hand in world.hands:
        colleague = levels[hand.person.email.partition("@")[0]]
        chance = world.rng("skills", colleague.mailbox)
        for place, key in enumerate(hand.skills):
            level = max(1, min(5, colleague.level + 1 - place - (chance.random() < 0.3)))
            held.append(PersonSkill(person=hand.person, skill=skills[key], level=level))
        own = LANGUAGES.get(colleague.calendar)
        for name, tongue in tongues.items():
            level = 5 if name == own else chance.choice((2, 3, 3, 4)) if chance.random() < 0.3 else 0
            if level:
                held.append(PersonSkill(person=hand.person, skill=tongue, level=level))
        away += _absences(world, hand)
    PersonSkill.objects.bulk_create(held)
    Absence.objects.bulk_create(away)


def _absences(world: World, hand: Employee) -> list[Absence]:
    chance = world.rng("absences", hand.person.email)
    rows = []
    for first, last in _spans(day for day in hand.absent if day >= world.today - KNOWN):
        long = (last - first).days >= 4
        kind = "leave" if long else chance.choice(("leave", "sick", "sick", "training"))
        if first > world.today and kind == "sick":  # no one knows that beforehand
            kind = "leave"
        rows.append(Absence(person=hand.person, kind=kind, starts_on=first, ends_on=last))
    until = max((row.ends_on for row in rows), default=world.today)
    start = max(until, world.today) + timedelta(days=chance.randint(10, 7 * PLANNED))
    start -= timedelta(days=start.weekday())
    if start > until and chance.random() < 0.6:
        rows.append(Absence(person=hand.person, kind="leave", starts_on=start, ends_on=start + timedelta(days=4)))
    return rows


def _spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days in a row as first and last."""
    ordered = sorted(days)
    runs = groupby(enumerate(ordered), key=lambda pair: pair[1] - timedelta(days=pair[0]))
    found = [[day for _, day in run] for _, run in runs]
    return [(run[0], run[-1]) for run in found]


def make_allocations(world: World) -> None:
    """Confirmed allocations on running projects, tentative ones on planned ones, and three open staffing requests."""
    confirmed: list[Allocation] = []
    running = [job for job in world.jobs if job.brief.state == "active" and _ends(job) > world.today]
    for job in running:
        chance = world.rng("allocations", job.brief.key)
        for hand in list(dict.fromkeys(job.who.values()))[:2]:
            if chance.random() < 0.4:
                first = world.today - timedelta(days=world.today.weekday())
                confirmed.append(
                    _allocation(job, hand, first, _ends(job), chance.choice((10, 20, 20, 30, 40)), confirmed=True)
                )
    tentative: list[Allocation] = []
    coming = [job for job in world.jobs if job.brief.state == "planned"]
    for job in coming:
        chance = world.rng("allocations", job.brief.key)
        tentative += [
            _allocation(job, hand, job.start, job.start + timedelta(weeks=8), chance.choice((40, 50, 60)))
            for hand in list(dict.fromkeys(job.who.values()))[:3]
        ]
    Allocation.objects.bulk_create([*confirmed, *tentative])
    _requests(world, [*coming, *running])


def _ends(job: Job) -> date:
    return job.row.finish.date() if job.row.finish else job.ended


def _allocation(
    job: Job, hand: Employee, first: date, last: date, share: int, *, confirmed: bool = False
) -> Allocation:
    return Allocation(
        project=job.row, person=hand.person, starts_on=first, ends_on=max(first, last), share=share, confirmed=confirmed
    )


ASKED = (
    ("Frontend developer", "Frontend development", Level.ALONE, "", 50, 14, 8),
    ("Security reviewer", "Information security", Level.EXPERT, "", 30, 21, 4),
    ("On-site electrical designer", "Electrical design", Level.ALONE, "Polish", 80, 35, 6),
)


def _requests(world: World, jobs: list[Job]) -> None:
    skills = {skill.name: skill for skill in Skill.objects.all()}
    for (role, main, level, other, share, days, weeks), job in zip(ASKED, jobs, strict=False):
        first = world.today + timedelta(days=days)
        request = StaffingRequest.objects.create(
            project=job.row,
            role=role,
            starts_on=first,
            ends_on=first + timedelta(weeks=weeks),
            share=share,
            asked_by=job.manager.user,
        )
        asked = [(main, level), *([(other, Level.HELPED)] if other else [])]
        for name, least in asked:
            NeededSkill.objects.create(project=job.row, request=request, skill=skills[name], level=least)
