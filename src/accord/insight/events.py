"""What happens to figures."""

from __future__ import annotations

from accord.core.event_kinds import EventKind, Told
from accord.core.texts import gettext_lazy


class FiguresEvent(EventKind):
    UPDATED = "figures.updated", gettext_lazy("Updated client figures")


class StatusReportEvent(EventKind):
    PUBLISHED = (
        "status_report.published",
        gettext_lazy("Published"),
        Told("insight.statusreport", gettext_lazy("{actor} published {object}"), "report", "info", on_account=False),
    )
    FIGURES_UPDATED = "status_report.figures_updated", gettext_lazy("Updated figures")
    SENT = "status_report.sent", gettext_lazy("Sent by email")
