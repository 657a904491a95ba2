"""What an upload is: read once, in a limited child process, when it arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

from accord.core.limited_child import Limits
from accord.engines.planning.plan import Plan
from accord.engines.texts import gettext_lazy
from accord.exchange.child import ChildFailed, run_limited
from accord.exchange.csv_table import CsvShape
from accord.exchange.errors import ImportFileError, ImportProblem
from accord.exchange.importers.exchange_rates import currencies_in_use, needed_since
from accord.exchange.importers.tables import firm_currency
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


def read_rates(content: bytes, file: str) -> bytes:
    """The European Central Bank's rates as a table of those that are in use. Raises :class:`ImportFileError`."""
    since = needed_since(timezone.localdate()).isoformat()
    options = {"base": firm_currency(), "currencies": currencies_in_use(), "since": since}
    table = _limited("accord.exchange.ecb:rate_table", content, file, TABLE_LIMITS, **options)
    assert isinstance(table, bytes)
    return table


def _read(reader: str, run: Import, limits: Limits, **options: str) -> Any:
    return _limited(reader, run.path, run.file_name, limits, **options)


def _limited(reader: str, source: Path | bytes, file: str, limits: Limits, **options: Any) -> Any:
    try:
        return run_limited(reader, source, {"file": file, **options}, limits)
    except ChildFailed as error:
        problem = ImportProblem(
            gettext_lazy("can't be read"),
            gettext_lazy("Send the file to your administrator."),
            value=str(error),
            file=file,
        )
        raise ImportFileError([problem]) from error
