"""Which fields of a model are searched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Searched:
    """Columns by what they hold.

    ``names`` are short and found by any part of a word, ``texts`` are long and found by the beginnings of their words,
    ``numbers`` are telephone numbers, found by their digits. A row that is only a part of another record names it in
    ``of``: that record is what is found. Rows that nobody can find stay out of the index: it holds those whose columns
    ``present`` are set and whose columns ``absent`` are empty.
    """

    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    of: str = ""
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
