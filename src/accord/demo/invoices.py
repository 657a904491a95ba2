"""Invoices: instalments of fixed prices, hours by the month, fees of support, and how they were paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from accord.core.money import round_half_up, rounded
from accord.demo.billing import jobs_to_invoice
from accord.demo.programmes import PROGRAMMES
from accord.demo.world import BERLIN, Client, Job, World, back_dated, insert
from accord.money.actions.write_invoice import line_amount
from accord.money.models import Invoice, InvoiceLine

Line = tuple[str, str, Decimal, Decimal]  # code, what for, quantity, price of one


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice before it has a number."""

    client: Client
    job: Job | None
    day: date
    lines: tuple[Line, ...]


def make_invoices(world: World) -> None:
    """Store every invoice up to today in order of its day, numbered through each year."""
    bills = [bill for job in world.jobs for bill in _bills(world, job) if bill.lines and bill.day < world.today]
    waiting = jobs_to_invoice(world)
    bills = [bill for bill in bills if not _waits(bill, waiting, world)]
    bills += _credits(world, bills)
    bills.sort(key=lambda b: (b.day, b.client.account.name, b.lines[0][1]))
    numbers: dict[int, int] = defaultdict(int)
    rows: list[tuple[Invoice, tuple[Line, ...]]] = []
    for bill in bills:
        numbers[bill.day.year] += 1
        rows.append((_invoice(world, bill, f"{bill.day.year}-{numbers[bill.day.year]:04}"), bill.lines))
    rows += _drafts(world, bills)
    with back_dated((Invoice, "created_at")):
        Invoice.objects.bulk_create([row for row, _ in rows], batch_size=1000)
    insert([line for row, lines in rows for line in _lines(row, lines)])


def _waits(bill: Bill, waiting: frozenset[str], world: World) -> bool:
    """Whether nobody wrote this invoice yet: it stands under what can be invoiced."""
    return bill.job is not None and bill.job.brief.key in waiting and bill.day >= world.today.replace(day=1)


def _bills(world: World, job: Job) -> Iterator[Bill]:
    if job.brief.state == "planned":
        return
    chance = world.rng("bills", job.client.brief.key, job.brief.key)
    if job.brief.service == "support":
        yield from _monthly_fees(world, job, chance)
    elif job.brief.terms == "time_and_material":
        yield from _hours(world, job)
    else:
        yield from _instalments(world, job, chance)


def _price(world: World, job: Job, euros: Decimal, day: date) -> Decimal:
    """An amount in the client's currency, at the rate of the day on which the price was agreed."""
    currency = job.client.account.currency
    return rounded(world.from_euros(euros, currency, min(day, world.today)), currency)


