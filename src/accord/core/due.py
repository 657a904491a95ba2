"""What somebody has to do by a day: a model of such records says here how it is one.

By convention its columns are ``due_on``, ``done_at`` and ``owner``. ``projects/queries_due.py`` reads the declarations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class DueFields:
    """How the rows of a model are due items. All but ``kind`` and ``unfinished`` are paths from the row."""

    kind: str  # what it is called: "playbook step"
    unfinished: Q  # the rows that are still to be done
    about: str  # the project or the client it belongs to
    title: str = "title"
    due: str = "due_on"  # a date, or a moment where the time of day counts
    starts: str = ""  # where work on it starts before it is due: when it begins to matter
    owners: tuple[str, ...] = ("owner",)  # the users who have to do it; shown is the first that is set
    decides: str = ""  # of the owners, who decides
    then: tuple[str, ...] = ("pk",)  # the order of those that are due together
    undated: bool = True  # whether it is to be done without a date, too
    ahead: bool = False  # whether it waits for its owner however far ahead it is due
    state: str = ""
    number: str = ""
    note: str = ""

    def overdue(self, today: date) -> Q:
        """The rows that should have been done before ``today``."""
        return self.unfinished & Q(**{f"{self.due}__lt": today})
