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
from accord.core.texts import gettext_lazy

# What a reader calls a kind of record, where that is not its model's name.
RECORD_NAMES = {
    "accounts.affiliation": gettext_lazy("Contact at account"),
    "accounts.relationship": gettext_lazy("Relationship"),
    "accounts.accountmember": gettext_lazy("Team member"),
    "support.internalrequest": gettext_lazy("Internal request"),
    "success.swotnote": gettext_lazy("SWOT entry"),
    "success.plannedaction": gettext_lazy("Action"),
    "success.playbookrun": gettext_lazy("Playbook"),
    "success.playbookrunstep": gettext_lazy("Playbook step"),
    "correspondence.mailmessage": gettext_lazy("Email"),
    "correspondence.mailcopy": gettext_lazy("Email"),
    "correspondence.calendarsource": gettext_lazy("Calendar"),
    "correspondence.calendarmeeting": gettext_lazy("Meeting"),
    "sales.negotiationentry": gettext_lazy("Negotiation round"),
    "sales.opportunitystage": gettext_lazy("Stage"),
    "projects.charteritem": gettext_lazy("Charter entry"),
    "projects.responsibility": gettext_lazy("RACI role"),
    "projects.goalsupport": gettext_lazy("Contributing work"),
    "projects.requestwork": gettext_lazy("Linked work"),
    "projects.neededskill": gettext_lazy("Required skill"),
    "projects.plantemplate": gettext_lazy("Project template"),
    "projects.acceptance": gettext_lazy("Client decision"),
    "money.ratecard": gettext_lazy("Hourly rate"),
    "people.apitoken": gettext_lazy("API key"),
}


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
