"""What can be asked about expenses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Sum

from accord.core.access import Permission
from accord.core.models import File
from accord.core.money import Money, totals
from accord.core.search.queries import search
from accord.money.models import Expense
from accord.people.models import Person
from accord.projects.models import Project

Status = Expense.Status
CURRENT = {"project__archived_at": None, "project__account__archived_at": None}  # what is archived is on no list
LABEL = Expense._meta.label_lower


def counted_expenses() -> QuerySet[Expense]:
    """The expenses that are cost: approved, reimbursed or not. Drafts and submitted ones may still be returned."""
    return Expense.objects.filter(status__in=Expense.COUNTED)


def awaiting_approval(project: Project) -> Any:
    """The cost of the submitted expenses of ``project``, in its currency; none of it counts yet."""
    rows = Expense.objects.filter(project=project, status=Status.SUBMITTED)
    return rows.aggregate(total=Sum("cost"))["total"]


def expenses_to_approve(user: Any) -> QuerySet[Expense]:
    """The submitted expenses that ``user`` decides on, the oldest first."""
    rows = Expense.objects.letting(user, Permission.APPROVE).filter(**CURRENT, status=Status.SUBMITTED)
    return rows.select_related("person", "project", "category").order_by("day", "pk")


def without_receipt(expenses: Iterable[Expense]) -> set[int]:
    """The keys of those that need a receipt and have none; one query."""
    needing = {expense.pk for expense in expenses if expense.needs_receipt}
    if not needing:
        return set()
    files = File.objects.filter(subject_type=LABEL, subject_id__in=needing).order_by()
    return needing - set(files.values_list("subject_id", flat=True))


def matching_expenses(rows: QuerySet[Expense], values: dict[str, Any]) -> QuerySet[Expense]:
    """Those of ``rows`` that a filter asks for: by words (``q``) and by fields."""
    if q := values.get("q"):
        rows = rows.filter(search(Expense, q))
    for name in ("status", "project", "person", "category", "paid_by"):
        if (value := values.get(name)) not in (None, ""):
            rows = rows.filter(**{name: value})
    return rows


@dataclass(frozen=True, slots=True)
class Owed:
    """What one person is to get back: their approved expenses and the sum in each currency."""

    person: Person
    expenses: list[Expense] = field(default_factory=list)

    @property
    def sums(self) -> dict[str, Money]:
        return totals(expense.paid for expense in self.expenses)


def to_reimburse(user: Any) -> QuerySet[Expense]:
    """Approved expenses paid with own money that ``user`` sees, by person; the oldest first."""
    rows = Expense.objects.visible_to(user).filter(**CURRENT, status=Status.APPROVED, paid_by=Expense.PaidBy.OWN)
    return rows.select_related("person", "project", "category").order_by("person__name", "person", "day", "pk")


def owed(expenses: Iterable[Expense]) -> list[Owed]:
    """``expenses``, which are in the order of :func:`to_reimburse`, put together by person."""
    found: dict[int, Owed] = {}
    for expense in expenses:
        if expense.person is not None:
            found.setdefault(expense.person.pk, Owed(expense.person)).expenses.append(expense)
    return list(found.values())
