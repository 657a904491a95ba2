"""Beginning with the playbooks that most firms want."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accord.accounts.models import NoteTemplate
from accord.core import editing
from accord.core.access import require_create
from accord.core.texts import gettext_lazy
from accord.success.models import Playbook, PlaybookStep

# Name, signal, threshold, what for, steps: day, what, note to begin with.
USUAL: tuple[tuple[str, str, int | None, str, tuple[tuple[int, str, str], ...]], ...] = (
    (
        gettext_lazy("Upcoming renewal"),
        "renewal",
        90,
        gettext_lazy("No agreement ends without a conversation."),
        (
            (0, gettext_lazy("Review delivered work against the client's goals"), ""),
            (7, gettext_lazy("Business review with the sponsor"), gettext_lazy("Review")),
            (21, gettext_lazy("Send the renewal quote"), gettext_lazy("Negotiation")),
        ),
    ),
    (
        gettext_lazy("Silent sponsor"),
        "silence",
        None,
        gettext_lazy("Re-engage before a competitor does."),
        (
            (0, gettext_lazy("Call the sponsor"), ""),
            (3, gettext_lazy("Ask the champion what has changed"), ""),
            (10, gettext_lazy("Invite the sponsor to an informal meeting"), ""),
        ),
    ),
    (
        gettext_lazy("Unhappy client"),
        "low_score",
        None,
        gettext_lazy("Respond to negative feedback within two days."),
        (
            (1, gettext_lazy("Call the contact and listen"), gettext_lazy("Escalation")),
            (5, gettext_lazy("Explain to the contact what will change"), ""),
            (30, gettext_lazy("Check whether the fix worked"), ""),
        ),
    ),
    (
        gettext_lazy("Late project"),
        "late_project",
        10,
        gettext_lazy("The client hears about the delay from us first."),
        (
            (0, gettext_lazy("Agree the message with the project manager"), ""),
            (1, gettext_lazy("Inform the sponsor"), gettext_lazy("Escalation")),
            (10, gettext_lazy("Present the revised plan"), ""),
        ),
    ),
    (
        gettext_lazy("Declining engagement"),
        "health",
        15,
        gettext_lazy("Reach out early: most clients who leave never complained."),
        (
            (0, gettext_lazy("Review what changed: orders, contacts, projects"), ""),
            (3, gettext_lazy("Call the sponsor"), ""),
            (14, gettext_lazy("Agree next steps"), gettext_lazy("Review")),
        ),
    ),
    (
        gettext_lazy("Onboarding"),
        "new_client",
        60,
        gettext_lazy("The first weeks shape the relationship."),
        (
            (2, gettext_lazy("Kick-off meeting"), "Kick-off"),
            (10, gettext_lazy("Complete the org chart"), ""),
            (30, gettext_lazy("Write the account plan"), ""),
        ),
    ),
)


@transaction.atomic
def add_standard_playbooks(*, by: Any) -> int:
    """Make those that are not there by name; returns how many. A step's note is left out where the firm has it no more.

    Raises ``PermissionDenied`` for who may not write playbooks.
    """
    if by is not None:
        require_create(by, Playbook)
    templates = {template.name: template for template in NoteTemplate.objects.all()}
    there = set(Playbook.objects.values_list("name", flat=True))
    missing = [row for row in USUAL if row[0] not in there]
    for name, signal, threshold, description, steps in missing:
        made = Playbook(name=name, signal=signal, threshold=threshold, description=description)
        book = editing.create(made, by=by)
        for days, title, template in steps:
            step = PlaybookStep(playbook=book, title=title, offset_days=days, template=templates.get(template))
            editing.create(step, by=by)
    return len(missing)
