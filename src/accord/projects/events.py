"""What happens to projects, their plans, registers and teams."""

from __future__ import annotations

from accord.core.event_kinds import STATUS_CHANGED, EventKind, RecordEvent, Told, told_of_files

_PROJECT, _RISK, _ISSUE, _CHANGE = "projects.project", "projects.risk", "projects.issue", "projects.changerequest"
_STAFFING = "projects.staffingrequest"


class PlanEvent(EventKind):
    EDITED = "plan.edited", "Edited plan"
    EDIT_UNDONE = "plan.edit_undone", "Undid plan edit"
    EDIT_REDONE = "plan.edit_redone", "Redid plan edit"
    CREATED = (
        "plan.created", "Created plan",
        Told(_PROJECT, "{actor} created the plan of {object}", "timeline", on_account=False),
    )  # fmt: skip
    IMPORTED = (
        "plan.imported", "Imported plan",
        Told(_PROJECT, "{actor} imported the plan of {object}", "timeline", on_account=False),
    )  # fmt: skip
    WHAT_IF_ADOPTED = (
        "plan.what_if_adopted", "Adopted what-if",
        Told(_PROJECT, "{actor} adopted the what-if “{what_if}” in {object}", "git-merge", on_account=False),
    )  # fmt: skip
    SAVED_AS_TEMPLATE = "plan.saved_as_template", "Saved as template"
    SIMULATED = "plan.simulated", "Ran simulation"
    LEVELLING_PROPOSED = "plan.levelling_proposed", "Levelled plan (proposal)"


class BaselineEvent(EventKind):
    TAKEN = (
        "baseline.taken", "Took baseline", Told(_PROJECT, "{actor} took baseline “{baseline}” of {object}", "flag"),
    )  # fmt: skip
    SELECTED = "baseline.selected", "Selected baseline"


class RiskEvent(EventKind):
    OCCURRED = (
        "risk.occurred", "Marked as occurred",
        Told(_RISK, "{actor} marked {object} as occurred", "alert-triangle", "bad"),
    )  # fmt: skip
    CLOSED = "risk.closed", "Closed", Told(_RISK, "{actor} closed {object}", "alert-triangle")
    REOPENED = (
        "risk.reopened", "Reopened", Told(_RISK, "{actor} reopened {object}", "alert-triangle", on_account=False),
    )  # fmt: skip


class IssueEvent(EventKind):
    RESOLVED = (
        "issue.resolved", "Resolved",
        Told(_ISSUE, "{actor} resolved {object}", "urgent", "good", quoted="resolution"),
    )  # fmt: skip
    REOPENED = (
        "issue.reopened", "Reopened", Told(_ISSUE, "{actor} reopened {object}", "urgent", "warn", on_account=False),
    )  # fmt: skip


class ChangeEvent(EventKind):
    APPROVED = (
        "change.approved", "Approved",
        Told(_CHANGE, "{actor} approved {object}", "switch-horizontal", "good", quoted="answer"),
    )  # fmt: skip
    REJECTED = (
        "change.rejected", "Declined", Told(_CHANGE, "{actor} rejected {object}", "switch-horizontal", quoted="answer"),
    )  # fmt: skip
    IMPLEMENTED = (
        "change.implemented", "Implemented",
        Told(_CHANGE, "{actor} marked {object} as implemented", "switch-horizontal", "good"),
    )  # fmt: skip
    REOPENED = (
        "change.reopened", "Reopened",
        Told(_CHANGE, "{actor} reopened {object}", "switch-horizontal", on_account=False),
    )  # fmt: skip


class DeliverableEvent(EventKind):
    DECISION_RECORDED = (
        "deliverable.decision_recorded", "Recorded client decision",
        Told(
            "projects.acceptance", "{actor} recorded the client’s decision on {object}", "package", "accent",
            quoted="note",
        ),
    )  # fmt: skip
    RESPONSIBILITIES_CHANGED = "deliverable.responsibilities_changed", "Updated RACI"


class WorkEvent(EventKind):
    """What of the projects serves a goal of the client, or answers a request."""

    LINKED_TO_GOAL = "goal.work_linked", "Linked work"
    LINKED_TO_REQUEST = "request.work_linked", "Linked work"


class AllocationEvent(EventKind):
    CREATED = "allocation.created", "Allocated"
    CONFIRMED = "allocation.confirmed", "Confirmed"


class StaffingEvent(EventKind):
    REQUESTED = (
        "staffing.requested", "Requested", Told(_STAFFING, "{actor} requested {object}", "users", on_account=False),
    )  # fmt: skip
    PROPOSED = "staffing.proposed", "Proposed"
    FILLED = "staffing.filled", "Filled", Told(_STAFFING, "{actor} filled {object}", "users", on_account=False)
    REOPENED = "staffing.reopened", "Reopened"
    WITHDRAWN = "staffing.withdrawn", "Withdrew"


_ICONS = {
    "risk": "alert-triangle", "issue": "urgent", "changerequest": "switch-horizontal", "decision": "check",
    "lesson": "notes",
}  # fmt: skip
TOLD = (
    *told_of_files(
        _PROJECT,
        *(
            f"projects.{name}"
            for name in ("task", "deliverable", "risk", "issue", "changerequest", "decision", "lesson")
        ),
    ),
    (RecordEvent.CREATED, Told(_PROJECT, "{actor} created project “{object}”", "rocket")),
    (RecordEvent.ARCHIVED, Told(_PROJECT, "{actor} archived {object}", "archive")),
    (RecordEvent.RESTORED, Told(_PROJECT, "{actor} restored {object}", "archive")),
    (RecordEvent.CHANGED, Told(_PROJECT, STATUS_CHANGED, "flag", "info", field="status")),
    *((RecordEvent.CREATED, Told(f"projects.{name}", "{actor} added {object}", icon)) for name, icon in _ICONS.items()),
)
