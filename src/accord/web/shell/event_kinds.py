"""What the audit trail's verbs mean to a reader: an action of the audit log, and which events a timeline shows.

Events are recorded as they are, one for every edit. A timeline shows only what people did with and for the client:
the table :data:`SHOWN`, and nothing else. Everything is in the audit log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.models import Q

# Each verb as the audit log writes it. Verbs that mean the same share a label, and are filtered together.
ACTIONS = {
    "created": "Created", "began": "Started", "wrote": "Created", "imported": "Imported", "uploaded": "Uploaded",
    "changed": "Updated", "changed the lines of": "Updated", "updated by import": "Updated by import",
    "deleted": "Deleted", "archived": "Archived", "restored": "Restored", "merged": "Merged",
    "took apart": "Undid merge", "commented on": "Commented", "undid the import of": "Undid import",
    "undid an import of": "Undid import", "undid an import to": "Undid import",
    "logged": "Logged", "booked": "Logged", "sent": "Sent", "sent again": "Resent",
    "finished the next step of": "Completed next step", "reopened the next step of": "Reopened next step",
    "confirmed what is known of": "Confirmed", "confirmed": "Confirmed",
    "shared the projects by": "Created client link",
    "took back": "Revoked client link", "signed in": "Connected", "made the address of": "Created address",
    "replaced the address of": "Replaced address", "created a link for": "Created link",
    "created a new link for": "Created link", "created a link of": "Created link", "withdrew": "Withdrew",
    "accepted": "Accepted", "declined": "Declined", "recorded that the client accepted": "Accepted",
    "recorded that the client declined": "Declined", "won": "Won", "asked for": "Requested", "answered": "Answered",
    "raised": "Recorded", "asked back about": "Set to waiting for client", "went on with": "Resumed",
    "solved": "Resolved", "closed": "Closed", "reopened": "Reopened", "escalated": "Escalated", "did": "Completed",
    "skipped": "Skipped", "asked": "Sent survey", "received": "Received answer", "followed up": "Followed up",
    "handed over": "Handed over", "changed the plan of": "Edited plan", "undid on": "Undid plan edit",
    "redid on": "Redid plan edit", "began the plan of": "Created plan", "stored the plan of": "Imported plan",
    "saved as a template": "Saved as template", "took a baseline of": "Took baseline",
    "measured against": "Selected baseline", "simulated the plan of": "Ran simulation",
    "proposed a levelled plan for": "Levelled plan (proposal)",
    "recorded the strike of": "Marked as occurred", "approved": "Approved", "finished": "Implemented",
    "recorded the client’s word on": "Recorded client decision", "said who does what for": "Updated RACI",
    "said what serves": "Linked work", "said what answers": "Linked work", "allocated": "Allocated",
    "proposed": "Proposed", "filled": "Filled", "analysed the customers of": "Updated client figures",
    "invited": "Invited", "emailed an invitation to": "Emailed invitation",
    "created a sign-in link for": "Created sign-in link", "reset the second factors of": "Reset second factors",
    "added holidays to": "Added holidays", "removed holidays from": "Removed holidays",
    "changed the logo of": "Updated logo", "removed the logo of": "Removed logo",
}  # fmt: skip

# What a reader calls a kind of record, where that is not its model's name.
RECORD_NAMES = {
    "accounts.affiliation": "Contact at account", "accounts.acquaintance": "Relationship",
    "accounts.accountmember": "Team member", "support.advocacyitem": "Internal request",
    "success.swotnote": "SWOT entry", "success.plannedaction": "Action", "success.playbookrun": "Playbook",
    "success.playbookrunstep": "Playbook step", "correspondence.mailmessage": "Email",
    "correspondence.mailcopy": "Email",
    "correspondence.calendarsource": "Calendar", "correspondence.calendarmeeting": "Meeting",
    "sales.negotiationentry": "Negotiation round", "sales.opportunitystage": "Stage",
    "projects.charteritem": "Charter entry", "projects.responsibility": "RACI role",
    "projects.goalsupport": "Contributing work", "projects.requestwork": "Linked work",
    "projects.neededskill": "Required skill", "projects.plantemplate": "Project template",
    "projects.acceptance": "Client decision", "money.rate": "Hourly rate", "people.apitoken": "API key",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One kind of event that timelines show, and its sentence: actor first, past tense.

    ``sentence`` may hold ``{actor}``, ``{object}``, the values after the event by their names, and ``{before}`` and
    ``{after}`` of ``field``, without which the event is not of this kind. ``quoted`` is the field whose text stands
    under the sentence. ``on_account`` says that the account's timeline shows it too, beside the record's own.
    """

    subject: str
    verb: str
    sentence: str
    icon: str = "history"
    tone: str = "neutral"
    field: str = ""
    quoted: str = ""
    on_account: bool = True


