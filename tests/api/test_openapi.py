"""The front end's types follow the API: ``frontend/openapi.json`` is what they are made of."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[2] / "frontend"


def test_the_front_end_knows_the_api_as_it_is() -> None:
    """``python frontend/openapi.py`` writes it, ``npm run types`` makes the types of it."""
    writer = runpy.run_path(str(HERE / "openapi.py"))
    assert (HERE / "openapi.json").read_text() == writer["text"]()


def test_all_that_the_islands_ask_is_in_it() -> None:
    document: dict[str, Any] = runpy.run_path(str(HERE / "openapi.py"))["document"]()
    paths = {path.removeprefix("/api/") for path in document["paths"]}
    assert paths == {
        "people", "projects/{pk}/plan", "projects/{pk}/plan/changes", "projects/{pk}/plan/undo",
        "projects/{pk}/plan/redo", "projects/{pk}/plan/beside/{key}",
        "money/time/cells", "money/time/choices", "money/timesheets/rows",
    }  # fmt: skip
    assert {"TaskRow", "LinkRow", "EditConflict", "PersonOut"} <= document["components"]["schemas"].keys()
