"""What the documents name is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_repaired_kind_names_tests_and_code_that_exist() -> None:
    """A row whose test is renamed or deleted protects nothing any more."""
    text = (ROOT / "docs/repaired-kinds.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_/.-]+\.(?:py|json))`", text)
    assert len(named) > 50
    places = (ROOT / "tests", ROOT / "src/accord", ROOT)
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_decisions_are_numbered_once() -> None:
    names = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
