"""Covariates from the cells of a file: numbers as they are, texts as one column per level, combinations left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.engines.texts import Text, gettext_lazy

Floats = NDArray[np.float64]

MOST_LEVELS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Columns of a regression. ``rows`` are those given that have a value in every column; ``dropped`` says why columns
    were left out, ``bases`` which level the others of a text column are compared with."""

    x: Floats
    columns: tuple[str, ...]
    rows: NDArray[np.intp]
    dropped: dict[str, Text]
    bases: dict[str, str]


def design_of(values: Mapping[str, Sequence[float | str | None]]) -> Design:
    """Numbers become one column, texts one column per level but the commonest.

    A column that never changes, has too many levels, or is a combination of those before it is dropped, with the
    reason. ``None`` is a missing value: its row is left out.

    >>> found = design_of({"fee": [1.0, 2.0, 3.0, 4.0], "plan": ["a", "b", "a", None]})
    >>> found.columns, found.rows.tolist(), found.bases
    (('fee', 'plan = b'), [0, 1, 2], {'plan': 'a'})
    """
    dropped: dict[str, Text] = {}
    usable: dict[str, Sequence[float | str | None]] = {}
    for name, column in values.items():
        levels = {value for value in column if value is not None}
        if len(levels) < 2:
            dropped[name] = gettext_lazy("is the same for all clients")
        elif any(isinstance(value, str) for value in levels) and len(levels) > MOST_LEVELS:
            dropped[name] = gettext_lazy(
                "has %(levels)s different texts, more than %(most)s", levels=len(levels), most=MOST_LEVELS
            )
        else:
            usable[name] = column
    n = len(next(iter(values.values()), ()))
    complete = np.array(
        [row for row in range(n) if all(column[row] is not None for column in usable.values())], np.intp
    )
    parts: list[tuple[str, Floats]] = []
    bases = {}
    for name, column in usable.items():
        cells = [column[row] for row in complete]
        if all(isinstance(value, float) for value in cells):
            parts.append((name, np.array(cells, dtype=np.float64)))
            continue
        counts = Counter(str(value) for value in cells)
        base = max(sorted(counts), key=lambda level: counts[level]) if counts else ""
        bases[name] = base
        parts += [
            (f"{name} = {level}", np.array([str(value) == level for value in cells], np.float64))
            for level in sorted(set(counts) - {base})
        ]
    return _independent(parts, complete, dropped, bases)


def _independent(
    parts: list[tuple[str, Floats]], rows: NDArray[np.intp], dropped: dict[str, Text], bases: dict[str, str]
) -> Design:
    """Columns in order, each only if those before it don't determine it (Gram-Schmidt on standardised columns)."""
    kept: list[tuple[str, Floats]] = []
    basis: list[Floats] = []
    for title, column in parts:
        centred = column - column.mean() if len(column) else column
        length = float(np.linalg.norm(centred))
        if length <= 1e-9 * max(float(np.abs(column).max(initial=0.0)), 1.0):
            dropped[title] = gettext_lazy("is the same for all clients with complete rows")
            continue
        rest = centred / length
        for _ in range(2):  # twice is enough
            for direction in basis:
                rest = rest - (direction @ rest) * direction
        if np.linalg.norm(rest) < 1e-6:
            dropped[title] = gettext_lazy("follows from the columns before it")
            continue
        basis.append(rest / np.linalg.norm(rest))
        kept.append((title, column))
    x = np.column_stack([column for _, column in kept]) if kept else np.empty((len(rows), 0))
    return Design(x, tuple(title for title, _ in kept), rows, dropped, bases)
