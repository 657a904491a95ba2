"""What the audit trail means to a reader: which events a timeline tells, and what a kind of record is called.

Events are recorded as they are, one for every edit. A timeline tells only what people did with and for the client, as
the kinds of events say (:mod:`accord.core.event_kinds`), and nothing else. Everything is in the audit log.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.apps import apps
from django.db.models import Q

from accord.core.event_kinds import EventKind, Told, all_told

# What a reader calls a kind of record, where that is not its model's name.
RECORD_NAMES = {
    "accounts.affiliation": "Contact at account", "accounts.relationship": "Relationship",
    "accounts.accountmember": "Team member", "support.internalrequest": "Internal request",
    "success.swotnote": "SWOT entry", "success.plannedaction": "Action", "success.playbookrun": "Playbook",
    "success.playbookrunstep": "Playbook step", "correspondence.mailmessage": "Email",
    "correspondence.mailcopy": "Email",
    "correspondence.calendarsource": "Calendar", "correspondence.calendarmeeting": "Meeting",
    "sales.negotiationentry": "Negotiation round", "sales.opportunitystage": "Stage",
    "projects.charteritem": "Charter entry", "projects.responsibility": "RACI role",
    "projects.goalsupport": "Contributing work", "projects.requestwork": "Linked work",
    "projects.neededskill": "Required skill", "projects.plantemplate": "Project template",
    "projects.acceptance": "Client decision", "rates.rate": "Hourly rate", "people.apitoken": "API key",
}  # fmt: skip


Shown = tuple[EventKind, Told]


def events_shown(shown: Iterable[Shown] | None = None) -> Q:
    """The events that timelines tell as one of ``shown`` says, or in any way; none of no ways."""
    found = Q(pk__in=[])
    plain: dict[str, list[str]] = {}
    for kind, told in all_told() if shown is None else shown:
        if told.field:
            found |= Q(subject_type=told.subject, kind=kind, after__has_key=told.field)
        else:
            plain.setdefault(told.subject, []).append(kind)
    for subject, kinds in plain.items():
        found |= Q(subject_type=subject, kind__in=kinds)
    return found


def kinds_of(*apps_or_types: str, on_account: bool = False) -> list[Shown]:
    """What is told of records of these types (``sales.quote``) or apps (``projects``)."""
    return [
        (kind, told)
        for kind, told in all_told()
        if (told.subject in apps_or_types or told.subject.split(".")[0] in apps_or_types)
        and (told.on_account or not on_account)
    ]


@cache
def _by_kind() -> dict[tuple[str, str], list[Told]]:
    found: dict[tuple[str, str], list[Told]] = {}
    for kind, told in all_told():
        found.setdefault((told.subject, kind.value), []).append(told)
    return found


def told_of(subject_type: str, kind: str, after: dict[str, object]) -> Told | None:
    """How an event is told; ``None`` for what only the audit log shows."""
    for told in _by_kind().get((subject_type, kind), []):
        if not told.field or told.field in after:
            return told
    return None


@cache
def record_name(subject_type: str) -> str:
    """What a kind of record is called, also one that this version no longer has."""
    if subject_type in RECORD_NAMES:
        return RECORD_NAMES[subject_type]
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name).capitalize()
    except (LookupError, ValueError):
        return subject_type.split(".")[-1].capitalize()
