"""What happens to figures."""

from __future__ import annotations

from accord.core.event_kinds import EventKind


class FiguresEvent(EventKind):
    UPDATED = "figures.updated", "Updated client figures"
