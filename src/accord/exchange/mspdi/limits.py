"""How much a project file may ask of us. Real files are far below; what is above is refused, not tried."""

from __future__ import annotations

from datetime import datetime

NAMESPACE = "http://schemas.microsoft.com/project"

MAX_BYTES = 64 * 1024 * 1024  # after decompression
MAX_ELEMENTS = 2_000_000
MAX_RECORD_ELEMENTS = 200_000  # in one task or calendar
MAX_DEPTH = 32  # MSPDI itself nests nine levels deep
MAX_TAGS = 2_000  # different element names; MSPDI has some 700
MAX_NAMESPACES = 16
MAX_TOKEN = 4 * 1024 * 1024  # bytes of one tag or comment
MAX_TEXT = 1_000_000  # characters in one field; notes are the longest
MAX_HYPERLINK = 2_000  # characters of a task's link
MAX_RECORDS = {"Calendar": 20_000, "Task": 50_000, "Resource": 20_000, "Assignment": 200_000}
MAX_PROBLEMS = 1_000  # then the reader gives up
MAX_PATTERNS = 500  # recurring exceptions, all calendars together
MAX_RECURRENCES = 50_000  # dates that they may expand to
MAX_OUTLINE = 100  # levels
MAX_BASES = 16  # a base calendar may have a base in turn
MAX_CALENDAR_DAYS = 5_000_000  # from first to last exception, all calendars together

MAX_UID = 2**31 - 1
MOST_UID = 2_000_000_000  # above it there is no room for new tasks beside the file's: renumbered
FIRST_NAME = -(2**40)  # UIDs that are no numbers, or huge ones, are counted down from here until they are renumbered
MAX_MINUTES = 100 * 366 * 24 * 60  # a duration or lag of a hundred elapsed years
MAX_WORK = 10_000 * MAX_MINUTES  # many people may work at once
MAX_MONEY = 10**15
EARLIEST = datetime(1900, 1, 1)
LATEST = datetime(2200, 1, 1)
