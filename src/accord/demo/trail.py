"""The audit trail, comments and notices, so that every timeline has a past."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from accord.conversations.events import CommentEvent
from accord.conversations.models import Comment, NoticeKind, Notification, Watch
from accord.core.event_kinds import RecordEvent
from accord.core.events import event
from accord.core.models import Event
from accord.core.references import reference
from accord.demo.accounts import sponsor
from accord.demo.sales import Sale
from accord.demo.sentences import ACCOUNT_COMMENTS, COMMENTS, TASK_COMMENTS
from accord.demo.world import BERLIN, Client, Employee, Job, World, insert, moment
from accord.money.models import Invoice
from accord.people.models import User
from accord.projects.events import BaselineEvent
from accord.projects.models import Task


def make_trail(world: World, sales: list[Sale]) -> None:
    """Store events of accounts, opportunities, projects and invoices; comments; and notices of those comments."""
    events = [e for c in world.clients for e in _account_events(world, c)]
    events += [e for sale in sales for e in _sale_events(world, sale)]
    events += [e for job in world.jobs for e in _project_events(world, job)]
    events += _invoice_events(world)
    comments = [*_comments(world), *_task_comments(world)]
    comments.sort(key=lambda said: said[0].created_at)
    for comment, subject, _ in comments:
        said = event(
            by=comment.author, kind=CommentEvent.POSTED, subject=subject, after={"comment": comment.body[:200]}
        )
        events.append(_at(said, comment.created_at))
    events.sort(key=lambda e: e.at)
    insert(events)
    insert([comment for comment, _, _ in comments])
    insert([notice for comment, subject, named in comments for notice in _notices(world, comment, subject, named)])
    watches, notices = _watching(world, comments)
    insert(watches)
    insert(notices)
    insert(_reminders(world))


def _at(entry: Event, when: datetime) -> Event:
    entry.at = when
    return entry


def _account_events(world: World, client: Client) -> list[Event]:
    account, by = client.account, client.owner.user
    made = account.created_at
    values = {"name": account.name, "status": "prospect", "segment": account.segment, "country": account.country}
    found = [_at(event(by=by, kind=RecordEvent.CREATED, subject=account, after=values), made)]
    if account.client_since and client.jobs:
        found.append(
            _at(
                event(
                    by=by,
                    kind=RecordEvent.CHANGED,
                    subject=account,
                    before={"status": "prospect"},
                    after={"status": "client"},
                ),
                made + timedelta(days=1),
            )
        )
    if account.lost_on:
        lost = {"status": "former", "lost_on": account.lost_on, "lost_reason": account.lost_reason}
        found.append(
            _at(
                event(by=by, kind=RecordEvent.CHANGED, subject=account, before={"status": "client"}, after=lost),
                moment(account.lost_on, 960),
            )
        )
    return found


def _sale_events(world: World, sale: Sale) -> list[Event]:
    row, chance = sale.row, world.rng("sale trail", sale.row.name, sale.row.opened_on)
    found = []
    before: str | None = None
    for day, stage in sale.steps:
        when = moment(min(day, world.back(1)), 540 + 5 * chance.randint(0, 90))
        if before is None:
            entry = event(
                by=row.owner,
                kind=RecordEvent.CREATED,
                subject=row,
                after={"stage": stage, "amount": row.amount, "currency": row.currency},
            )
        else:
            after = {"stage": stage} | ({"reason": row.reason} if row.reason and stage in row.CLOSED else {})
            entry = event(by=row.owner, kind=RecordEvent.CHANGED, subject=row, before={"stage": before}, after=after)
        found.append(_at(entry, when))
        before = stage
    return found


def _project_events(world: World, job: Job) -> list[Event]:
    project, by = job.row, job.manager.user
    found: list[Event] = []

    def status(day: date, before: str, after: str) -> None:
        if day < world.today:
            entry = event(
                by=by, kind=RecordEvent.CHANGED, subject=project, before={"status": before}, after={"status": after}
            )
            found.append(_at(entry, moment(day, 545)))

    if job.brief.agreed and job.brief.state != "planned":
        agreed = event(
            by=by,
            kind=BaselineEvent.TAKEN,
            subject=project,
            after={"baseline": "Agreed plan", "tasks": len(job.baseline)},
        )
        found.append(_at(agreed, moment(min(job.start, world.back(1)) - timedelta(days=4), 900)))
    if job.brief.state != "planned":
        status(job.start, "planned", "active")
    if job.brief.state == "on_hold":
        status(job.until.date(), "active", "on_hold")
    if job.brief.state == "closed":
        status(job.ended + timedelta(days=2), "active", "closed")
    return found


def _invoice_events(world: World) -> list[Event]:
    finance = world.hand("margarethe.vogt-nakamura").user
    found = []
    for row in Invoice.objects.select_related("account").exclude(status=Invoice.Status.DRAFT):
        sent = event(
            by=finance, kind=RecordEvent.CHANGED, subject=row, before={"status": "draft"}, after={"status": "sent"}
        )
        found.append(_at(sent, moment(row.issued_on, 14 * 60 + 10)))
        if row.paid_on:
            values = {"status": "paid", "paid_on": row.paid_on}
            paid = event(by=finance, kind=RecordEvent.CHANGED, subject=row, before={"status": "sent"}, after=values)
            found.append(_at(paid, moment(row.paid_on, 10 * 60 + 25)))
    return found


def _comments(world: World) -> list[tuple[Comment, Any, list[Employee]]]:
    """Comments of the last months on projects and accounts, with who is named in them."""
    found = []
    for job in world.jobs:
        chance = world.rng("comments", job.client.brief.key, job.brief.key)
        team = [h for h in (job.manager, *job.who.values()) if h.user is not None]
        if job.brief.state in ("active", "on_hold") or job.ended > world.back(60):
            tasks = [t.name for t in job.plan.tasks if (p := job.progress.get(t.uid)) and p.share > 0] or [
                job.brief.name
            ]
            for _ in range(chance.randint(1, 6)):
                latest = min(job.ended, job.until.date() - timedelta(days=1))
                day = max(job.start, latest - timedelta(days=chance.randint(0, 90)))
                words = chance.choice(COMMENTS)
                found.append(_comment(world, chance, job.row, words, team, chance.choice(tasks[-12:]), day))
    for client in world.clients:
        chance = world.rng("account comments", client.brief.key)
        people = [client.owner, *(j.manager for j in client.jobs[-3:]), world.hand("margarethe.vogt-nakamura")]
        if not client.brief.silent and client.brief.status != "former":
            for _ in range(chance.randint(0, 3)):
                day = world.back(chance.randint(1, 120))
                found.append(_comment(world, chance, client.account, chance.choice(ACCOUNT_COMMENTS), people, "", day))
    return found


def _task_comments(world: World) -> list[tuple[Comment, Any, list[Employee]]]:
    """What was said about single tasks of the projects in progress, in the last weeks."""
    found = []
    for job in world.jobs:
        team = [h for h in (job.manager, *job.who.values()) if h.user is not None]
        begun = [t for t in job.plan.tasks if (p := job.progress.get(t.uid)) and p.share > 0 and t.uid in job.task_ids]
        if job.brief.state != "active" or not begun or len(set(team)) < 2:
            continue
        chance = world.rng("task comments", job.client.brief.key, job.brief.key)
        for task in chance.sample(begun[-8:], min(3, len(begun))):
            row = Task(pk=job.task_ids[task.uid], project=job.row, name=task.name)
            for _ in range(chance.randint(1, 3)):
                day = max(job.start, world.back(chance.randint(1, 20)))
                found.append(_comment(world, chance, row, chance.choice(TASK_COMMENTS), team, task.name, day))
    return found


Said = tuple[Comment, Any, list[Employee]]


def _watching(world: World, comments: list[Said]) -> tuple[list[Watch], list[Notification]]:
    """Whoever commented watches; watchers, owners and managers were told of what was said afterwards."""
    watching: dict[tuple[str, int], dict[User, datetime]] = {}
    notices = []
    for comment, subject, named in comments:
        key = (comment.subject_type, comment.subject_id)
        keeper = getattr(subject, "owner", None) or getattr(subject, "manager", None)
        others = dict.fromkeys((*([keeper] if keeper is not None else []), *watching.get(key, {})))
        mentioned = {comment.author, *(hand.user for hand in named)}
        notices += [
            _of_comment(comment, subject, user, news=moment(world.back(9), 0))
            for user in others
            if user not in mentioned
        ]
        watching.setdefault(key, {}).setdefault(comment.author, comment.created_at)
    watches = [
        Watch(user=user, subject_type=label, subject_id=pk, created_at=since, updated_at=since)
        for (label, pk), users in watching.items()
        for user, since in users.items()
    ]
    return watches, notices


def _of_comment(comment: Comment, subject: Any, user: User, *, news: datetime) -> Notification:
    at = comment.created_at
    return Notification(
        user=user,
        kind=NoticeKind.COMMENT,
        text=f"{comment.author} commented on {subject}"[:300],
        **reference(subject).columns,
        read_at=at + timedelta(hours=3) if at < news else None,
        created_at=at,
        updated_at=at,
    )


def _comment(
    world: World, chance: Random, subject: Any, words: str, people: list[Employee], task: str, day: date
) -> tuple[Comment, Any, list[Employee]]:
    people = list(dict.fromkeys(people))
    author = chance.choice(people)
    others = [h for h in people if h is not author] or [world.hand("henrike.muehlenbruch")]
    a, b = chance.choice(others), chance.choice(others)
    when = moment(min(day, world.back(1)), 8 * 60 + 40 + chance.randint(0, 500))
    body = words.format(a=_called(a), b=_called(b), task=task)
    named = list(dict.fromkeys(h for h, mark in ((a, "{a}"), (b, "{b}")) if mark in words))
    comment = Comment(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        body=body,
        author=author.user,
        created_at=when,
        updated_at=when,
    )
    return comment, subject, named


def _called(hand: Employee) -> str:
    return hand.person.name.removeprefix("Dr. ")


def _notices(world: World, comment: Comment, subject: Any, named: list[Employee]) -> list[Notification]:
    rows = []
    for hand in named:
        if hand.user is None or hand.user == comment.author:
            continue
        old = comment.created_at < moment(world.back(9), 0)
        rows.append(
            Notification(
                user=hand.user,
                kind=NoticeKind.MENTION,
                text=f"{comment.author} mentioned you in a comment on {subject}"[:300],
                **reference(subject).columns,
                read_at=comment.created_at + timedelta(hours=3) if old else None,
                created_at=comment.created_at,
                updated_at=comment.created_at,
            )
        )
    return rows


def _reminders(world: World) -> list[Notification]:
    """What Accord itself has to say this morning."""
    rows = []
    when = datetime.combine(world.back(1), time(7, 0), BERLIN)

    def notify(hand: Employee, text: str, subject: Any) -> None:
        rows.append(
            Notification(
                user=hand.user,
                kind=NoticeKind.DUE,
                text=text[:300],
                **reference(subject).columns,
                created_at=when,
                updated_at=when,
            )
        )

    for client in world.clients:
        for retainer in client.brief.retainers:
            if 0 < retainer.ends_in <= 120:
                notify(
                    client.owner,
                    f"The support agreement of {client.account} ends in {retainer.ends_in} days",
                    client.account,
                )
        if client.brief.quiet:
            notify(client.owner, f"No contact with {client.account} for {client.brief.quiet} days", client.account)
        boss = sponsor(client)
        if boss is not None and client.affiliations and client.affiliations[0].until:
            notify(client.owner, f"{boss.name} has left {client.account}", client.account)
    for job in world.jobs:
        promised = job.row.target_finish
        if (
            job.brief.state == "active"
            and promised is not None
            and job.row.finish is not None
            and job.row.finish > promised
        ):
            late = (job.row.finish - promised).days
            notify(job.manager, f"{job.brief.name} is forecast to finish {late} days after its promised date", job.row)
    return rows
