"""How far a long import has got, and the wish to stop it.

Both live in two small files beside the upload, not in the database: nothing that is written inside the one
transaction of an import can be seen from outside before it ends, and SQLite admits no second writer meanwhile.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from accord.engines.texts import as_json, from_json

_EVERY_SECONDS = 0.4


class Cancelled(Exception):
    """Somebody asked for this import to stop. The transaction around it is rolled back."""


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """``done`` of ``total`` rows, in the phase that ``label`` names."""

    label: str
    done: int
    total: int

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class Progress:
    """Told by the work after every few rows; raises :class:`Cancelled` in it when that is asked for."""

    def __init__(self, upload: Path | None = None) -> None:
        self.upload = upload
        self.due = 0.0

    def report(self, label: str, done: int, total: int) -> None:
        """Note the stand, a few times a second at most."""
        now = time.monotonic()
        if self.upload is None or now < self.due:
            return
        self.due = now + _EVERY_SECONDS
        if _cancel_file(self.upload).exists():
            raise Cancelled
        # Written whole and then moved, so that no reader finds half a line.
        draft = self.upload.with_name(f"{self.upload.name}.draft")
        draft.write_text(json.dumps(as_json([label, done, total])))
        draft.replace(_progress_file(self.upload))

    def forget_stand(self) -> None:
        """Forget how far it got; the wish to stop holds for the next attempt."""
        if self.upload is not None:
            _progress_file(self.upload).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget the stand and any wish to stop."""
        if self.upload is not None:
            for file in (_progress_file(self.upload), _cancel_file(self.upload)):
                file.unlink(missing_ok=True)


def stand_of(upload: Path) -> ProgressReport | None:
    """Where the work on ``upload`` is, if there is any."""
    try:
        label, done, total = from_json(json.loads(_progress_file(upload).read_text()))
    except (OSError, ValueError):
        return None
    return ProgressReport(label, done, total)


def ask_to_stop(upload: Path) -> None:
    """Leave the wish where the work will find it."""
    _cancel_file(upload).touch()


def _progress_file(upload: Path) -> Path:
    return upload.with_name(f"{upload.name}.progress")


def _cancel_file(upload: Path) -> Path:
    return upload.with_name(f"{upload.name}.cancel")
