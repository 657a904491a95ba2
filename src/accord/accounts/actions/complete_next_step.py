"""Ticking off what was promised in a conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accord.accounts.events import NextStepEvent
from accord.accounts.models import Interaction
from accord.core import editing


def complete_next_step(*, interaction: Interaction, by: Any, at: datetime | None) -> Interaction:
    """Mark the next step as done at that moment; ``None`` opens it again."""
    return editing.change(
        interaction,
        by=by,
        version=interaction.version,
        event=NextStepEvent.COMPLETED if at else NextStepEvent.REOPENED,
        done_at=at,
    )
