"""One client of the small firm, with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accord.people.models import (
    User,
)

START = datetime(2026, 3, 2, 9)


@dataclass
class Side:
    """One client and all that belongs to it, by the name of the thing."""

    users: dict[str, User]
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None
