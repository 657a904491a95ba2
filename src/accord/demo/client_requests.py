"""What clients ask for: requests with their targets, what answers them, and what is asked of the firm for clients."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Max

from accord.core.events import event
from accord.core.models import Event
from accord.demo.accounts import sponsor
from accord.demo.world import Client, World, back_dated, moment
from accord.people.models import User
from accord.projects.models import ChangeRequest, Issue, Project, RequestWork, Task
from accord.support.events import RequestEvent
from accord.support.models import EscalationStep, InternalRequest, Request, ServiceLevel, Topic
from accord.support.sla_clock import ServiceRules, rules_for

Kind, Status = Request.Kind, Request.Status

# Severity, hours to answer and to solve, around the clock.
USUAL = ((1, 16, 80, False), (2, 8, 40, False), (3, 4, 16, False), (4, 1, 8, False))
KEY_CLIENTS = ((3, 2, 8, False), (4, 1, 4, True))  # what tier A has of its own
STEPS = ((75, 1, "owner"), (100, 1, "account_manager"), (150, 3, "account_manager"))

TOPICS = {
    "Sign in with company accounts": ("planned", "In the next release; pilot clients are welcome."),
    "Figures by email every Monday": ("heard", ""),
    "One invoice for the whole group": ("done", "Available since spring; tell finance which companies to combine."),
    "Support on Saturdays": ("declined", "Only with a separate service level."),
    "Export to Excel everywhere": ("heard", ""),
    "Training for new colleagues": ("planned", "A half-day course every quarter."),
}
# Kind, severity, title, what they wrote, topic, solution, cause.
ASKED: tuple[tuple[str, int, str, str, str, str, str], ...] = (
    (
        "incident", 3, "Nightly export stops halfway", "Since Tuesday the file has 2,000 lines instead of 5,000.", "",
        "Raised the limit and re-exported the missing days.", "The limit from the pilot phase was never lifted.",
    ),
    (
        "incident", 4, "No one can sign in", "All our users have been getting an error since seven o'clock.", "",
        "Renewed the certificate; everyone can sign in again.", "No one was responsible for renewing the certificate.",
    ),
    (
        "feature_request", 1, "Sign-in with our own accounts", "For our users it is one more password to forget.",
        "Sign in with company accounts", "Included in the next release.", "",
    ),
    (
        "feature_request", 1, "Weekly figures on Mondays", "The board wants to see them before nine.",
        "Figures by email every Monday", "A report is now sent every Monday at six.", "",
    ),
    (
        "question", 2, "Which version is running at site two?", "We need it for the audit.", "",
        "Sent the version list for both sites.", "",
    ),
    (
        "question", 1, "Who can set up access for three trainees?", "They start on the first of the month.",
        "Training for new colleagues", "Access granted; they will join the autumn course.", "",
    ),
    (
        "change", 2, "Add the cost centre to every order", "Accounting can't post orders without it.", "",
        "Added as a required field.", "No one from accounting attended the workshops.",
    ),
    (
        "change", 2, "Export the list to Excel", "At the moment we copy it manually.", "Export to Excel everywhere",
        "Added an export button above the list.", "",
    ),
    (
        "complaint", 3, "Third consultant in a year", "We have to explain our plant again and again.", "",
        "A fixed team of two stays until the end of the contract.", "Staffing was planned quarter by quarter.",
    ),
    (
        "complaint", 2, "Last invoice was hard to follow", "Which hours belong to which site?",
        "One invoice for the whole group", "Invoices now list hours by site.", "Items were grouped by person.",
    ),
    (
        "question", 2, "Is support available on Saturday?", "We are moving the warehouse over the weekend.",
        "Support on Saturdays", "Two colleagues were on call.", "",
    ),
)  # fmt: skip
PLEAS = (
    ("Fixed team of two consultants", "They have had to explain their plant three times this year."),
    ("Two days of audit support free of charge", "The sponsor stood up for us when the budget was cut."),
    ("Training before the go-live, not after", "Their staff are nervous about the first week."),
    ("Call with our managing director", "The group is choosing its partner for the next three years."),
)
ANSWERS = (
    ("granted", "Agreed; it is in the plan."),
    ("partly", "One of the two can stay."),
    ("refused", "Not before autumn: no one with that skill is available."),
)


def make_requests(world: World) -> None:
    """The firm's service levels and topics, and the requests of a year and a half."""
    ServiceLevel.objects.bulk_create(
        ServiceLevel(severity=severity, first_response_hours=answer, resolution_hours=solve, around_the_clock=always)
        for severity, answer, solve, always in USUAL
    )
    EscalationStep.objects.bulk_create(
        EscalationStep(percent=percent, severity=severity, to=to) for percent, severity, to in STEPS
    )
    owner = world.hand("ingrid.halvorsen").user
    topics = {
        name: Topic.objects.create(name=name, status=status, answer=answer, owner=owner)
        for name, (status, answer) in TOPICS.items()
    }
    clients = [client for client in world.clients if client.brief.status == "client"]
    for client in clients:
        if client.brief.tier == "A":
            ServiceLevel.objects.bulk_create(
                ServiceLevel(
                    account=client.account, severity=severity, first_response_hours=answer, resolution_hours=solve,
                    around_the_clock=always,
                )
                for severity, answer, solve, always in KEY_CLIENTS
            )  # fmt: skip
    rules = rules_for([client.account.pk for client in clients])
    for client in clients:
        chance = world.rng("requests", client.brief.key)
        _ask(world, client, topics, rules, chance)
        if client.brief.tier == "A" or chance.random() < 0.2:
            _plead(world, client, chance)


