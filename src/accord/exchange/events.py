"""What happens to imports."""

from __future__ import annotations

from accord.core.event_kinds import EventKind
from accord.core.texts import gettext_lazy


class ImportEvent(EventKind):
    UPLOADED = "import.uploaded", gettext_lazy("Uploaded")
