"""Four years of conversations with clients: dense around projects, thin between, silent where a story says so."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from accord.accounts.models import Contact, Interaction
from accord.demo.accounts import contact_of, sponsor
from accord.demo.sentences import TOPICS, WORDS, Word
from accord.demo.world import Client, Employee, Job, World, back_dated, moment

PER_YEAR = {"A": 34, "B": 17, "C": 9, "": 20}
Row = tuple[Interaction, list[Contact]]


def make_interactions(world: World) -> None:
    """Store interactions with the contacts who took part."""
    rows: list[Row] = []
    for client in world.clients:
        if not client.brief.silent:
            chance = world.rng("talk", client.brief.key)
            rows += [_usual(world, client, chance, day) for day in _days(world, client, chance)]
            rows += _told(world, client, chance)
    rows.sort(key=lambda row: row[0].at)
    with back_dated((Interaction, "created_at")):
        Interaction.objects.bulk_create([row for row, _ in rows], batch_size=500)
    through = Interaction.contacts.through
    through.objects.bulk_create(
        [through(interaction_id=row.pk, contact_id=contact.pk) for row, contacts in rows for contact in contacts],
        batch_size=2000,
    )


def _days(world: World, client: Client, chance: Random) -> list[date]:
    """When one was in touch: by tier, three times as often while a project runs."""
    brief = client.brief
    first = client.account.client_since or client.account.created_at.date()
    day = max(first, world.opening)
    last = world.back(max(1, brief.quiet + 1, brief.lost - 20 if brief.lost else 1))
    days: list[date] = []
    while True:
        busy = any(job.start <= day <= job.ended and job.brief.service != "support" for job in client.jobs)
        mean = 365 / PER_YEAR[brief.tier] * (0.7 if busy else 1.6)
        day += timedelta(days=max(1, round(chance.expovariate(1 / mean))))
        if day > last:
            return days
        if day.weekday() < 5:
            days.append(day)


def _usual(world: World, client: Client, chance: Random, day: date) -> Row:
    running = [j for j in client.jobs if j.start - timedelta(days=20) <= day <= j.ended + timedelta(days=10)]
    job = chance.choice(running) if running else None
    fitting = [w for w in WORDS if w.during == "any" or (w.during == "project") == (job is not None)]
    word = chance.choices(fitting, [w.weight for w in fitting])[0]
    there = [a.contact for a in client.affiliations if a.until is None or a.until > day]
    present = chance.sample(there, min(len(there), chance.choice((1, 1, 1, 2, 3)) if word.kind == "meeting" else 1))
    by = _speaker(world, client, job, chance, day)
    fill = _filling(client, chance, present[0], job, day)
    step, due, done = _next_step(world, word, chance, fill, day)
    at = moment(day, 8 * 60 + 30 + 5 * chance.randint(0, 102))
    row = Interaction(
        account=client.account,
        kind=word.kind,
        direction=word.direction,
        at=at,
        subject=word.subject.format(**fill)[:200],
        body=chance.choice(word.bodies).format(**fill),
        by=by.user,
        next_step=step[:200],
        due_on=due,
        done_at=moment(done, 15 * 60) if done else None,
        created_at=at + timedelta(minutes=chance.randint(20, 600)),
    )
    return row, present


def _speaker(world: World, client: Client, job: Job | None, chance: Random, day: date) -> Employee:
    """The account manager, or in projects their manager; where the owner was not in touch, always the manager."""
    away = client.brief.only_team and day > world.back(client.brief.only_team)
    if job is not None and (away or chance.random() < 0.5):
        return job.manager
    return max(client.jobs, key=lambda j: j.start).manager if away and client.jobs else client.owner


def _filling(client: Client, chance: Random, contact: Contact, job: Job | None, day: date) -> dict[str, object]:
    title = next((a.title for a in client.affiliations if a.contact is contact), "")
    return {
        "project": job.brief.name if job else client.account.name,
        "first": first_name(contact),
        "contact": contact.name,
        "title": title or "client contact",
        "town": client.account.city.split(",")[0],
        "account": client.account.name,
        "topic": chance.choice(TOPICS[client.brief.segment]),
        "n": chance.randint(3, 9),
        "day": f"{day + timedelta(days=chance.randint(3, 21)):%d %B}".lstrip("0"),
        "manager": job.manager.person.name.split()[0] if job else client.owner.person.name.split()[0],
    }


def first_name(contact: Contact) -> str:
    """What one calls somebody on the telephone."""
    return contact.name.removeprefix("Dr. ").split()[0]


def _next_step(
    world: World, word: Word, chance: Random, fill: dict[str, object], day: date
) -> tuple[str, date | None, date | None]:
    """What was promised, by when, and when it was done; of the recent ones some are open and some of those overdue."""
    if not word.steps or chance.random() < 0.45:
        return "", None, None
    due = day + timedelta(days=chance.randint(2, 21))
    done = day + timedelta(days=chance.randint(1, 18))
    if done >= world.today or (day > world.back(45) and chance.random() < 0.35):
        return chance.choice(word.steps).format(**fill), due, None
    return chance.choice(word.steps).format(**fill), due, done


def _told(world: World, client: Client, chance: Random) -> list[Row]:
    """What a story needs to have been said."""
    rows: list[Row] = []
    boss, champion = sponsor(client), contact_of(client, "champion") or sponsor(client)
    opponent = contact_of(client, "detractor") or boss
    if boss is None or champion is None or opponent is None:
        return rows
    for age, kind, direction, subject, body in client.brief.notes:
        at = moment(world.back(age), 9 * 60 + 5 * chance.randint(0, 90))
        fill = {"sponsor": boss.name, "first": first_name(champion), "detractor": opponent.name}
        names = [
            c for c, word in ((boss, "{sponsor}"), (champion, "{first}"), (opponent, "{detractor}")) if word in body
        ]
        step = "Reply with a date" if direction == "in" and age < 30 else ""
        row = Interaction(
            account=client.account,
            kind=kind,
            direction=direction,
            at=at,
            subject=subject,
            body=body.format(**fill),
            by=client.owner.user,
            next_step=step,
            due_on=world.back(age - 7) if step else None,
            created_at=at,
        )
        rows.append((row, list(dict.fromkeys(names)) or [champion]))
    return rows
