"""Typed values of one record: text becomes number, date, duration or money, or a named problem."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from accord.core.money import round_half_up
from accord.engines.texts import gettext_lazy
from accord.exchange.errors import Problems
from accord.exchange.mspdi.document import Node
from accord.exchange.mspdi.limits import EARLIEST, FIRST_NAME, LATEST, MAX_MINUTES, MAX_MONEY, MAX_UID

_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,80})?|\.\d{1,80})([eE][+-]?\d{1,2})?")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d:\d\d)?")
_TIME = re.compile(r"(\d\d):(\d\d)(?::\d\d(?:\.\d{1,9})?)?")
_DURATION = re.compile(
    r"(-)?P(?:(\d{1,12}(?:[.,]\d{1,12})?)Y)?(?:(\d{1,12}(?:[.,]\d{1,12})?)M)?(?:(\d{1,12}(?:[.,]\d{1,12})?)W)?"
    r"(?:(\d{1,12}(?:[.,]\d{1,12})?)D)?(?:T(?:(\d{1,12}(?:[.,]\d{1,12})?)H)?(?:(\d{1,12}(?:[.,]\d{1,12})?)M)?"
    r"(?:(\d{1,12}(?:[.,]\d{1,12})?)S)?)?",
    re.ASCII,
)
_SECONDS = (7 * 86_400, 86_400, 3_600, 60, 1)  # of a week, a day, an hour, a minute, a second


NOUNS = {  # of records, by their tags in small letters
    "project": gettext_lazy("project"),
    "calendar": gettext_lazy("calendar"),
    "task": gettext_lazy("task"),
    "resource": gettext_lazy("resource"),
    "assignment": gettext_lazy("assignment"),
}


class Record:
    """A node read field by field. A value that cannot be believed is noted and its default taken,
    so that one pass finds every problem of the file.

    A problem of a field that a date depends on refuses the file. Everything else is read through
    :meth:`lenient`: its faults are skipped, and named.
    """

    def __init__(
        self, node: Node, problems: Problems, uid: int | None = None, *, noun: str = "", is_lenient: bool = False
    ) -> None:
        self.node = node
        self.problems = problems
        self.uid = uid
        self.noun = noun or node.tag.lower()
        self.is_lenient = is_lenient

    def lenient(self) -> Record:
        """The same record, for fields that touch no date."""
        return Record(self.node, self.problems, self.uid, noun=self.noun, is_lenient=True)

    def part(self, node: Node) -> Record:
        """An element inside this record; its faults weigh as much and are named as the record's."""
        return Record(node, self.problems, self.uid, noun=self.noun, is_lenient=self.is_lenient)

    def wrong(self, tag: str, message: str, remedy: str = "", value: str | None = None) -> None:
        """Note a problem of this record's field ``tag``."""
        child = self.node.first(tag)
        shown = value if value is not None else (child.text.strip() if child else "")
        line = child.line if child else self.node.line
        if self.is_lenient:
            field = tag if self.node.tag.lower() == self.noun else f"{self.node.tag}/{tag}"
            self.problems.skip(
                message, field=field, value=shown, uid=self.uid, line=line, record=NOUNS.get(self.noun, self.noun)
            )
        else:
            self.problems.add(message, remedy, field=tag, value=shown, uid=self.uid, line=line)

    def text(self, tag: str, default: str = "") -> str:
        return self.node.value(tag) or default

    def integer(self, tag: str, default: int | None = None, low: int = -MAX_UID, high: int = MAX_UID) -> int | None:
        raw = self.node.value(tag)
        if raw is None:
            return default
        if not _INTEGER.fullmatch(raw):
            self.wrong(tag, gettext_lazy("is not a whole number"), gettext_lazy("Use digits."))
            return default
        number = int(raw)
        if not low <= number <= high:
            self.wrong(tag, gettext_lazy("is not between %(low)s and %(high)s", low=low, high=high))
            return default
        return number

    def name(self, tag: str) -> int | None:
        """A UID, in which only the identity counts: whatever number or text the file names a record by.

        What is no small whole number gets one of the reader's own below all others (see `uids`).
        """
        raw = self.node.value(tag)
        if raw is None:
            return None
        number = int(raw) if _INTEGER.fullmatch(raw) else None
        if number is not None and abs(number) <= MAX_UID:
            return number
        return self.problems.names.setdefault(raw, FIRST_NAME - len(self.problems.names))

    def count(self, tag: str, default: int = 0, low: int = -MAX_UID, high: int = MAX_UID) -> int:
        """A whole number that always has a value."""
        number = self.integer(tag, default, low, high)
        return default if number is None else number

    def flag(self, tag: str, default: bool = False) -> bool:
        raw = self.node.value(tag)
        if raw is None:
            return default
        if raw in ("1", "true"):
            return True
        if raw in ("0", "false"):
            return False
        self.wrong(tag, gettext_lazy("is not 0 or 1"), gettext_lazy("Use 1 or 0."))
        return default

    def number(self, tag: str, limit: int = MAX_MONEY) -> Decimal | None:
        raw = self.node.value(tag)
        if raw is None:
            return None
        if not _NUMBER.fullmatch(raw) or raw in (".", ""):
            self.wrong(tag, gettext_lazy("is not a finite number"), gettext_lazy("Use digits with a decimal point."))
            return None
        number = Decimal(raw)
        if abs(number) > limit:
            self.wrong(
                tag, gettext_lazy("is beyond %(limit)s", limit=f"{limit:,}"), gettext_lazy("Correct the number.")
            )
            return None
        return number

    def money(self, tag: str) -> Decimal | None:
        """An amount: MS Project XML writes hundredths of the currency unit."""
        hundredths = self.number(tag, MAX_MONEY * 100)
        return None if hundredths is None else round_half_up(hundredths / 100, 4).normalize() + 0

    def rate(self, tag: str) -> Decimal | None:
        """A rate in currency units; programs that store it in binary leave noise after six decimals."""
        number = self.number(tag)
        return None if number is None else round_half_up(number, 6).normalize() + 0

    def moment(self, tag: str) -> datetime | None:
        """A date and time on the plan's own wall clock; parts of seconds are dropped."""
        raw = self.node.value(tag)
        if raw is None or raw == "NA":
            return None
        match = _MOMENT.fullmatch(raw)
        try:
            moment = datetime(*(int(part or 0) for part in match.groups())) if match else None  # type: ignore[arg-type]
        except ValueError:
            moment = None
        if moment is None:
            self.wrong(tag, gettext_lazy("is not a date"), gettext_lazy("Use the form 2026-03-31T08:00:00."))
        elif not EARLIEST <= moment < LATEST:
            self.wrong(
                tag,
                gettext_lazy("is not between %(low)s and %(high)s", low=EARLIEST.year, high=LATEST.year - 1),
                gettext_lazy("Correct the date."),
            )
            return None
        return moment

    def time(self, tag: str) -> int | None:
        """A time of day in minutes after midnight."""
        raw = self.node.value(tag)
        if raw is None:
            return None
        match = _TIME.fullmatch(raw)
        minutes = int(match[1]) * 60 + int(match[2]) if match else -1
        if not match or int(match[2]) > 59 or minutes > 24 * 60:
            self.wrong(tag, gettext_lazy("is not a time of day"), gettext_lazy("Use the form 08:00:00."))
            return None
        return minutes

    def minutes(self, tag: str, limit: int = MAX_MINUTES) -> int | None:
        """A duration or an amount of work (``PT8H30M0S``), rounded to whole minutes."""
        raw = self.node.value(tag)
        if raw is None:
            return None
        match = _DURATION.fullmatch(raw)
        if not match or raw.endswith(("P", "T")):
            self.wrong(
                tag,
                gettext_lazy("is not a duration"),
                gettext_lazy("Use hours, minutes and seconds, such as PT8H0M0S."),
            )
            return None
        sign, years, months, *parts = match.groups()
        seconds = sum(
            (Decimal(part.replace(",", ".")) * unit for part, unit in zip(parts, _SECONDS, strict=True) if part),
            Decimal(0),
        )
        total = int((seconds + 30) // 60)
        if any(Decimal((part or "0").replace(",", ".")) for part in (years, months)):
            self.wrong(
                tag,
                gettext_lazy("is not a duration of fixed length: it counts years or months"),
                gettext_lazy("Write it in hours."),
            )
            return None
        if sign and total:
            self.wrong(tag, gettext_lazy("is a negative duration"), gettext_lazy("Remove the minus sign."))
            return None
        if total > limit:
            self.wrong(tag, gettext_lazy("is a duration of more than 100 years"), gettext_lazy("Correct the duration."))
            return None
        return total

    def tenths(self, tag: str) -> int | None:
        """Minutes from a field that is written in tenths of minutes (slack, lag, delay)."""
        number = self.number(tag, MAX_MINUTES * 10)
        return None if number is None else round(number / 10)
