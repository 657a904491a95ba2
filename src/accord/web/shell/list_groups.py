"""Groups of a list's rows: by a choice or by the record that a row names, each with its count and sums.

The lanes of a board are groups, too (`list_board`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce, Lower
from django.http import QueryDict
from django.utils.translation import gettext

from accord.accounts.models import CustomField
from accord.accounts.queries_custom import PREFIX
from accord.core.texts import gettext_lazy
from accord.web.shell.list_parts import Cell, Column
from accord.web.shell.list_totals import added, aggregates, found_rows, number_cell, sums_of
from accord.web.shell.templatetags.shell import money

CLOSED = "closed"  # names the groups of which an address shows the line only
NONE = "none"  # the key of the rows that have no value


@dataclass(frozen=True, slots=True)
class Choice:
    """One group: its key in addresses and which rows are in it."""

    key: str
    label: str
    where: Q


@dataclass(frozen=True, slots=True)
class GroupBy:
    """What rows are put in groups by: ``choices``, in their order, or the ``record`` at a path, by its name.

    ``name`` stands in addresses; of a field that can be edited it is the form's name for it. ``none`` are the words for
    rows without a value.
    """

    name: str
    label: str
    choices: Callable[[], Sequence[Choice]] | None = None
    record: str = ""
    none: str = gettext_lazy("Not set")
    may_be_empty: bool = False  # a card can go to the lane without a value

    def annotate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """``rows`` with ``group_key``, and ``group_place`` to put them in the order of the groups."""
        if self.choices is None:
            key = Coalesce(Cast(F(f"{self.record}__pk"), CharField()), Value(NONE))
            return rows.annotate(group_key=key, group_place=Lower(f"{self.record}__name"))
        choices = list(self.choices())
        keys = [When(choice.where, then=Value(choice.key)) for choice in choices]
        places = [When(choice.where, then=Value(place)) for place, choice in enumerate(choices)]
        return rows.annotate(
            group_key=Case(*keys, default=Value(NONE), output_field=CharField()),
            group_place=Case(*places, default=Value(len(choices)), output_field=IntegerField()),
        )

    @property
    def ordering(self) -> list[Any]:
        return [F("group_place").asc(nulls_last=True), "group_key"]


def by_choice(name: str, label: str, choices: Any, *, path: str = "", none: str = gettext_lazy("Not set")) -> GroupBy:
    """By a column with choices; ``choices`` may be a function, where the firm makes them itself."""

    def found() -> list[Choice]:
        pairs: Iterable[tuple[Any, str]] = choices() if callable(choices) else choices
        return [Choice(str(value) or NONE, str(text), Q(**{path or name: value})) for value, text in pairs]

    return GroupBy(name, label, found, none=none)


def by_record(name: str, label: str, *, path: str = "", none: str = gettext_lazy("Not set")) -> GroupBy:
    """By the record that a row names."""
    return GroupBy(name, label, record=path or name, none=none)


def by_custom(fields: Iterable[CustomField]) -> list[GroupBy]:
    """By each custom field that is a choice, or yes or no."""
    return [_by_custom(each) for each in fields if each.kind in (CustomField.Kind.CHOICE, CustomField.Kind.YES_NO)]


def _by_custom(each: CustomField) -> GroupBy:
    is_choice = each.kind == CustomField.Kind.CHOICE
    pairs: list[tuple[str, Any, str]] = (
        [(text, text, text) for text in each.offered]
        if is_choice
        else [("yes", True, gettext("Yes")), ("no", False, gettext("No"))]
    )

    def found() -> list[Choice]:
        return [Choice(key, text, Q(**{f"group_{each.key}": value})) for key, value, text in pairs]

    return _CustomGroupBy(f"{PREFIX}{each.key}", each.label, found, may_be_empty=not each.required, field=each)


@dataclass(frozen=True, slots=True)
class _CustomGroupBy(GroupBy):
    """By a custom field: its value is named before the choices ask for it."""

    field: CustomField | None = None

    def annotate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        assert self.field is not None
        return GroupBy.annotate(self, rows.alias(**{f"group_{self.field.key}": KeyTransform(self.field.key, "custom")}))


@dataclass(slots=True)
class Group:
    """What one group holds of all that the filter finds: its count, and the sums of the columns."""

    key: str
    label: str
    count: int = 0
    amounts: dict[int, list[tuple[str, Any]]] = field(default_factory=dict)  # by currency
    others: dict[int, Any] = field(default_factory=dict)

    def cells(self, width: int) -> list[Cell]:
        """The line of the group beside the columns: amounts of several currencies stand one below the other."""
        cells = [Cell("") for _ in range(width)]
        cells[0] = Cell(self.label)
        for place, amounts in self.amounts.items():
            words = "\n".join(money(total, currency) for currency, total in amounts if total is not None)
            cells[place] = Cell(words or "–", numeric=True)
        for place, total in self.others.items():
            cells[place] = number_cell(total)
        return cells

    def lines(self, width: int) -> list[list[Cell]]:
        """The same for files, with a line for each currency; the other numbers are in the first."""
        lines = []
        for number in range(max([1, *map(len, self.amounts.values())])):
            cells = self.cells(width) if not number else [Cell("") for _ in range(width)]
            for place, amounts in self.amounts.items():
                currency, total = amounts[number]
                cells[place] = Cell("", numeric=True, raw=total, currency=currency)
            lines.append(cells)
        return lines


def groups_of(
    found: QuerySet[Any], by: GroupBy, columns: Sequence[Column], shown: Sequence[int], currency: str
) -> list[Group]:
    """The groups in which there are rows, in their order. One query."""
    amounts, others = sums_of(columns, shown)
    labels = {choice.key: choice.label for choice in by.choices()} if by.choices is not None else {}
    named = {} if by.choices is not None else {"group_label": F(f"{by.record}__name")}
    by_currency = [currency] if amounts else []
    lines = by.annotate(found_rows(found)).values("group_key", "group_place", *by_currency, **named)
    groups: dict[str, Group] = {}
    for line in lines.annotate(group_count=Count("pk"), **aggregates(amounts, others)).order_by(
        *by.ordering, *by_currency
    ):
        key = line["group_key"]
        label = by.none if key == NONE and key not in labels else labels.get(key) or str(line.get("group_label", key))
        group = groups.setdefault(key, Group(key, label))
        group.count += line["group_count"]
        for place in amounts:
            group.amounts.setdefault(place, []).append((line[currency], line[f"sum_{place}"]))
        for place in others:
            group.others[place] = added((group.others.get(place), line[f"sum_{place}"]))
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class Section:
    """A group as one page of the table shows it; a closed one has its line only."""

    group: Group
    cells: list[Cell]
    is_open: bool
    url: str  # the same list with this group closed, or open again
    rows: list[Any]


def sections_of(
    groups: Sequence[Group], query: QueryDict, rows: Sequence[tuple[str, Any]], page: Any, shown: Sequence[int]
) -> list[Section]:
    """The groups of one page in their order. ``rows`` are those of the page, each with the key of its group.

    ``page`` is the page of the rows of all open groups. A closed group stands where its rows would.
    """
    closed = set(query.getlist(CLOSED))
    of_group: dict[str, list[Any]] = {}
    for key, row in rows:
        of_group.setdefault(key, []).append(row)
    first = page.paginator.per_page * (page.number - 1)
    last, is_last = first + len(rows), not page.has_next()
    found, at = [], 0
    for group in groups:
        is_open = group.key not in closed
        is_here = group.key in of_group if is_open else first <= at < last or (at >= last and is_last)
        if is_here:
            cells = group.cells(max(shown) + 1)
            line, url = [cells[place] for place in shown], _toggled(query, group.key)
            found.append(Section(group, line, is_open, url, of_group.get(group.key, [])))
        at += group.count if is_open else 0
    return found


def _toggled(query: QueryDict, key: str) -> str:
    """The address of the same list with one more group closed, or one less."""
    closed = query.getlist(CLOSED)
    toggled = query.copy()
    toggled.pop("page", None)
    toggled.setlist(CLOSED, [each for each in closed if each != key] if key in closed else [*closed, key])
    return f"?{toggled.urlencode()}"
