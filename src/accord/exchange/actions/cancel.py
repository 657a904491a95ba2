"""Stopping an import that is being checked or written."""

from __future__ import annotations

from typing import Any

from accord.core.access import Permission, require
from accord.exchange.models import Import
from accord.exchange.progress import ask_to_stop


def cancel(*, run: Import, by: Any) -> bool:
    """Ask the work to stop at its next step; nothing of it stays. False when there is no work to stop."""
    require(by, Permission.CHANGE, run)
    if run.status not in (Import.Status.CHECKING, Import.Status.WRITING):
        return False
    ask_to_stop(run.path)
    return True
