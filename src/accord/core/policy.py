"""The policy of a model: one rule for each deed, which is both a filter of rows and a yes or no of one record.

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

from accord.core.access import ClientContact, Deed
from accord.core.rules import Model, Proposed, Rows, Rule, Through, nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who may do what with a model's rows. What is not said is as for ``change``, and ``change`` is for nobody."""

    view: Rule = nobody
    change: Rule = nobody
    create: Rule | None = None
    delete: Rule | None = None
    archive: Rule | None = None
    view_money: Rule | None = None
    shared: Rule = nobody  # what people of the client see of it; they do nothing else
    _rules: dict[Deed, Rule] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        said = {
            Deed.VIEW: self.view,
            Deed.CREATE: self.create,
            Deed.CHANGE: self.change,
            Deed.DELETE: self.delete,
            Deed.ARCHIVE: self.archive,
            Deed.VIEW_MONEY: self.view_money,
        }
        object.__setattr__(self, "_rules", {deed: rule or self.change for deed, rule in said.items()})

    def rows(self, actor: Any, deed: Deed, model: Model) -> Rows:
        """The rows of ``model`` to which ``actor`` may do ``deed``."""
        return self._rule(actor, deed).rows(actor, model)

    def filter(self, actor: Any, deed: Deed, model: Model) -> Q:
        """The same as a condition for a fetch; empty where ``actor`` may do it to all rows."""
        rows = self.rows(actor, deed, model)
        return rows if isinstance(rows, Q) else Q() if rows else Q(pk__in=[])

    def allows(self, actor: Any, deed: Deed, record: Any) -> bool:
        """Whether ``actor`` may do ``deed`` to ``record``."""
        return self._rule(actor, deed).holds(actor, record)

    def allows_new(self, actor: Any, model: Model, known: Mapping[str, Any]) -> bool:
        """Whether ``actor`` may create a row of ``model`` of which only some values are ``known``."""
        return self._rule(actor, Deed.CREATE).holds(actor, Proposed(model, known))

    def _rule(self, actor: Any, deed: Deed) -> Rule:
        if isinstance(actor, ClientContact):
            return self.shared if deed is Deed.VIEW else nobody
        return self._rules[deed]


def part_of(path: str, *, shared: Rule = nobody) -> Policy:
    """Seen by who sees the record at ``path``, changed by who may change it."""
    return Policy(view=Through(path, Deed.VIEW), change=Through(path, Deed.CHANGE), shared=shared)


def same_as(path: str) -> Policy:
    """Who may do something to the record at ``path`` may do it to this one."""
    return Policy(**{deed.value: Through(path, deed) for deed in Deed})