def _requests() -> list[Shown]:
    """Requests stand on the account's timeline themselves; on their own page, what happened to them."""
    about, icon = "support.request", "headset"
    return [
        Shown(about, "raised", "{actor} recorded {object}", icon, on_account=False),
        Shown(about, "answered", "{actor} sent the first response to {object}", icon, on_account=False),
        Shown(about, "asked back about", "{actor} set {object} to waiting for client", icon, on_account=False),
        Shown(about, "went on with", "{actor} resumed {object}", icon, on_account=False),
        Shown(about, "solved", "{actor} resolved {object}", icon, "good", quoted="solution", on_account=False),
        Shown(about, "closed", "{actor} closed {object}", icon, on_account=False),
        Shown(about, "reopened", "{actor} reopened {object}", icon, "warn", on_account=False),
        Shown(about, "escalated", "{actor} escalated {object} ({percent}% of the resolution time used)", icon, "warn",
              on_account=False),
    ]  # fmt: skip


def _entries() -> list[Shown]:
    """Risks, issues, changes, decisions and lessons of a project."""
    found = [
        Shown(f"projects.{name}", "raised", "{actor} added {object}", icon)
        for name, icon in (
            ("risk", "alert-triangle"), ("issue", "urgent"), ("changerequest", "switch-horizontal"),
            ("decision", "check"), ("lesson", "notes"),
        )
    ]  # fmt: skip
    return [
        *found,
        Shown("projects.risk", "recorded the strike of", "{actor} marked {object} as occurred", "alert-triangle",
              "bad"),
        Shown("projects.risk", "closed", "{actor} closed {object}", "alert-triangle"),
        Shown("projects.risk", "reopened", "{actor} reopened {object}", "alert-triangle", on_account=False),
        Shown("projects.issue", "solved", "{actor} resolved {object}", "urgent", "good", quoted="resolution"),
        Shown("projects.issue", "reopened", "{actor} reopened {object}", "urgent", "warn", on_account=False),
        Shown("projects.changerequest", "approved", "{actor} approved {object}", "switch-horizontal", "good",
              quoted="answer"),
        Shown("projects.changerequest", "declined", "{actor} rejected {object}", "switch-horizontal", quoted="answer"),
        Shown("projects.changerequest", "finished", "{actor} marked {object} as implemented", "switch-horizontal",
              "good"),
        Shown("projects.changerequest", "reopened", "{actor} reopened {object}", "switch-horizontal", on_account=False),
    ]  # fmt: skip


STATUS = "{actor} changed the status of {object} from {before} to {after}"

