"""What was bought and travelled for projects: categories, rates, receipts, and how far each expense has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from accord.core.money import Money, round_half_up
from accord.demo.briefs import JobBrief
from accord.demo.world import Employee, Job, World, moment
from accord.money.actions.save_expense import price
from accord.money.expense_amounts import amounts_of, contained_tax, mileage, per_diem
from accord.money.models import Expense, ExpenseCategory, ExpenseKind, ExpenseRate, Reimbursement

Kind, Status, PaidBy = ExpenseKind, Expense.Status, Expense.PaidBy
Rule = ExpenseCategory.ReceiptRule
# Name, calculated by, tax, billable, mark-up, receipt from, without one.
CATEGORIES = (
    ("Train and flights", Kind.ORDINARY, 7, True, 0, 0, Rule.REFUSE),
    ("Hotel", Kind.ORDINARY, 7, True, 0, 0, Rule.REFUSE),
    ("Hire car, taxi and parking", Kind.ORDINARY, 19, True, 0, 15, Rule.WARN),
    ("Material and licences", Kind.ORDINARY, 19, True, 10, 50, Rule.WARN),
    ("Meals with clients", Kind.ORDINARY, 19, False, 0, 0, Rule.WARN),
    ("Mileage", Kind.MILEAGE, 0, True, 0, None, Rule.WARN),
    ("Per diem", Kind.PER_DIEM, 0, True, 0, None, Rule.WARN),
)
RATES = {"Mileage": Decimal("0.30"), "Per diem": Decimal(28)}
TRAVEL = (
    ("Train tickets, workshop", "Train and flights"),
    ("Flights and transfers", "Train and flights"),
    ("Hotel, two nights", "Hotel"),
    ("Hire car and fuel", "Hire car, taxi and parking"),
)
RETURNED = "The receipt is for two people. Please enter only your part."
REIMBURSED_AFTER, DECIDED_AFTER = timedelta(days=35), timedelta(days=12)


def make_expenses(world: World) -> None:
    """Store the firm's categories and rates, and the expenses of all projects."""
    categories = _categories(world)
    rows = [row for job in world.jobs for row in _of_job(world, job, categories)]
    runs = _runs({row.day for row in rows if row.status == Status.REIMBURSED})
    for row in rows:
        if row.status == Status.REIMBURSED:
            row.reimbursement = runs[_month_after(row.day)]
    Expense.objects.bulk_create(rows, batch_size=2000)
    _own_drafts(world, categories)


def _categories(world: World) -> dict[str, ExpenseCategory]:
    found = {}
    for name, kind, tax, billable, markup, limit, rule in CATEGORIES:
        found[name] = ExpenseCategory.objects.create(
            name=name, kind=kind, tax_percent=tax, billable=billable, markup_percent=markup, receipt_from=limit,
            receipt_rule=rule, tax_deductible=name != "Meals with clients",
        )  # fmt: skip
    for name, rate in RATES.items():
        ExpenseRate.objects.create(category=found[name], starts_on=world.back(365 * 6), rate=rate)
    return found


def _month_after(day: date) -> date:
    """The first day of the month after next: people are paid back with the salaries."""
    return ((day.replace(day=1) + timedelta(days=32)).replace(day=1) + timedelta(days=32)).replace(day=1)


def _runs(days: set[date]) -> dict[date, Reimbursement]:
    months = sorted({_month_after(day) for day in days})
    rows = Reimbursement.objects.bulk_create(
        Reimbursement(paid_on=month, created_at=moment(month, 600), updated_at=moment(month, 600)) for month in months
    )
    return dict(zip(months, rows, strict=True))


def _of_job(world: World, job: Job, categories: dict[str, ExpenseCategory]) -> Iterator[Expense]:
    """What was bought for tasks that are done, and travelling to the client's site."""
    chance = world.rng("expenses", job.client.brief.key, job.brief.key)
    bought = {a.task: a.cost for a in job.plan.assignments if a.resource not in job.who}
    workers = [hand for hand in dict.fromkeys(job.who.values()) if hand.user is not None] or [job.manager]
    for task in job.plan.tasks:
        progress = job.progress.get(task.uid)
        if progress is None or not progress.done:
            continue
        amount, day = bought.get(task.uid, Decimal(0)) + task.fixed_cost, progress.finish.date()
        where = {"project": job.row, "task_id": job.task_ids[task.uid], "day": day}
        if amount:
            share = Decimal(str(round(chance.gauss(_dearer(job.brief), 0.04), 3)))
            gross = round_half_up(amount * share * Decimal("1.19"), 2)
            row = Expense(**where, description=task.name[:200], amount=gross, billable=chance.random() < 0.3)
            yield _finished(world, row, categories["Material and licences"], job.manager, job, chance)
        if (task.ignore_resource_calendars and progress.minutes) or (task.constraint_date and chance.random() < 0.15):
            yield _travel(world, where, categories, job, chance.choice(workers), chance)


