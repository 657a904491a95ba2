"""What happens to imports."""

from __future__ import annotations

from accord.core.event_kinds import EventKind


class ImportEvent(EventKind):
    UPLOADED = "import.uploaded", "Uploaded"
