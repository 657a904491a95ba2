"""Expenses: entering them, handing them in, deciding on them, paying them back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from accord.api.answers import Amount, exactly, many, page_of, row_of
from accord.api.pages import Key, Paging, page, values
from accord.core.access import Permission, require, require_create
from accord.core.fetch import fetch
from accord.money.actions.decide_expense import approve_expenses, return_expense
from accord.money.actions.reimburse import reimburse, undo_reimbursement
from accord.money.actions.save_expense import add_expense, change_expense
from accord.money.actions.submit_expenses import submit_expenses, withdraw_expense
from accord.money.models import Expense, ExpenseCategory, ExpenseRate, Reimbursement
from accord.money.queries_expenses import matching_expenses
from accord.people.models import Person
from accord.people.queries import person_of
from accord.projects.models import Project, Task

router = Router(tags=["expenses"])

EXPENSE = (
    "version", "project", "task", "person", "category", "kind", "day", "description", "currency", "amount", "tax",
    "tax_deductible", "quantity", "breakfasts", "lunches", "dinners", "rate", "cost", "paid_by", "status", "reason",
    "submitted_at", "decided_by", "decided_at", "reimbursement",
)  # fmt: skip
CATEGORY = ("version", "name", "kind", "tax_percent", "tax_deductible", "billable", "markup_percent", "receipt_from",
            "receipt_rule", "active")  # fmt: skip
RATE = ("version", "category", "starts_on", "rate")
RUN = ("version", "paid_on", "undone_at")
EXPENSE_OUT = row_of(
    "ExpenseOut", Expense, EXPENSE,
    billable=bool | None, markup_percent=Amount | None, billable_amount=Amount | None,
)  # fmt: skip
EXPENSES_OUT = exactly("ExpensesOut", {"items": many(EXPENSE_OUT)})
CATEGORY_OUT = row_of("ExpenseCategoryOut", ExpenseCategory, CATEGORY)
RATE_OUT = row_of("ExpenseRateOut", ExpenseRate, RATE)
RUN_OUT = row_of("ReimbursementOut", Reimbursement, RUN)
RELATED = ("project__account", "project__manager", "person__user", "category", "decided_by", "reimbursement", "task")
Count = Annotated[int, Field(ge=0, le=366)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]


class ExpenseFields(Schema):
    """Mileage and per diems have a ``quantity`` (kilometres or days), everything else an ``amount`` with tax.

    Without a ``tax`` it is that of the category; ``billable`` and ``markup_percent`` are taken from whoever sees the
    project's money.
    """

    task: Key | None = None
    category: Key | None = None
    person: Key | None = None
    day: date
    description: Annotated[str, Field(min_length=1, max_length=200)]
    amount: Decimal = Decimal(0)
    currency: Annotated[str, Field(max_length=3)] = ""
    tax: Decimal | None = None
    tax_deductible: bool | None = None
    quantity: Decimal | None = None
    breakfasts: Count = 0
    lunches: Count = 0
    dinners: Count = 0
    paid_by: Literal["own", "card"] = "own"
    billable: bool | None = None
    markup_percent: Percent | None = None


class ExpenseIn(ExpenseFields):
    """``person`` is who paid; empty for yourself."""

    project: Key


class ExpenseEdit(ExpenseFields):
    version: int


class ExpenseVersion(Schema):
    id: Key
    version: int


class ExpensesIn(Schema):
    expenses: list[ExpenseVersion] = Field(min_length=1, max_length=500)

    @property
    def versions(self) -> dict[int, int]:
        return {each.id: each.version for each in self.expenses}


class ReimbursementIn(ExpensesIn):
    paid_on: date


class ExpenseReturnIn(Schema):
    version: int
    reason: Annotated[str, Field(max_length=300)]


def _shape(expense: Expense, user: Any) -> dict[str, Any]:
    billing = ("billable", "markup_percent", "billable_amount")
    shown = values(expense, *EXPENSE, *billing, user=user)
    return shown if expense.sees_billing(user) else shown | dict.fromkeys(billing)


def _filled(expense: Expense, body: ExpenseFields, user: Any) -> Expense:
    """``expense`` with what was sent; references are those that ``user`` sees."""
    project = expense.project
    expense.task = fetch(Task, user, pk=body.task, project=project) if body.task else None
    expense.category = fetch(ExpenseCategory, user, pk=body.category) if body.category else None
    expense.person = fetch(Person, user, pk=body.person) if body.person else person_of(user)
    given = body.dict(include={"day", "description", "amount", "tax", "quantity", "breakfasts", "lunches", "dinners",
                               "paid_by"})  # fmt: skip
    for name, value in given.items():
        setattr(expense, name, value)
    expense.currency = body.currency or project.currency
    expense.full_clean(exclude=["markup_percent"])
    return expense


def _billing(expense: Expense, body: ExpenseFields, user: Any) -> dict[str, Any]:
    if not expense.sees_billing(user):
        return {}
    return body.dict(include={"billable", "markup_percent", "tax_deductible"})


@router.get("/expenses", response=page_of(EXPENSE_OUT))
def expenses(
    request: HttpRequest,
    paging: Query[Paging],
    status: str = "",
    project: int | None = None,
    person: int | None = None,
    category: int | None = None,
    archived: bool = False,
) -> dict[str, Any]:
    """Your own, and those of projects whose money you see. Those of archived projects: ``archived=true``."""
    rows = Expense.objects.visible_to(request.user).filter(project__archived_at__isnull=not archived)
    asked = {"status": status, "project": project, "person": person, "category": category}
    found = matching_expenses(rows, asked).select_related(*RELATED)
    return page(found, paging, lambda row: _shape(row, request.user), user=request.user)


@router.get("/expenses/{int:pk}", response=EXPENSE_OUT)
def expense(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _shape(fetch(Expense, request.user, *RELATED, pk=pk), request.user)


@router.post("/expenses", response={201: EXPENSE_OUT})
def create_expense(request: HttpRequest, body: ExpenseIn) -> tuple[int, dict[str, Any]]:
    """Enter a draft."""
    project = fetch(Project, request.user, "account", "manager", pk=body.project)
    row = _filled(Expense(project=project), body, request.user)
    added = add_expense(expense=row, by=request.user, **_billing(row, body, request.user))
    return 201, _shape(added, request.user)


@router.put("/expenses/{int:pk}", response=EXPENSE_OUT)
def edit_expense(request: HttpRequest, pk: int, body: ExpenseEdit) -> dict[str, Any]:
    """Replace what a draft or returned expense says."""
    row = fetch(Expense, request.user, *RELATED, pk=pk)
    require(request.user, Permission.CHANGE, row)
    edited = _filled(row, body, request.user)
    more = {name: value for name, value in _billing(row, body, request.user).items() if value is not None}
    names = ("task", "category", "person", "day", "description", "paid_by")
    given = {name: getattr(edited, name) for name in names}
    return _shape(change_expense(expense=edited, by=request.user, version=body.version, **given, **more), request.user)


def _known(request: HttpRequest, versions: dict[int, int]) -> dict[int, int]:
    if Expense.objects.visible_to(request.user).filter(pk__in=versions).count() != len(versions):
        raise Http404
    return versions


@router.post("/expenses/submission", response=EXPENSES_OUT)
def create_expense_submission(request: HttpRequest, body: ExpensesIn) -> dict[str, Any]:
    """Submit drafts, all or none."""
    submitted = submit_expenses(versions=_known(request, body.versions), by=request.user)
    return {"items": [_shape(row, request.user) for row in submitted]}


@router.post("/expenses/{int:pk}/withdrawal", response=EXPENSE_OUT)
def create_expense_withdrawal(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Withdraw a submitted expense."""
    row = withdraw_expense(expense=fetch(Expense, request.user, *RELATED, pk=pk), by=request.user)
    return _shape(row, request.user)


