"""What happens in conversations."""

from __future__ import annotations

from accord.core.event_kinds import EventKind


class CommentEvent(EventKind):
    POSTED = "comment.posted", "Commented"
