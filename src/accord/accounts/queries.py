"""What can be asked about accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accord.accounts.models import Account, AccountMember, Interaction
from accord.core.search.queries import search
from accord.people.models import Role


def changeable_accounts(user: Any) -> QuerySet[Account]:
    """The accounts that ``user`` may edit, as `Account.allows` says of one."""
    rows = Account.objects.visible_to(user).filter(archived_at=None)
    if user.has_role(Role.ADMINISTRATOR):
        return rows
    mine = Q(owner=user)
    if user.has_role(Role.ACCOUNT_MANAGER):
        mine |= Q(pk__in=AccountMember.objects.filter(user=user).values("account"))
    return rows.filter(mine)


def account_reach() -> dict[str, Exists]:
    """For a query of users: whether any account is there, and whether each user owns or serves one.

    They ask for no roles, so that the query that fetches a user can carry them; :func:`reaches_accounts` adds those.
    """
    there = Account.objects.filter(archived_at=None).order_by()
    serving = AccountMember.objects.filter(user=OuterRef("pk"), account__archived_at=None).order_by()
    return {
        "has_accounts": Exists(there),
        "owns_accounts": Exists(there.filter(owner=OuterRef("pk"))),
        "serves_accounts": Exists(serving),
    }


def reaches_accounts(user: Any) -> tuple[bool, bool]:
    """Whether ``user``, fetched with :func:`account_reach`, sees an account and may edit one that is not archived.

    As ``Account.objects.visible_to(user)`` and :func:`changeable_accounts` answer.
    """
    sees = user.has_accounts if user.sees_everything else user.owns_accounts or user.serves_accounts
    if user.has_role(Role.ADMINISTRATOR):
        return sees, sees
    return sees, user.owns_accounts or (user.has_role(Role.ACCOUNT_MANAGER) and user.serves_accounts)


def with_last_contact(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """``accounts`` with ``last_contact``: when the latest interaction took place."""
    # The first by the index, and not the greatest of all: PostgreSQL would read every conversation for that.
    latest = Interaction.objects.filter(account=OuterRef("pk")).order_by("-at")
    return accounts.annotate(last_contact=Subquery(latest.values("at")[:1]))


def open_next_steps(user: Any) -> QuerySet[Interaction]:
    """Next steps that are not done yet, the most urgent first."""
    return (
        Interaction.objects.visible_to(user)
        .filter(account__archived_at=None)
        .filter(Interaction.due_item.unfinished)
        .select_related("account", "by")
        .order_by(F("due_on").asc(nulls_last=True), "-at")
    )


def matching_accounts(rows: QuerySet[Account], values: dict[str, Any], user: Any) -> QuerySet[Account]:
    """Those of ``rows`` that a filter asks for, on the page and over the API.

    ``values``: ``q``, ``status``, ``tier``, ``tag`` (its name), ``city``, ``country`` and ``whose`` (a user's key, me
    or nobody); what is missing or empty asks for nothing. Segments are asked for by ``insight.queries_segments``.
    """
    if q := values.get("q"):
        rows = rows.filter(search(Account, q))
    for name in ("status", "tier"):
        if asked := values.get(name):
            rows = rows.filter(**{name: asked})
    if tag := values.get("tag"):
        rows = rows.filter(tags__name=str(tag))
    for name in ("city", "country"):
        if asked := values.get(name):
            rows = rows.filter(**{f"{name}__iexact": asked})
    if whose := values.get("whose"):
        rows = rows.filter(owner={"me": user, "nobody": None}.get(whose, whose))
    return rows
