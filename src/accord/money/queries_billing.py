"""What can be invoiced now: hours, expenses, milestones and fees that were earned and stand on no invoice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext, ngettext

from accord.accounts.models import Account
from accord.core.access import Permission
from accord.core.dates import day_text
from accord.core.money import Money, round_half_up
from accord.core.texts import gettext_lazy
from accord.engines.customers.terms import Term, add_months, months_in
from accord.money.actions.write_invoice import line_amount
from accord.money.models import BillingMilestone, Expense, InvoiceLine, TimeEntry, Timesheet, Unit
from accord.money.models.timesheet import locked_until
from accord.money.queries import counted_invoices
from accord.people.models import Firm, Role
from accord.projects.models import Acceptance, Project
from accord.sales.models import Agreement

BY_THE_HOUR = (Agreement.Kind.TIME_AND_MATERIAL, Agreement.Kind.CAPPED)
BY_THE_TERM = (Agreement.Kind.RETAINER, Agreement.Kind.SUBSCRIPTION)
HOURS, EXPENSES, MILESTONE, FEE = "hours", "expenses", "milestone", "fee"
KINDS = {
    HOURS: gettext_lazy("Hours"),
    EXPENSES: gettext_lazy("Expenses"),
    MILESTONE: gettext_lazy("Milestone"),
    FEE: gettext_lazy("Fee"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """A line as it would stand on the invoice, and the rows that it bills."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    bills: dict[str, Any]  # conditions on the entries or expenses, or what the line itself refers to
    count: int = 1  # how many rows meet them
    period: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something to invoice, possible since ``ready_on``; ``waiting`` are minutes that nobody approved yet."""

    key: str
    kind: str
    account: Account
    project: Project | None
    currency: str
    why: str
    ready_on: date
    lines: tuple[BilledLine, ...]
    waiting: int = 0

    @property
    def amount(self) -> Money:
        """Net, to the cent what the invoice's lines add up to."""
        amounts = (line_amount(line.quantity, line.unit_price, self.currency) for line in self.lines)
        return Money(sum(amounts, Decimal(0)), self.currency)


def to_invoice(user: Any, today: date) -> list[Proposal]:
    """Everything that ``user`` may invoice today, oldest first within each client. A fixed number of queries.

    Nothing before the firm's first day of billing with Accord; nothing at all where that was not set.
    """
    since = Firm.current().billing_from
    if since is None:
        return []
    accounts = _accounts(user)
    projects = Project.objects.filter(account__in=accounts, archived_at=None).select_related("account", "agreement")
    found = [
        *_hours(projects, since, today),
        *_expenses(projects, since, today),
        *_milestones(projects, today),
        *_fees(accounts, since, today),
    ]
    return sorted(found, key=lambda each: (each.account.name, each.ready_on, each.key))


def _accounts(user: Any) -> QuerySet[Account]:
    rows = Account.objects.filter(archived_at=None)
    return rows if user.has_role(Role.FINANCE) else rows & Account.objects.letting(user, Permission.CHANGE)


def approved() -> Q:
    """Of time entries: their week was approved or locked, or everything up to their day is."""
    closed = (Timesheet.Status.APPROVED, Timesheet.Status.LOCKED)
    weeks = Timesheet.objects.filter(
        person=OuterRef("person"), week__lte=OuterRef("day"), ends_on__gte=OuterRef("day"), status__in=closed
    )
    until = locked_until()
    return Q(Exists(weeks)) | Q(day__lte=until) if until else Q(Exists(weeks))


def _hours(projects: QuerySet[Project], since: date, today: date) -> Iterator[Proposal]:
    """Approved billable hours up to the end of the last month, by person, type of work and rate."""
    until = today.replace(day=1) - timedelta(days=1)
    by_the_hour = {
        project.pk: project
        for project in projects
        if project.agreement is None or project.agreement.kind in BY_THE_HOUR
    }
    entries = TimeEntry.objects.filter(
        project__in=list(by_the_hour), billable=True, invoice_line=None, day__range=(since, until), bill_rate__gt=0
    ).order_by()
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    are_approved = approved()
    waiting = dict(
        entries.exclude(are_approved)
        .values("project")
        .annotate(minutes=Sum("minutes"))
        .values_list("project", "minutes")
    )
    fields = ("project", "person", "person__name", "work_type", "work_type__name", "bill_rate")
    sums = entries.filter(are_approved).values(*fields).annotate(
        minutes=Sum("minutes"), count=Count("pk"), first=Min("day"), last=Max("day")
    )  # fmt: skip
    for row in sums.order_by("person__name", "work_type__name", "bill_rate"):
        groups[row["project"]].append(row)
    left = _left_of_caps(by_the_hour.values())
    for pk, rows in groups.items():
        yield _of_hours(by_the_hour[pk], rows, since, until, waiting.get(pk, 0), left)


