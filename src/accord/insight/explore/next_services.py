"""What clients who bought one service bought next, as the newest run counted it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accord.accounts.models import Account
from accord.core.access import Permission, require
from accord.insight.models import ClientFigure, ClientFigures
from accord.insight.queries import account_analysis

MONTHS = (12, 24)


@dataclass(frozen=True, slots=True)
class NextService:
    """Of ``buyers`` clients who bought ``first``, ``bought`` bought ``then`` within ``months``; the 80 % interval of
    the share; ``base`` is the share after any other service. ``enough`` says whether the share may be relied on."""

    months: int
    first: str
    then: str
    buyers: int
    bought: int
    low: float
    high: float
    base: float | None
    base_buyers: int
    enough: bool

    @property
    def share(self) -> float:
        return self.bought / self.buyers

    @property
    def stands_out(self) -> bool:
        """Whether it may be suggested: more than once, of enough clients, and more often than after other services."""
        return self.enough and self.bought > 1 and bool(self.base) and self.low > (self.base or 0)

    @property
    def lift(self) -> float | None:
        return self.share / self.base if self.base else None


def next_services(analysis: ClientFigures, months: int) -> list[NextService]:
    """Pairs of services within ``months``, the most frequent first; those with too few buyers last."""
    return [NextService(**row) for row in analysis.next_services if row["months"] == months]


def suggested(account: Account, user: Any, most: int = 3) -> list[NextService]:
    """The services that clients like ``account`` bought next and it has not, each with its best evidence.

    Counted over all clients of the firm: nothing of them but the counts is shown.
    """
    require(user, Permission.VIEW_MONEY, account)
    figure: ClientFigure | None = account_analysis(account, user)
    if figure is None:
        return []
    has = set(figure.services)
    found: dict[str, NextService] = {}
    for each in next_services(figure.analysis, MONTHS[-1]):
        if each.stands_out and each.first in has and each.then not in has:
            known = found.get(each.then)
            if known is None or each.low > known.low:
                found[each.then] = each
    return sorted(found.values(), key=lambda each: (-each.low, each.then))[:most]
