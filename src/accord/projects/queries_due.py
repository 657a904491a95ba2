"""What is due for a user: next steps, tasks, issues, decisions, reviews, requests and playbook steps, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    Expression,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, RowNumber

from accord.accounts.queries import open_next_steps
from accord.projects.models import Assignment, Project, Task
from accord.projects.queries_risks import SOON, changes_to_decide, my_issues, risks_to_review
from accord.success.models import PlaybookRun, PlaybookRunStep
from accord.support.models import Severity
from accord.support.queries import assignee, open_requests


class Due(StrEnum):
    """The kinds of due items."""

    NEXT_STEP = "next step"
    TASK = "task"
    ISSUE = "issue"
    DECISION = "decision"
    RISK_REVIEW = "risk review"
    REQUEST = "request"
    INTERNAL_REQUEST = "internal request"
    PLAYBOOK_STEP = "playbook step"


@dataclass(frozen=True, slots=True)
class DueItem:
    """One thing that is due.

    ``about`` and ``about_pk`` are its project or, where the kind belongs to no project, its client. ``due_at`` is set
    instead of ``due_on`` where the time of day counts. ``state`` is a request's status, or ``decides`` where the user
    has to decide; ``number`` is a task's percent complete or a request's severity; ``note`` says who asks, or why.
    """

    kind: Due
    pk: int
    title: str
    about_pk: int
    about: str
    due_on: date | None
    due_at: datetime | None
    state: str
    number: int
    note: str

    @property
    def severity(self) -> str:
        """Of a request, in words."""
        return Severity(self.number).label


def due_items(user: Any, now: datetime, *, most: int = 6) -> dict[Due, list[DueItem]]:
    """What is due for ``user`` within two weeks, was due, or has no date: the ``most`` urgent of each kind, by kind.

    ``now`` is aware, in the zone of the reader.
    """
    today = now.date()
    parts = [
        _part(Due.NEXT_STEP, _next_steps(user), "account", title=F("next_step"), due_on=F("next_step_on")),
        _part(Due.TASK, _tasks(user, now), "project", due_on=Cast("finish", DateField()), number=F("percent_complete")),
        _part(Due.ISSUE, my_issues(user, today), "project"),
        _part(Due.DECISION, changes_to_decide(user, today), "project", state=_decides(user)),
        _part(Due.RISK_REVIEW, risks_to_review(user, today), "project", due_on=F("review_on")),
        _part(Due.REQUEST, open_requests(user).filter(owner=user), "account", due_on=_no(DateField()),
              due_at=F("resolution_due"), number=F("severity"), state=F("status")),
        _part(Due.INTERNAL_REQUEST, assignee(user), "account", note=Coalesce("asked_by__name", Value(""))),
        _part(Due.PLAYBOOK_STEP, _playbook_steps(user, today), "account", note=F("run__about")),
    ]  # fmt: skip
    first, *others = (part.filter(place__lte=most) for part in parts)
    found: dict[Due, list[DueItem]] = {kind: [] for kind in Due}
    for kind, *values, _place in sorted(first.union(*others, all=True), key=lambda row: row[-1]):
        found[Due(kind)].append(DueItem(Due(kind), *values))
    return found


def _no(field: Any) -> Expression:
    """No value, of the type of ``field``: without one, PostgreSQL takes the column for text."""
    return Cast(Value(None), field)


def _part(kind: Due, rows: QuerySet[Any], about: str, **values: Any) -> QuerySet[Any]:
    """One arm of the union: the rows' values in the order of :class:`DueItem`, then their place in ``rows``' order."""
    text, whole = CharField(), IntegerField()
    order: Any = rows.query.order_by
    return (
        rows.select_related(None)
        .order_by()
        .annotate(
            kind_of_due=Value(kind.value, text),
            item=Cast(values.get("title", F("name" if rows.model is Task else "title")), text),
            about_pk=F(f"{about}_id"),
            about=Cast(f"{about}__name", text),
            due=values.get("due_on", F("due_on")),
            due_at=values.get("due_at", _no(DateTimeField())),
            state_of_due=Cast(values.get("state", Value("")), text),
            number_of_due=Cast(values.get("number", Value(0)), whole),
            note_of_due=Cast(values.get("note", Value("")), text),
            place=Window(RowNumber(), order_by=list(order)),
        )
        .values_list(
            "kind_of_due", "pk", "item", "about_pk", "about", "due", "due_at", "state_of_due", "number_of_due",
            "note_of_due", "place",
        )
    )  # fmt: skip


def _next_steps(user: Any) -> QuerySet[Any]:
    return open_next_steps(user).filter(Q(by=user) | Q(account__owner=user))


def _tasks(user: Any, now: datetime) -> QuerySet[Task]:
    """Unfinished tasks that are assigned to the user and have begun or begin within two weeks."""
    return Task.objects.filter(
        Exists(Assignment.objects.filter(task=OuterRef("pk"), resource__person__user=user)),
        percent_complete__lt=100,
        start__lte=now.replace(tzinfo=None) + SOON,
        project__status=Project.Status.ACTIVE,
        project__archived_at=None,
        project__in=Project.objects.visible_to(user).values("pk"),
    ).order_by("finish", "pk")


def _playbook_steps(user: Any, today: date) -> QuerySet[PlaybookRunStep]:
    return (
        PlaybookRunStep.objects.visible_to(user)
        .filter(owner=user, done_on=None, run__status=PlaybookRun.Status.RUNNING, due_on__lte=today + SOON)
        .filter(account__archived_at=None)
        .order_by("due_on", "pk")
    )


def _decides(user: Any) -> Case:
    """``"decides"`` where the user leads the project, so that the decision is theirs."""
    return Case(When(project__manager=user, then=Value("decides")), default=Value(""), output_field=CharField())
