"""Which events something follows from: the one list."""

from __future__ import annotations

from accord.conversations.reactions import ASSIGNED
from accord.core.subscribers import Subscriber
from accord.correspondence.events import EmailEvent
from accord.insight.queries import MEASURED
from accord.money.events import TimesheetEvent

SUBSCRIBERS = (
    # Earned value, forecast finish and progress of the project that an event belongs to.
    Subscriber("accord.insight.reactions.refresh_project_figures", MEASURED),
    # Health that a person has set counts in the newest figures.
    Subscriber("accord.insight.reactions.apply_health_overrides", frozenset({"insight.healthoverride"})),
    # A quote is sent once the email that brings it has left.
    Subscriber("accord.sales.reactions.note_emailed_quotes", kinds=frozenset({EmailEvent.SENT})),
    # Stages are remembered by each process.
    Subscriber("accord.sales.reactions.forget_known_stages", frozenset({"sales.opportunitystage"})),
    # An account manager who hands a client over stays on its team while they work on its projects.
    Subscriber("accord.projects.reactions.keep_client_in_sight", frozenset({"accounts.account"})),
    # Who is named as owner or assignee is told, whichever way they were named.
    Subscriber("accord.conversations.reactions.notify_assigned", frozenset(ASSIGNED)),
    # Whoever approves a week of hours is told that it was submitted.
    Subscriber("accord.money.reactions.notify_approvers", kinds=frozenset({TimesheetEvent.SUBMITTED})),
)
