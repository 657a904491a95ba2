"""What happens to opportunities, quotes and agreements."""

from __future__ import annotations

from accord.core.event_kinds import STATUS_CHANGED, EventKind, RecordEvent, Told, told_of_files

_QUOTE = "sales.quote"


class OpportunityEvent(EventKind):
    WON = "opportunity.won", "Won", Told("sales.opportunity", "{actor} won {object}", "target-arrow", "good")
    HANDED_OVER = (
        "opportunity.handed_over", "Handed over",
        Told("sales.opportunity", "{actor} started the project from {object}", "rocket", "good"),
    )  # fmt: skip


class QuoteEvent(EventKind):
    LINK_CREATED = (
        "quote.link_created", "Created link", Told(_QUOTE, "{actor} created a link for {object}", "file-text"),
    )  # fmt: skip
    LINK_REPLACED = (
        "quote.link_replaced", "Created link",
        Told(_QUOTE, "{actor} created a new link for {object}", "file-text", on_account=False),
    )  # fmt: skip
    SENT = "quote.sent", "Sent", Told(_QUOTE, "{actor} sent {object}", "send", "accent")
    ACCEPTED = (
        "quote.accepted", "Accepted", Told(_QUOTE, "{by} accepted {object}", "file-text", "good", quoted="note"),
    )  # fmt: skip
    DECLINED = (
        "quote.declined", "Declined", Told(_QUOTE, "{by} declined {object}", "file-text", "bad", quoted="note"),
    )  # fmt: skip
    ACCEPTANCE_RECORDED = (
        "quote.acceptance_recorded", "Accepted",
        Told(_QUOTE, "{actor} recorded that {by} accepted {object}", "file-text", "good", quoted="note"),
    )  # fmt: skip
    DECLINE_RECORDED = (
        "quote.decline_recorded", "Declined",
        Told(_QUOTE, "{actor} recorded that {by} declined {object}", "file-text", "bad", quoted="note"),
    )  # fmt: skip
    WITHDRAWN = (
        "quote.withdrawn", "Withdrew",
        Told(_QUOTE, "{actor} withdrew {object}", "file-text", quoted="withdrawal_reason"),
    )  # fmt: skip


TOLD = (
    *told_of_files("sales.opportunity", "sales.quote", "sales.agreement"),
    (RecordEvent.CREATED, Told("sales.opportunity", "{actor} created opportunity “{object}”", "target-arrow")),
    (
        RecordEvent.CHANGED,
        Told(
            "sales.opportunity", "{actor} moved {object} from {before} to {after}", "target-arrow", "info",
            field="stage", quoted="reason",
        ),
    ),
    (RecordEvent.CREATED, Told("sales.agreement", "{actor} created agreement “{object}”", "contract")),
    (RecordEvent.IMPORTED, Told("sales.agreement", "{actor} imported agreement “{object}”", "contract")),
    (RecordEvent.CHANGED, Told("sales.agreement", STATUS_CHANGED, "contract", "info", field="status")),
)  # fmt: skip
