"""Playbooks, and what they brought about in a year."""

from __future__ import annotations

from datetime import timedelta

from accord.core.models import Event
from accord.demo.world import World, moment
from accord.insight.actions.watch_playbooks import watch_playbooks
from accord.success.actions.add_standard_playbooks import add_standard_playbooks
from accord.success.models import Playbook, PlaybookRun, PlaybookRunStep


def make_playbooks(world: World) -> None:
    """The playbooks with the runs that their signals begin today, and those of the past year."""
    add_standard_playbooks(by=None)
    yesterday = world.back(1)
    watch_playbooks(now=moment(yesterday, 900))
    Event.objects.filter(subject_type="success.playbookrun").update(at=moment(yesterday, 900))
    for book in Playbook.objects.order_by("pk"):
        _past(world, book)
    chance = world.rng("playbook steps")
    for step in PlaybookRunStep.objects.filter(run__status="running", run__started_on=yesterday, due_on=yesterday):
        if chance.random() < 0.2:
            step.done_at = moment(yesterday, 15 * 60)
            step.save()


def _past(world: World, book: Playbook) -> None:
    chance = world.rng("playbook", book.name)
    clients = [client for client in world.clients if client.brief.status == "client" and client.account.owner]
    for number in range(min(len(clients), chance.randint(5, 11))):
        client = chance.choice(clients)
        on = world.back(chance.randint(100, 330))
        skipped = chance.random() < 0.25
        cleared = chance.random() < (0.4 if skipped else 0.75)
        run = PlaybookRun.objects.create(
            playbook=book, account=client.account, key=f"past:{number}", about=book.get_signal_display(),
            started_on=on, status="skipped" if skipped else "done", ended_on=on + timedelta(days=chance.randint(5, 40)),
            skip_reason="We were already in touch." if skipped else "",
            cleared_on=on + timedelta(days=chance.randint(6, 50)) if cleared else None,
        )  # fmt: skip
        for step in () if skipped else book.steps.all():
            due = on + timedelta(days=step.offset_days)
            PlaybookRunStep.objects.create(
                account=client.account, run=run, title=step.title, owner=client.account.owner, due_on=due,
                done_at=moment(due, 15 * 60),
            )  # fmt: skip
