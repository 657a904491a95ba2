"""What happens in conversations."""

from __future__ import annotations

from accord.core.event_kinds import EventKind
from accord.core.texts import gettext_lazy


class CommentEvent(EventKind):
    POSTED = "comment.posted", gettext_lazy("Commented")