def _ask(world: World, client: Client, topics: dict[str, Topic], rules: ServiceRules, chance: Random) -> None:
    count = chance.choice((2, 3, 4)) if client.brief.tier == "A" else chance.choice((0, 0, 1, 1, 2))
    if client.brief.silent:
        count = 1
    people = [row.contact for row in client.affiliations if row.until is None]
    team: list[User] = [
        hand.user for job in client.jobs[-2:] for crew in job.crew.values() for hand in crew if hand.user
    ]
    for kind, severity, title, body, topic, solution, cause in chance.sample(ASKED, k=count):
        ago = max(client.brief.quiet, 0) + chance.choice((1, 2, 4, 9, 20, 45, 90, 150, 260, 400))
        asked = moment(world.back(ago), chance.randint(480, 1000))
        row = Request(
            account=client.account, kind=kind, severity=severity, title=title, body=body, topic=topics.get(topic),
            contact=chance.choice(people) if people else sponsor(client), reported_at=asked,
            owner=chance.choice(team) if team and chance.random() < 0.4 else client.account.owner,
            raised_by=client.account.owner,
        )  # fmt: skip
        if row.owner is not None and not client.account.allows(row.owner, "view"):  # type: ignore[arg-type]
            row.owner = client.account.owner
        rules.set_targets(row)
        _settle(world, row, rules, solution, cause, chance)
        row.save()
        _tell(row)
        if kind in ("incident", "change") and row.status != Status.NEW:
            _work(row)


def _settle(world: World, row: Request, rules: ServiceRules, solution: str, cause: str, chance: Random) -> None:
    """How far it came by yesterday evening: most are solved in time, the newest are open."""
    now = moment(world.today, 0)
    clock = rules.clock(row)
    row.responded_at = _done(row.reported_at, row.first_response_due, clock.after(row.reported_at, 120), chance)
    row.resolved_at = _done(row.reported_at, row.resolution_due, clock.after(row.reported_at, 1200), chance)
    row.resolved_at = max(row.resolved_at, row.responded_at)
    if row.resolved_at < now:
        row.status = Status.CLOSED if chance.random() < 0.7 else Status.RESOLVED
        row.solution, row.cause = solution, cause
        return
    row.resolved_at = None
    row.status = Status.IN_WORK
    if row.responded_at >= now:
        row.responded_at, row.status = None, Status.NEW
    elif chance.random() < 0.3:
        row.status, row.waiting_since = Status.WAITING, row.responded_at


def _tell(row: Request) -> None:
    """The trail that the actions would have left."""
    actions = (
        (RequestEvent.REPORTED, row.reported_at), (RequestEvent.RESPONDED, row.responded_at),
        (RequestEvent.RESOLVED, row.resolved_at),
    )  # fmt: skip
    trail = [
        (event(by=row.owner or row.raised_by, kind=kind, subject=row), at) for kind, at in actions if at is not None
    ]
    for entry, at in trail:
        entry.at = at
    with back_dated((Event, "at")):
        Event.objects.bulk_create(entry for entry, _ in trail)


def _done(asked: datetime, promised: datetime | None, usual: datetime, chance: Random) -> datetime:
    span = (promised or usual) - asked
    return asked + span * chance.choice((0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.4))


def _work(row: Request) -> None:
    """An issue, a change or a task of a running project of the client that answers it."""
    project = Project.objects.filter(account=row.account, status="active").order_by("pk").first()
    if project is None:
        return
    if row.kind == Kind.CHANGE:
        RequestWork.objects.create(request=row, project=project, change=_change(row, project))
        return
    issue = Issue.objects.filter(project=project, request_works=None).order_by("pk").first()
    task = Task.objects.filter(project=project, kind=Task.Kind.TASK, percent_complete__lt=100).order_by("start").first()
    if row.kind == Kind.INCIDENT and issue is not None:
        RequestWork.objects.create(request=row, project=project, issue=issue)
    elif task is not None:
        RequestWork.objects.create(request=row, project=project, task=task)


def _change(row: Request, project: Project) -> ChangeRequest:
    """The change request that was made of it, done where the request is solved."""
    last = ChangeRequest.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    change = ChangeRequest(
        project=project, number=last + 1, title=row.title, description=f"{row.key} of {row.account}: {row.body}",
        owner=project.manager, raised_by=row.owner, days=Decimal(2), price=Decimal(1_800), cost=Decimal(1_200),
    )  # fmt: skip
    if row.resolved_at is not None:
        change.status, change.answer = ChangeRequest.Status.DONE, row.solution
        change.decided_on = change.implemented_on = row.resolved_at.date()
        change.decided_by = str(row.contact or project.manager)
    with back_dated((ChangeRequest, "created_at"), (Event, "at")):
        change.created_at = row.reported_at
        change.save()
        told = event(by=row.owner, kind=RequestEvent.REPORTED, subject=change)
        told.at = row.reported_at
        told.save()
    return change


def _plead(world: World, client: Client, chance: Random) -> None:
    title, reason = chance.choice(PLEAS)
    asked_on = world.back(client.brief.quiet + chance.randint(3, 60))
    heads = [world.hand(name).user for name in ("ingrid.halvorsen", "tomasz.zielinski")]
    item = InternalRequest(
        account=client.account, title=title, reason=reason, asked_by=client.account.owner, asked_on=asked_on,
        owner=chance.choice([head for head in heads if head is not None]), due_on=asked_on + timedelta(days=14),
        request=Request.objects.filter(account=client.account, kind=Kind.COMPLAINT).first(),
    )  # fmt: skip
    if chance.random() < 0.6:
        item.status, item.answer = chance.choice(ANSWERS)
        answered_on = min(asked_on + timedelta(days=chance.randint(2, 18)), world.back(1))
        item.done_at = moment(answered_on, 15 * 60)
        if chance.random() < 0.7:
            item.client_informed_on = min(answered_on + timedelta(days=1), world.back(1))
    item.save()
