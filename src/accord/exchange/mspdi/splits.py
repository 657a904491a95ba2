"""Split tasks: the stretches of work that the timephased rows of the assignments leave between pauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accord.exchange.mspdi.document import Node
from accord.exchange.mspdi.fields import Record
from accord.exchange.mspdi.limits import MAX_WORK

_REMAINING, _ACTUAL = "1", "2"


@dataclass(frozen=True, slots=True)
class WorkRow:
    """Minutes of work of one assignment between two moments, done or still to do."""

    start: datetime
    finish: datetime
    work: int


def work_rows(rows: list[Node], owner: Record) -> tuple[WorkRow, ...]:
    """The rows of scheduled work, actual and remaining, in order of time; those without work show the pauses."""
    found: list[WorkRow] = []
    for node in rows:
        if node.value("Type") not in (_REMAINING, _ACTUAL):
            continue
        row = Record(node, owner.problems, owner.uid)
        start, finish = row.moment("Start"), row.moment("Finish")
        if start and finish and start < finish:
            found.append(WorkRow(start, finish, row.minutes("Value", MAX_WORK) or 0))
    return tuple(sorted(found, key=lambda row: (row.start, row.finish)))
