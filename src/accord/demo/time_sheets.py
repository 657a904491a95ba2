"""Who worked when: hours by day for every task, within what a person can work."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from accord.demo.world import Employee, Job, World, moment, working_days
from accord.money.models import TimeEntry

USUAL, LONGEST = 510, 660  # minutes a day: what is planned for, and what is possible
GRAIN = 15
NOTES = {
    "pm": ("Weekly meeting", "Risk and plan update", "Steering group report", "Coordination with client"),
    "analyst": ("Workshop and minutes", "Requirements drafted", "Answered questions from the team"),
    "ux": ("Interview analysis", "Wireframes, second round", "User test"),
    "ui": ("Component design", "Mobile variants", "Changes after review"),
    "copy": ("Copy revised", "Content migrated", "Style guide"),
    "fe": ("Component built", "Review comments addressed", "Cross-browser fixes", "Pairing on the form engine"),
    "be": (
        "Interface implemented",
        "Migration script",
        "Traced bug in the queue",
        "Review",
        "Refactoring before release",
    ),
    "mob": ("Screens built", "Push notifications", "Store build"),
    "qa": ("Regression tests", "Test cases written", "Defects retested"),
    "data": ("Model tuning", "Pipeline fixed", "Figures reconciled"),
    "cloud": ("Pipeline work", "Patching and restart", "Monitoring rules"),
    "sec": ("Threat model", "Findings documented", "Hardening"),
    "auto": ("PLC blocks", "Signals tested", "Cycle time measured", "Worked through the defect list"),
    "elec": ("Circuit diagram", "Terminal diagram", "Wiring checked on site"),
    "mech": ("Bracket drawings", "Site measurements"),
    "train": ("Course delivered", "Course material updated"),
}


def book(world: World, job: Job) -> None:
    """Spread the hours of every task that has begun over the days its people were there."""
    chance = world.rng("hours", job.client.brief.key, job.brief.key)
    limit = min(job.ended, (job.until - timedelta(days=1)).date())
    for assignment in job.plan.assignments:
        progress = job.progress.get(assignment.task)
        hand = job.who.get(assignment.resource or 0)
        if progress is None or hand is None or not progress.share:
            continue
        effort = job.brief.effort * chance.lognormvariate(0, 0.14)
        if job.brief.service == "support":
            effort = max(0.3, effort * chance.uniform(0.6, 1.4))
        total = round(assignment.work * effort * progress.share / GRAIN) * GRAIN
        first, last = progress.start.date(), min(progress.finish.date(), limit)
        for day, minutes in _spread(hand, total, first, last, limit):
            hand.booked[day] += minutes
            job.booked.append((assignment.task, assignment.resource or 0, day, minutes))


def _spread(hand: Employee, total: int, first: date, last: date, limit: date) -> list[tuple[date, int]]:
    """Equal parts on some days of the task, more where there is room; what fits nowhere moves to the days after."""
    days = working_days(hand, first, last)
    parts = max(1, min(len(days), total // 90))
    chosen = [days[n * len(days) // parts] for n in range(parts)] if days else []
    later = working_days(hand, last + timedelta(days=1), min(limit, last + timedelta(days=14)))
    found: dict[date, int] = {}
    for tried, cap in ((chosen, USUAL), (days, USUAL), (days, LONGEST), (later, USUAL)):
        left = total - sum(found.values())
        if left < GRAIN:
            break
        share = max(GRAIN, -(-left // max(1, len(tried)) // GRAIN) * GRAIN)
        for day in tried:
            # Part-timers keep their hours too, give or take one; when nothing else helps, everyone stays longer.
            room = min(cap, hand.works(day) + (60 if cap == USUAL else 180)) - hand.booked[day] - found.get(day, 0)
            minutes = min(share, left, room) // GRAIN * GRAIN
            if minutes > 0:
                found[day] = found.get(day, 0) + minutes
                left -= minutes
    return sorted(found.items())


def store_time(world: World, job: Job) -> list[TimeEntry]:
    """The rows for everything that was booked."""
    chance = world.rng("notes", job.client.brief.key, job.brief.key)
    rows = []
    for task, resource, day, minutes in job.booked:
        hand = job.who[resource]
        cost, price = hand.rate(day)
        rows.append(
            TimeEntry(
                project_id=job.row.pk,
                task_id=job.task_ids[task],
                person_id=hand.person.pk,
                day=day,
                minutes=minutes,
                note=_note(chance, hand) if chance.random() < 0.3 else "",
                billable=job.brief.terms == "time_and_material" or chance.random() > 0.04,
                cost_rate=cost,
                bill_rate=price,
                created_at=moment(day, 17 * 60 + 30),
                updated_at=moment(day, 17 * 60 + 30),
            )
        )
    return rows


def _note(chance: Random, hand: Employee) -> str:
    return chance.choice(NOTES.get(hand.skills[0] if hand.skills else "pm", NOTES["pm"]))
