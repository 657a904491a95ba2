"""Modules and functions stay small enough to be read at a glance."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

SOURCE = Path(__file__).parents[1] / "src" / "accord"
MOST_LINES = 400
MODULES = [path for path in SOURCE.rglob("*.py") if path.parent.name != "migrations"]


def test_no_module_has_more_lines_than_one_reads() -> None:
    long = {
        str(path.relative_to(SOURCE)): n for path in MODULES if (n := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert not long, "split it by what changes together"


def test_half_of_the_functions_are_shorter_than_ten_lines() -> None:
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    assert median(lengths) < 10, median(lengths)
