"""What happens to opportunities, quotes and agreements."""

from __future__ import annotations

from accord.core.event_kinds import STATUS_CHANGED, EventKind, RecordEvent, Told, told_of_files
from accord.core.texts import gettext_lazy

_QUOTE = "sales.quote"


class OpportunityEvent(EventKind):
    WON = (
        "opportunity.won",
        gettext_lazy("Won"),
        Told("sales.opportunity", gettext_lazy("{actor} won {object}"), "target-arrow", "good"),
    )
    HANDED_OVER = (
        "opportunity.handed_over",
        gettext_lazy("Handed over"),
        Told("sales.opportunity", gettext_lazy("{actor} started the project from {object}"), "rocket", "good"),
    )


class QuoteEvent(EventKind):
    LINK_CREATED = (
        "quote.link_created",
        gettext_lazy("Created link"),
        Told(_QUOTE, gettext_lazy("{actor} created a link for {object}"), "file-text"),
    )
    LINK_REPLACED = (
        "quote.link_replaced",
        gettext_lazy("Created link"),
        Told(_QUOTE, gettext_lazy("{actor} created a new link for {object}"), "file-text", on_account=False),
    )
    SENT = "quote.sent", gettext_lazy("Sent"), Told(_QUOTE, gettext_lazy("{actor} sent {object}"), "send", "accent")
    ACCEPTED = (
        "quote.accepted",
        gettext_lazy("Accepted"),
        Told(_QUOTE, gettext_lazy("{by} accepted {object}"), "file-text", "good", quoted="note"),
    )
    DECLINED = (
        "quote.declined",
        gettext_lazy("Declined"),
        Told(_QUOTE, gettext_lazy("{by} declined {object}"), "file-text", "bad", quoted="note"),
    )
    ACCEPTANCE_RECORDED = (
        "quote.acceptance_recorded",
        gettext_lazy("Accepted"),
        Told(_QUOTE, gettext_lazy("{actor} recorded that {by} accepted {object}"), "file-text", "good", quoted="note"),
    )
    DECLINE_RECORDED = (
        "quote.decline_recorded",
        gettext_lazy("Declined"),
        Told(_QUOTE, gettext_lazy("{actor} recorded that {by} declined {object}"), "file-text", "bad", quoted="note"),
    )
    WITHDRAWN = (
        "quote.withdrawn",
        gettext_lazy("Withdrew"),
        Told(_QUOTE, gettext_lazy("{actor} withdrew {object}"), "file-text", quoted="withdrawal_reason"),
    )


TOLD = (
    *told_of_files("sales.opportunity", "sales.quote", "sales.agreement"),
    (
        RecordEvent.CREATED,
        Told("sales.opportunity", gettext_lazy("{actor} created opportunity “{object}”"), "target-arrow"),
    ),
    (
        RecordEvent.CHANGED,
        Told(
            "sales.opportunity",
            gettext_lazy("{actor} moved {object} from {before} to {after}"),
            "target-arrow",
            "info",
            field="stage",
            quoted="reason",
        ),
    ),
    (RecordEvent.CREATED, Told("sales.agreement", gettext_lazy("{actor} created agreement “{object}”"), "contract")),
    (RecordEvent.IMPORTED, Told("sales.agreement", gettext_lazy("{actor} imported agreement “{object}”"), "contract")),
    (RecordEvent.CHANGED, Told("sales.agreement", STATUS_CHANGED, "contract", "info", field="status")),
)