SHOWN = [
    # The client
    Shown("accounts.account", "created", "{actor} created {object}", "building-community"),
    Shown("accounts.account", "imported", "{actor} imported {object}", "building-community"),
    Shown("accounts.account", "archived", "{actor} archived {object}", "archive"),
    Shown("accounts.account", "restored", "{actor} restored {object}", "archive"),
    Shown("accounts.account", "changed", STATUS, "flag", "info", field="status"),
    Shown("accounts.interaction", "finished the next step of", "{actor} completed the next step of “{object}”", "check",
          "good", on_account=False),
    Shown("success.survey", "asked", "{actor} sent survey “{object}” to {contacts}", "mood-smile"),
    Shown("success.surveyanswer", "followed up", "{actor} followed up on a survey answer", "mood-smile", "good",
          quoted="follow_up"),
    Shown("accounts.clientlink", "shared the projects by", "{actor} created a client link: {object}", "link"),
    Shown("accounts.clientlink", "took back", "{actor} revoked a client link: {object}", "link"),
    Shown("support.advocacyitem", "asked for", "{actor} asked a colleague for “{object}”", "flag"),
    Shown("support.advocacyitem", "answered", "{actor} answered “{object}”", "flag", quoted="answer"),
    Shown("success.plannedaction", "did", "{actor} completed “{object}”", "check", "good"),
    Shown("success.playbookrun", "began", "{actor} started playbook “{object}”", "notes"),
    Shown("success.playbookrun", "skipped", "{actor} skipped playbook “{object}”", "notes", quoted="skip_reason"),
    Shown("success.playbookrunstep", "did", "{actor} completed “{object}”", "check", "good"),
    # Sales
    Shown("sales.opportunity", "created", "{actor} created opportunity “{object}”", "target-arrow"),
    Shown("sales.opportunity", "won", "{actor} won {object}", "target-arrow", "good"),
    Shown("sales.opportunity", "changed", "{actor} moved {object} from {before} to {after}", "target-arrow", "info",
          field="stage", quoted="reason"),
    Shown("sales.opportunity", "handed over", "{actor} started the project from {object}", "rocket", "good"),
    Shown("sales.quote", "created a link for", "{actor} created a link for {object}", "file-text"),
    Shown("sales.quote", "created a new link for", "{actor} created a new link for {object}", "file-text",
          on_account=False),
    Shown("sales.quote", "sent", "{actor} sent {object}", "send", "accent"),
    Shown("sales.quote", "accepted", "{by} accepted {object}", "file-text", "good", quoted="note"),
    Shown("sales.quote", "declined", "{by} declined {object}", "file-text", "bad", quoted="note"),
    Shown("sales.quote", "recorded that the client accepted", "{actor} recorded that {by} accepted {object}",
          "file-text", "good", quoted="note"),
    Shown("sales.quote", "recorded that the client declined", "{actor} recorded that {by} declined {object}",
          "file-text", "bad", quoted="note"),
    Shown("sales.quote", "withdrew", "{actor} withdrew {object}", "file-text", quoted="withdrawal_reason"),
    Shown("sales.agreement", "created", "{actor} created agreement “{object}”", "contract"),
    Shown("sales.agreement", "imported", "{actor} imported agreement “{object}”", "contract"),
    Shown("sales.agreement", "changed", STATUS, "contract", "info", field="status"),
    Shown("money.invoice", "wrote", "{actor} created invoice {object}", "receipt"),
    Shown("money.invoice", "changed", "{actor} changed the status of invoice {object} from {before} to {after}",
          "receipt", "info", field="status"),
    *_requests(),
    # Delivery
    Shown("projects.project", "created", "{actor} created project “{object}”", "rocket"),
    Shown("projects.project", "archived", "{actor} archived {object}", "archive"),
    Shown("projects.project", "restored", "{actor} restored {object}", "archive"),
    Shown("projects.project", "changed", STATUS, "flag", "info", field="status"),
    Shown("projects.project", "began the plan of", "{actor} created the plan of {object}", "timeline",
          on_account=False),
    Shown("projects.project", "stored the plan of", "{actor} imported the plan of {object}", "timeline",
          on_account=False),
    Shown("projects.project", "took a baseline of", "{actor} took baseline “{baseline}” of {object}", "flag"),
    Shown("projects.acceptance", "recorded the client’s word on", "{actor} recorded the client’s decision on {object}",
          "package", "accent", quoted="note"),
    Shown("projects.staffingrequest", "asked for", "{actor} requested {object}", "users", on_account=False),
    Shown("projects.staffingrequest", "filled", "{actor} filled {object}", "users", on_account=False),
    *_entries(),
]  # fmt: skip

_BY_KIND: dict[tuple[str, str], list[Shown]] = {}
for _kind in SHOWN:
    _BY_KIND.setdefault((_kind.subject, _kind.verb), []).append(_kind)


def events_shown(kinds: Iterable[Shown] = SHOWN) -> Q:
    """The events that are of one of ``kinds``; none of no kinds."""
    found = Q(pk__in=[])
    plain: dict[str, list[str]] = {}
    for kind in kinds:
        if kind.field:
            found |= Q(subject_type=kind.subject, verb=kind.verb, after__has_key=kind.field)
        else:
            plain.setdefault(kind.subject, []).append(kind.verb)
    for subject, verbs in plain.items():
        found |= Q(subject_type=subject, verb__in=verbs)
    return found


def kinds_of(*apps_or_types: str, on_account: bool = False) -> list[Shown]:
    """The kinds about records of these types (``accounts.quote``) or apps (``projects``)."""
    return [
        kind
        for kind in SHOWN
        if (kind.subject in apps_or_types or kind.subject.split(".")[0] in apps_or_types)
        and (kind.on_account or not on_account)
    ]


def kind_of(subject_type: str, verb: str, after: dict[str, object]) -> Shown | None:
    """The kind that an event is of; ``None`` for what only the audit log shows."""
    for kind in _BY_KIND.get((subject_type, verb), []):
        if not kind.field or kind.field in after:
            return kind
    return None


def action_label(verb: str) -> str:
    """The verb as the audit log writes it."""
    return ACTIONS.get(verb) or verb.capitalize()


def verbs_of(label: str) -> list[str]:
    """All verbs that the audit log writes as ``label``."""
    return [verb for verb, text in ACTIONS.items() if text == label] or [label.lower()]


@cache
def record_name(subject_type: str) -> str:
    """What a kind of record is called, also one that this version no longer has."""
    if subject_type in RECORD_NAMES:
        return RECORD_NAMES[subject_type]
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name).capitalize()
    except (LookupError, ValueError):
        return subject_type.split(".")[-1].capitalize()
