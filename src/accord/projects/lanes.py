"""The lanes of the board: where a task stands, told by its progress and by what it waits for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext

from accord.projects.models import Assignment, Issue, Project, Resource, Risk, Task
from accord.projects.queries_late import Late, measured_at, ways_late, with_lateness


class Lane(StrEnum):
    TO_DO = "to-do"
    DOING = "doing"
    WAITING = "waiting"
    DONE = "done"

    @property
    def label(self) -> str:
        return {
            "to-do": gettext("To do"),
            "doing": gettext("In progress"),
            "waiting": gettext("Waiting"),
            "done": gettext("Done"),
        }[self.value]


def lane_of(task: Task) -> Lane:
    """Done is 100 percent; waiting is what says for what; doing is what has begun."""
    if task.percent_complete >= 100 or task.actual_finish is not None:
        return Lane.DONE
    if task.waiting_for:
        return Lane.WAITING
    return Lane.DOING if task.percent_complete or task.actual_start is not None else Lane.TO_DO


def in_lane(lane: Lane) -> Q:
    """The tasks of which :func:`lane_of` says ``lane``, as a filter."""
    done = Q(percent_complete__gte=100) | Q(actual_finish__isnull=False)
    waits, begun = ~Q(waiting_for=""), Q(percent_complete__gt=0) | Q(actual_start__isnull=False)
    return {
        Lane.DONE: done,
        Lane.WAITING: ~done & waits,
        Lane.DOING: ~done & ~waits & begun,
        Lane.TO_DO: ~done & ~waits & ~begun,
    }[lane]


# What a card and its place are made of: a task has many more columns.
SHOWN = (
    "project", "version", "name", "kind", "start", "finish", "actual_start", "actual_finish", "percent_complete",
    "waiting_for", "deliverable",
)  # fmt: skip


@dataclass(slots=True)
class Card:
    """A task on the board, with who works on it and how many open risks and issues it has."""

    task: Task
    lane: Lane
    resources: list[Resource] = field(default_factory=list)
    risks: int = 0
    issues: int = 0

    @property
    def late(self) -> list[Late]:
        """How the task is late."""
        return [] if self.lane is Lane.DONE else ways_late(self.task)

    def is_of(self, user_id: int) -> bool:
        return any(r.person is not None and r.person.user_id == user_id for r in self.resources)


def cards_of(project: Project, today: date) -> list[Card]:
    """The board's cards, one for each active task that is no summary; in five queries."""
    rows = Task.objects.filter(project=project, active=True).exclude(kind=Task.Kind.SUMMARY)
    rows = with_lateness(rows, measured_at(project, today))
    rows = rows.select_related("deliverable").only(*SHOWN, "deliverable__name")
    cards = {task.pk: Card(task, lane_of(task)) for task in rows}
    resources = {r.pk: r for r in Resource.objects.filter(project=project).select_related("person")}
    assigned = Assignment.objects.filter(project=project).exclude(resource=None)
    for task, resource in assigned.order_by("pk").values_list("task", "resource"):
        if task in cards:
            cards[task].resources.append(resources[resource])
    open_risks = Risk.objects.filter(project=project, status=Risk.Status.OPEN)
    unsolved = Issue.objects.filter(project=project).exclude(status=Issue.Status.RESOLVED)
    for pk in open_risks.exclude(tasks=None).values_list("tasks", flat=True):
        if pk in cards:
            cards[pk].risks += 1
    for pk in unsolved.exclude(tasks=None).values_list("tasks", flat=True):
        if pk in cards:
            cards[pk].issues += 1
    return list(cards.values())


def in_lanes(cards: Iterable[Card]) -> dict[Lane, list[Card]]:
    """Each lane in the order of its work: what starts, or finishes, first; what was finished last on top."""
    lanes: dict[Lane, list[Card]] = defaultdict(list)
    for card in cards:
        lanes[card.lane].append(card)

    def by_time(card: Card) -> tuple[bool, float, int]:
        task = card.task
        moment = task.start if card.lane is Lane.TO_DO else task.finish
        at = moment.timestamp() if moment is not None else 0.0
        return (moment is None, -at if card.lane is Lane.DONE else at, task.pk)

    return {lane: sorted(lanes[lane], key=by_time) for lane in Lane}