def _of_hours(
    project: Project, rows: list[dict[str, Any]], since: date, until: date, waiting: int, left: dict[int, Decimal]
) -> Proposal:
    lines = [_line_of_hours(row, since, until) for row in rows]
    agreement = project.agreement
    worth = sum((line_amount(line.quantity, line.unit_price, project.currency) for line in lines), Decimal(0))
    if agreement is not None and agreement.pk in left:
        above = worth - min(worth, left[agreement.pk])
        left[agreement.pk] -= worth - above
        if above:
            text = gettext("Above the agreed cap of %(cap)s") % {
                "cap": Money(agreement.cap or Decimal(0), agreement.currency)
            }
            lines.append(BilledLine(description=text, quantity=Decimal(-1), unit=Unit.FLAT, unit_price=above, bills={}))
    hours = sum(row["minutes"] for row in rows) / 60
    text = (
        gettext("%(hours)s approved hours up to %(until)s, %(terms)s")
        if agreement is not None
        else gettext("%(hours)s approved hours up to %(until)s, without an agreement")
    )
    terms = agreement.get_kind_display().lower() if agreement is not None else ""
    return Proposal(
        key=f"{HOURS}:{project.pk}", kind=HOURS, account=project.account, project=project, currency=project.currency,
        why=text % {"hours": f"{hours:,.2f}", "until": day_text(until), "terms": terms},
        ready_on=until, lines=tuple(lines), waiting=waiting,
    )  # fmt: skip


def _line_of_hours(row: dict[str, Any], since: date, until: date) -> BilledLine:
    words = {"work": row["work_type__name"], "person": row["person__name"]}
    named = gettext("%(work)s, %(person)s") if words["work"] else gettext("Work by %(person)s")
    bills = {name: row[name] for name in ("project", "person", "work_type", "bill_rate")}
    return BilledLine(
        description=named % words,
        quantity=round_half_up(Decimal(row["minutes"]) / 60, 4),  # the digits that a quantity has
        unit=Unit.HOUR,
        unit_price=row["bill_rate"],
        bills=bills | {"day__range": (since, until)},
        count=row["count"],
        period=(row["first"], row["last"]),
    )


def _left_of_caps(projects: Iterable[Project]) -> dict[int, Decimal]:
    """What may still be invoiced under each capped agreement."""
    capped = {
        p.agreement.pk: p.agreement
        for p in projects
        if p.agreement is not None and p.agreement.kind == Agreement.Kind.CAPPED
    }
    if not capped:
        return {}
    rows = counted_invoices(None).filter(project__agreement__in=list(capped)).order_by()
    sums = dict(rows.values("project__agreement").annotate(sum=Sum("total")).values_list("project__agreement", "sum"))
    return {pk: max(Decimal(0), (each.cap or Decimal(0)) - sums.get(pk, Decimal(0))) for pk, each in capped.items()}


def _expenses(projects: QuerySet[Project], since: date, today: date) -> Iterator[Proposal]:
    rows = Expense.objects.filter(
        project__in=projects, billable=True, invoice_line=None, day__range=(since, today), billable_amount__gt=0,
        status__in=Expense.COUNTED,
    ).select_related("project__account")  # fmt: skip
    by_project: dict[int, list[Expense]] = defaultdict(list)
    for row in rows.order_by("day", "pk"):
        by_project[row.project_id].append(row)
    for pk, found in by_project.items():
        project = found[0].project
        why = ngettext("%(count)s approved expense", "%(count)s approved expenses", len(found)) % {"count": len(found)}
        yield Proposal(
            key=f"{EXPENSES}:{pk}", kind=EXPENSES, account=project.account, project=project, currency=project.currency,
            why=why, ready_on=found[-1].day, lines=tuple(_line_of_expense(each) for each in found),
        )  # fmt: skip


def _line_of_expense(expense: Expense) -> BilledLine:
    text = gettext("%(what)s, %(day)s") % {"what": expense.description, "day": day_text(expense.day)}
    return BilledLine(
        description=text,
        quantity=Decimal(1),
        unit=Unit.PIECE,
        unit_price=expense.billable_amount,
        bills={"pk": expense.pk},
    )


