"""A list as a board: a lane for each choice of a field, the first cards of each, and where a card can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext

from accord.web.shell.list_groups import NONE, Choice, GroupBy, groups_of
from accord.web.shell.list_parts import Cell, Column, Row
from accord.web.shell.templatetags.shell import is_blank

if TYPE_CHECKING:
    from accord.web.shell.views.lists import ListPage

MOST = 50  # cards of one lane; the table has them all


@dataclass(frozen=True, slots=True)
class Move:
    """Another lane for a card: ``value`` is posted to ``url``, unless something is asked first, at ``asks``."""

    key: str
    label: str
    value: str = ""
    url: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A record on the board: the cells of its row, without the one that its lane says."""

    id: int
    version: int
    url: str
    title: Cell
    facts: list[tuple[Column, Cell]]
    moves: list[Move]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One choice with its cards, and with count and sums of all that the filter finds."""

    key: str
    label: str
    count: int
    sums: list[str]
    cards: list[Card]
    more: int


def lanes_of(page: ListPage, board: GroupBy) -> list[BoardColumn]:
    """The lanes in the order of the choices. Two queries, and those of ``prepare``, however many lanes there are."""
    assert board.choices is not None
    groups = {group.key: group for group in groups_of(page.found, board, page.columns, page.shown, page.currency_field)}
    choices = list(board.choices())
    if NONE not in {choice.key for choice in choices} and (board.may_be_empty or NONE in groups):
        choices.append(Choice(NONE, board.none, choices[0].where))
    cards = _cards(page, board, choices)
    lanes = []
    for choice in choices:
        group, here = groups.get(choice.key), cards.get(choice.key, [])
        count = group.count if group is not None else 0
        sums = [
            f"{page.columns[place].label}: {words}" if page.columns[place].total is not None else words
            for place, cell in enumerate(group.cells(len(page.columns)) if group else [])
            if place and (words := str(cell.value).replace("\n", " · "))
        ]
        lanes.append(BoardColumn(choice.key, choice.label, count, sums, here, count - len(here)))
    return lanes


def _cards(page: ListPage, board: GroupBy, choices: Sequence[Choice]) -> dict[str, list[Card]]:
    rows = board.annotate(page.sortable()).order_by(*page.order(), "pk")
    place = Window(RowNumber(), partition_by=F("group_key"), order_by=[*page.order(), F("pk").asc()])
    records = list(rows.annotate(lane_row=place).filter(lane_row__lte=MOST))
    page.prepare(records)
    cards: dict[str, list[Card]] = {}
    for record in records:
        cards.setdefault(record.group_key, []).append(_card(page, board, choices, record))
    return cards


def _card(page: ListPage, board: GroupBy, choices: Sequence[Choice], record: Any) -> Card:
    row: Row = page.line(record)
    facts = [
        (page.columns[place], row.cells[place])
        for place in page.shown
        if place and page.columns[place].label != board.label and not is_blank(row.cells[place])
    ]
    moves = []
    if page.may_edit(record):
        for choice in choices:
            if choice.key != record.group_key:
                value = "" if choice.key == NONE else choice.key
                asks = page.asks(record, board.name, value)
                label = gettext("Move to %(choice)s…") % {"choice": choice.label} if asks else choice.label
                url = "" if asks else page.field_url(record, board.name)
                moves.append(Move(choice.key, label, value, url, asks))
    return Card(record.pk, record.version, row.url or row.cells[0].url, row.cells[0], facts, moves)
