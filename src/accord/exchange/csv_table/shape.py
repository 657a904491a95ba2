"""What is known of a CSV file before anybody says what its columns mean."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from accord.engines.texts import gettext_lazy
from accord.exchange.errors import ImportFileError, ImportProblem

MAX_BYTES = 256 * 1024 * 1024  # after decompression
MAX_ROWS = 1_000_000
MAX_LINES = 2 * MAX_ROWS  # a row may run over several
MAX_COLUMNS = 500
MAX_LINE = 1_000_000  # characters
MAX_CELL = 131_072  # characters

SAVE_AGAIN = gettext_lazy("In a spreadsheet choose Save As, “CSV UTF-8”.")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, and what its values prove.

    ``dates`` is ``dmy`` or ``mdy`` when values such as 31/12/2026 settle which comes first, ``ambiguous`` when every
    value could be read both ways, ``conflict`` when some prove one order and some the other, and empty where no such
    dates stand. ``decimals`` is likewise ``point``, ``comma``, ``ambiguous``, ``conflict`` or empty. The examples are
    values that could be read two ways. ``whole_floats`` marks numbers that a program wrote as ``17850.0``.
    ``short_year`` is a date whose year has two digits (``dates`` may then be ``ymd``, too), ``day_number`` a value that
    may be a spreadsheet's count of days, ``signs`` are the currencies that stand beside numbers.
    """

    index: int
    header: str
    filled: int = 0
    dates: str = ""
    date_example: str = ""
    decimals: str = ""
    decimal_example: str = ""
    whole_floats: bool = False
    samples: tuple[str, ...] = ()
    short_year: str = ""
    day_number: str = ""
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How the file is written, its columns, and how many rows it has.

    ``evidence`` says why it is read in this encoding, ``readings`` shows some words in each that is possible, and
    ``head`` holds the first rows.
    """

    encoding: str
    delimiter: str
    header_line: int
    width: int
    columns: tuple[Column, ...]
    rows: int
    notes: tuple[str, ...] = ()
    evidence: str = ""
    is_encoding_sure: bool = True
    readings: dict[str, str] = field(default_factory=dict)
    head: tuple[tuple[str, ...], ...] = ()

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    def column(self, header: str) -> Column | None:
        """The column of this header, which is unique."""
        return next((column for column in self.columns if column.header == header), None)

    def as_json(self) -> dict[str, Any]:
        """Plain values, for keeping."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> CsvShape:
        """The shape that :meth:`as_json` kept."""
        columns = tuple(
            Column(**{**column, "samples": tuple(column["samples"]), "signs": tuple(column.get("signs", ()))})
            for column in kept["columns"]
        )
        head = tuple(tuple(row) for row in kept.get("head", ()))
        return cls(**{**kept, "columns": columns, "notes": tuple(kept["notes"]), "head": head})


def refuse(message: str, remedy: str = "", **where: Any) -> ImportFileError:
    """The error for a file of which no row can be trusted."""
    return ImportFileError([ImportProblem(message, remedy, **where)])
