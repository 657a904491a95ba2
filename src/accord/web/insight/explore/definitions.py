"""What the figures of Explore mean, as their pages say it."""

from __future__ import annotations

from accord.core.texts import gettext_lazy

DEFINITIONS: dict[str, dict[str, str]] = {
    "explore-rfm": {
        "text": gettext_lazy(
            "Every client is scored from 1 to 5 by fifths of the clients: recency by the days since the last order, "
            "frequency by the number of orders. Orders are decisions, not invoices: won opportunities, accepted "
            "quotes, signed agreements and their renewals. A client with an active contract counts as having ordered "
            "today. Former clients have no score."
        ),
        "formula": gettext_lazy("Score = ⌈5 × rank ÷ clients⌉; equal values have equal scores"),
        "source": gettext_lazy("Hughes (1994), Strategic Database Marketing"),
    },
    "explore-cohorts": {
        "text": gettext_lazy(
            "Clients by the year or quarter of their first order. Year 1 is the first twelve months after a client's "
            "own first order. A client counts in a period once all of it has passed, so later periods rest on fewer "
            "clients. Clients who left count with what they brought in until then."
        ),
        "formula": gettext_lazy("Per client = sum over the cohort ÷ clients who have had the whole period"),
        "source": gettext_lazy("Invoices less cost of hours and approved expenses; the last ten years"),
    },
    "explore-concentration": {
        "text": gettext_lazy(
            "How much of the total the largest clients bring in. Only amounts above zero share in the total; losses "
            "are shown apart. The Herfindahl index is 1 for a single client and 1/n for n equal ones; its inverse is "
            "how many equal clients would be as concentrated."
        ),
        "formula": gettext_lazy("Herfindahl index = Σ share²"),
        "source": gettext_lazy("Lorenz (1905); Herfindahl (1950)"),
    },
    "explore-scatter": {
        "text": gettext_lazy(
            "Each client by the margin of the last twelve months and its health; the size of a dot is its lifetime "
            "value. Clients on the right and below need attention first: they bring in much and may leave."
        ),
        "formula": gettext_lazy("Margin = invoices − cost of hours − approved expenses"),
        "source": "docs/engines/health.md",
    },
    "explore-groups": {
        "text": gettext_lazy(
            "The expected lifetime value of all clients of a group beside the margin that they have brought in so far. "
            "The interval holds the sum with a probability of 80%: what is uncertain about single clients partly "
            "cancels out in a sum, what is uncertain for all of them doesn't. It assumes that the clients of a group "
            "have no more in common than all clients have: if they do, the true interval is wider."
        ),
        "formula": gettext_lazy(
            "Variance = Σ own² + common² × value²; common² = what Σ own² leaves of the firm's variance ÷ firm's value²"
        ),
        "source": "docs/engines/explore.md",
    },
    "explore-changes": {
        "text": gettext_lazy(
            "The newest forecast beside the newest one that is at least a month older. Each client is new, lost, "
            "grown, shrunk or unchanged (less than 1%); the moves add up to the change. The reason is what the figures "
            "show to differ, not a measured effect."
        ),
        "formula": gettext_lazy("After = before + new + grown + shrunk + lost + unchanged"),
        "source": "docs/engines/health.md",
    },
    "explore-next": {
        "text": gettext_lazy(
            "Of the clients who bought one service, and not the other by then, how many bought the other within the "
            "time. Only clients count whose first purchase is at least that long ago. Lift compares that share with "
            "the share after any other service: 1 means no difference. It is a coincidence in time, not a cause."
        ),
        "formula": gettext_lazy("Share = bought ÷ clients; 80% interval by Wilson; lift = share ÷ base rate"),
        "source": gettext_lazy("Wilson (1927), JASA 22"),
    },
}
