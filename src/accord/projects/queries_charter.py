"""What a project's charter says, and how far the plan has come with each deliverable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, TextChoices

from accord.accounts.models import Contact
from accord.core.money import round_half_up
from accord.core.texts import gettext_lazy
from accord.projects.models import Acceptance, CharterItem, Deliverable, Objective, Project, Stakeholder, Task
from accord.projects.models.deliverable import verdict_of

TRACED = (
    "project",
    "parent",
    "deliverable",
    "name",
    "kind",
    "active",
    "duration_minutes",
    "percent_complete",
    "work_minutes",
    "cost",
    "start",
    "finish",
)


class State(TextChoices):
    """How far a deliverable is, from its tasks and from the client's word."""

    PLANNED = "planned", gettext_lazy("Planned")
    IN_WORK = "in_work", gettext_lazy("In progress")
    READY = "ready", gettext_lazy("Ready for delivery")
    HANDED_OVER = "handed_over", gettext_lazy("Delivered")
    ACCEPTED = "accepted", gettext_lazy("Accepted")
    CONDITIONAL = "conditional", gettext_lazy("Accepted with conditions")
    REJECTED = "rejected", gettext_lazy("Rejected")


@dataclass(frozen=True, slots=True)
class Traced:
    """A deliverable with the work that makes it.

    ``attached`` are the tasks that name it; ``leaves`` all work below them that names no other. ``progress`` is in
    percent, weighted by duration, or ``None`` without tasks; ``finish`` is when the plan will have made it.
    """

    deliverable: Deliverable
    verdict: Acceptance | None
    attached: tuple[Task, ...]
    leaves: tuple[Task, ...]
    progress: Decimal | None
    finish: datetime | None

    @property
    def work_minutes(self) -> int:
        return sum(task.work_minutes for task in self.leaves)

    @property
    def cost(self) -> Decimal:
        return sum((task.cost for task in self.leaves), Decimal(0))

    @property
    def state(self) -> State:
        given, word = self.deliverable.delivered_on, self.verdict
        if word is not None:
            again = word.verdict == Acceptance.Verdict.REJECTED and given is not None and given > word.given_on
            return State.HANDED_OVER if again else State(word.verdict)
        if given is not None:
            return State.HANDED_OVER
        if not self.progress:
            return State.PLANNED
        return State.READY if self.progress >= 100 else State.IN_WORK

    def days_late(self, today: date) -> int | None:
        """Days from the promise to the hand-over, or to when the plan expects it; negative: early.

        A promise that has passed is late by today at least. ``None`` where nothing is promised or nothing is planned.
        """
        due, given = self.deliverable.due_on, self.deliverable.delivered_on
        if due is None:
            return None
        if given is not None:
            return (given - due).days
        if self.verdict is not None and self.verdict.verdict != Acceptance.Verdict.REJECTED:
            return (self.verdict.given_on - due).days
        expected = self.finish.date() if self.finish else None
        if today > due:
            return (max(expected or today, today) - due).days
        return (expected - due).days if expected else None


@dataclass(frozen=True, slots=True)
class Charter:
    """All parts of a charter, each in its order."""

    objectives: list[Objective]
    items: dict[str, list[CharterItem]]
    deliverables: list[Traced]
    stakeholders: list[Stakeholder]
    letters: dict[tuple[int, int], str]  # (deliverable, stakeholder) → R, A, C or I

    @property
    def is_empty(self) -> bool:
        return not (self.objectives or any(self.items.values()) or self.deliverables or self.stakeholders)


def charter_of(project: Project) -> Charter:
    """Read the charter in seven queries, however long it is."""
    items: dict[str, list[CharterItem]] = {kind: [] for kind in CharterItem.Kind.values}
    for item in CharterItem.objects.filter(project=project):
        items[item.kind].append(item)
    responsibilities = project.responsibilitys.all()  # type: ignore[attr-defined]
    return Charter(
        objectives=list(Objective.objects.filter(project=project)),
        items=items,
        deliverables=traced_deliverables(project),
        stakeholders=list(stakeholders_of(project)),
        letters={(r.deliverable_id, r.stakeholder_id): r.letter for r in responsibilities},
    )


def stakeholders_of(project: Project) -> QuerySet[Stakeholder]:
    """The project's stakeholders with who they are, the most influential first."""
    return Stakeholder.objects.filter(project=project).select_related("contact", "person")


def traced_deliverables(project: Project, tasks: list[Task] | None = None) -> list[Traced]:
    """Every deliverable with its work and the client's word, in three queries; without ``tasks``, which are all of it.

    The words come with who gave and who recorded them.
    """
    words = Prefetch("acceptances", Acceptance.objects.select_related("contact", "recorded_by"))
    rows = list(Deliverable.objects.filter(project=project).prefetch_related(words))
    if not rows:
        return []
    for row in rows:
        row.project = project
    if tasks is None:
        tasks = list(Task.objects.filter(project=project).only(*TRACED))
    made_for = deliverable_of_each(tasks)
    parents = {task.parent_id for task in tasks}
    return [_traced(row, tasks, made_for, parents) for row in rows]


def deliverable_of_each(tasks: Iterable[Task]) -> dict[int, int]:
    """Which deliverable each task makes: the one it names, else that of the nearest summary above it that names one.

    So every task counts for one deliverable at most, and hours are never counted twice.
    """
    by_pk = {task.pk: task for task in tasks}
    found: dict[int, int | None] = {}
    for task in by_pk.values():
        chain: list[int] = []
        above: Task | None = task
        while above is not None and above.pk not in found and above.deliverable_id is None:
            chain.append(above.pk)
            above = by_pk.get(above.parent_id) if above.parent_id else None
        answer = None if above is None else found.get(above.pk, above.deliverable_id)
        if above is not None:
            found[above.pk] = answer
        found.update(dict.fromkeys(chain, answer))
    return {pk: deliverable for pk, deliverable in found.items() if deliverable is not None}


def _traced(row: Deliverable, tasks: list[Task], made_for: dict[int, int], parents: set[int | None]) -> Traced:
    own = [t for t in tasks if made_for.get(t.pk) == row.pk]
    leaves = [t for t in own if t.pk not in parents and t.active]
    return Traced(
        deliverable=row,
        verdict=verdict_of(row),
        attached=tuple(t for t in own if t.deliverable_id == row.pk),
        leaves=tuple(leaves),
        progress=_progress(leaves),
        finish=max((t.finish for t in leaves if t.finish is not None), default=None),
    )


def _progress(leaves: list[Task]) -> Decimal | None:
    """Percent complete weighted by duration; milestones alone count one each."""
    if not leaves:
        return None
    weights = [task.duration_minutes for task in leaves]
    if not any(weights):
        weights = [1] * len(leaves)
    done = sum((t.percent_complete * w for t, w in zip(leaves, weights, strict=True)), Decimal(0))
    return round_half_up(done / sum(weights), 2)


def contacts_of_client(project: Project, *, kept: int | None = None) -> QuerySet[Contact]:
    """Those who are at the project's client now, and the one with the key ``kept`` who is chosen already."""
    there: Any = Q(affiliations__account=project.account_id, affiliations__until=None)
    if kept is not None:
        there |= Q(pk=kept)
    return Contact.objects.filter(there).distinct()
