"""Playbooks, and what they brought about in a year."""

from __future__ import annotations

from datetime import timedelta

from accord.accounts.models import NoteTemplate, Playbook, PlaybookRun, PlaybookRunStep, PlaybookStep
from accord.cli.demo_firm.world import World, moment
from accord.core.models import Event
from accord.insight.actions.watch_playbooks import watch_playbooks

# Name, signal, threshold, what for, steps: day, what, note to begin with.
BOOKS: tuple[tuple[str, str, int | None, str, tuple[tuple[int, str, str], ...]], ...] = (
    (
        "Renewal in sight", "renewal", 90, "No agreement ends without a talk.",
        ((0, "Look at what was delivered and at their goals", ""), (7, "Business review with the sponsor", "Review"),
         (21, "Send the offer for the next term", "Negotiation")),
    ),
    (
        "Sponsor gone silent", "silence", None, "Find out why before somebody else does.",
        ((0, "Call the sponsor", ""), (3, "Ask the champion what is going on", ""), (10, "Lunch, not a meeting", "")),
    ),
    (
        "Somebody is not content", "discontent", None, "Whoever complains hears from us within two days.",
        ((1, "Call and listen", "Escalation"), (5, "Say what changes", ""), (30, "Ask whether it did", "")),
    ),
    (
        "Project late", "late_project", 10, "The client hears it from us first.",
        ((0, "Agree with the project manager on what to tell", ""), (1, "Tell the sponsor", "Escalation"),
         (10, "Show the new plan", "")),
    ),
    (
        "Welcome", "new_client", 60, "The first weeks decide about the years.",
        ((2, "Kick-off of the relationship", "Kick-off"), (10, "Draw the people map", ""),
         (30, "Write the account plan", "")),
    ),
)  # fmt: skip


def make_playbooks(world: World) -> None:
    """The playbooks with the runs that their signals begin today, and those of the past year."""
    templates = {template.name: template for template in NoteTemplate.objects.all()}
    for name, signal, threshold, description, steps in BOOKS:
        book = Playbook.objects.create(name=name, signal=signal, threshold=threshold, description=description)
        for days, title, template in steps:
            PlaybookStep.objects.create(playbook=book, title=title, offset_days=days, template=templates.get(template))
    yesterday = world.back(1)
    watch_playbooks(now=moment(yesterday, 900), page=lambda account: "")
    Event.objects.filter(subject_type="accounts.playbookrun").update(at=moment(yesterday, 900))
    for book in Playbook.objects.order_by("pk"):
        _past(world, book)
    chance = world.rng("playbook steps")
    for step in PlaybookRunStep.objects.filter(run__status="running", run__started_on=yesterday, due_on=yesterday):
        if chance.random() < 0.2:
            step.done_on = yesterday
            step.save()


def _past(world: World, book: Playbook) -> None:
    chance = world.rng("playbook", book.name)
    clients = [client for client in world.clients if client.brief.status == "client" and client.account.owner]
    for number in range(min(len(clients), chance.randint(5, 11))):
        client = chance.choice(clients)
        on = world.back(chance.randint(60, 330))
        skipped = chance.random() < 0.25
        cleared = chance.random() < (0.4 if skipped else 0.75)
        run = PlaybookRun.objects.create(
            playbook=book, account=client.account, key=f"past:{number}", about=book.get_signal_display(),
            started_on=on, status="skipped" if skipped else "done", ended_on=on + timedelta(days=chance.randint(5, 40)),
            skip_reason="We were in touch anyway." if skipped else "",
            cleared_on=on + timedelta(days=chance.randint(6, 50)) if cleared else None,
        )  # fmt: skip
        for step in () if skipped else book.steps.all():
            due = on + timedelta(days=step.offset_days)
            PlaybookRunStep.objects.create(
                account=client.account, run=run, title=step.title, owner=client.account.owner, due_on=due, done_on=due
            )
