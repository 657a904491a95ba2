"""What happens to figures."""

from __future__ import annotations

from accord.core.event_kinds import EventKind
from accord.core.texts import gettext_lazy


class FiguresEvent(EventKind):
    UPDATED = "figures.updated", gettext_lazy("Updated client figures")
