"""Where tasks stand that people placed, or began: manual tasks with half of their dates, progress without a start.

A manual task in MS Project may have only a start, only a finish, only a duration, or words such as "TBD" where a date
would be. What is a date is used, what is missing follows from the rest (a duration nobody gave is one day, as MS
Project estimates), and the words are saved with the notes. Without any date the links decide, as for other tasks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from accord.engines.planning.plan import Task
from accord.exchange.errors import Problems
from accord.exchange.mspdi.fields import Record

_ESTIMATED = 480  # minutes
_TEXTS = (("Start", "StartText"), ("Finish", "FinishText"), ("Duration", "DurationText"))


def is_manual(record: Record) -> bool:
    """Scheduled manually; a task of another project's file keeps the dates it had when this file was written."""
    return record.flag("Manual") or record.flag("ExternalTask")


def dates_of(record: Record) -> tuple[datetime | None, datetime | None]:
    """Start and finish; of a manual task, whatever of them is a date."""
    if not is_manual(record):
        return record.moment("Start"), record.moment("Finish")
    free = _free(record)
    return (
        free.moment("Start") or free.moment("ManualStart"),
        free.moment("Finish") or free.moment("ManualFinish"),
    )


def duration_of(record: Record) -> int:
    """Minutes; of a manual task that has one date and no duration, a day."""
    if not is_manual(record):
        return record.minutes("Duration") or 0
    free = _free(record)
    for tag in ("Duration", "ManualDuration"):
        if (minutes := free.minutes(tag)) is not None:
            return minutes
    known = [date for date in dates_of(record) if date is not None]
    return 0 if record.flag("Milestone") or len(known) == 2 else _ESTIMATED


def texts_of(record: Record) -> str:
    """What a manual task has in place of dates, as lines of notes."""
    if not is_manual(record):
        return ""
    free = _free(record)
    lines = []
    for tag, text_tag in _TEXTS:
        read = free.minutes if tag == "Duration" else free.moment
        text = free.text(text_tag) or ("" if read(tag) is not None else free.text(tag))
        if text and text != "NA":
            lines.append(f"{tag}: {text}")
    return "\n".join(lines)


def with_progress(task: Task, summary: bool) -> Task:
    """Begun work does not move: progress without an actual start began where the task was planned."""
    if summary or task.actual_start is not None or not task.percent_complete or task.start is None:
        return task
    done = Decimal(str(task.percent_complete)) >= 100
    finish = task.actual_finish or (task.finish if done else None)
    return replace(task, actual_start=task.start, actual_finish=finish)


def _free(record: Record) -> Record:
    """The same record; what cannot be read in it is no problem of the file."""
    return Record(record.node, Problems(), record.uid)
