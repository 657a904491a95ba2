"""Writing down what was said with a client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accord.accounts.events import InteractionEvent
from accord.accounts.models import Contact, Interaction
from accord.conversations.actions.notify import notify
from accord.conversations.actions.post_comment import mentioned
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission


@transaction.atomic
def log_interaction(*, interaction: Interaction, by: Any, contacts: Sequence[Contact] = ()) -> Interaction:
    """Save it, and tell colleagues whom its text mentions with @ and who see the client."""
    editing.create(interaction, by=by, many={"contacts": list(contacts)}, event=InteractionEvent.LOGGED)
    notify_mentioned(interaction=interaction, before="", by=by)
    return interaction


@transaction.atomic
def change_interaction(*, interaction: Interaction, by: Any, version: int, **values: Any) -> Interaction:
    """Change it; whoever is mentioned anew is told."""
    before = Interaction.objects.values_list("body", flat=True).get(pk=interaction.pk)
    changed: Interaction = editing.change(interaction, by=by, version=version, **values)
    notify_mentioned(interaction=changed, before=before, by=by)
    return changed


def notify_mentioned(*, interaction: Interaction, before: str, by: Any) -> None:
    told = {user.pk for user in mentioned(before)} if "@" in before else set()
    people = mentioned(interaction.body) if "@" in interaction.body else []
    new = [user for user in people if user.pk not in told and interaction.allows(user, Permission.VIEW)]
    notify(
        new,
        gettext("%(by)s mentioned you in “%(interaction)s” (%(account)s)")
        % {"by": by, "interaction": interaction, "account": interaction.account},
        kind=NoticeKind.MENTION,
        about=interaction,
        by=by,
    )
