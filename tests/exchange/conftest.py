"""Small MS Project XML documents, written from plain dictionaries."""

from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

import pytest

Document = Callable[..., bytes]

STANDARD_WEEK = {
    "WeekDay": [
        {"DayType": day, "DayWorking": int(2 <= day <= 6)}
        | (
            {
                "WorkingTimes": {
                    "WorkingTime": [
                        {"FromTime": "08:00:00", "ToTime": "12:00:00"},
                        {"FromTime": "13:00:00", "ToTime": "17:00:00"},
                    ]
                }
            }
            if 2 <= day <= 6
            else {}
        )
        for day in range(1, 8)
    ]
}
STANDARD = {"UID": 1, "Name": "Standard", "IsBaseCalendar": 1, "BaseCalendarUID": -1, "WeekDays": STANDARD_WEEK}


def element(tag: str, value: Any) -> str:
    """``{"A": [1, {"B": 2}]}`` becomes ``<A>1</A><A><B>2</B></A>``."""
    if isinstance(value, list | tuple):
        return "".join(element(tag, each) for each in value)
    inner = "".join(element(*pair) for pair in value.items()) if isinstance(value, Mapping) else escape(str(value))
    return f"<{tag}>{inner}</{tag}>"


def task(uid: int, **fields: Any) -> dict[str, Any]:
    """A task of the document: one working day at level 1 unless told otherwise."""
    return {"UID": uid, "Name": f"Task {uid}", "OutlineLevel": 1, "Duration": "PT8H0M0S", **fields}


@pytest.fixture
def document() -> Document:
    """Builds a whole document: ``document([task, ...], resources=[...], StartDate=...)``."""

    def build(
        tasks: list[dict[str, Any]],
        calendars: list[dict[str, Any]] | None = None,
        resources: list[dict[str, Any]] | None = None,
        assignments: list[dict[str, Any]] | None = None,
        namespace: str = "http://schemas.microsoft.com/project",
        **project: Any,
    ) -> bytes:
        fields = {"Title": "Sample", "StartDate": "2026-01-05T08:00:00", "CalendarUID": 1, **project}
        body = {
            **fields,
            "Calendars": {"Calendar": [STANDARD] if calendars is None else calendars},
            "Tasks": {"Task": tasks},
            "Resources": {"Resource": resources or []},
            "Assignments": {"Assignment": assignments or []},
        }
        inner = "\n".join(element(*pair) for pair in body.items())
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<Project xmlns="{namespace}">\n{inner}\n</Project>\n'.encode()

    return build


@pytest.fixture
def make_task() -> Callable[..., dict[str, Any]]:
    """:func:`task` for the tests."""
    return task


@pytest.fixture
def standard_calendar() -> dict[str, Any]:
    """The calendar every document has by default."""
    return dict(STANDARD)