def _travel(
    world: World, where: dict[str, object], categories: dict[str, ExpenseCategory], job: Job, hand: Employee,
    chance: Random,
) -> Expense:  # fmt: skip
    how = chance.random()
    if how < 0.2:
        row = Expense(**where, description="Drive to the site and back", quantity=Decimal(chance.randint(30, 420)))
        return _finished(world, row, categories["Mileage"], hand, job, chance)
    if how < 0.35:
        days = chance.randint(1, 3)
        row = Expense(**where, description="Work on site", quantity=Decimal(days), breakfasts=days - 1)
        return _finished(world, row, categories["Per diem"], hand, job, chance)
    description, category = chance.choice(TRAVEL)
    row = Expense(**where, description=description, amount=Decimal(chance.randint(6200, 64000)) / 100)
    row.paid_by = PaidBy.OWN if chance.random() < 0.5 else PaidBy.CARD
    return _finished(world, row, categories[category], hand, job, chance)


def _finished(
    world: World, row: Expense, category: ExpenseCategory, hand: Employee, job: Job, chance: Random
) -> Expense:
    """The expense of ``hand``, priced, and as far on its way as its day lets it be."""
    row.person, row.category, row.kind, row.currency = hand.person, category, category.kind, job.row.currency
    row.billable = row.billable if category.name == "Material and licences" else category.billable
    row.markup_percent, row.tax_deductible = category.markup_percent, category.tax_deductible
    _price(row, category)
    assert job.manager.user is not None
    row.submitted_by, row.submitted_at = hand.user, moment(row.day + timedelta(days=1), 17 * 60)
    row.created_at = row.updated_at = moment(row.day, 18 * 60)
    age = world.today - row.day
    waits = age < DECIDED_AFTER and chance.random() < 0.7
    row.status = Status.SUBMITTED if waits else Status.APPROVED
    if waits:
        return row
    row.decided_by, row.decided_at = job.manager.user, moment(row.day + timedelta(days=3), 10 * 60)
    if row.paid_by == PaidBy.OWN and age > REIMBURSED_AFTER and _month_after(row.day) <= world.today:
        row.status = Status.REIMBURSED
    return row


def _price(row: Expense, category: ExpenseCategory) -> None:
    """As the action does, without asking the database for each of some thousand rows."""
    if row.quantity is not None:
        row.rate, row.paid_by, row.tax = RATES[category.name], PaidBy.OWN, Decimal(0)
        rate = Money(row.rate, row.currency)
        is_mileage = row.kind == Kind.MILEAGE
        paid = mileage(row.quantity, rate) if is_mileage else per_diem(
            row.quantity, rate, row.meals, category.meal_percents
        )  # fmt: skip
        row.amount = paid.amount
    tax = contained_tax(row.paid, Decimal(category.tax_percent))
    found = amounts_of(
        row.paid, tax, is_deductible=row.tax_deductible, rate=Decimal(1), currency=row.project.currency,
        markup=Decimal(row.markup_percent) if row.billable else None,
    )  # fmt: skip
    row.tax, row.cost, row.billable_amount = found.tax.amount, found.cost.amount, found.billable.amount


def _own_drafts(world: World, categories: dict[str, ExpenseCategory]) -> None:
    """What somebody has not handed in yet, and what was returned to them; something to decide on and to pay back."""
    hand = next((h for h in world.hands if h.person.email.startswith("efe.yildirim@")), world.hands[0])
    job = next((j for j in world.jobs if hand in j.who.values() and j.brief.state == "active"), world.jobs[0])
    samples = (
        ("Taxi to the client", "Hire car, taxi and parking", Decimal("23.80"), None, Status.DRAFT, 1),
        ("Lunch with the client’s team", "Meals with clients", Decimal("64.50"), None, Status.RETURNED, 6),
        ("Drive to the workshop", "Mileage", Decimal(0), Decimal(86), Status.SUBMITTED, 3),
        ("Workshop material", "Material and licences", Decimal("71.40"), None, Status.SUBMITTED, 4),
        ("Train to the steering meeting", "Train and flights", Decimal("118.60"), None, Status.APPROVED, 9),
    )
    for description, name, amount, quantity, status, back in samples:
        day = world.back(back)
        row = Expense(
            project=job.row, person=hand.person, category=categories[name], day=day, description=description,
            amount=amount, quantity=quantity, currency=job.row.currency, paid_by=PaidBy.OWN, status=status,
            billable=categories[name].billable, tax_deductible=categories[name].tax_deductible,
        )  # fmt: skip
        price(row)
        row.needs_receipt = row.needs_receipt and status != Status.APPROVED
        if status != Status.DRAFT:
            row.submitted_by, row.submitted_at = hand.user, moment(day + timedelta(days=1), 9 * 60)
        if status in (Status.RETURNED, Status.APPROVED):
            row.decided_by, row.decided_at = job.manager.user, timezone.now() - timedelta(days=back - 2)
            row.reason = RETURNED if status == Status.RETURNED else ""
        Expense.objects.bulk_create([row])


def _dearer(brief: JobBrief) -> float:
    return 1 + (brief.effort - 1) / 2
