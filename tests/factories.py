"""Records that tests need beside those they are about: every argument that does not matter has a default.

The fixtures ``owner``, ``account``, ``manager`` and ``admin`` (``tests/conftest.py``) are those that most tests share.
A whole firm with two clients is ``tests.world``.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.test import Client

from accord.accounts.models import Account, Affiliation, Contact
from accord.money.models import Expense, RateCard
from accord.people.models import Role, User
from accord.projects.models import Project

MONDAY = datetime(2026, 3, 2, 9)


def create_user(name: str = "Olga Owner", *roles: str, **more: Any) -> User:
    """A colleague whose address is their first name; an account manager unless ``roles`` say otherwise."""
    values = {"email": f"{name.split()[0].lower()}@firm.test", "roles": list(roles) or [Role.ACCOUNT_MANAGER]}
    user: User = User.objects.create(name=name, **(values | more))
    return user


def create_account(name: str = "Brewery", **more: Any) -> Account:
    account: Account = Account.objects.create(name=name, **({"status": Account.Status.CLIENT} | more))
    return account


def create_contact(account: Account, name: str = "Conny", **more: Any) -> Contact:
    """Someone who works for ``account``."""
    contact: Contact = Contact.objects.create(name=name, **more)
    Affiliation.objects.create(account=account, contact=contact)
    return contact


def create_project(name: str = "Shop", **more: Any) -> Project:
    """A project, of a client of its own unless there is one already."""
    account = more.pop("account", None) or create_account("Client")
    project: Project = Project.objects.create(account=account, name=name, **({"start": MONDAY} | more))
    return project


def create_expense(project: Project, amount: Any = 100, **more: Any) -> Expense:
    """Approved cost of ``project`` without tax, in its currency."""
    paid = Decimal(amount)
    values = {"day": MONDAY.date(), "description": "Train", "status": Expense.Status.APPROVED, "amount": paid}
    values |= {"currency": project.currency, "tax": Decimal(0), "cost": paid}
    values |= {"billable_amount": paid if more.get("billable") else Decimal(0)} | more
    expense: Expense = Expense.objects.create(project=project, **values)
    return expense


# The sessions of those whose firm outlives a test: signing in is a fifth of what a request costs.
SESSIONS: dict[Any, str] = {}


def browser_of(user: User) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client()
    if user.pk in SESSIONS:
        client.cookies[settings.SESSION_COOKIE_NAME] = SESSIONS[user.pk]
    else:
        client.force_login(user)
    return client


def create_rates(cost: Any = None, bill: Any = None, **scope: Any) -> None:
    """A cost and a billing rate of one scope, in euros since 2020 unless ``scope`` says otherwise."""
    for side, amount in (("cost", cost), ("bill", bill)):
        if amount is not None:
            RateCard.objects.create(
                side=side, amount=amount, **({"currency": "EUR", "starts_on": date(2020, 1, 1)} | scope)
            )
