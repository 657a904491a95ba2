"""Account plans: what clients need and want to reach, what serves it, and what is to be done."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from accord.demo.accounts import contact_of, sponsor
from accord.demo.world import Client, World, moment
from accord.projects.models import Deliverable, GoalSupport, Project, Task
from accord.success.models import Goal, Need, PlannedAction, Strategy, SwotNote

# Need; goal, measure, unit, where it was and where it shall be; strategy; actions, the last one the client's own.
THEMES: tuple[tuple[str, str, str, str, int, int, str, tuple[str, str]], ...] = (
    (
        "Their customers wait too long for a reply",
        "Answer every enquiry within one day",
        "Time to first response",
        "hours",
        52,
        24,
        "Give their service desk a single inbox for all enquiries",
        ("Show the service desk how other clients work", "Name an owner for the knowledge base"),
    ),
    (
        "Reports are compiled manually every month",
        "Complete the month-end close in three days",
        "Days to the monthly report",
        "days",
        11,
        3,
        "Replace spreadsheets step by step, starting with the largest",
        ("Agree on the key figures", "Provide access to last year's reports"),
    ),
    (
        "Downtime costs more than the machines",
        "Halve unplanned downtime",
        "Unplanned downtime per month",
        "hours",
        38,
        19,
        "Monitor the lines with the most downtime",
        ("Walk the line with the supervisor", "Hand over the maintenance log"),
    ),
    (
        "Too many orders still come in by phone",
        "Take half of all orders online",
        "Orders placed online",
        "%",
        18,
        50,
        "Make the ten most common orders possible in under a minute",
        ("Interview six of their customers", "Decide which prices to show online"),
    ),
    (
        "New staff take too long to get up to speed",
        "New staff work independently after four weeks",
        "Weeks to independent work",
        "weeks",
        9,
        4,
        "Provide instructions at the point of work",
        ("Collect questions from recent starters", "Free up two hours a week for the trainers"),
    ),
)
STANDING = {
    SwotNote.Quadrant.STRENGTH: (
        "We know their systems better than anyone",
        "Their sponsor trusts us",
        "We respond within hours",
    ),
    SwotNote.Quadrant.WEAKNESS: (
        "Only one colleague knows the old interfaces",
        "Our rates are above their framework agreement",
    ),
    SwotNote.Quadrant.OPPORTUNITY: ("A new site opens next year", "Their group wants a single partner"),
    SwotNote.Quadrant.THREAT: ("A larger firm offers the same for less", "Their budget will be cut in the summer"),
}


def make_account_plans(world: World) -> None:
    """Plans for key clients and some others; goals are served by what their projects really contain."""
    for client in world.clients:
        chance = world.rng("account plan", client.brief.key)
        wanted = client.brief.status == "client" and (client.brief.tier == "A" or chance.random() < 0.35)
        if wanted and not client.brief.silent:
            _plan(world, client, chance)


def _plan(world: World, client: Client, chance: Random) -> None:
    account = client.account
    for need, title, measure, unit, before, target, how, steps in chance.sample(THEMES, k=chance.choice((1, 2, 2))):
        who = contact_of(client, "champion") or sponsor(client)
        shared = chance.random() < 0.7
        made = Need.objects.create(account=account, title=need, weight=chance.choice((2, 3)), contact=who)
        current = Decimal(before) + (Decimal(target) - before) * Decimal(chance.randint(-1, 9)) / 10
        goal = Goal.objects.create(
            account=account, title=title, need=made, measure=measure, unit=unit, baseline=before, target=target,
            current=round(current, 1), measured_on=world.back(chance.randint(5, 50)), contact=sponsor(client),
            due_on=world.today + timedelta(days=chance.randint(20, 300)), owner=account.owner, shared=shared,
        )  # fmt: skip
        _serve(client, goal, chance)
        strategy = Strategy.objects.create(
            account=account, title=how, goal=goal, owner=account.owner, status="active", shared=shared
        )
        for number, step in enumerate(steps):
            done = chance.random() < 0.35
            PlannedAction.objects.create(
                account=account, title=step, strategy=strategy, shared=shared,
                owner=None if number else account.owner, contact=who if number else None,
                due_on=world.today + timedelta(days=chance.randint(-20, 60)),
                done_at=moment(world.back(chance.randint(1, 30)), 600) if done else None,
            )  # fmt: skip
    for quadrant, lines in STANDING.items():
        for line in chance.sample(lines, k=chance.choice((1, 2)) if len(lines) > 1 else 1):
            SwotNote.objects.create(account=account, quadrant=quadrant, text=line)


def _serve(client: Client, goal: Goal, chance: Random) -> None:
    """A milestone or two, and a deliverable where there is one, of the client's running projects."""
    projects = list(Project.objects.filter(account=client.account, status="active").order_by("pk")[:2])
    for project in projects:
        milestones = list(Task.objects.filter(project=project, kind=Task.Kind.MILESTONE).order_by("finish", "pk"))
        for task in chance.sample(milestones, k=min(2, len(milestones))):
            GoalSupport.objects.create(goal=goal, project=project, task=task)
        deliverable = Deliverable.objects.filter(project=project).order_by("pk").first()
        if deliverable is not None and chance.random() < 0.5:
            evidence = "Agreed with the sponsor as evidence of success."
            GoalSupport.objects.create(goal=goal, project=project, deliverable=deliverable, evidence=evidence)
