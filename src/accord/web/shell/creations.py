"""What a person can create from anywhere: the "+" in the bar, and the actions of the palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.accounts.queries import account_reach, reaches_accounts
from accord.core.access import may_create
from accord.core.texts import gettext_lazy
from accord.people.models import Person, User
from accord.projects.models import Project
from accord.web.shell.parts import Action


@dataclass(frozen=True, slots=True)
class AccountCreation:
    """Something that belongs to an account; ``route`` is the page that creates it, given the account."""

    label: str
    route: str
    icon: str
    changes: bool  # whether only those who may edit the account may create it


OF_ACCOUNTS = {
    "contact": AccountCreation(gettext_lazy("New contact"), "contact-new", "id-badge", changes=True),
    "opportunity": AccountCreation(gettext_lazy("New opportunity"), "opportunity-new", "target-arrow", changes=True),
    "request": AccountCreation(gettext_lazy("New request"), "request-new", "headset", changes=False),
    "interaction": AccountCreation(gettext_lazy("Log interaction"), "interaction-new", "message-circle", changes=False),
    "survey": AccountCreation(
        gettext_lazy("Survey a client"), "survey-invitation-new", "send", changes=True
    ),  # of a survey's page
}


def creations(user: Any, account: int | None = None) -> list[Action]:
    """What ``user`` may create, in one query at most; on the page of ``account``, for that account."""
    sees, changes, has_person = _may(user)
    found = []
    if may_create(user, Account):
        found.append(Action(gettext("New account"), reverse("account-new"), "building-community", drawer=True))
    of_account = {
        name: Action(each.label, _address(name, account), each.icon, drawer=True)
        for name, each in OF_ACCOUNTS.items()
        if (changes if each.changes else sees)
    }
    found += [of_account[name] for name in ("contact", "opportunity", "request") if name in of_account]
    if may_create(user, Project):
        found.append(Action(gettext("New project"), reverse("project-new"), "timeline-event", drawer=True))
    if has_person:
        found.append(Action(gettext("Log time"), reverse("time-new"), "clock", drawer=True))
        found.append(Action(gettext("New expense"), reverse("own-expense-new"), "wallet", drawer=True))
    found += [of_account[name] for name in ("interaction",) if name in of_account]
    return found


def _address(name: str, account: int | None) -> str:
    return reverse("new-for-account", args=[name]) + (f"?account={account}" if account else "")


def reach() -> dict[str, Exists]:
    """What a query of users adds to them for :func:`creations`: what they reach, and whether they log time."""
    return account_reach() | {"has_person": Exists(Person.objects.filter(user=OuterRef("pk")).order_by())}


def _may(user: Any) -> tuple[bool, bool, bool]:
    """Whether the person sees an account, may edit one, and has a person whose time they can log.

    The user of a request knows it (:mod:`accord.web.shell.sign_in_backend`); for any other it is one query.
    """
    if not hasattr(user, "has_person"):
        found: Any = User.objects.filter(pk=user.pk).annotate(**reach()).first()
        if found is None:
            return False, False, False
        user = found
    return *reaches_accounts(user), user.has_person
