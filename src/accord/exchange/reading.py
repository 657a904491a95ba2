"""What an upload is: read once, in a limited child process, when it arrives."""

from __future__ import annotations

from typing import Any

from accord.core.limited_child import Limits
from accord.engines.planning.plan import Plan
from accord.engines.texts import gettext_lazy
from accord.exchange.child import ChildFailed, run_limited
from accord.exchange.csv_table import CsvShape
from accord.exchange.errors import ImportFileError, ImportProblem
from accord.exchange.models import Import

# A table may be as large as an upload, which the child holds in memory once.
TABLE_LIMITS = Limits(memory=384 * 1024 * 1024, cpu_seconds=90, wall_seconds=180)


def read_plan(run: Import) -> Plan:
    """The plan in the upload. Raises :class:`ImportFileError`."""
    plan = _read("accord.exchange.mspdi:read_plan", run, Limits())
    assert isinstance(plan, Plan)
    return plan


def read_shape(run: Import, encoding: str = "") -> CsvShape:
    """How the uploaded table is written, in ``encoding`` if one was chosen. Raises :class:`ImportFileError`."""
    options = {"encoding": encoding} if encoding else {}
    shape = _read("accord.exchange.csv_table:examine", run, TABLE_LIMITS, **options)
    assert isinstance(shape, CsvShape)
    return shape


def _read(reader: str, run: Import, limits: Limits, **options: str) -> Any:
    try:
        return run_limited(reader, run.path, {"file": run.file_name, **options}, limits)
    except ChildFailed as error:
        problem = ImportProblem(
            gettext_lazy("can't be read"),
            gettext_lazy("Send the file to your administrator."),
            value=str(error),
            file=run.file_name,
        )
        raise ImportFileError([problem]) from error
