"""What happens to projects, their plans, registers and teams."""

from __future__ import annotations

from accord.core.event_kinds import STATUS_CHANGED, EventKind, RecordEvent, Told, told_of_files
from accord.core.texts import gettext_lazy

_PROJECT, _RISK, _ISSUE, _CHANGE = "projects.project", "projects.risk", "projects.issue", "projects.changerequest"
_STAFFING = "projects.staffingrequest"


class PlanEvent(EventKind):
    EDITED = "plan.edited", gettext_lazy("Edited plan")
    EDIT_UNDONE = "plan.edit_undone", gettext_lazy("Undid plan edit")
    EDIT_REDONE = "plan.edit_redone", gettext_lazy("Redid plan edit")
    CREATED = (
        "plan.created",
        gettext_lazy("Created plan"),
        Told(_PROJECT, gettext_lazy("{actor} created the plan of {object}"), "timeline", on_account=False),
    )
    IMPORTED = (
        "plan.imported",
        gettext_lazy("Imported plan"),
        Told(_PROJECT, gettext_lazy("{actor} imported the plan of {object}"), "timeline", on_account=False),
    )
    WHAT_IF_ADOPTED = (
        "plan.what_if_adopted",
        gettext_lazy("Adopted what-if"),
        Told(
            _PROJECT, gettext_lazy("{actor} adopted the what-if “{what_if}” in {object}"), "git-merge", on_account=False
        ),
    )
    SAVED_AS_TEMPLATE = "plan.saved_as_template", gettext_lazy("Saved as template")
    SIMULATED = "plan.simulated", gettext_lazy("Ran simulation")
    LEVELLING_PROPOSED = "plan.levelling_proposed", gettext_lazy("Levelled plan (proposal)")


class BaselineEvent(EventKind):
    TAKEN = (
        "baseline.taken",
        gettext_lazy("Took baseline"),
        Told(_PROJECT, gettext_lazy("{actor} took baseline “{baseline}” of {object}"), "flag"),
    )
    SELECTED = "baseline.selected", gettext_lazy("Selected baseline")


class RiskEvent(EventKind):
    OCCURRED = (
        "risk.occurred",
        gettext_lazy("Marked as occurred"),
        Told(_RISK, gettext_lazy("{actor} marked {object} as occurred"), "alert-triangle", "bad"),
    )
    CLOSED = (
        "risk.closed",
        gettext_lazy("Closed"),
        Told(_RISK, gettext_lazy("{actor} closed {object}"), "alert-triangle"),
    )
    REOPENED = (
        "risk.reopened",
        gettext_lazy("Reopened"),
        Told(_RISK, gettext_lazy("{actor} reopened {object}"), "alert-triangle", on_account=False),
    )


class IssueEvent(EventKind):
    RESOLVED = (
        "issue.resolved",
        gettext_lazy("Resolved"),
        Told(_ISSUE, gettext_lazy("{actor} resolved {object}"), "urgent", "good", quoted="resolution"),
    )
    REOPENED = (
        "issue.reopened",
        gettext_lazy("Reopened"),
        Told(_ISSUE, gettext_lazy("{actor} reopened {object}"), "urgent", "warn", on_account=False),
    )


class ChangeEvent(EventKind):
    APPROVED = (
        "change.approved",
        gettext_lazy("Approved"),
        Told(_CHANGE, gettext_lazy("{actor} approved {object}"), "switch-horizontal", "good", quoted="answer"),
    )
    REJECTED = (
        "change.rejected",
        gettext_lazy("Declined"),
        Told(_CHANGE, gettext_lazy("{actor} rejected {object}"), "switch-horizontal", quoted="answer"),
    )
    IMPLEMENTED = (
        "change.implemented",
        gettext_lazy("Implemented"),
        Told(_CHANGE, gettext_lazy("{actor} marked {object} as implemented"), "switch-horizontal", "good"),
    )
    REOPENED = (
        "change.reopened",
        gettext_lazy("Reopened"),
        Told(_CHANGE, gettext_lazy("{actor} reopened {object}"), "switch-horizontal", on_account=False),
    )


class DeliverableEvent(EventKind):
    DECISION_RECORDED = (
        "deliverable.decision_recorded",
        gettext_lazy("Recorded client decision"),
        Told(
            "projects.acceptance",
            gettext_lazy("{actor} recorded the client’s decision on {object}"),
            "package",
            "accent",
            quoted="note",
        ),
    )
    RESPONSIBILITIES_CHANGED = "deliverable.responsibilities_changed", gettext_lazy("Updated RACI")


class WorkEvent(EventKind):
    """What of the projects serves a goal of the client, or answers a request."""

    LINKED_TO_GOAL = "goal.work_linked", gettext_lazy("Linked work")
    LINKED_TO_REQUEST = "request.work_linked", gettext_lazy("Linked work")


class AllocationEvent(EventKind):
    CREATED = "allocation.created", gettext_lazy("Allocated")
    CONFIRMED = "allocation.confirmed", gettext_lazy("Confirmed")


class StaffingEvent(EventKind):
    REQUESTED = (
        "staffing.requested",
        gettext_lazy("Requested"),
        Told(_STAFFING, gettext_lazy("{actor} requested {object}"), "users", on_account=False),
    )
    PROPOSED = "staffing.proposed", gettext_lazy("Proposed")
    FILLED = (
        "staffing.filled",
        gettext_lazy("Filled"),
        Told(_STAFFING, gettext_lazy("{actor} filled {object}"), "users", on_account=False),
    )
    REOPENED = "staffing.reopened", gettext_lazy("Reopened")
    WITHDRAWN = "staffing.withdrawn", gettext_lazy("Withdrew")


_ICONS = {
    "risk": "alert-triangle",
    "issue": "urgent",
    "changerequest": "switch-horizontal",
    "decision": "check",
    "lesson": "notes",
}
TOLD = (
    *told_of_files(
        _PROJECT,
        *(
            f"projects.{name}"
            for name in ("task", "deliverable", "risk", "issue", "changerequest", "decision", "lesson")
        ),
    ),
    (RecordEvent.CREATED, Told(_PROJECT, gettext_lazy("{actor} created project “{object}”"), "rocket")),
    (RecordEvent.ARCHIVED, Told(_PROJECT, gettext_lazy("{actor} archived {object}"), "archive")),
    (RecordEvent.RESTORED, Told(_PROJECT, gettext_lazy("{actor} restored {object}"), "archive")),
    (RecordEvent.CHANGED, Told(_PROJECT, STATUS_CHANGED, "flag", "info", field="status")),
    *(
        (RecordEvent.CREATED, Told(f"projects.{name}", gettext_lazy("{actor} added {object}"), icon))
        for name, icon in _ICONS.items()
    ),
)
