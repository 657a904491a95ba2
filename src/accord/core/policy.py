"""The policy of a model: one rule for each permission, which is both a filter of rows and a yes or no of one record.

So that a list never shows what its page refuses::

    policy = Policy(
        view=Holding(Role.FINANCE) | Is("owner") | Among("members"),
        change=Is("owner") | (Holding(Role.ACCOUNT_MANAGER) & Among("members")),
        shared=OfClient("pk"),
    )
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accord.core.access import ClientContact, Permission
from accord.core.rules import Model, Proposed, Rows, Rule, Through, nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who may do what with a model's rows. What is not said is as for ``change``, and ``change`` is for nobody."""

    view: Rule = nobody
    change: Rule = nobody
    create: Rule | None = None
    delete: Rule | None = None
    archive: Rule | None = None
    approve: Rule | None = None
    view_money: Rule | None = None
    shared: Rule = nobody  # what people of the client see of it; they do nothing else
    _rules: dict[Permission, Rule] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        said = {
            Permission.VIEW: self.view,
            Permission.CREATE: self.create,
            Permission.CHANGE: self.change,
            Permission.DELETE: self.delete,
            Permission.ARCHIVE: self.archive,
            Permission.APPROVE: self.approve,
            Permission.VIEW_MONEY: self.view_money,
        }
        object.__setattr__(self, "_rules", {permission: rule or self.change for permission, rule in said.items()})

    def rows(self, actor: Any, permission: Permission, model: Model) -> Rows:
        """The rows of ``model`` to which ``actor`` has ``permission``."""
        return self._rule(actor, permission).rows(actor, model)

    def filter(self, actor: Any, permission: Permission, model: Model) -> Q:
        """The same as a condition for a fetch; empty where ``actor`` may do it to all rows."""
        rows = self.rows(actor, permission, model)
        return rows if isinstance(rows, Q) else Q() if rows else Q(pk__in=[])

    def allows(self, actor: Any, permission: Permission, record: Any) -> bool:
        """Whether ``actor`` has ``permission`` on ``record``."""
        return self._rule(actor, permission).holds(actor, record)

    def allows_new(self, actor: Any, model: Model, known: Mapping[str, Any]) -> bool:
        """Whether ``actor`` may create a row of ``model`` of which only some values are ``known``."""
        return self._rule(actor, Permission.CREATE).holds(actor, Proposed(model, known))

    def _rule(self, actor: Any, permission: Permission) -> Rule:
        if isinstance(actor, ClientContact):
            return self.shared if permission is Permission.VIEW else nobody
        return self._rules[permission]


def part_of(path: str, *, shared: Rule = nobody) -> Policy:
    """Seen by who sees the record at ``path``, changed by who may change it."""
    return Policy(view=Through(path, Permission.VIEW), change=Through(path, Permission.CHANGE), shared=shared)


def same_as(path: str) -> Policy:
    """Who may do something to the record at ``path`` may do it to this one."""
    return Policy(**{permission.value: Through(path, permission) for permission in Permission})