def _monthly_fees(world: World, job: Job, chance: Random) -> Iterator[Bill]:
    fee = _price(world, job, Decimal(job.brief.monthly), job.start)
    for month in range(12):
        first = date(job.start.year + (job.start.month - 1 + month) // 12, (job.start.month - 1 + month) % 12 + 1, 1)
        day = _weekday((first + timedelta(days=32)).replace(day=1) - timedelta(days=1))
        lines: list[Line] = [("SUP", f"{job.brief.name}: fee for {first:%B %Y}", Decimal(1), fee)]
        if chance.random() < (job.brief.effort - 0.8) * 0.6:
            hours = Decimal(chance.randint(6, 44)) / 4
            lines.append(
                (
                    "HRS",
                    f"Additional hours in {first:%B %Y}, as agreed",
                    hours,
                    _price(world, job, Decimal(112), job.start),
                )
            )
        yield Bill(job.client, job, day, tuple(lines))


def _hours(world: World, job: Job) -> Iterator[Bill]:
    sums: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for _, resource, day, minutes in job.booked:
        sums[day.year, day.month][resource] += minutes
    for (year, month), people in sorted(sums.items()):
        worked = date(year, month, 1)
        issued = _weekday((worked + timedelta(days=32)).replace(day=1) + timedelta(days=3), forward=True)
        lines: list[Line] = []
        for resource, minutes in sorted(people.items()):
            hand = job.who[resource]
            price = _price(world, job, hand.rate(worked)[1], job.start)
            lines.append(
                ("HRS", f"{hand.person.title}, {hand.person.name}: {worked:%B %Y}", Decimal(minutes) / 60, price)
            )
        yield Bill(job.client, job, issued, tuple(lines))


def _instalments(world: World, job: Job, chance: Random) -> Iterator[Bill]:
    total = _price(world, job, job.price, job.start)
    length = max(10, (job.ended - job.start).days)
    if job.brief.service in PROGRAMMES:
        parts = max(2, length // 58)
        shares = (
            [(0.0, "on signature", 15)]
            + [(n / (parts + 1), f"progress {n} of {parts}", 0) for n in range(1, parts + 1)]
            + [(1.0, "on acceptance", 15)]
        )
        each = 70 // parts
        shares = [
            (at, what, share or (70 - each * (parts - 1) if what.startswith(f"progress {parts} ") else each))
            for at, what, share in shares
        ]
    else:
        shares = [(0.0, "on signature", 30), (0.5, "halfway", 40), (1.0, "on acceptance", 30)]
    whole_job_done = all(p.done for p in job.progress.values())
    frozen = job.brief.state == "on_hold"
    for at, what, share in shares:
        day = _weekday(job.start + timedelta(days=round(at * length) + chance.randint(1, 6)), forward=True)
        if (at == 1.0 and not whole_job_done) or (frozen and datetime.combine(day, time()) > job.until):
            continue
        amount = round_half_up(total * share / 100, 2)
        lines: list[Line] = [("FIX", f"{job.brief.name}: {share}% of the fixed price, {what}", Decimal(1), amount)]
        if at and chance.random() < 0.3:
            lines.append(
                (
                    "EXP",
                    "Travel and purchases, at cost",
                    Decimal(1),
                    _price(world, job, Decimal(chance.randint(9000, 190000)) / 100, job.start),
                )
            )
        yield Bill(job.client, job, day, tuple(lines))


def _credits(world: World, bills: list[Bill]) -> list[Bill]:
    """A few credit notes: after the failed cut-over of the recovered client, and for small errors."""
    chance = world.rng("credits")
    old = [b for b in bills if b.job is not None and b.day < world.back(60)]
    chosen = chance.sample(old, min(len(old), round(9 * world.scale) + 1))
    chosen += [b for b in old if b.job is not None and b.job.brief.key == "recovered-0"][-1:]
    found = []
    for bill in chosen:
        code, what, quantity, price = bill.lines[0]
        share = (
            Decimal("0.6")
            if bill.job is not None and bill.job.brief.key == "recovered-0"
            else Decimal(chance.randint(4, 15)) / 100
        )
        why = "goodwill after the failed cut-over" if share == Decimal("0.6") else "correction"
        found.append(
            Bill(
                bill.client,
                bill.job,
                bill.day + timedelta(days=chance.randint(9, 40)),
                ((code, f"Credit ({why}): {what}"[:300], Decimal(-1), round_half_up(quantity * price * share, 2)),),
            )
        )
    return found


def _invoice(world: World, bill: Bill, number: str) -> Invoice:
    brief = bill.client.brief
    chance = world.rng("payment", number, bill.client.brief.key)
    total = sum((_amount(line, bill.client.account.currency) for line in bill.lines), Decimal(0))
    credit = total < 0
    due = bill.day + timedelta(days=30 if brief.tier in "AB" else 14)
    paid = max(bill.day + timedelta(days=1), due + timedelta(days=round(chance.gauss(brief.late_payer, 5))))
    if credit:
        paid = bill.day
    overdue_by_story = brief.key in ("quiet", "detractor") and bill.day > world.back(75)
    status = Invoice.Status.PAID if paid < world.today and not overdue_by_story else Invoice.Status.SENT
    if not credit and chance.random() < 0.002:
        status = Invoice.Status.VOID
    return Invoice(
        account=bill.client.account,
        project=bill.job.project if bill.job else None,
        number=number,
        kind=Invoice.Kind.CREDIT_NOTE if credit else Invoice.Kind.INVOICE,
        status=status,
        issued_on=bill.day,
        due_on=due,
        paid_on=paid if status == Invoice.Status.PAID else None,
        currency=bill.client.account.currency,
        total=total,
        created_at=datetime.combine(bill.day, time(14, 5), BERLIN),
    )


def _drafts(world: World, bills: list[Bill]) -> list[tuple[Invoice, tuple[Line, ...]]]:
    """Prepared but not sent: the next month's fees of a few clients."""
    latest = [
        b for b in bills if b.lines[0][0] == "SUP" and b.day > world.back(40) and b.client.brief.status == "client"
    ]
    rows: list[tuple[Invoice, tuple[Line, ...]]] = []
    for bill in latest[-5:]:
        code, _, quantity, price = bill.lines[0]
        line = (code, "Support and maintenance: fee for the coming month", quantity, price)
        row = _invoice(world, Bill(bill.client, bill.job, world.today, (line,)), "")
        row.status, row.paid_on = Invoice.Status.DRAFT, None
        rows.append((row, (line,)))
    return rows


def _lines(row: Invoice, lines: tuple[Line, ...]) -> Iterator[InvoiceLine]:
    for position, line in enumerate(lines, 1):
        code, what, quantity, price = line
        yield InvoiceLine(
            invoice=row,
            position=position,
            code=code,
            description=what[:300],
            quantity=round_half_up(quantity, 4),
            unit_price=price,
            amount=_amount(line, row.currency),
        )


def _amount(line: Line, currency: str) -> Decimal:
    """Quantity, to four places as it is stored, times price."""
    return line_amount(round_half_up(line[2], 4), line[3], currency)


def _weekday(day: date, forward: bool = False) -> date:
    while day.weekday() >= 5:
        day += timedelta(days=1 if forward else -1)
    return day
