"""Which events something follows from: the one list."""

from __future__ import annotations

from accord.core.subscribers import Subscriber
from accord.insight.queries import MEASURED

SUBSCRIBERS = (
    # Earned value, forecast finish and progress of the project that an event belongs to.
    Subscriber("accord.insight.reactions.refresh_project_figures", MEASURED),
)
