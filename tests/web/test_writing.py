"""How figures, dates, lists and plans are put into words on pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accord.core.models import Event
from accord.web.projects.durations import minutes_of, written, written_together
from accord.web.projects.views.baselines import done
from accord.web.shell.chart_axes import date_form
from accord.web.shell.event_changes import EventReader
from accord.web.shell.templatetags.shell import MINUS, NARROW, minutes, singular


@pytest.mark.parametrize(
    ("nouns", "one"),
    [("change requests", "change request"), ("people", "person"), ("opportunities", "opportunity"), ("tasks", "task")],
)
def test_one_of_a_list_is_counted_in_the_singular(nouns: str, one: str) -> None:
    assert singular(nouns) == one


@pytest.mark.parametrize(
    ("length", "words"),
    [(0, "0 d"), (20, "20 min"), (90, "1.5 h"), (480, "1 d"), (1680, "3.5 d"), (-720, f"{MINUS}1.5 d"), (None, "–")],
)
def test_working_time_has_one_unit(length: int | None, words: str) -> None:
    assert minutes(length) == words.replace(" ", NARROW)


def test_durations_side_by_side_name_their_common_unit_once() -> None:
    assert written_together([960, 1680, 2400], 480) == f"2 / 3.5 / 5{NARROW}d"
    assert written_together([240, 480], 480) == f"4{NARROW}h / 1{NARROW}d"
    assert minutes_of(written(1680, 480), 480) == 1680


@pytest.mark.parametrize(("span", "written_as"), [(60, "%-d %b %Y"), (800, "%b %Y")])
def test_dates_on_axes_are_written_day_first(span: int, written_as: str) -> None:
    first = date(2026, 6, 13)
    assert date_form([first, first + timedelta(days=span)]) == written_as
    assert date_form([]) == "%-d %b %Y"


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("change “Design”", "changed “Design”"),
        ("split “Design”", "split “Design”"),
        ("reschedule unfinished work after 1 Dec 2026", "rescheduled unfinished work after 1 Dec 2026"),
    ],
)
def test_an_edit_of_the_plan_is_told_in_the_past_tense(label: str, told: str) -> None:
    assert done(Event(kind="plan.edited", after={"edit": label})) == told


@pytest.mark.django_db
def test_what_was_never_entered_is_no_change_and_moments_are_dates() -> None:
    event = Event(
        pk=1, at=datetime(2026, 11, 30, tzinfo=UTC), kind="record.changed", subject_type="projects.project",
        subject_id=None,
        before={"objective": None, "code": ""}, after={"objective": "", "code": "26-007", "p50": "2027-07-30T15:00:00"},
    )  # fmt: skip
    told = {
        change.field: (change.before, change.after) for change in EventReader([event], None, money=True).changes(event)
    }
    assert told == {
        "Code": ("empty", "26-007"),
        "P50": ("empty", "30\N{NO-BREAK SPACE}Jul\N{NO-BREAK SPACE}2027, 15:00"),
    }
