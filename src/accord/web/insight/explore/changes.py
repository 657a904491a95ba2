"""What changed in lifetime value since last month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.insight.explore.changes import Changes, ClientMove, Move, changes
from accord.insight.models import ClientFigure
from accord.web.insight.explore.filters import ExploreFilter
from accord.web.insight.explore.page import Answer, ExplorePage
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Cell, Column, Row, short_cell
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import day, money_short, number

LABELS = {
    Move.NEW: gettext_lazy("New"),
    Move.GROWN: gettext_lazy("Grown"),
    Move.SHRUNK: gettext_lazy("Shrunk"),
    Move.LOST: gettext_lazy("Lost"),
    Move.SAME: gettext_lazy("Unchanged"),
}
TONES = {Move.NEW: "info", Move.GROWN: "good", Move.SHRUNK: "warn", Move.LOST: "bad", Move.SAME: "neutral"}


class ChangeFilter(ExploreFilter):
    move = forms.ChoiceField(
        label=gettext_lazy("Change"),
        choices=[("", gettext_lazy("Any")), *((move.value, label) for move, label in LABELS.items())],
        required=False,
    )


class ChangePage(ExplorePage):
    """The firm's lifetime value then and now, and each client's part in the change."""

    route = "explore-changes"
    title = gettext_lazy("What changed")
    subtitle = gettext_lazy("Lifetime value compared with a month ago.")
    filter_class = ChangeFilter

    def answer(self, rows: QuerySet[ClientFigure], values: dict[str, Any]) -> Answer | Empty:
        found = changes(rows, self.analysis)
        if found is None:
            return Empty(
                gettext("No earlier figures yet"),
                gettext("This page compares with figures that are at least a month older."),
                icon="history",
            )
        if not found.moves:
            return self.nobody()
        currency = self.analysis.currency
        wanted = values.get("move")
        return Answer(
            sentence=_sentence(found, currency),
            columns=[
                Column(gettext("Client"), second=gettext("Reason")),
                Column(gettext("Change")),
                Column(day(found.then.as_of), money=True, numeric=True),
                Column(gettext("Now"), money=True, numeric=True),
                Column(gettext("Difference"), money=True, numeric=True),
            ],
            records=[each for each in found.moves if not wanted or each.move == wanted],
            row=lambda each: _row(each, currency),
            table_title=gettext("Clients by change"),
            chart=_chart(found, currency),
            notes=_notes(found, currency),
            more={"none": Empty("", gettext("No client changed like this."))},
        )


def _signed(amount: Decimal, currency: str) -> str:
    text = money_short(amount, currency)
    return f"+{text}" if amount > 0 else text


def _sentence(found: Changes, currency: str) -> str:
    change = found.after - found.before
    values = {
        "before": money_short(found.before, currency),
        "after": money_short(found.after, currency),
        "day": day(found.then.as_of),
        "change": money_short(abs(change), currency),
    }
    if change > 0:
        first = gettext("Lifetime value rose by %(change)s to %(after)s since %(day)s.") % values
    elif change < 0:
        first = gettext("Lifetime value fell by %(change)s to %(after)s since %(day)s.") % values
    else:
        first = gettext("Lifetime value is %(after)s, as on %(day)s.") % values
    return first


def _moves(found: Changes, currency: str) -> str:
    """How many moved which way, and by how much together."""
    parts = []
    for move in (Move.NEW, Move.GROWN, Move.SHRUNK, Move.LOST):
        count, change = len(found.of(move)), found.change(move)
        if count:
            values = {"move": LABELS[move], "count": count, "amount": _signed(change, currency)}
            parts.append(gettext("%(move)s: %(count)s (%(amount)s)") % values)
    return " · ".join(parts)


def _notes(found: Changes, currency: str) -> list[str]:
    then, now = found.models
    moves = [text] if (text := _moves(found, currency)) else []
    if then == now:
        return moves
    text = gettext("The model changed from %(then)s to %(now)s between the two: part of the difference is the model's.")
    return [*moves, text % {"then": then or gettext("an earlier version"), "now": now}]


def _row(each: ClientMove, currency: str) -> Row:
    tone = "good" if each.change > 0 else "bad" if each.change < 0 else ""
    return Row(
        each.account,
        reverse("account", args=[each.account]),
        [
            Cell(each.name, sub=each.text),
            Cell(LABELS[each.move], badge=True, tone=TONES[each.move]),
            short_cell(each.before, currency),
            short_cell(each.after, currency),
            short_cell(each.change, currency, tone=tone, signed=True),
        ],
    )


def _chart(found: Changes, currency: str) -> dict[str, Any] | None:
    """By how much each kind of move changed the whole."""
    bars = []
    for move in Move:
        change = found.change(move)
        if not found.of(move):
            continue
        tip = {
            str(LABELS[move]): _signed(change, currency),
            gettext("Clients"): number(len(found.of(move))),
        }
        side = "usual" if change >= 0 else "opposite"
        bars.append({"name": str(LABELS[move]), "value": float(change), "side": side, "tip": tip})
    if not bars:
        return None
    return {
        "id": "value-changes",
        "title": gettext("Change of lifetime value"),
        "spec": drawing("bars", {"bars": bars}, unit=currency, form="+~s"),
    }
