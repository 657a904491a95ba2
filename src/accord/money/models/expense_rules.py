"""Who decides on expenses: never on one's own, unless nobody else could."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accord.core.rules import Model, Rows, Rule
from accord.people.models import Role
from accord.people.queries import users_with_role


class NotOnesOwn(Rule):
    """The expense isn't the actor's own, or no other active administrator, finance or manager of its project exists.

    Its own is that of the person who paid; where that person doesn't sign in, of whoever submitted it.
    """

    def rows(self, actor: Any, model: Model) -> Rows:
        own = Q(person__user=actor.pk) | Q(person__user=None, submitted_by=actor.pk)
        if _others(actor):
            return ~own
        alone = Q(project__manager=actor.pk) | Q(project__manager=None) | Q(project__manager__is_active=False)
        return ~own | alone

    def holds(self, actor: Any, record: Any) -> bool:
        payer = record.person.user_id if record.person_id else None
        if (payer or record.submitted_by_id) != actor.pk:
            return True
        if _others(actor):
            return False
        manager = record.project.manager
        return manager is None or manager.pk == actor.pk or not manager.is_active


def _others(actor: Any) -> bool:
    """Whether somebody else may decide on all expenses of the firm."""
    return any(user.pk != actor.pk for user in users_with_role(Role.ADMINISTRATOR, Role.FINANCE))
