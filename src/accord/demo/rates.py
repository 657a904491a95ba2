"""What hours cost and are billed at: the firm, grades, people, and a client who negotiated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accord.core.money import round_half_up
from accord.demo.people import COST, GRADES, PRICE
from accord.demo.world import World
from accord.money.models import RateCard
from accord.people.models import JobRole

COST_SIDE, BILL_SIDE = RateCard.Side.COST, RateCard.Side.BILL
DISCOUNT = Decimal("0.92")


def make_rates(world: World) -> None:
    """Cards for everyone who works, and for what has no name yet. Hours are logged before: their rates stay."""
    rows = [*_of_people(world), *_of_firm_and_grades(world), *_negotiated(world)]
    RateCard.objects.bulk_create(rows)


def _card(side: str, day: date, amount: Decimal | int, **scope: Any) -> RateCard:
    return RateCard(side=side, starts_on=day, amount=Decimal(amount), **({"currency": "EUR"} | scope))


def _of_people(world: World) -> Iterator[RateCard]:
    for hand in world.hands:
        for day, cost, price in hand.rates:
            yield _card(COST_SIDE, day, cost, person=hand.person)
            yield _card(BILL_SIDE, day, price, person=hand.person)


def _of_firm_and_grades(world: World) -> Iterator[RateCard]:
    """Below the rates of people: for plans with a role, and for who has none of their own. The prices rose in July."""
    opening, july = date(world.opening.year, 1, 1), _last_july(world.today)
    yield _card(COST_SIDE, opening, COST[2], note="Average of the firm")
    yield _card(BILL_SIDE, opening, PRICE[2], note="Price list")
    for role in JobRole.objects.all():
        level = next(level for level, name in GRADES.items() if name == role.name)
        yield _card(COST_SIDE, opening, COST[level], job_role=role)
        yield _card(BILL_SIDE, opening, round_half_up(PRICE[level] * DISCOUNT, 0), job_role=role, note="Price list")
        yield _card(BILL_SIDE, july, PRICE[level], job_role=role, note="Price list since July")


def _negotiated(world: World) -> Iterator[RateCard]:
    """The largest client pays less for two grades. It was agreed late: time of the open month can be repriced."""
    if not world.clients:
        return
    account = max(world.clients, key=lambda client: (len(client.jobs), client.account.name)).account
    month = (world.today - timedelta(weeks=4)).replace(day=1)
    for role in JobRole.objects.filter(name__in=[GRADES[3], GRADES[4]]):
        level = 3 if role.name == GRADES[3] else 4
        price = round_half_up(PRICE[level] * DISCOUNT, 0)
        yield _card(BILL_SIDE, month, price, job_role=role, account=account, note="Framework agreement")


def _last_july(today: date) -> date:
    """The last 1 July before today."""
    return date(today.year if today >= date(today.year, 7, 2) else today.year - 1, 7, 1)
