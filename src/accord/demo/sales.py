"""Opportunities in all stages, and the agreements that came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from accord.core.money import round_half_up
from accord.demo.programmes import PROGRAMMES
from accord.demo.services import SERVICES, SUPPORT_LABEL, label
from accord.demo.world import BERLIN, Client, Job, World, back_dated
from accord.projects.models import Project
from accord.sales.models import Agreement, Opportunity

Stage = Opportunity.Stage
WON = (
    "Trust from earlier projects",
    "Best concept",
    "Same team from pitch to delivery",
    "Price and references",
    "Fast response",
    "Guaranteed delivery date",
)
LOST = (
    "Lower-priced competitor",
    "Budget cancelled",
    "Done in-house",
    "Postponed indefinitely",
    "Went to a local competitor",
    "No decision within a year",
    "Tender requirements: firm too small",
)
IDEAS = (
    "Chat assistant for the service desk",
    "Design system for all brands",
    "Energy monitoring for the {line}",
    "Intranet replacement",
    "Data platform, phase 2",
    "E-invoicing",
    "Migration of the remaining sites",
    "Accessible documents",
    "Digital twin of the {line}",
    "Customer survey and journey map",
    "Zero-trust network",
    "Warehouse robots: feasibility study",
    "Website relaunch in three languages",
    "Training for new staff",
    "Field staff app",
)
LINES = ("press line", "boiler house", "warehouse", "filling line", "pumping stations")


@dataclass(frozen=True, slots=True)
class Sale:
    """An opportunity with the days on which its stage changed."""

    row: Opportunity
    steps: tuple[tuple[date, str], ...]


def price_jobs(world: World) -> None:
    """What the client pays for each project: hours at the rates of its start, some reserve, and what is bought in."""
    for job in world.jobs:
        chance = world.rng("price", job.client.brief.key, job.brief.key)
        hours = Decimal(0)
        bought = sum((t.fixed_cost for t in job.plan.tasks), Decimal(0))
        for a in job.plan.assignments:
            if a.task in job.added:
                continue
            if a.resource in job.who:
                hours += Decimal(a.work) / 60 * job.who[a.resource].rate(job.start)[1]
            else:
                bought += a.cost
        reserve = Decimal(chance.randint(98, 116)) / 100
        job.price = Decimal(round(hours * reserve + bought * Decimal("1.1"), -2))


def make_sales(world: World) -> list[Sale]:
    """Store opportunities and agreements."""
    sales = [_won(world, job) for job in world.jobs if job.brief.service != "support"]
    sales += [sale for client in world.clients for sale in _renewals(world, client)]
    sales += _lost(world) + _open(world)
    for sale in sales:
        first = sale.steps[0][0]
        sale.row.created_at = datetime.combine(first, time(9, 40), BERLIN)
    with back_dated((Opportunity, "created_at")):
        Opportunity.objects.bulk_create([sale.row for sale in sales])
    agreements = [_agreement(world, job) for job in world.jobs]
    with back_dated((Agreement, "created_at")):
        Agreement.objects.bulk_create(agreements)
    for job, agreement in zip(world.jobs, agreements, strict=True):
        if job.row.currency == agreement.currency:
            job.row.agreement = agreement
    Project.objects.bulk_update([job.row for job in world.jobs], ["agreement"], batch_size=500)
    return sales


def _amount(world: World, client: Client, euros: Decimal, day: date) -> Decimal:
    return Decimal(round(world.from_euros(euros, client.account.currency, min(day, world.today)), -1))


def _opportunity(
    world: World, client: Client, name: str, euros: Decimal, steps: list[tuple[date, str]], **values: object
) -> Sale:
    day, stage = steps[-1]
    closed = stage in (Stage.WON, Stage.LOST)
    row = Opportunity(
        account=client.account,
        name=name[:200],
        stage=stage,
        amount=_amount(world, client, euros, day),
        currency=client.account.currency,
        opened_on=steps[0][0],
        closed_on=day if closed else None,
        owner=client.owner.user,
        **values,
    )
    return Sale(row, tuple(steps))


def _path(chance: Random, opened: date, until: date, end: str) -> list[tuple[date, str]]:
    """The stages on the way to ``end``, spread between two days; some are skipped."""
    order = [Stage.PROSPECTING, Stage.ENGAGING, Stage.PROPOSAL, Stage.NEGOTIATION]
    if end in order:
        stages = order[: order.index(Stage(end)) + 1]
    else:
        stages = [s for s in order if s == Stage.PROSPECTING or chance.random() < 0.75]
        stages = stages[: chance.randint(1, len(stages))] if end == Stage.LOST else stages
        stages.append(Stage(end))
    span = max(len(stages), (until - opened).days)
    days = sorted(chance.sample(range(1, span), min(span - 1, len(stages) - 2))) if len(stages) > 2 else []
    moments = [0, *days, span] if len(stages) > 1 else [0]
    return [(opened + timedelta(days=d), stage.value) for d, stage in zip(moments, stages, strict=False)]


def _won(world: World, job: Job) -> Sale:
    chance = world.rng("sale", job.client.brief.key, job.brief.key)
    lead = chance.randint(35, 150) if job.brief.service not in PROGRAMMES else chance.randint(120, 260)
    if job.brief.state == "planned" and (job.client.brief.status == "prospect" or chance.random() < 0.4):
        steps = _path(chance, world.back(lead), world.back(chance.randint(3, 20)), Stage.NEGOTIATION)
        expected = max(job.start - timedelta(days=14), world.back(-5))
        return _opportunity(
            world,
            job.client,
            job.brief.name,
            job.price,
            steps,
            expected_on=expected,
            service=label(job),
            probability=80 if job.brief.key == "negotiated" else None,
        )
    closed = min(job.start - timedelta(days=chance.randint(5, 25)), world.back(2))
    steps = _path(chance, closed - timedelta(days=lead), closed, Stage.WON)
    reason = chance.choice(WON) if job.brief.agreed else "Verbal agreement"
    expected = closed + timedelta(days=chance.randint(-20, 20))
    return _opportunity(
        world, job.client, job.brief.name, job.price, steps, expected_on=expected, service=label(job), reason=reason
    )


def _renewals(world: World, client: Client) -> list[Sale]:
    """Renewals ahead are opportunities too: except where nobody has looked."""
    found = []
    for retainer in client.brief.retainers:
        chance = world.rng("renewal", client.brief.key)
        if 0 < retainer.ends_in <= 130 and client.brief.key not in ("renewal", "quiet"):
            ends = world.back(-retainer.ends_in)
            stage = chance.choice((Stage.ENGAGING, Stage.PROPOSAL, Stage.NEGOTIATION))
            steps = _path(chance, world.back(chance.randint(25, 60)), world.back(chance.randint(2, 20)), stage)
            name = f"{SUPPORT_LABEL} renewal from {ends + timedelta(days=1):%B %Y}"
            found.append(
                _opportunity(
                    world,
                    client,
                    name,
                    Decimal(retainer.monthly[-1] * 12),
                    steps,
                    expected_on=ends,
                    service=SUPPORT_LABEL,
                )
            )
    return found


def _lost(world: World) -> list[Sale]:
    chance = world.rng("lost sales")
    able = [c for c in world.clients if c.brief.status != "prospect"]
    found = []
    for _ in range(round(46 * world.scale)):
        client = chance.choice(able)
        first = max(client.since, world.opening)
        last = world.today - timedelta(days=client.brief.lost + max(20, client.brief.quiet))
        closed = first + timedelta(days=chance.randint(30, max(31, (last - first).days)))
        steps = _path(chance, closed - timedelta(days=chance.randint(28, 200)), closed, Stage.LOST)
        name = chance.choice(IDEAS).format(line=chance.choice(LINES))
        found.append(
            _opportunity(
                world,
                client,
                name,
                Decimal(chance.randint(9, 190)) * 1000,
                steps,
                expected_on=closed,
                service=chance.choice(list(SERVICES.values())).label,
                reason=chance.choice(LOST),
            )
        )
    return found


def _open(world: World) -> list[Sale]:
    chance = world.rng("open sales")
    prospects = [c for c in world.clients if c.brief.status == "prospect" and not c.brief.silent and not c.jobs]
    clients = [c for c in world.clients if c.brief.status == "client" and not c.brief.quiet]
    found = []
    for client in [*prospects, *chance.sample(clients, min(len(clients), round(20 * world.scale) + 2))]:
        stage = chance.choices((Stage.PROSPECTING, Stage.ENGAGING, Stage.PROPOSAL, Stage.NEGOTIATION), (3, 3, 2, 1))[0]
        opened = max(client.account.created_at.date(), world.back(chance.randint(12, 140)))
        steps = _path(chance, opened, world.back(chance.randint(1, 10)), stage)
        # Some dates were passed without anybody moving them.
        expected = world.back(chance.randint(3, 25)) if chance.random() < 0.15 else world.back(-chance.randint(10, 150))
        name = chance.choice(IDEAS).format(line=chance.choice(LINES))
        found.append(
            _opportunity(
                world,
                client,
                name,
                Decimal(chance.randint(12, 240)) * 1000,
                steps,
                expected_on=expected,
                service=chance.choice(list(SERVICES.values())).label,
                probability=chance.choice((None, None, None, 35, 60)),
            )
        )
    return found


def _agreement(world: World, job: Job) -> Agreement:
    chance = world.rng("agreement", job.client.brief.key, job.brief.key)
    currency = job.client.account.currency
    support = job.brief.service == "support"
    kinds = {"time_and_material": Agreement.Kind.TIME_AND_MATERIAL, "retainer": Agreement.Kind.RETAINER}
    if support:
        ends = (
            job.start.replace(year=job.start.year + 1)
            if (job.start.month, job.start.day) != (2, 29)
            else job.start + timedelta(days=366)
        )
        ends -= timedelta(days=1)
        value = _amount(world, job.client, Decimal(job.brief.monthly), job.start)
    else:
        assert job.plan.finish is not None
        ends = job.plan.finish.date() + timedelta(days=chance.randint(20, 60))
        value = _amount(world, job.client, job.price, job.start)
    waiting = job.brief.state == "planned" and job.client.brief.status == "prospect"
    over = ends < world.today or (job.brief.state == "closed" and not support)
    status = Agreement.Status.DRAFT if waiting else Agreement.Status.ENDED if over else Agreement.Status.SIGNED
    signed = None if waiting else min(job.start - timedelta(days=chance.randint(2, 12)), world.back(1))
    retainers = job.client.brief.retainers
    kind, cap = kinds.get(job.brief.terms, Agreement.Kind.FIXED_PRICE), None
    if kind == Agreement.Kind.TIME_AND_MATERIAL and chance.random() < 0.4:
        kind, cap = Agreement.Kind.CAPPED, round_half_up(value * chance.choice((100, 105, 110)) / 100, 0)
    elif kind == Agreement.Kind.FIXED_PRICE and chance.random() < 0.3:
        kind = Agreement.Kind.MILESTONES
    return Agreement(
        account=job.client.account,
        title=job.brief.name,
        service=label(job),
        kind=kind,
        cap=cap,
        status=status,
        value=value,
        currency=currency,
        signed_on=signed,
        starts_on=job.start,
        ends_on=ends,
        notice_on=ends - timedelta(days=30) if support else None,
        renews_automatically=support
        and status == Agreement.Status.SIGNED
        and all(r.renews_automatically for r in retainers),
        created_at=datetime.combine(signed or world.back(9), time(16), BERLIN),
    )
