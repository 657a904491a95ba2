"""Which projects there were: those of the stories, a support project for each retainer term, and the usual rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from accord.demo.briefs import JobBrief
from accord.demo.programmes import PROGRAMMES
from accord.demo.services import LINES, SERVICES, SUPPORT_LABEL
from accord.demo.stories import STORIES
from accord.demo.world import Client, Employee, Job, World

TOTALS = {"closed": 160, "active": 25, "planned": 8, "on_hold": 3}
LARGE = 12
RHYTHM = 200  # days from one project of a client to the next
SILENT = 600  # days since its last project after which a client is as good as lost
MANAGERS = ("henrike.muehlenbruch", "tomasz.zielinski", "aleksandra.nowakowska", "yusuf.demirci", "charlotte.beaumont")
PLANT_MANAGERS = ("ruediger.pfannkuch", "ruediger.pfannkuch", "henrike.muehlenbruch", "yusuf.demirci")
# Days that a project of each kind takes, roughly: only to place it in time before its plan exists.
USUAL_DAYS = {
    "website": 80,
    "app": 120,
    "integration": 75,
    "retrofit": 105,
    "cloud": 70,
    "data": 65,
    "brand": 33,
    "audit": 28,
    "training": 35,
    "proof": 35,
    "platform": 400,
    "plant": 420,
    "rollout": 400,
}
MANNERS = (  # pace, effort, how often
    (1.0, 1.0, 5),
    (0.95, 0.95, 3),
    (1.08, 1.05, 3),
    (1.15, 1.12, 2),
    (1.25, 1.1, 1),
    (1.05, 1.25, 1),
    (0.85, 0.9, 1),
)


def plan_jobs(world: World) -> None:
    """Fill ``world.jobs`` in order of their start, with what was to be done but not yet how it went."""
    for client in world.clients:
        for brief in (*client.brief.jobs, *_support(world, client)):
            _add(world, client, brief)
    _large(world)
    for state, total in TOTALS.items():
        told = sum(j.brief.state == state for j in world.jobs)
        wanted = round(total * world.scale) if world.scale < 1 else total
        for number in range(told, wanted):
            _usual(world, state, number)
    world.jobs.sort(key=lambda j: (j.start, j.client.brief.key, j.brief.key))
    years: dict[int, int] = {}
    for job in world.jobs:
        years[job.start.year] = years.get(job.start.year, 0) + 1
        job.code = f"{job.start.year % 100:02}-{years[job.start.year]:03}"


def default_days(brief: JobBrief) -> float:
    """Calendar days a project will take, about."""
    return USUAL_DAYS[brief.service] * brief.size * (1.08 * brief.pace if brief.state == "closed" else 1)


def _add(world: World, client: Client, brief: JobBrief) -> Job:
    chance = world.rng("job", client.brief.key, brief.key)
    start = _start(world, brief)
    service = SERVICES.get(brief.service) or PROGRAMMES.get(brief.service)
    if service is not None:
        name = brief.name or _name(chance, service.names)
        objective = brief.objective or chance.choice(service.objectives)
        brief = replace(brief, name=name, objective=objective)
    manager = world.hand(brief.manager) if brief.manager else _manager(world, chance, brief, start)
    job = Job(brief, client, manager, start)
    world.jobs.append(job)
    client.jobs.append(job)
    return job


def _start(world: World, brief: JobBrief) -> date:
    if brief.service == "support":
        return world.back(brief.at)
    if brief.state == "planned":
        return world.back(-brief.at)
    days = default_days(brief)
    return world.back(brief.at + days) if brief.state == "closed" else world.back(brief.at * days)


def _name(chance: Random, names: tuple[str, ...]) -> str:
    return chance.choice(names).format(n=chance.randint(3, 9), line=chance.choice(LINES))


def _manager(world: World, chance: Random, brief: JobBrief, start: date) -> Employee:
    """Whoever of the project managers is with the firm and leads fewest projects at that time."""
    names = PLANT_MANAGERS if brief.service in ("retrofit", "plant") else MANAGERS
    there = [world.hand(n) for n in names if world.hand(n).joined <= start]
    near = timedelta(days=120)
    return min(
        there, key=lambda h: (sum(j.manager is h and abs(j.start - start) < near for j in world.jobs), chance.random())
    )


def _support(world: World, client: Client) -> list[JobBrief]:
    """A support project for each term of a retainer."""
    briefs = []
    for retainer in client.brief.retainers:
        ends = world.back(-retainer.ends_in)
        for age, monthly in enumerate(reversed(retainer.monthly)):
            starts = _years_before(ends, age + 1) + timedelta(days=1)
            last = _years_before(ends, age)
            state = "closed" if last < world.today else "active"
            chance = world.rng("support", client.brief.key, age)
            name = f"{SUPPORT_LABEL} {starts.year}" + (f"/{last.year % 100:02}" if last.year != starts.year else "")
            briefs.append(
                JobBrief(
                    key=f"support-{client.brief.key}-{age}",
                    service="support",
                    state=state,
                    at=(world.today - starts).days,
                    name=name,
                    effort=chance.choice((0.85, 0.95, 1.0, 1.0, 1.1, 1.25)),
                    terms="retainer",
                    objective="Systems stay secure and up to date, and small requests are completed within the month.",
                    promised=None,
                    monthly=monthly,
                )
            )
    first = world.opening - timedelta(days=200) if world.scale >= 1 else world.back(2 * 365 - 1)
    return [b for b in briefs if world.back(b.at) >= first]


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _large(world: World) -> None:
    """Large projects beyond those of the stories, all closed by now."""
    told = sum(j.brief.service in PROGRAMMES for j in world.jobs)
    for number in range(told, LARGE if world.scale >= 1 else told):
        chance = world.rng("large", number)
        service = sorted(PROGRAMMES)[(number + 2) % 3]
        days = USUAL_DAYS[service]
        able = [
            c
            for c in world.clients
            if c.brief not in STORIES
            and c.brief.status != "prospect"
            and c.brief.weight
            and c.brief.segment in PROGRAMMES[service].segments
            and c.brief.since * 365 > c.brief.lost + days * 1.25
            and not any(j.brief.service in PROGRAMMES for j in c.jobs)
        ]
        client = max(able, key=lambda c: c.brief.weight * chance.random())
        latest = min((world.today - max(client.since, world.opening)).days - days * 1.2, 1200)
        at = round(chance.uniform(client.brief.lost + 90, max(client.brief.lost + 100, latest)))
        pace, effort = _manner(chance)
        _add(world, client, JobBrief(f"large-{number}", service, "closed", at, size=0.8, pace=pace, effort=effort))


def _usual(world: World, state: str, number: int) -> None:
    chance = world.rng("usual", state, number)
    while True:
        client = _buyer(world, chance, state)
        service = SERVICES[_service(chance, client)]
        if state != "closed" or service.key not in {j.brief.service for j in client.jobs[-2:]}:
            break
    size = round(chance.uniform(0.9, 1.9), 2)
    pace, effort = _manner(chance)
    terms = chance.choice(service.terms)
    brief = JobBrief(
        f"{state}-{number}",
        service.key,
        state,
        0,
        size=size,
        pace=pace,
        effort=effort,
        terms=terms,
        promised=chance.choice((0, 5, 5, 10, 15)),
    )
    if state == "closed":
        days = default_days(brief)
        brief = replace(brief, at=_since_end(world, chance, client, days))
    else:
        at = {"active": chance.uniform(0.15, 0.9), "on_hold": chance.uniform(0.3, 0.6)}.get(
            state, chance.randint(8, 75)
        )
        brief = replace(brief, at=round(at, 2))
    _add(world, client, brief)


def _since_end(world: World, chance: Random, client: Client, days: float) -> int:
    """How long ago a project of so many ``days`` ended: of three tries the one that follows another project of the
    client most nearly by its rhythm. Who buys comes back soon, and a long silence is a sign of leaving.
    """
    others = [job for job in client.jobs if job.brief.service != "support"]
    ended = min((job.brief.at for job in others if job.brief.state == "closed"), default=SILENT + 1)
    is_silent = client.brief.status == "client" and client.jobs and ended > SILENT
    if is_silent and chance.random() < 0.8:  # most clients of today have bought since
        return chance.randint(30, SILENT)
    first = max(client.since, world.opening - timedelta(days=150))
    room = max(1.0, (world.today - first).days - client.brief.lost - days - 14)
    # Tilt moves a client's projects towards the present or away from it.
    drawn = [chance.random() ** (1 / client.brief.tilt) for _ in range(3)]
    ages = [client.brief.lost + 12 + room * (1 - each) for each in drawn]
    starts = [(world.today - job.start).days for job in others]

    def off(age: float) -> float:
        return abs(min((abs(age + days - start) for start in starts), default=RHYTHM) - RHYTHM)

    nearest = min(ages, key=off)
    return round(nearest)


def _buyer(world: World, chance: Random, state: str) -> Client:
    allowed = {"closed": ("client", "former"), "planned": ("client", "client", "prospect")}.get(state, ("client",))
    able = [c for c in world.clients if c.brief.status in allowed and c.brief.weight and not c.brief.silent]
    # A client served for four years bought more than one of the last months.
    years = [min(4.0, c.brief.since) - c.brief.lost / 365 for c in able]
    new = [c for c in able if not c.jobs]
    if state == "closed" and new:  # every client has bought at least once
        return new[0]
    idle = [c for c in able if _idle(c)]
    if state == "closed" and idle and chance.random() < 0.4:
        return idle[0]
    weights = [c.brief.weight * max(0.15, y) for c, y in zip(able, years, strict=True)]
    return chance.choices(able, weights if state == "closed" else [c.brief.weight for c in able])[0]


def _idle(client: Client) -> bool:
    """A client of today for whom nothing was done in the last year."""
    recent = any(j.brief.state == "active" or (j.brief.state == "closed" and j.brief.at < 330) for j in client.jobs)
    return client.brief.status == "client" and not recent


def _service(chance: Random, client: Client) -> str:
    keys = sorted(SERVICES)
    weights = [
        3.0 if client.brief.segment in SERVICES[k].segments else 0.0 if SERVICES[k].segments else 1.2 for k in keys
    ]
    return chance.choices(keys, weights)[0]


def _manner(chance: Random) -> tuple[float, float]:
    pace, effort, _ = chance.choices(MANNERS, [often for *_, often in MANNERS])[0]
    return round(pace * chance.uniform(0.97, 1.03), 3), round(effort * chance.uniform(0.96, 1.04), 3)
