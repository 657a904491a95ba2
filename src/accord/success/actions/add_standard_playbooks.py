"""Beginning with the playbooks that most firms want."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accord.accounts.models import NoteTemplate
from accord.core import editing
from accord.core.access import require_create
from accord.success.models import Playbook, PlaybookStep

# Name, signal, threshold, what for, steps: day, what, note to begin with.
USUAL: tuple[tuple[str, str, int | None, str, tuple[tuple[int, str, str], ...]], ...] = (
    (
        "Upcoming renewal", "renewal", 90, "No agreement ends without a conversation.",
        ((0, "Review delivered work against the client's goals", ""), (7, "Business review with the sponsor", "Review"),
         (21, "Send the renewal quote", "Negotiation")),
    ),
    (
        "Silent sponsor", "silence", None, "Re-engage before a competitor does.",
        ((0, "Call the sponsor", ""), (3, "Ask the champion what has changed", ""),
         (10, "Invite the sponsor to an informal meeting", "")),
    ),
    (
        "Unhappy client", "low_score", None, "Respond to negative feedback within two days.",
        ((1, "Call the contact and listen", "Escalation"), (5, "Explain to the contact what will change", ""),
         (30, "Check whether the fix worked", "")),
    ),
    (
        "Late project", "late_project", 10, "The client hears about the delay from us first.",
        ((0, "Agree the message with the project manager", ""), (1, "Inform the sponsor", "Escalation"),
         (10, "Present the revised plan", "")),
    ),
    (
        "Declining engagement", "health", 15, "Reach out early: most clients who leave never complained.",
        ((0, "Review what changed: orders, contacts, projects", ""), (3, "Call the sponsor", ""),
         (14, "Agree next steps", "Review")),
    ),
    (
        "Onboarding", "new_client", 60, "The first weeks shape the relationship.",
        ((2, "Kick-off meeting", "Kick-off"), (10, "Complete the org chart", ""),
         (30, "Write the account plan", "")),
    ),
)  # fmt: skip


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
