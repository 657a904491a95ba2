"""How the demo firm bills: taxes, clients' details, what last month's invoices billed, and what nobody invoiced yet."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from accord.accounts.models import Account
from accord.core.models import Event, Record
from accord.core.money import round_half_up
from accord.demo.world import Job, World, moment
from accord.money.actions.draft_invoice import usual_tax
from accord.money.actions.issue_invoice import issue_invoice
from accord.money.actions.record_payment import record_payment
from accord.money.actions.write_invoice import set_amounts
from accord.money.models import (
    BillingDetails,
    BillingMilestone,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    Payment,
    TaxRate,
    TimeEntry,
)
from accord.money.queries_billing import BY_THE_TERM, billable_periods
from accord.people.models import Firm, Role, User
from accord.sales.models import Agreement

_YEARS_AGO = date(2021, 1, 1)
REVERSE = "Reverse charge: the recipient owes the tax (Article 196 of Directive 2006/112/EC)."
OUTSIDE = "Not taxable in Germany: the service is supplied where the client is established."
TAXES = (
    ("Standard rate", TaxRate.Category.STANDARD, 19, ""),
    ("Reduced rate", TaxRate.Category.STANDARD, 7, ""),
    ("Reverse charge", TaxRate.Category.REVERSE_CHARGE, 0, REVERSE),
    ("Client outside the EU", TaxRate.Category.OUT_OF_SCOPE, 0, OUTSIDE),
)
_EU = {
    "Austria",
    "France",
    "Netherlands",
    "Belgium",
    "Denmark",
    "Sweden",
    "Finland",
    "Poland",
    "Czechia",
    "Italy",
    "Spain",
}
_OPEN_JOBS = 3  # with hours of last month that nobody invoiced yet


def billing_from(world: World) -> date:
    """The first day of last month: what came before was billed with another program."""
    return _month_before(world.today)[0]


def _month_before(day: date) -> tuple[date, date]:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def jobs_to_invoice(world: World) -> frozenset[str]:
    """The keys of projects by the hour, of clients without a story, whose hours of last month wait to be invoiced."""
    usual = [
        job
        for job in world.jobs
        if job.brief.terms == "time_and_material" and job.brief.state == "active" and not job.brief.manager
    ]
    found = [job for job in usual if any(day >= billing_from(world) for _, _, day, _ in job.booked)]
    return frozenset(job.brief.key for job in found[-_OPEN_JOBS:])


def make_billing(world: World) -> None:
    """Everything that the pages of billing show."""
    Firm.objects.update(billing_from=billing_from(world))
    for name, category, percent, reason in TAXES:
        _create(TaxRate(name=name, category=category, percent=Decimal(percent), starts_on=_YEARS_AGO, reason=reason))
    BillingDetails.objects.bulk_create(
        BillingDetails(
            account=account, tax=_tax_of(account), payment_days=30 if account.tier in ("A", "B") else 14,
            email=f"invoices@{account.website.removeprefix('https://').rstrip('/')}" if account.website else "",
        )
        for account in Account.objects.filter(status=Account.Status.CLIENT)
    )  # fmt: skip
    issued = Invoice.objects.filter(number__startswith=f"{world.today.year}-").count()
    year, kind = world.today.year, InvoiceSeries.Kind.INVOICE
    _create(InvoiceSeries(kind=kind, year=year, prefix="{year}-", next_number=issued + 1))
    _link_hours(world)
    _link_fees(world)
    _plan_milestones(world)
    _issue_one(world)


def _issue_one(world: World) -> None:
    """The drafts get their taxes, and one of them was issued yesterday and paid in part."""
    yesterday = world.back(1)
    at = moment(yesterday, 15 * 60)
    finance = next(user for user in User.objects.order_by("pk") if user.has_role(Role.FINANCE))
    drafts = list(Invoice.objects.filter(number="").select_related("account").order_by("pk"))
    for draft in drafts:
        lines = list(draft.lines.all())
        for line in lines:
            line.tax_name = usual_tax(BillingDetails.of(draft.account), world.today)
        set_amounts(draft, lines)
        draft.save()
        InvoiceLine.objects.bulk_update(lines, ["tax_name", "tax_category", "tax_percent", "tax_reason"])
    chosen = next((draft for draft in drafts if draft.account.country == "Germany"), None)
    if chosen is None:
        return
    issued = issue_invoice(invoice=chosen, version=chosen.version, by=finance, now=at, today=yesterday)
    half = round_half_up(issued.payable.amount / 2, 0)
    payment = record_payment(payment=Payment(invoice=issued, paid_on=yesterday, amount=half), by=finance)
    Event.objects.filter(subject_type="money.invoice", subject_id=issued.pk).update(at=at)
    Event.objects.filter(subject_type="money.payment", subject_id=payment.pk).update(at=at)


def _create(record: Record) -> None:
    record.save(force_insert=True)


def _tax_of(account: Account) -> str:
    if account.country in ("", "Germany"):
        return ""
    return "Reverse charge" if account.country in _EU else "Client outside the EU"


def _link_hours(world: World) -> None:
    """Say of last month's hours on which line they were invoiced."""
    since = billing_from(world)
    lines = InvoiceLine.objects.filter(code="HRS", invoice__issued_on__gte=since, invoice__project__isnull=False)
    for line in lines.select_related("invoice"):
        name = line.description.rpartition(":")[0].rpartition(", ")[2]
        TimeEntry.objects.filter(
            project=line.invoice.project, person__name=name, invoice_line=None, billable=True,
            day__range=_month_before(line.invoice.issued_on),
        ).update(invoice_line=line)  # fmt: skip


def _link_fees(world: World) -> None:
    """Say of the fees of last month which agreement and which month they were for."""
    since = billing_from(world)
    for agreement in Agreement.objects.filter(kind__in=BY_THE_TERM).exclude(status=Agreement.Status.DRAFT):
        lines = InvoiceLine.objects.filter(
            code="SUP", agreement=None, invoice__project__agreement=agreement, invoice__issued_on__gte=since
        ).order_by("invoice__issued_on")
        for line, (first, last, _) in zip(lines, billable_periods(agreement, since, world.today), strict=False):
            line.agreement, line.period_from, line.period_until = agreement, first, last
            line.save(update_fields=["agreement", "period_from", "period_until"])


def _plan_milestones(world: World) -> None:
    """The billing plan of one running project by milestones: what is invoiced, what is due, what comes."""
    running = (job for job in world.jobs if job.brief.terms == "fixed_price" and job.brief.state == "active")
    job: Job | None = next((job for job in running if not job.brief.manager), None)
    if job is None:
        return
    amount = round_half_up(job.price / 4, -2)
    for title, days in (("Concept accepted", -3), ("First release", 45), ("Handover", 110)):
        bill_on = world.today + timedelta(days=days)
        _create(BillingMilestone(project=job.project, title=title, amount=amount, bill_on=bill_on))
