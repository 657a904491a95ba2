"""The catalogue, quotes in all their states, negotiations, renewals and the forecast's past."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Q, Sum

from accord.core.models import Event
from accord.demo.accounts import sponsor
from accord.demo.programmes import PROGRAMMES
from accord.demo.services import SERVICES, SUPPORT_LABEL
from accord.demo.world import Client, World, moment
from accord.insight.queries_commerce import keep_forecast
from accord.money.models import TimeEntry
from accord.sales.actions.quote_work import save_line, write_quote
from accord.sales.models import Agreement, ForecastDay, NegotiationEntry, Opportunity, Quote, QuoteLine, Service

DAYS = ("Consulting", "Concept and design", "Engineering", "Project management", "Training")
RATES = (1180, 1040, 1120, 1090, 960)
ROUNDS = (
    ("10% discount, as last year", "5%", "order before the end of the quarter"),
    ("Payment within 60 days", "45 days", "permission to name them as a reference"),
    ("Second year at the same price", "", ""),
    ("Consultant on site every Friday", "Every second Friday until the go-live", ""),
)
INTRO = "Thank you for our recent conversations. Below you will find our proposed services and prices."
TERMS = "Payable in three instalments: at the start, halfway and after acceptance.\n\nTravel is charged at cost."


def make_commerce(world: World) -> None:
    """Quotes belong to opportunities that stand at proposal or further, and to some that were won."""
    services = {
        name: Service.objects.create(name=name, unit="day", price=rate) for name, rate in zip(DAYS, RATES, strict=True)
    }
    for label in [known.label for known in SERVICES.values()] + [known.label for known in PROGRAMMES.values()]:
        Service.objects.get_or_create(name=label, defaults={"unit": "project"})
    Service.objects.get_or_create(name=SUPPORT_LABEL, defaults={"unit": "month", "price": 1900})
    for client in world.clients:
        chance = world.rng("commerce", client.brief.key)
        rows = Opportunity.objects.filter(account=client.account).order_by("-opened_on", "pk")
        for row in rows.filter(stage__in=("proposal", "negotiation")):
            _offer(world, client, row, services, chance)
        won = rows.filter(stage="won", closed_on__gte=world.back(400)).first()
        if won is not None and chance.random() < 0.5:
            _offer(world, client, won, services, chance)
        _look_ahead(world, client, chance)
    keep_forecast(world.today)
    past = world.rng("forecast")
    for ago in (90, 60, 31):
        for row in ForecastDay.objects.filter(on=world.today):
            share = Decimal(past.randint(60, 125)) / 100
            ForecastDay.objects.create(
                on=world.back(ago), month=row.month, opportunities=row.opportunities,
                amount=round(row.amount * share, 2), weighted=round(row.weighted * share, 2),
            )  # fmt: skip


def _offer(world: World, client: Client, row: Opportunity, services: dict[str, Service], chance: Random) -> None:
    won = row.stage == "won"
    on = world.back(chance.randint(3, 25))
    if won and row.closed_on is not None:
        on = row.closed_on - timedelta(days=chance.randint(8, 30))
    by = client.account.owner
    quote = Quote(
        account=client.account, opportunity=row, title=row.name, contact=sponsor(client), currency=row.currency,
        intro=INTRO, terms=TERMS, tax_percent=19, valid_until=on + timedelta(days=45) if not won else None,
    )  # fmt: skip
    write_quote(quote=quote, by=by, today=on)
    left = row.amount or Decimal(20_000)
    names = chance.sample(DAYS, k=3)
    for number, name in enumerate(names):
        part = left if number == 2 else (left * Decimal(chance.randint(25, 45)) / 100)
        days = max(1, round(part / services[name].price))
        left -= part
        line = QuoteLine(
            quote=quote, service=services[name], quantity=days, unit_price=round(part / days, -1) or part,
            discount=5 if number == 0 and chance.random() < 0.3 else 0,
        )  # fmt: skip
        save_line(line=line, by=by)
    if chance.random() < 0.5:
        line = QuoteLine(quote=quote, service=services["Training"], quantity=3, optional=True, unit_price=960)
        save_line(line=line, by=by)
    draft = not won and row.stage == "proposal" and chance.random() < 0.4
    if not draft:
        quote.status = Quote.Status.ACCEPTED if won else Quote.Status.SENT
        quote.link_created_at = quote.sent_at = moment(on, 620)
        quote.digest = quote.fingerprint()
        if won and row.closed_on is not None:
            quote.seen_at = moment(on + timedelta(days=1), 560)
            quote.decided_via = Quote.Via.LINK
            quote.decided_at, quote.decided_by = moment(row.closed_on, 655), str(quote.contact or client.account)
        elif chance.random() < 0.7:
            quote.seen_at = moment(on + timedelta(days=1), 560)
        quote.save()
    about = Q(subject_type="sales.quote", subject_id=quote.pk)
    about |= Q(subject_type="sales.quoteline", subject_id__in=quote.lines.values("pk"))
    Event.objects.filter(about).update(at=moment(on, 600))
    if row.stage != "proposal":
        for asked, given, back in chance.sample(ROUNDS, k=chance.choice((1, 2))):
            NegotiationEntry.objects.create(
                account=client.account, opportunity=row, asked=asked, given=given, in_return=back, by=by,
                on=on + timedelta(days=chance.randint(2, 6)), contact=sponsor(client),
            )  # fmt: skip


def _look_ahead(world: World, client: Client, chance: Random) -> None:
    """How renewals look, and by how much the worth shall rise; key clients have a subscription beside."""
    if client.brief.tier == "A" and client.brief.status == "client" and chance.random() < 0.6:
        starts = world.back(chance.randint(40, 330))
        ends = starts + timedelta(days=364)
        Agreement.objects.create(
            account=client.account, title="Monitoring and hosting", kind=Agreement.Kind.SUBSCRIPTION,
            value=Decimal(chance.choice((4_800, 7_200, 9_600))), currency=client.account.currency, service="Hosting",
            signed_on=starts - timedelta(days=9), starts_on=starts, ends_on=ends, notice_on=ends - timedelta(days=60),
            renews_automatically=True,
            terms="Invoiced annually in advance. Incident response within two hours, around the clock.",
        )  # fmt: skip
    for row in Agreement.objects.filter(account=client.account, status="signed", ends_on__isnull=False):
        row.uplift_percent = chance.choice((None, None, Decimal("2.5"), Decimal(3), Decimal(4)))
        row.renewal_status = (
            "at_risk" if client.brief.quiet else chance.choice(("", "sure", "likely", "likely", "at_risk"))
        )
        if row.kind == Agreement.Kind.RETAINER:
            row.hours, row.rollover_months = _hours(row, world.today, chance), chance.choice((0, 1, 3))
        row.save()


def _hours(row: Agreement, today: date, chance: Random) -> Decimal:
    """Hours a month that are about what is worked under it: some clients use more than they pay for, some less."""
    spent = TimeEntry.objects.filter(project__agreement=row, billable=True).aggregate(sum=Sum("minutes"))["sum"] or 0
    begun = max(1.0, (today - row.starts_on).days / 30.4)
    return Decimal(max(8, 4 * round(spent / 60 / begun / 4 * chance.choice((0.9, 1, 1, 1.15)))))
