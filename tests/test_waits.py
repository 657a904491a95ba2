"""Tests in the browser wait for what they look at: a machine under load keeps to no clock."""

from __future__ import annotations

from pathlib import Path

# A function given as a string is refused by the pages' content security policy; the others wait by the clock.
REFUSED = ("wait_for_function(", "wait_for_timeout(", "time.sleep(")
# The loop that waits for what the server has stored, and a server that answers slowly.
ALLOWED = {("plan_page.py", "wait_for_timeout("), ("test_gantt_sheet.py", "time.sleep(")}


def test_no_browser_test_waits_by_the_clock_or_by_a_string() -> None:
    found = {
        (path.name, way)
        for path in (Path(__file__).parent / "browser").glob("*.py")
        for way in REFUSED
        if way in path.read_text()
    }
    assert found == ALLOWED