@router.post("/expenses/approval", response=EXPENSES_OUT)
def create_expense_approval(request: HttpRequest, body: ExpensesIn) -> dict[str, Any]:
    """Approve submitted expenses, all or none; your own only if nobody else can."""
    approved = approve_expenses(versions=_known(request, body.versions), by=request.user)
    return {"items": [_shape(row, request.user) for row in approved]}


@router.post("/expenses/{int:pk}/return", response=EXPENSE_OUT)
def create_expense_return(request: HttpRequest, pk: int, body: ExpenseReturnIn) -> dict[str, Any]:
    """Return a submitted or approved expense to its person, who is notified of the reason."""
    row = fetch(Expense, request.user, *RELATED, pk=pk)
    returned = return_expense(expense=row, by=request.user, version=body.version, reason=body.reason)
    return _shape(returned, request.user)


@router.get("/expense-categories", response=page_of(CATEGORY_OUT))
def expense_categories(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return page(ExpenseCategory.objects.visible_to(request.user), paging, CATEGORY, user=request.user)


@router.get("/expense-rates", response=page_of(RATE_OUT))
def expense_rates(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """What a kilometre, or a day away, is paid with from a day on."""
    rows = ExpenseRate.objects.visible_to(request.user).select_related("category")
    return page(rows, paging, RATE, user=request.user)


@router.get("/reimbursements", response=page_of(RUN_OUT))
def reimbursements(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return page(Reimbursement.objects.visible_to(request.user), paging, RUN, user=request.user)


@router.post("/reimbursements", response={201: RUN_OUT})
def create_reimbursement(request: HttpRequest, body: ReimbursementIn) -> tuple[int, dict[str, Any]]:
    """Mark approved expenses paid with own money as reimbursed, all or none."""
    require_create(request.user, Reimbursement)
    run = reimburse(versions=_known(request, body.versions), paid_on=body.paid_on, by=request.user)
    return 201, values(run, *RUN, user=request.user)


@router.post("/reimbursements/{int:pk}/undo", response=RUN_OUT)
def create_reimbursement_undo(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Its expenses wait for reimbursement again."""
    run = fetch(Reimbursement, request.user, pk=pk)
    return values(undo_reimbursement(reimbursement=run, by=request.user), *RUN, user=request.user)
