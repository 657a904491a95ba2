"""Beginning with the playbooks that most firms want."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accord.accounts.models import NoteTemplate, Playbook, PlaybookStep
from accord.core import editing
from accord.core.access import Deed, require

# Name, signal, threshold, what for, steps: day, what, note to begin with.
USUAL: tuple[tuple[str, str, int | None, str, tuple[tuple[int, str, str], ...]], ...] = (
    (
        "Renewal in sight", "renewal", 90, "No agreement ends without a talk.",
        ((0, "Look at what was delivered and at their goals", ""), (7, "Business review with the sponsor", "Review"),
         (21, "Send the offer for the next term", "Negotiation")),
    ),
    (
        "Sponsor gone silent", "silence", None, "Find out why before somebody else does.",
        ((0, "Call the sponsor", ""), (3, "Ask the champion what is going on", ""), (10, "Lunch, not a meeting", "")),
    ),
    (
        "Somebody is not content", "discontent", None, "Whoever complains hears from us within two days.",
        ((1, "Call and listen", "Escalation"), (5, "Say what changes", ""), (30, "Ask whether it did", "")),
    ),
    (
        "Project late", "late_project", 10, "The client hears it from us first.",
        ((0, "Agree with the project manager on what to tell", ""), (1, "Tell the sponsor", "Escalation"),
         (10, "Show the new plan", "")),
    ),
    (
        "Growing cold", "health", 15, "Ask before they go: few of those who leave have complained.",
        ((0, "Look at what changed: orders, people, projects", ""), (3, "Call the sponsor", ""),
         (14, "Agree on what comes next", "Review")),
    ),
    (
        "Welcome", "new_client", 60, "The first weeks decide about the years.",
        ((2, "Kick-off of the relationship", "Kick-off"), (10, "Draw the people map", ""),
         (30, "Write the account plan", "")),
    ),
)  # fmt: skip


@transaction.atomic
def take_usual_playbooks(*, by: Any) -> int:
    """Make those that are not there by name; returns how many. A step's note is left out where the firm has it no more.

    Raises ``PermissionDenied`` for who may not write playbooks.
    """
    if by is not None:
        require(by, Deed.CREATE, Playbook())
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
