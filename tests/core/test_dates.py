"""Dates are written one way wherever people read them."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from accord.core.dates import day_text, moment_text

SOURCE = Path(__file__).resolve().parents[2] / "src" / "accord"
# A day beside a month's name, and the order of numbers that is read two ways. Sentences of the demo firm's people are
# their own, axes and bars of a year have no room for it, and what only the terminal and programs read is in ISO 8601.
OTHERWISE = re.compile(r"%d[ .]%[bB]|%[bB] %d|%d/%m|%m/%d|\|date:\"[^\"]*[dj] ?[FMN]|\.day\} \{[a-z_.]+:%[bB]")
ALLOWED = {
    "demo/relationship.py",
    "engines/texts.py",
    "web/projects/print_plan.py",
    "web/people/templates/people/person.html",
}


def test_a_day_has_no_zero_before_it() -> None:
    assert day_text(date(2027, 1, 7)) == "7 Jan 2027"
    assert moment_text(datetime(2027, 1, 7, 9, 5)) == "7 Jan 2027, 09:05"


def test_no_page_email_or_document_writes_dates_its_own_way() -> None:
    files = [path for suffix in ("*.py", "*.html", "*.txt") for path in SOURCE.rglob(suffix)]
    found = {str(path.relative_to(SOURCE)) for path in files if OTHERWISE.search(path.read_text())}
    assert len(files) > 500
    assert found == ALLOWED
