"""Times of work are read alike by the server and by the grid of a week (``frontend/tests/time.test.ts``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.core.durations import clock, minutes_in

CASES = json.loads(Path(__file__).with_name("durations.json").read_text())


@pytest.mark.parametrize(("text", "minutes"), CASES["minutes"].items())
def test_what_people_write(text: str, minutes: int) -> None:
    assert minutes_in(text) == minutes


@pytest.mark.parametrize("text", CASES["not"])
def test_what_is_no_time(text: str) -> None:
    assert minutes_in(text) is None


@given(st.integers(min_value=0, max_value=24 * 60))
def test_what_is_shown_is_read_back(minutes: int) -> None:
    assert minutes_in(clock(minutes)) == minutes
    assert minutes_in(f"{minutes}m") == minutes
