"""Ticking off a step of an account plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accord.core import editing
from accord.success.events import ActionEvent
from accord.success.models import PlannedAction


def complete_action(*, action: PlannedAction, by: Any, at: datetime | None) -> PlannedAction:
    """Mark it as done at that moment; ``None`` opens it again."""
    changed: PlannedAction = editing.change(
        action, by=by, version=action.version, event=ActionEvent.COMPLETED if at else ActionEvent.REOPENED, done_at=at
    )
    return changed
