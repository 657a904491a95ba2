"""What changed in lifetime value since last month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.insight.explore.changes import Changes, ClientMove, Move, changes
from accord.insight.models import ClientFigure
from accord.web.insight.explore.filters import ExploreFilter
from accord.web.insight.explore.page import Answer, ExplorePage
from accord.web.shell.drawing import drawing
from accord.web.shell.list_parts import Cell, Column, Row, amount_cell
from accord.web.shell.parts import Empty
from accord.web.shell.templatetags.shell import day, money, money_short

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
            notes=_notes(found),
            more={"none": Empty("", gettext("No client changed like this."))},
        )


def _signed(amount: Decimal, currency: str) -> str:
    text = money(amount, currency)
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
    parts = [first]
    for move, text in (
        (Move.NEW, ngettext("%(count)s new client", "%(count)s new clients", len(found.of(Move.NEW)))),
        (Move.LOST, ngettext("%(count)s lost", "%(count)s lost", len(found.of(Move.LOST)))),
        (Move.GROWN, ngettext("%(count)s grown", "%(count)s grown", len(found.of(Move.GROWN)))),
        (Move.SHRUNK, ngettext("%(count)s shrunk", "%(count)s shrunk", len(found.of(Move.SHRUNK)))),
    ):
        count = len(found.of(move))
        if count:
            sum_text = money_short(found.change(move), currency)
            sign = "+" if found.change(move) > 0 else ""
            parts.append(f"{text % {'count': count}} ({sign}{sum_text})")
    return " · ".join(parts)


def _notes(found: Changes) -> list[str]:
    then, now = found.models
    if then == now:
        return []
    text = gettext("The model changed from %(then)s to %(now)s between the two: part of the difference is the model's.")
    return [text % {"then": then or gettext("an earlier version"), "now": now}]


def _row(each: ClientMove, currency: str) -> Row:
    tone = "good" if each.change > 0 else "bad" if each.change < 0 else ""
    return Row(
        each.account,
        reverse("account", args=[each.account]),
        [
            Cell(each.name, sub=each.text),
            Cell(LABELS[each.move], badge=True, tone=TONES[each.move]),
            amount_cell(each.before, currency),
            amount_cell(each.after, currency),
            Cell(_signed(each.change, currency), numeric=True, tone=tone, raw=each.change, currency=currency),
        ],
    )


def _chart(found: Changes, currency: str) -> dict[str, Any]:
    """The steps from then to now."""
    steps: list[dict[str, Any]] = []
    level = found.before

    def add(name: str, low: Decimal, high: Decimal, side: str, amount: str) -> None:
        tip = {name: amount}
        steps.append({"name": name, "low": float(low), "high": float(high), "side": side, "tip": tip})

    add(day(found.then.as_of), Decimal(0), level, "level", money(level, currency))
    for move in (Move.NEW, Move.GROWN, Move.SHRUNK, Move.LOST, Move.SAME):
        change = found.change(move)
        if not change:
            continue
        low, high = min(level, level + change), max(level, level + change)
        add(str(LABELS[move]), low, high, "up" if change > 0 else "down", _signed(change, currency))
        level += change
    add(gettext("Now"), Decimal(0), level, "level", money(level, currency))
    return {
        "id": "value-changes",
        "title": gettext("Lifetime value, then and now"),
        "spec": drawing("value-steps", {"steps": steps}, unit=currency),
    }
