"""What changed in lifetime value since last month, of all clients and of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries import MONTH

COLUMNS = (
    "account", "account__name", "state", "chance", "lifetime_value", "contracted", "last_decision_on", "decisions",
)  # fmt: skip
LITTLE = Decimal("0.01")  # of the earlier value: what moved less than that has not changed
SHARE = 0.02  # of churn risk: what moved less is not worth a word


class Move(StrEnum):
    NEW = "new"
    GROWN = "grown"
    SHRUNK = "shrunk"
    LOST = "lost"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class ClientMove:
    """One client then and now; ``text`` says what explains the move, as far as the figures tell."""

    account: int
    name: str
    move: Move
    before: Decimal
    after: Decimal
    text: str

    @property
    def change(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Changes:
    """``before`` + the sums by move = ``after``; ``models`` are the versions then and now."""

    then: ClientFigures
    moves: list[ClientMove]
    models: tuple[str, str]

    @property
    def before(self) -> Decimal:
        return sum((each.before for each in self.moves), Decimal(0))

    @property
    def after(self) -> Decimal:
        return sum((each.after for each in self.moves), Decimal(0))

    def of(self, *moves: Move) -> list[ClientMove]:
        return [each for each in self.moves if each.move in moves]

    def change(self, *moves: Move) -> Decimal:
        return sum((each.change for each in self.of(*moves)), Decimal(0))


def run_before(analysis: ClientFigures) -> ClientFigures | None:
    """The newest run that is at least a month older and in the same currency; the last of its day."""
    rows = ClientFigures.objects.filter(as_of__lte=analysis.as_of - MONTH, currency=analysis.currency)
    return rows.order_by("-as_of", "-pk").first()


def changes(rows: QuerySet[ClientFigure], analysis: ClientFigures) -> Changes | None:
    """``rows`` of the newest run beside the same clients a month ago, the largest move first. None without such a run.

    A client is new that had no value then, and lost whose state says so now and did not then.
    """
    then = run_before(analysis)
    if then is None:
        return None
    now = {row["account"]: row for row in rows.values(*COLUMNS)}
    old_rows = ClientFigure.objects.filter(analysis=then, account__in=rows.order_by().values("account"))
    old = {row["account"]: row for row in old_rows.values(*COLUMNS)}
    found = (_move(row, old.get(account), then) for account, row in now.items())
    moves = [each for each in found if each is not None]
    versions = (str(then.model.get("version", "")), str(analysis.model.get("version", "")))
    return Changes(then, sorted(moves, key=lambda each: (-abs(each.change), each.name)), versions)


def _move(row: dict[str, Any], before: dict[str, Any] | None, then: ClientFigures) -> ClientMove | None:
    was = (before or {}).get("lifetime_value")
    value = row["lifetime_value"]
    if value is None and was is None:
        return None
    known = before is not None and was is not None
    old, new = was or Decimal(0), value or Decimal(0)
    if _left(row) and before is not None and not _left(before):
        move = Move.LOST
    elif not known:
        move = Move.NEW
    elif abs(new - old) <= LITTLE * max(abs(old), Decimal(1)):
        move = Move.SAME
    else:
        move = Move.GROWN if new > old else Move.SHRUNK
    return ClientMove(row["account"], row["account__name"], move, old, new, _text(move, row, before, then))


def _left(row: dict[str, Any]) -> bool:
    return row["state"] != ClientFigure.State.ACTIVE


def _text(move: Move, row: dict[str, Any], before: dict[str, Any] | None, then: ClientFigures) -> str:
    """What explains the move: the state, a new order, signed work, and the churn risk, in this order."""
    if move == Move.LOST:
        return {
            ClientFigure.State.NOTICE: gettext("Notice given"),
            ClientFigure.State.LAPSED: gettext("No order for too long: counts as lost"),
            ClientFigure.State.FORMER: gettext("Now a former client"),
        }[ClientFigure.State(row["state"])]
    if before is None or move == Move.NEW:
        return gettext("First forecast of this client")
    return "; ".join(_causes(row, before, then)) or gettext("Order pattern unchanged, one month on")


def _causes(row: dict[str, Any], before: dict[str, Any], then: ClientFigures) -> Iterable[str]:
    if _left(before) and not _left(row):
        yield gettext("Back as a client")
    last = row["last_decision_on"]
    if last is not None and last > then.as_of:
        yield gettext("New order on %(day)s") % {"day": day_text(last)}
    signed, was_signed = row["contracted"] or Decimal(0), before["contracted"] or Decimal(0)
    if signed > was_signed:
        yield gettext("More signed work ahead")
    elif signed < was_signed:
        yield gettext("Signed work invoiced")
    risk, was_risk = row["chance"], before["chance"]
    if risk is not None and was_risk is not None and abs(risk - was_risk) >= SHARE:
        yield gettext("Churn risk from %(before)s to %(after)s") % {
            "before": f"{was_risk:.0%}",
            "after": f"{risk:.0%}",
        }
