"""An expense goes from draft to reimbursed; its amounts are converted and rounded once, and what counts is approved."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accord.conversations.models import Notification
from accord.core import editing
from accord.core.access import Permission, can
from accord.core.files.actions import save_files
from accord.core.files.contents import store_bytes
from accord.core.models import Event, File
from accord.core.money import Money, digits, rounded
from accord.money.actions.decide_expense import approve_expenses, return_expense
from accord.money.actions.lock_period import lock_period
from accord.money.actions.reimburse import reimburse, undo_reimbursement
from accord.money.actions.save_expense import add_expense, change_expense
from accord.money.actions.submit_expenses import submit_expenses, withdraw_expense
from accord.money.expense_amounts import amounts_of, contained_tax, mileage, per_diem
from accord.money.models import Expense, ExpenseCategory, ExpenseRate, PeriodLock, Reimbursement
from accord.money.queries import actual_cost
from accord.money.queries_expenses import expenses_to_approve, owed, to_reimburse
from accord.people.models import Firm, Person, Role, User
from accord.projects.models import Project, ProjectMember
from accord.rates.models import ExchangeRate
from tests.factories import browser_of, create_project, create_user
from tests.world import PNG

DAY = date(2026, 3, 3)
Status = Expense.Status


class Office:
    """Kim works on a project that Pat manages; Ada is the administrator, Fin does the books, Max is a colleague."""

    def __init__(self) -> None:
        Firm.current()
        self.kim_user, self.pat, self.max = (
            create_user("Kim", Role.MEMBER), create_user("Pat", Role.PROJECT_MANAGER), create_user("Max", Role.MEMBER)
        )  # fmt: skip
        self.ada, self.fin = create_user("Ada", Role.ADMINISTRATOR), create_user("Fin", Role.FINANCE)
        self.kim = Person.objects.create(name="Kim", user=self.kim_user)
        self.project = create_project(manager=self.pat, status=Project.Status.ACTIVE)
        ProjectMember.objects.create(project=self.project, user=self.kim_user)
        self.hotel = ExpenseCategory.objects.create(
            name="Hotel", tax_percent=7, billable=True, markup_percent=10, receipt_from=50
        )

    def add(self, amount: Any = "107.00", by: User | None = None, **more: Any) -> Expense:
        values = {"project": self.project, "person": self.kim, "day": DAY, "description": "Hotel", "paid_by": "own",
                  "category": self.hotel, "currency": self.project.currency} | more  # fmt: skip
        expense = Expense(amount=Decimal(amount), **values)
        expense.full_clean()
        return add_expense(expense=expense, by=by or self.kim_user)

    def submitted(self, *args: Any, **more: Any) -> Expense:
        expense = self.add(*args, **more)
        return self.submit(expense)

    def submit(self, expense: Expense) -> Expense:
        (found,) = submit_expenses(versions={expense.pk: expense.version}, by=self.kim_user)
        return found

    def approved(self, *args: Any, **more: Any) -> Expense:
        expense = self.submitted(*args, **more)
        (found,) = approve_expenses(versions={expense.pk: expense.version}, by=self.pat)
        return found


@pytest.fixture
def office(db: None) -> Office:
    return Office()


CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "USD"])
AMOUNTS = st.decimals(Decimal("-1e9"), Decimal("1e9"), places=3)


@given(AMOUNTS, CURRENCIES, st.decimals(0, 100, places=2))
def test_tax_and_net_are_the_gross_to_the_last_digit(amount: Decimal, currency: str, percent: Decimal) -> None:
    paid = Money(amount, currency)
    tax = contained_tax(paid, percent)
    found = amounts_of(paid, tax, is_deductible=True, rate=Decimal(1), currency=currency, markup=None)
    assert found.net + found.tax == paid
    assert found.cost == found.net
    assert abs(found.tax.amount) <= abs(paid.amount)
    assert found.tax.amount == rounded(found.tax.amount, currency)
    # The tax is that of the net, but for the rounding of one digit.
    exact = found.net.amount * percent / 100
    assert abs(exact - found.tax.amount) <= 2 * Decimal(1).scaleb(-digits(currency))


@given(AMOUNTS, CURRENCIES, CURRENCIES, st.decimals(Decimal("0.0001"), 200, places=4), st.decimals(0, 100, places=2))
def test_cost_is_converted_once(amount: Decimal, currency: str, into: str, rate: Decimal, markup: Decimal) -> None:
    paid = Money(amount, currency)
    found = amounts_of(paid, Money(Decimal(0), currency), is_deductible=False, rate=rate, currency=into, markup=markup)
    assert found.cost == Money(paid.amount * rate, into)
    assert found.billable == Money(found.cost.amount * (1 + markup / 100), into)


@given(st.decimals(0, 1000, places=1), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), CURRENCIES)
def test_a_per_diem_is_never_less_than_nothing(days: Decimal, a: int, b: int, c: int, currency: str) -> None:
    found = per_diem(days, Money(Decimal(28), currency), (a, b, c), (20, 40, 40))
    assert 0 <= found.amount <= mileage(days, Money(Decimal(28), currency)).amount


def test_a_category_says_what_a_new_expense_starts_with(office: Office) -> None:
    expense = office.add("107.00")
    assert (expense.tax, expense.net.amount, expense.cost) == (Decimal("7.00"), Decimal("100.00"), Decimal("100.00"))
    assert (expense.billable, expense.billable_amount) == (True, Decimal("110.00"))
    assert (expense.status, expense.needs_receipt) == (Status.DRAFT, True)
    whole = ExpenseCategory.objects.create(name="Meals", tax_percent=19, tax_deductible=False)
    assert office.add("119.00", category=whole).cost == Decimal("119.00")
    assert office.add("119.00", category=None).cost == Decimal("119.00")
    assert not office.add("49.99").needs_receipt


def test_another_currency_is_converted_at_the_rate_of_the_day(office: Office) -> None:
    ExchangeRate.objects.create(currency="USD", starts_on=DAY - timedelta(days=3), rate=Decimal("0.9"))
    ExchangeRate.objects.create(currency="USD", starts_on=DAY + timedelta(days=1), rate=Decimal("0.5"))
    expense = office.add("107.00", currency="USD")
    assert (expense.exchange_rate, expense.cost) == (Decimal("0.9"), Decimal("90.00"))
    ExchangeRate.objects.filter(starts_on__lt=DAY).update(rate=2)
    renamed = change_expense(expense=expense, by=office.kim_user, version=1, description="Motel")
    assert renamed.cost == Decimal("200.00")  # edited, it is priced anew; left alone, it stays
    with pytest.raises(ValidationError, match="No exchange rate from CHF to EUR"):
        office.add("10.00", currency="CHF")


def test_mileage_and_per_diem_use_the_rate_of_the_day(office: Office) -> None:
    car = ExpenseCategory.objects.create(name="Mileage", kind="mileage")
    with pytest.raises(ValidationError, match="Mileage has no rate"):
        office.add(0, category=car, quantity=Decimal(100))
    ExpenseRate.objects.create(category=car, starts_on=date(2026, 1, 1), rate=Decimal("0.30"))
    ExpenseRate.objects.create(category=car, starts_on=date(2026, 3, 4), rate=Decimal("0.38"))
    drive = office.add(0, category=car, quantity=Decimal("123.5"), paid_by="card")
    assert (drive.amount, drive.tax, drive.paid_by, drive.kind) == (Decimal("37.05"), 0, "own", "mileage")
    away = ExpenseCategory.objects.create(name="Per diem", kind="per_diem")
    ExpenseRate.objects.create(category=away, starts_on=date(2026, 1, 1), rate=Decimal(28))
    trip = office.add(0, category=away, quantity=Decimal(2), breakfasts=1, dinners=1)
    assert (trip.amount, trip.needs_receipt) == (Decimal("39.20"), False)
    with pytest.raises(ValidationError, match="Enter the kilometres"):
        office.add(0, category=car)
    with pytest.raises(ValidationError, match="more meals"):
        office.add(0, category=away, quantity=Decimal(1), breakfasts=5)
    with pytest.raises(ValidationError, match="Choose who paid"):
        office.add(0, category=car, quantity=Decimal(1), person=None)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": 0}, "Enter the amount"),
        ({"tax": Decimal(200)}, "can't be more than the amount"),
        ({"tax": Decimal(-1)}, "with the sign of the amount"),
        ({"amount": "1.005"}, "at most 2 decimal places"),
        ({"currency": "EURO"}, "at most 3 characters"),
        ({"currency": "eu"}, "three-letter"),
        ({"day": date.today() + timedelta(days=9)}, "can't be in the future"),
        ({"markup_percent": Decimal(101)}, "less than or equal to 100"),
        ({"quantity": Decimal(-1)}, "greater than or equal to 0"),
        ({"person": None}, "Choose who paid"),
        ({"description": ""}, "cannot be blank"),
    ],
)
def test_odd_values_are_refused_in_words(office: Office, values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        office.add(**({"amount": "10.00"} | values))


def test_only_approved_expenses_are_cost(office: Office) -> None:
    def cost() -> Decimal:
        return actual_cost(office.project, None).expenses

    office.add("107.00")
    assert cost() == 0
    waiting = office.submitted("107.00")
    assert cost() == 0
    (approved,) = approve_expenses(versions={waiting.pk: waiting.version}, by=office.pat)
    assert cost() == Decimal("100.00")
    run = reimburse(versions={approved.pk: approved.version}, paid_on=DAY, by=office.fin)
    assert cost() == Decimal("100.00")
    undo_reimbursement(reimbursement=run, by=office.fin)
    approved.refresh_from_db()
    return_expense(expense=approved, by=office.pat, version=approved.version, reason="Not ours")
    assert cost() == 0


def test_submitted_expenses_change_no_more_until_withdrawn(office: Office) -> None:
    expense = office.submitted()
    with pytest.raises(ValidationError, match="is submitted"):
        change_expense(expense=expense, by=office.kim_user, version=expense.version, description="Inn")
    with pytest.raises(ValidationError, match="is submitted"):
        editing.remove(expense, by=office.kim_user)
    with pytest.raises(ValidationError, match="already submitted"):
        office.submit(expense)
    draft = withdraw_expense(expense=expense, by=office.kim_user)
    assert draft.status == Status.DRAFT
    changed = change_expense(expense=draft, by=office.kim_user, version=draft.version, amount=Decimal(214), tax=None)
    assert (changed.tax, changed.cost) == (Decimal("14.00"), Decimal("200.00"))
    with pytest.raises(ValidationError, match="Only a submitted expense"):
        withdraw_expense(expense=changed, by=office.kim_user)


def test_who_decides(office: Office) -> None:
    expense = office.submitted()
    decides = {who: can(getattr(office, who), Permission.APPROVE, expense)
               for who in ("kim_user", "pat", "ada", "fin", "max")}  # fmt: skip
    assert decides == {"kim_user": False, "pat": True, "ada": True, "fin": True, "max": False}
    for who, may in decides.items():
        assert expenses_to_approve(getattr(office, who)).exists() is may, who
    with pytest.raises(PermissionDenied):
        approve_expenses(versions={expense.pk: expense.version}, by=office.kim_user)


def test_nobody_approves_their_own_unless_nobody_else_can(office: Office) -> None:
    pat = Person.objects.create(name="Pat", user=office.pat)
    expense = office.add(person=pat, by=office.pat)
    (expense,) = submit_expenses(versions={expense.pk: expense.version}, by=office.pat)
    assert not can(office.pat, Permission.APPROVE, expense)
    assert not expenses_to_approve(office.pat).exists()
    with pytest.raises(PermissionDenied):
        approve_expenses(versions={expense.pk: expense.version}, by=office.pat)
    User.objects.filter(pk__in=(office.ada.pk, office.fin.pk)).update(is_active=False)
    assert expenses_to_approve(office.pat).exists()
    approve_expenses(versions={expense.pk: expense.version}, by=office.pat)


def test_what_the_firm_paid_is_decided_by_whoever_did_not_submit_it(office: Office) -> None:
    expense = office.add(person=None, paid_by="card", by=office.pat)
    (expense,) = submit_expenses(versions={expense.pk: expense.version}, by=office.pat)
    assert not can(office.pat, Permission.APPROVE, expense)
    assert can(office.fin, Permission.APPROVE, expense)


def test_several_are_approved_all_or_none(office: Office) -> None:
    first, second = office.submitted(), office.submitted()
    withdraw_expense(expense=second, by=office.kim_user)
    with pytest.raises(editing.Conflict):
        approve_expenses(versions={first.pk: first.version, second.pk: second.version}, by=office.pat)
    first.refresh_from_db()
    assert first.status == Status.SUBMITTED


def test_a_returned_expense_says_why_and_is_submitted_again(office: Office) -> None:
    expense = office.submitted()
    with pytest.raises(ValidationError, match="Enter a reason"):
        return_expense(expense=expense, by=office.pat, version=expense.version, reason=" ")
    returned = return_expense(expense=expense, by=office.pat, version=expense.version, reason="Whose breakfast?")
    assert (returned.status, returned.reason) == (Status.RETURNED, "Whose breakfast?")
    texts = Notification.objects.filter(user=office.kim_user).values_list("text", flat=True)
    assert list(texts) == ["Pat returned your expense Hotel: Whose breakfast?"]
    again = office.submit(returned)
    assert (again.status, again.reason) == (Status.SUBMITTED, "")
    kinds = Event.objects.filter(subject_type="money.expense").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["expense.created", "expense.submitted", "expense.returned", "expense.submitted"]
    assert Notification.objects.filter(user=office.pat).count() == 2


def test_a_missing_receipt_is_refused_where_the_category_says_so(office: Office) -> None:
    office.submitted("60.00")  # warned about, not refused
    ExpenseCategory.objects.update(receipt_rule="refuse")
    expense = office.add("60.00")
    with pytest.raises(ValidationError, match="“Hotel” needs a receipt"):
        office.submit(expense)
    save_files(subject=expense, stored=[store_bytes(PNG, "receipt.png")], by=office.kim_user)
    assert office.submit(expense).status == Status.SUBMITTED
    office.submitted("49.99")  # below the limit


def test_a_closed_period_refuses_every_write(office: Office) -> None:
    draft, waiting, approved = office.add(), office.submitted(), office.approved()
    lock_period(lock=PeriodLock(until=date(2026, 3, 31)), by=office.fin)
    locked = "locked until 31.Mar.2026"
    with pytest.raises(ValidationError, match=locked):
        office.add()
    with pytest.raises(ValidationError, match=locked):
        change_expense(expense=draft, by=office.kim_user, version=draft.version, description="Inn")
    with pytest.raises(ValidationError, match=locked):
        editing.remove(draft, by=office.kim_user)
    with pytest.raises(ValidationError, match=locked):
        office.submit(draft)
    with pytest.raises(ValidationError, match=locked):
        approve_expenses(versions={waiting.pk: waiting.version}, by=office.pat)
    with pytest.raises(ValidationError, match=locked):
        return_expense(expense=approved, by=office.pat, version=approved.version, reason="No")
    with pytest.raises(ValidationError, match=locked):
        add_expense(expense=Expense(project=office.project, person=office.kim, day=DAY, description="x",
                                    amount=Decimal(1)), by=None)  # fmt: skip
    # What changes no figure of the period is still possible, and leads out of it.
    returned = return_expense(expense=waiting, by=office.pat, version=waiting.version, reason="Use April")
    moved = change_expense(expense=returned, by=office.kim_user, version=returned.version, day=date(2026, 4, 1))
    assert office.submit(moved).status == Status.SUBMITTED
    reimburse(versions={approved.pk: approved.version}, paid_on=date(2026, 4, 1), by=office.fin)


def test_people_are_paid_back_by_currency_and_it_can_be_undone(office: Office) -> None:
    ExchangeRate.objects.create(currency="USD", starts_on=date(2026, 1, 1), rate=Decimal("0.9"))
    rows = [office.approved("10.00"), office.approved("20.50"), office.approved("7.00", currency="USD")]
    office.approved("99.00", paid_by="card")
    (kim,) = owed(to_reimburse(office.fin))
    assert {code: str(money) for code, money in kim.sums.items()} == {"EUR": "30.50 EUR", "USD": "7.00 USD"}
    versions = {row.pk: row.version for row in rows}
    with pytest.raises(PermissionDenied):
        reimburse(versions=versions, paid_on=DAY, by=office.pat)
    run = reimburse(versions=versions, paid_on=DAY, by=office.fin)
    assert not owed(to_reimburse(office.fin))
    assert Notification.objects.filter(user=office.kim_user).count() == 1
    with pytest.raises(editing.Conflict):
        reimburse(versions=versions, paid_on=DAY, by=office.fin)
    undo_reimbursement(reimbursement=run, by=office.fin)
    assert len(owed(to_reimburse(office.fin))[0].expenses) == 3
    with pytest.raises(ValidationError, match="already undone"):
        undo_reimbursement(reimbursement=run, by=office.fin)


def test_what_the_firm_card_paid_is_not_reimbursed(office: Office) -> None:
    expense = office.approved(paid_by="card")
    with pytest.raises(ValidationError, match="wasn't paid with own money"):
        reimburse(versions={expense.pk: expense.version}, paid_on=DAY, by=office.fin)
    assert not Reimbursement.objects.exists()


def test_nobody_hands_their_expense_to_someone_else(office: Office) -> None:
    other = Person.objects.create(name="Max", user=office.max)
    expense = office.add()
    with pytest.raises(PermissionDenied):
        change_expense(expense=expense, by=office.kim_user, version=expense.version, person=other)
    with pytest.raises(PermissionDenied):
        office.add(person=other)
    assert office.add(person=other, by=office.pat).person == other


def test_who_sees_an_expense(office: Office) -> None:
    expense = office.add()
    seen = {who: Expense.objects.visible_to(getattr(office, who)).filter(pk=expense.pk).exists()
            for who in ("kim_user", "pat", "ada", "fin", "max")}  # fmt: skip
    assert seen == {"kim_user": True, "pat": True, "ada": True, "fin": True, "max": False}
    assert [expense.sees_billing(user) for user in (office.kim_user, office.pat)] == [False, True]


def sent(office: Office, **more: Any) -> dict[str, Any]:
    values = {"project": office.project.pk, "category": office.hotel.pk, "day": "2026-03-03", "description": "Hotel"}
    values |= {"amount": "107.00", "currency": "EUR", "paid_by": "own", "person": office.kim.pk, "submit": "on"}
    return values | more


def test_a_photo_is_sent_with_the_expense_once(office: Office) -> None:
    client = browser_of(office.kim_user)
    form = sent(office, once="token")
    for _ in range(2):
        photo = SimpleUploadedFile("receipt.png", PNG, "image/png")
        answer = client.post(reverse("own-expense-new"), form | {"receipts": photo})
        assert answer.status_code == 302, answer.context["form"].errors
    expense = Expense.objects.get()
    assert (expense.status, expense.cost, expense.billable_amount) == (Status.SUBMITTED, 100, 110)
    assert File.objects.get().subject == expense
    page = client.get(reverse("expense", args=[expense.pk])).content.decode()
    assert "Withdraw" in page and "Billable" not in page and "Approve" not in page


def test_a_refused_submission_leaves_neither_expense_nor_file(office: Office) -> None:
    ExpenseCategory.objects.update(receipt_rule="refuse")
    client = browser_of(office.kim_user)
    answer = client.post(reverse("own-expense-new"), sent(office))
    assert answer.status_code == 422 and "needs a receipt" in answer.content.decode()
    assert not Expense.objects.exists()
    answer = client.post(reverse("own-expense-new"), {k: v for k, v in sent(office).items() if k != "submit"})
    assert answer.status_code == 302 and Expense.objects.get().status == Status.DRAFT


def test_a_project_manager_sets_what_is_billed(office: Office) -> None:
    expense = office.add()
    client = browser_of(office.pat)
    form = sent(office, version=expense.version, billing="yes", markup_percent="25", tax="7.00", tax_deductible="on")
    assert client.post(reverse("expense-edit", args=[expense.pk]), form).status_code == 302
    expense.refresh_from_db()
    assert (expense.billable_amount, expense.markup_percent) == (125, 25)
    answer = client.post(reverse("expense-edit", args=[expense.pk]), form | {"amount": "9"})
    assert answer.status_code == 409
    office.submit(expense)
    assert client.get(reverse("expense-edit", args=[expense.pk])).status_code == 403


def test_the_pages_decide_reimburse_and_undo(office: Office) -> None:
    expense = office.submitted("60.00")
    pat, fin = browser_of(office.pat), browser_of(office.fin)
    page = pat.get(reverse("time-approvals")).content.decode()
    assert f'value="{expense.pk}.{expense.version}">' in page  # lacks a receipt: not chosen beforehand
    url = reverse("expense-approval")
    assert pat.post(url, {"expense": f"{expense.pk}.{expense.version}"}).status_code == 302
    expense.refresh_from_db()
    assert expense.status == Status.APPROVED
    page = fin.get(reverse("reimbursements")).content.decode()
    assert "€60.00" in page
    file = fin.get(reverse("reimbursements"), {"export": "csv"})
    assert "Kim" in b"".join(file.streaming_content if file.streaming else [file.content]).decode("utf-8-sig")
    values = {"expense": f"{expense.pk}.{expense.version}", "paid_on": "2026-04-01", "once": "token"}
    for _ in range(2):
        assert fin.post(reverse("reimbursement-new"), values).status_code == 302
    run = Reimbursement.objects.get()
    assert fin.post(reverse("reimbursement-undo", args=[run.pk])).status_code == 302
    expense.refresh_from_db()
    assert (expense.status, expense.reimbursement) == (Status.APPROVED, None)
    for odd in ({}, {"expense": "x.y", "paid_on": "2026-04-01"}, {"expense": f"{expense.pk}.3", "paid_on": "soon"}):
        assert fin.post(reverse("reimbursement-new"), odd).status_code == 302
    assert Reimbursement.objects.count() == 1


def test_drafts_are_submitted_together(office: Office) -> None:
    office.add("10.00"), office.add("20.00")
    client = browser_of(office.kim_user)
    assert "Submit 2 drafts" in client.get(reverse("expenses")).content.decode()
    client.post(reverse("expenses-submission"))
    assert set(Expense.objects.values_list("status", flat=True)) == {Status.SUBMITTED}
    assert Notification.objects.get(user=office.pat).text == "Kim submitted 2 expenses"


def api(user: User, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = browser_of(user).generic(method, f"/api/money/{path}", json.dumps(body), "application/json")
    return answer.status_code, json.loads(answer.content)


def test_the_api_follows_the_same_rules(office: Office) -> None:
    body = {"project": office.project.pk, "category": office.hotel.pk, "day": "2026-03-03", "description": "Hotel",
            "amount": "107.00", "billable": False}  # fmt: skip
    status, made = api(office.kim_user, "POST", "expenses", body)
    assert status == 201
    assert (made["tax"], made["cost"], made["billable_amount"]) == ("7.00", "100.00", None)
    assert Expense.objects.get().billable  # what a member says of it isn't taken
    status, made = api(office.kim_user, "PUT", f"expenses/{made['id']}", body | {"version": 1, "amount": "214.00"})
    assert (status, made["cost"]) == (200, "200.00")
    chosen = {"expenses": [{"id": made["id"], "version": made["version"]}]}
    assert api(office.max, "POST", "expenses/submission", chosen)[0] == 404
    status, found = api(office.kim_user, "POST", "expenses/submission", chosen)
    assert (status, found["items"][0]["status"]) == (200, "submitted")
    chosen["expenses"][0]["version"] = found["items"][0]["version"]
    assert api(office.kim_user, "POST", "expenses/approval", chosen)[0] == 403
    status, found = api(office.pat, "POST", "expenses/approval", chosen)
    assert (status, found["items"][0]["billable_amount"]) == (200, "220.00")
    chosen["expenses"][0]["version"] = found["items"][0]["version"]
    assert api(office.pat, "POST", "reimbursements", chosen | {"paid_on": "2026-04-01"})[0] == 403
    status, run = api(office.fin, "POST", "reimbursements", chosen | {"paid_on": "2026-04-01"})
    assert status == 201
    assert api(office.fin, "POST", f"reimbursements/{run['id']}/undo")[0] == 200
    lock_period(lock=PeriodLock(until=date(2026, 3, 31)), by=office.fin)
    status, refused = api(office.kim_user, "POST", "expenses", body)
    assert status == 422 and "locked" in refused["message"]
