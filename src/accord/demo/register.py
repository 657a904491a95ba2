"""Registers and logs of the projects: risks, issues, changes, decisions, lessons, and who was given what."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accord.conversations.models import NoticeKind, Notification
from accord.core.event_kinds import RecordEvent
from accord.core.events import event
from accord.core.models import Event
from accord.core.money import round_half_up
from accord.core.references import reference
from accord.demo.register_words import CHANGES, DECISIONS, ISSUES, LESSONS, RISKS, RiskWords
from accord.demo.world import Employee, Job, World, back_dated, insert, moment
from accord.people.models import User
from accord.projects.models import ChangeRequest, Decision, Issue, Lesson, Risk, Task

# How many of each by the state of the project: risks, of which struck, other issues, changes, decisions, lessons.
COUNTS = {
    "active": (6, 1, 3, 3, 3, 1),
    "closed": (4, 1, 2, 2, 2, 2),
    "on_hold": (4, 0, 1, 1, 1, 0),
    "planned": (4, 0, 0, 0, 1, 0),
}
KINDS: tuple[Any, ...] = (Risk, Issue, ChangeRequest, Decision, Lesson)


def write_registers(world: World) -> None:
    """Fill the register and the log of every project but the support of a year."""
    books = [_Book(world, job) for job in world.jobs if job.brief.service != "support"]
    dated = [(kind, name) for kind in KINDS for name in ("created_at", "updated_at")]
    with back_dated(*dated):
        for kind in (Risk, ChangeRequest, Decision, Lesson):
            kind.objects.bulk_create([row for book in books for row in book.of(kind)], batch_size=500)
        Issue.objects.bulk_create([row for book in books for row in book.of(Issue)], batch_size=500)
    through: tuple[tuple[Any, str], ...] = ((Risk.tasks.through, "risk"), (Issue.tasks.through, "issue"))
    for tie, noun in through:
        ties = [(row.pk, task) for book in books for row, task in book.ties if row._meta.model_name == noun]
        tie.objects.bulk_create([tie(**{f"{noun}_id": pk, "task_id": task}) for pk, task in ties], batch_size=500)
    rows = [row for book in books for kind in KINDS for row in book.of(kind)]
    insert([_told(row) for row in rows])
    insert([_notice(row) for row in rows if _is_news(world, row)])


class _Book:
    """What one project writes down."""

    def __init__(self, world: World, job: Job) -> None:
        self.world, self.job = world, job
        self.chance = world.rng("register", job.client.brief.key, job.brief.key)
        self.rows: list[Any] = []
        self.ties: list[tuple[Any, int]] = []
        self.over = job.brief.state == "closed"
        self.first = min(job.start, world.today) - timedelta(days=10)
        self.last = min(job.ended, world.back(1)) if job.brief.state != "planned" else world.back(1)
        risks, struck, issues, changes, decisions, lessons = COUNTS[job.brief.state]
        tasks = Task.objects.filter(project=job.row).exclude(kind=Task.Kind.SUMMARY).order_by("uid")
        self.tasks = list(tasks.values_list("pk", "name", "percent_complete"))
        self._risks(risks + self.chance.randint(-1, 2), struck)
        for words in self.chance.sample(ISSUES, k=max(0, issues + self.chance.randint(-1, 1)) if issues else 0):
            self._issue(*words)
        for what in self.chance.sample(DECISIONS, k=decisions):
            self._decision(*what)
        for learned in self.chance.sample(LESSONS, k=lessons):
            self._lesson(*learned)
        for wanted in self.chance.sample(CHANGES, k=changes):
            self._change(*wanted)

    def of(self, kind: type) -> list[Any]:
        return [row for row in self.rows if type(row) is kind]

    def _day(self, since: float = 0, until: float = 1) -> date:
        """A day of the project's life, from 0 (its beginning) to 1 (its end, or yesterday)."""
        span = max(1, (self.last - self.first).days)
        return min(self.last, self.first + timedelta(days=round(span * self.chance.uniform(since, until))))

    def _add(self, row: Any, day: date, word: str = "") -> Any:
        row.project = self.job.row
        row.number = len(self.of(type(row))) + 1
        row.raised_by = (row.owner if self.chance.random() < 0.3 else None) or self.job.manager.user
        row.created_at = row.updated_at = moment(day, 9 * 60 + self.chance.randrange(480))
        self.rows.append(row)
        if word:
            fitting = [
                pk for pk, name, done in self.tasks if word.lower() in name.lower() and (done < 100 or self.over)
            ]
            self.ties += [(row, pk) for pk in fitting[:3]]
        return row

    def _owner(self) -> User | None:
        """Mostly the project manager, sometimes one of the team, now and then nobody."""
        team: list[Employee] = [h for h in dict.fromkeys(self.job.who.values()) if h.user is not None]
        if self.chance.random() < 0.06 and not self.over:
            return None
        return self.chance.choice(team).user if team and self.chance.random() < 0.5 else self.job.manager.user

    def _risks(self, number: int, struck: int) -> None:
        fitting = [r for r in RISKS if not r.services or self.job.brief.service in r.services]
        own = [r for r in fitting if r.services]
        common = [r for r in fitting if not r.services]
        k = min(len(own), -(-number // 2))
        chosen = self.chance.sample(own, k=k) + self.chance.sample(common, k=min(len(common), number - k))
        if self.job.brief.key == "late-best":
            chosen = [RISKS[1], *(r for r in chosen if r is not RISKS[1])]
        for words in chosen:
            will_strike = struck > 0 and bool(words.solved)
            struck -= will_strike
            self._risk(words, will_strike=will_strike)

    def _risk(self, words: RiskWords, *, will_strike: bool) -> None:
        chance, day = self.chance, self._day(0, 0.4)
        size = Decimal(str(round(chance.uniform(0.7, 1.4), 2)))
        price = self.job.price or Decimal(40_000)
        days = [Decimal(round(Decimal(str(d)) * size * 2)) / 2 for d in words.days]
        cost = [Decimal(round(Decimal(str(c)) * size * price / 10_000)) * 100 for c in words.cost]
        probability = round(chance.randint(*words.probability) / 5) * 5 or 5
        risk = Risk(
            title=words.title, kind=words.kind, cause=words.cause, event=words.event, effect=words.effect,
            probability=probability, days_low=days[0], days_likely=days[1], days_high=days[2], cost_low=cost[0],
            cost_likely=cost[1], cost_high=cost[2], client_impact=words.client, response=words.response,
            plan=words.plan, trigger=words.trigger, owner=self._owner(),
        )  # fmt: skip
        if words.response != "accept" and chance.random() < 0.7:
            lower = chance.choice((0.3, 0.5, 0.6)) if words.kind == "threat" else 1.4
            risk.residual_probability = min(90, round(probability * lower))
            if chance.random() < 0.5:
                risk.residual_days, risk.residual_cost = days[0], cost[0]
        if self.over:
            risk.status = Risk.Status.CLOSED
        else:
            risk.due_on = self.world.today + timedelta(days=chance.choice((-9, -2, 4, 8, 12, 19, 26, 33, 47)))
        self._add(risk, day, words.strikes)
        if will_strike:
            risk.status, risk.occurred_on = Risk.Status.OCCURRED, self._day(0.5, 0.9)
            self._strike(risk, words)

    def _strike(self, risk: Risk, words: RiskWords) -> None:
        occurred_on = risk.occurred_on
        assert occurred_on is not None
        wrong = f"{risk.effect[:1].upper()}{risk.effect[1:]}."
        issue = Issue(title=risk.title, description=wrong, owner=risk.owner or self.job.manager.user, risk=risk)
        issue.severity = max(2, min(4, words.client))
        self._settle(issue, occurred_on, words.solved)
        self._add(issue, occurred_on, words.strikes)

    def _issue(self, title: str, wrong: str, severity: int, solved: str) -> None:
        day = self._day(0.3)
        issue = Issue(title=title, description=wrong, severity=severity, owner=self._owner())
        self._settle(issue, day, solved)
        self._add(issue, day, "")

    def _settle(self, issue: Issue, day: date, solved: str) -> None:
        """What is older than two months, and all of a closed project, is solved."""
        old = (self.world.today - day).days > 60 and self.job.brief.key != "late-best"
        if self.over or (old and self.chance.random() < 0.9):
            issue.status, issue.resolution = Issue.Status.RESOLVED, solved
            issue.done_at = moment(min(self.last, day + timedelta(days=self.chance.randint(2, 21))), 15 * 60)
            return
        issue.status = self.chance.choice((Issue.Status.OPEN, Issue.Status.IN_WORK))
        issue.due_on = self.world.today + timedelta(days=self.chance.choice((-6, -1, 3, 7, 11, 18, 25)))

    def _change(self, title: str, what: str, why: str, days: float, share: float, declined: str) -> None:
        """What a closed project was asked for is decided; of a running one, half of it."""
        day, price = self._day(0.2, 0.8), self.job.price or Decimal(40_000)
        row = ChangeRequest(title=title, description=what, reason=why, owner=self._owner(), days=Decimal(str(days)))
        row.price = Decimal(round(Decimal(str(share)) * price / 10_000)) * 100
        row.cost = round_half_up(row.price * 7 / 10, 0)
        self._add(row, day)
        if not self.over and self.chance.random() < 0.5:
            row.due_on = self.world.today + timedelta(days=self.chance.choice((-4, 2, 5, 9, 16)))
            return
        boss = next((a.contact.name for a in self.job.client.affiliations), str(self.job.client.account))
        row.decided_by = f"{boss}, {self.job.manager.person.name}"
        row.decided_on = min(self.last, day + timedelta(days=self.chance.randint(2, 16)))
        row.status = ChangeRequest.Status.DECLINED if declined else ChangeRequest.Status.APPROVED
        row.answer = declined or "Approved as quoted, at the price above."
        if self.over and not declined:
            row.status, row.implemented_on = ChangeRequest.Status.DONE, self.last

    def _decision(self, title: str, context: str, decided: str, reasons: str, who: str) -> None:
        day = self._day(0, 0.7)
        boss = next((a.contact.name for a in self.job.client.affiliations), str(self.job.client.account))
        names = who.format(client=boss, us=self.job.manager.person.name)
        row = Decision(
            title=title, context=context, decision=decided, reasons=reasons, decided_on=day, decided_by=names
        )
        self._add(row, day)

    def _lesson(self, kind: str, title: str, field: str, happened: str, advice: str) -> None:
        row = Lesson(kind=kind, title=title, field=field, happened=happened, advice=advice)
        self._add(row, self._day(0.8) if self.over else self._day(0.4))


def _told(row: Any) -> Event:
    told = event(
        by=row.raised_by, kind=RecordEvent.CREATED, subject=row, after={"number": row.number, "owner": row.owner}
    )
    told.at = row.created_at
    return told


def _is_news(world: World, row: Any) -> bool:
    """Whether its owner was told of it within the last ten days."""
    return (
        isinstance(row, Issue | Risk)
        and row.owner is not None
        and row.owner != row.raised_by
        and row.created_at >= moment(world.back(10), 0)
    )


def _notice(row: Any) -> Notification:
    text = f"{row.raised_by} assigned you {row.key} {row.title} ({row.project})"
    where = reference(row).columns
    return Notification(
        user=row.owner,
        kind=NoticeKind.ASSIGNMENT,
        text=text[:300],
        created_at=row.created_at,
        updated_at=row.created_at,
        **where,
    )