def _milestones(projects: QuerySet[Project], today: date) -> Iterator[Proposal]:
    given = (Acceptance.Verdict.ACCEPTED, Acceptance.Verdict.CONDITIONAL)
    latest = Acceptance.objects.filter(deliverable=OuterRef("deliverable")).order_by("-given_on", "-pk")
    rows = BillingMilestone.objects.filter(project__in=projects, invoice_lines=None).annotate(
        accepted_on=latest.filter(verdict__in=given).values("given_on")[:1], verdict=latest.values("verdict")[:1]
    )
    for row in rows.select_related("project__account", "task", "deliverable"):
        reached = _reached(row, today)
        if reached is None:
            continue
        ready_on, why = reached
        line = BilledLine(
            description=row.title, quantity=Decimal(1), unit=Unit.FLAT, unit_price=row.amount, bills={"milestone": row}
        )
        yield Proposal(
            key=f"{MILESTONE}:{row.pk}", kind=MILESTONE, account=row.project.account, project=row.project,
            currency=row.project.currency, why=why, ready_on=ready_on, lines=(line,),
        )  # fmt: skip


def billing_plan(project: Project) -> QuerySet[BillingMilestone]:
    """The milestones of ``project`` with the ``invoice`` (its key) that bills each, and its ``invoice_number``."""
    line = InvoiceLine.objects.filter(milestone=OuterRef("pk"))
    rows = BillingMilestone.objects.filter(project=project).select_related("task", "deliverable")
    billed = {"invoice": line.values("invoice")[:1], "invoice_number": line.values("invoice__number")[:1]}
    found: QuerySet[BillingMilestone] = rows.annotate(**billed)
    return found


def _reached(row: Any, today: date) -> tuple[date, str] | None:
    """Since when, and why, the milestone can be billed; ``None`` while it can't."""
    if row.bill_on is not None:
        due = row.bill_on <= today
        return (row.bill_on, gettext("Agreed for %(day)s") % {"day": day_text(row.bill_on)}) if due else None
    if row.task is not None and row.task.actual_finish is not None:
        day = row.task.actual_finish.date()
        return day, gettext("%(task)s finished on %(day)s") % {"task": row.task.name, "day": day_text(day)}
    if row.deliverable is not None and row.accepted_on is not None and row.verdict != Acceptance.Verdict.REJECTED:
        words = {"deliverable": row.deliverable.name, "day": day_text(row.accepted_on)}
        return row.accepted_on, gettext("%(deliverable)s accepted on %(day)s") % words
    return None


def _fees(accounts: QuerySet[Account], since: date, today: date) -> Iterator[Proposal]:
    """Each month of a retainer once it is over, and each term of a subscription once it begins."""
    rows = list(
        Agreement.objects.filter(account__in=accounts, kind__in=BY_THE_TERM, value__gt=0, starts_on__lte=today)
        .exclude(status=Agreement.Status.DRAFT)
        .select_related("account")
    )
    billed = set(
        InvoiceLine.objects.filter(agreement__in=rows, period_from__isnull=False).values_list(
            "agreement", "period_from"
        )
    )
    for row in rows:
        for first, last, part in billable_periods(row, since, today):
            if (row.pk, first) not in billed:
                yield _of_fee(row, first, last, part)


def billable_periods(agreement: Agreement, since: date, today: date) -> Iterator[tuple[date, date, Decimal]]:
    """The periods that can be billed on ``today`` and begin on or after ``since``, and which part of one each is."""
    if agreement.kind == Agreement.Kind.SUBSCRIPTION:
        if agreement.starts_on >= since:
            yield agreement.starts_on, agreement.ends_on or agreement.starts_on, Decimal(1)
        return
    for number in count():
        first = add_months(agreement.starts_on, number)
        last = add_months(agreement.starts_on, number + 1) - timedelta(days=1)
        part = Decimal(1)
        if agreement.ends_on is not None and agreement.ends_on < last:
            last = agreement.ends_on
            part = months_in(Term(first, last)) if first <= last else part
        if last >= today or first > last:
            return
        if first >= since:
            yield first, last, part


def _of_fee(agreement: Agreement, first: date, last: date, part: Decimal) -> Proposal:
    is_month = agreement.kind == Agreement.Kind.RETAINER
    span = gettext("%(first)s to %(last)s") % {"first": day_text(first), "last": day_text(last)}
    line = BilledLine(
        description=gettext("%(title)s, %(span)s") % {"title": agreement.title, "span": span},
        quantity=round_half_up(part, 4),
        unit=Unit.MONTH if is_month else Unit.FLAT,
        unit_price=agreement.value or Decimal(0),
        bills={"agreement": agreement},
        period=(first, last),
    )
    why = gettext("Monthly fee, %(span)s") if is_month else gettext("Subscription, %(span)s")
    return Proposal(
        key=f"{FEE}:{agreement.pk}:{first.isoformat()}", kind=FEE, account=agreement.account, project=None,
        currency=agreement.currency, why=why % {"span": span}, ready_on=last if is_month else first, lines=(line,),
    )  # fmt: skip
