"""What follows for projects from events elsewhere; see ``config/subscribers.py``."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from accord.accounts.actions.join_team import join_team
from accord.accounts.models import Account
from accord.core.models import Event
from accord.people.models import User
from accord.projects.models import Project


def keep_client_in_sight(events: Sequence[Event]) -> None:
    """An account manager who hands a client over, and works on its projects, goes on seeing the client."""
    for event in events:
        owner = event.before.get("owner", event.before.get("owner_id"))  # imports name columns
        key = owner.get("id") if isinstance(owner, dict) else owner
        if key is None:
            continue
        account = Account.objects.filter(pk=event.subject_id or 0).first()
        user = User.objects.filter(pk=key, is_active=True).first()
        if account is None or user is None:
            continue
        projects = Project.objects.filter(account=account, archived_at=None)
        if projects.filter(Q(manager=user) | Q(members__user=user)).exists():
            join_team(account=account, user=user, by=None)
