"""What the figures of the retention page mean, as the page prints it beside each."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy
from accord.insight.retention import FEWEST_CLIENTS

NO_RUN = gettext_lazy("Not calculated yet.")
HALF_LABELS = {
    "all": gettext_lazy("All clients"),
    "contracts": gettext_lazy("Contract clients"),
    "projects": gettext_lazy("Project clients"),
}
DIMENSION_LABELS = {
    "segment": gettext_lazy("Segment"),
    "service": gettext_lazy("Service"),
    "owner": gettext_lazy("Account manager"),
}
NO_GROUP = {
    "segment": gettext_lazy("No segment"),
    "service": gettext_lazy("No service"),
    "owner": gettext_lazy("Unassigned"),
}
RATES = {
    "logo_churn": gettext_lazy("Logo churn"),
    "contract_churn": gettext_lazy("Contract churn"),
    "gross_revenue_retention": gettext_lazy("GRR"),
    "net_revenue_retention": gettext_lazy("NRR"),
}


def lost_text(half: str, silence: tuple[int, int]) -> str:
    """When a client of a half counts as lost; ``silence`` is the firm's setting in months."""
    contract = gettext(
        "A contract client has a running retainer or subscription. It is lost on the day after the last paid day if no "
        "term for the same service follows within two months. Notice alone doesn't count yet."
    )
    if half == "contracts":
        return contract
    shortest, longest = silence
    if shortest == longest:
        project = ngettext(
            "A project client is lost when %(count)s month has passed without a new order, counted from the end of "
            "ordered work.",
            "A project client is lost when %(count)s months have passed without a new order, counted from the end of "
            "ordered work.",
            shortest,
        ) % {"count": shortest}
    else:
        project = gettext(
            "A project client is lost when three times its usual interval has passed without a new order, at least "
            "%(shortest)s and at most %(longest)s months, counted from the end of ordered work."
        ) % {"shortest": shortest, "longest": longest}
    if half == "projects":
        return project
    both = gettext("A client is lost when it is neither a contract client nor a project client any more.")
    return f"{both} {contract} {project}"


def revenue_text(half: str) -> str:
    """What yearly revenue is."""
    if half == "contracts":
        return gettext("Yearly revenue is the monthly fees of running contracts × 12, never what was invoiced.")
    if half == "projects":
        return gettext(
            "Yearly revenue is what was invoiced outside contracts in the 12 months up to the day, of those who are "
            "clients on it."
        )
    return gettext(
        "Yearly revenue is the monthly fees of running contracts × 12, plus what was invoiced outside contracts in the "
        "12 months up to the day."
    )


def figures_texts() -> list[tuple[str, str]]:
    """(figure, definition)"""
    return [
        (gettext("Logo churn"), gettext("Clients lost ÷ clients at the start of the period.")),
        (
            gettext("Contract churn"),
            gettext("Contracts lost ÷ contracts running at the start. A renewed contract is the same contract."),
        ),
        (
            gettext("Gross revenue retention (GRR)"),
            gettext("(Start − lost − contraction) ÷ start, in yearly revenue. At most 100%."),
        ),
        (
            gettext("Net revenue retention (NRR)"),
            gettext("(Start − lost − contraction + expansion) ÷ start. New clients are excluded."),
        ),
        (
            gettext("Interval (95%)"),
            gettext(
                "How far the true rate may be from what so few clients show: Wilson for shares of clients, resampled "
                "clients for revenue. Rates of fewer than %(fewest)s clients aren't shown."
            )
            % {"fewest": FEWEST_CLIENTS},
        ),
    ]
