"""Home of an empty firm, of a small one, of finance and of a member: each reads what it can use."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accord.accounts.models import Account, AccountMember, Affiliation, Contact
from accord.insight.actions.measure_project import measure_project
from accord.insight.actions.update_client_figures import update_client_figures
from accord.money.actions.log_time import log_time
from accord.money.models import Invoice, TimeEntry
from accord.money.queries_receivables import receivables, sees_invoices
from accord.people.models import Firm, Person, Role, User
from accord.projects.actions.schedule import schedule
from accord.projects.models import Project, Task
from accord.rates.models import ExchangeRate
from tests.factories import browser_of

pytestmark = pytest.mark.django_db


def user_of(*roles: str) -> User:
    name = roles[0]
    return User.objects.create_user(f"{name}@firm.test", "correct-horse-battery", name=name, roles=list(roles))


def page(user: User, route: str = "home", *args: Any) -> str:
    client = browser_of(user)
    return html.unescape(client.get(reverse(route, args=args)).content.decode())


def steps(text: str) -> dict[str, bool]:
    """The checklist of a page: what is to be done, and whether it is."""
    if 'id="checklist"' not in text:
        return {}
    part = text.split('id="checklist"')[1].split("</section>")[0]
    rows = re.findall(r'aria-label="(Done|To do)".*?<div>(.*?)<span', part, re.S)
    return {title.strip(): mark == "Done" for mark, title in rows}


def invoice_of(account: Account, number: str, total: int, *, age: int, due: int | None = None, **more: Any) -> Invoice:
    today = timezone.localdate()
    more = {"status": "sent", "currency": account.currency} | more
    return Invoice.objects.create(
        account=account, number=number, issued_on=today - timedelta(days=age), total=Decimal(total),
        due_on=None if due is None else today + timedelta(days=due), **more,
    )  # fmt: skip


# Checklist


def test_checklist_follows_the_data_and_leads_to_the_first_insight() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    titles = [
        "Enter your firm’s details", "Add your people", "Create your first client", "Import invoices",
        "Import a project plan",
    ]  # fmt: skip
    assert steps(page(admin)) == dict.fromkeys(titles, False)
    for url in ("firm-edit", "person-new"):
        assert f'href="{reverse(url)}"' in page(admin)
    Firm.objects.filter(pk=Firm.current().pk).update(city="Hameln")
    Person.objects.create(name="Pat")
    account = Account.objects.create(name="Quast AG", owner=admin)
    invoice_of(account, "1", 100, age=3)
    assert steps(page(admin)) == dict.fromkeys(titles[:4], True) | {titles[4]: False}
    Person.objects.all().delete()  # what is no longer there is to be done again: nothing was ticked
    assert steps(page(admin))["Add your people"] is False
    Person.objects.create(name="Pat")
    project = Project.objects.create(account=account, name="P", start=datetime(2026, 3, 2, 9))
    Task.objects.create(project=project, uid=1, name="T", order=1)
    assert steps(page(admin)) == {}


def test_everybody_sees_their_own_steps_only() -> None:
    assert list(steps(page(user_of(Role.ACCOUNT_MANAGER)))) == ["Create your first client", "Import a project plan"]
    assert list(steps(page(user_of(Role.FINANCE)))) == ["Import invoices"]
    assert steps(page(user_of(Role.MEMBER))) == {}


def test_only_administrators_dismiss_the_checklist() -> None:
    admin, finance = user_of(Role.ADMINISTRATOR), user_of(Role.FINANCE)
    visitor = browser_of(finance)
    assert visitor.post(reverse("checklist-dismissal")).status_code == 403
    visitor.force_login(admin)
    assert visitor.post(reverse("checklist-dismissal")).status_code == 302
    assert steps(page(admin)) == {}
    assert steps(page(finance)) == {}


# Plain figures


def test_plain_figures_are_right_to_the_cent() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, currency="EUR")
    today = timezone.localdate()
    invoice_of(account, "old", 5000, age=365)  # a year ago to the day: no longer within 12 months
    invoice_of(account, "paid", 1000, age=364, status="paid")
    invoice_of(account, "late", 200, age=60, due=-1)
    invoice_of(account, "today", 30, age=30, due=0)  # due today is not overdue yet
    invoice_of(account, "credit", -50, age=10, kind="credit_note", status="paid")
    invoice_of(account, "draft", 9999, age=1, status="draft")
    invoice_of(account, "void", 9999, age=1, status="void")
    invoice_of(account, "yen", 1000, age=5, currency="JPY")
    half = invoice_of(account, "half", 80, age=500, due=-400)
    invoice_of(account, "half back", -30, age=450, kind="credit_note", status="paid", settles=half)
    found = receivables(admin, "EUR", today)
    assert found.revenue.total.amount == Decimal("1180.00")
    assert found.outstanding.total.amount == Decimal("5280.00")
    assert found.overdue.total.amount == Decimal("250.00")
    assert found.revenue.unconverted["JPY"].amount == 1000
    ExchangeRate.objects.create(currency="JPY", rate=Decimal("0.006"), starts_on=today - timedelta(days=400))
    assert receivables(admin, "EUR", today).revenue.total.amount == Decimal("1186.00")
    other = Account.objects.create(name="Other", owner=admin, currency="EUR")
    assert not receivables(admin, "EUR", today, other).has_invoices
    Account.objects.filter(pk=account.pk).update(archived_at=timezone.now())
    assert not receivables(admin, "EUR", today).has_invoices


def test_first_invoice_brings_figures_to_home_account_and_numbers() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, currency="EUR", status="client")
    for route, args in (("home", ()), ("account", (account.pk,)), ("numbers", ())):
        assert "Revenue, last 12 months" not in page(admin, route, *args)
    invoice_of(account, "1", 1234, age=40, due=-10)
    for route, args in (("home", ()), ("account", (account.pk,)), ("numbers", ())):
        text = page(admin, route, *args)
        for label in ("Revenue, last 12 months", "Outstanding", "Overdue"):
            assert re.search(rf"{label}.*?€1,234\.00", text, re.S), (route, label)
    assert "Not calculated yet" not in page(admin)
    assert "Customer lifetime value" in page(admin, "numbers")  # there the reason stands beside it


# Roles


def test_finance_reads_what_is_owed_and_not_who_is_silent() -> None:
    finance, admin = user_of(Role.FINANCE), user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, currency="EUR", status="client")
    sponsor = Contact.objects.create(name="Silent Sponsor")
    Affiliation.objects.create(
        account=account, contact=sponsor, buying_role="sponsor", since=timezone.localdate().replace(year=2020)
    )
    invoice_of(account, "2026-17", 900, age=60, due=-30)
    invoice_of(account, "2026-18", 100, age=10, due=4)
    text = page(finance)
    for words in ("Overdue invoices", "2026-17", "Due in the next 2 weeks", "2026-18", "€1,000.00"):
        assert words in text
    for words in ("Silent sponsors", "Quiet clients", "Unhappy clients", "Customer lifetime value"):
        assert words not in text
    theirs = page(admin)
    assert "Quiet clients" in theirs
    assert "2026-18" not in theirs


def test_members_never_read_of_what_they_may_not_see() -> None:
    member, admin = user_of(Role.MEMBER), user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, currency="EUR")
    AccountMember.objects.create(account=account, user=member)
    invoice_of(account, "2026-17", 900, age=60, due=-30)
    for route, args in (("home", ()), ("money", ()), ("account", (account.pk,))):
        text = page(member, route, *args)
        main = text.split("<main")[1]
        assert not re.search(r"overdue|invoice|outstanding|revenue", main, re.I), (route, main)
    assert sees_invoices(member) is False
    Account.objects.filter(pk=account.pk).update(owner=member)
    assert "2026-17" in page(member, "money")


# What an empty or small firm reads is true


def tile(text: str, label: str) -> str:
    """The card of a figure, as text."""
    part = "<" + text.split(f">{label}<", 1)[1][:600]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_checklist_leads_straight_to_the_right_import_and_to_a_client() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    text = page(admin)
    for url in (f"{reverse('import-new')}?kind=invoices", f"{reverse('import-new')}?kind=plan"):
        assert f'href="{url}"' in text
    client = browser_of(admin)
    form = client.get(f"{reverse('account-new')}?status=client").content.decode()
    assert '<option value="client" selected' in form
    assert '<option value="prospect" selected' in client.get(reverse("account-new")).content.decode()


def test_an_empty_firm_is_told_nothing_of_clients_and_projects_it_does_not_have() -> None:
    text = page(user_of(Role.ADMINISTRATOR))
    assert "No quiet clients." in text
    assert "No active projects." in text
    assert "every client" not in text
    assert "No active project is off track." not in text


def test_who_was_never_spoken_with_is_quiet_after_two_months() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, status="client")
    assert "No quiet clients." in page(admin)
    Account.objects.filter(pk=account.pk).update(created_at=timezone.now() - timedelta(days=61))
    text = page(admin)
    assert "No quiet clients." not in text
    assert "no contact yet" in text


def test_a_plan_that_has_ended_with_work_left_is_off_track() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, status="client")
    project = Project.objects.create(account=account, name="Old plan", start=datetime(2001, 1, 1, 9), status="active")
    Task.objects.create(
        project=project, uid=1, name="T", order=1, start=datetime(2001, 1, 1, 9), finish=datetime(2001, 1, 5, 17),
        duration_minutes=2400,
    )  # fmt: skip
    schedule(plan=project.plan, by=admin)
    measure_project(project=project, day=timezone.localdate())
    text = page(admin)
    assert "No active project is off track." not in text
    assert "Old plan" in text.split("Projects off track")[1]


def test_overdue_is_not_known_where_no_invoice_says_when_it_is_due() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, currency="EUR", status="client")
    invoice_of(account, "1", 100, age=300)
    assert tile(page(admin), "Overdue").startswith("Not known No unpaid invoice has a due date.")
    invoice_of(account, "2", 50, age=40, due=-10)
    invoice_of(account, "3", 70, age=40)
    assert tile(page(admin), "Overdue").startswith("€50.00 past the due date; 2 unpaid invoices have no due date")
    Invoice.objects.update(status="paid")
    assert tile(page(admin), "Overdue").startswith("€0.00 past the due date")


def test_a_handful_of_clients_has_no_churn_rate() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, currency="EUR", status="client")
    other = Account.objects.create(name="Other", owner=admin, currency="EUR", status="client")
    invoice_of(account, "1", 100, age=178)
    invoice_of(other, "2", 100, age=0)
    update_client_figures(as_of=timezone.localdate(), by=None)
    text = page(admin, "numbers")
    assert "Only 1 client at the start of the period: at least 10 are needed." in tile(text, "Churn rate")
    assert "100.0%" not in text
    assert "Churn rate" not in page(admin)  # Home shows the plain figures instead


def test_hours_of_someone_without_a_rate_have_no_known_cost() -> None:
    admin = user_of(Role.ADMINISTRATOR)
    account = Account.objects.create(name="Quast AG", owner=admin, currency="EUR", status="client")
    project = Project.objects.create(account=account, name="P", start=datetime(2026, 3, 2, 9))
    person = Person.objects.create(name="Pat")
    log_time(entry=TimeEntry(project=project, person=person, day=timezone.localdate(), minutes=450), by=None)
    text = page(admin, "project-money", project.pk)
    note = "7:30 h were logged by people without an hourly rate, so they count without cost."
    assert note in " ".join(text.split())
    assert tile(text, "Labour cost").startswith("Not known")


def test_an_administrator_without_a_person_adds_themselves_to_log_time() -> None:
    admin, member = user_of(Role.ADMINISTRATOR), user_of(Role.MEMBER)
    url = f"{reverse('person-new')}?user=me"
    assert f'href="{url}"' in page(admin, "time")
    assert "Ask an administrator" in page(member, "time")
    client = browser_of(admin)
    form = client.get(url).content.decode()
    assert f'value="{admin.email}"' in form
    assert f'<option value="{admin.pk}" selected' in form


def test_an_upload_is_checked_before_it_is_sent() -> None:
    """A refused form comes back without its file: browsers give none away."""
    admin = user_of(Role.ADMINISTRATOR)
    form = page(admin, "import-new").split('enctype="multipart/form-data"', 1)[1]
    assert "novalidate" not in form.split(">", 1)[0]
    assert re.search(r'name="source_name"[^>]* required', form)
    # Elsewhere a choice drawn by a script hides its field, and the browser would refuse without a word.
    assert "novalidate" in page(admin, "firm-edit")


def test_a_client_of_whom_nothing_is_known_yet_says_so(owner: User, account: Account) -> None:
    page = browser_of(owner).get(f"/accounts/{account.pk}/")
    assert [number.missing != "" for number in page.context["numbers"]] == [True] * 5
