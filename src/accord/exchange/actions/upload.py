"""Taking in a file and finding out what it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.core.jobs import TRANSIENT
from accord.core.jobs.here import start
from accord.engines.texts import gettext_lazy
from accord.exchange import jobs, queries
from accord.exchange.csv_table import CsvShape
from accord.exchange.errors import ImportFileError, ImportProblem
from accord.exchange.events import ImportEvent
from accord.exchange.importers.fields import guess_mapping
from accord.exchange.importers.plan import summary
from accord.exchange.importers.registry import TABLES
from accord.exchange.importers.report import Report
from accord.exchange.models import Import
from accord.exchange.reading import read_plan, read_rates, read_shape

AT_ONCE_BYTES = 1024 * 1024


def upload(
    *,
    kind: str,
    file: File[bytes],
    file_name: str,
    source_name: str,
    by: Any,
    encoding: str = "",
    now: bool = False,
) -> Import:
    """Store ``file`` under a name of its own and examine it: at once when it is small or ``now`` is set, else as a job.

    ``encoding`` is that of a table where it is known; otherwise the bytes decide, and the last file of the source.
    Raises :class:`ImportFileError` when it is larger than ``ACCORD_MAX_UPLOAD``. What is wrong inside is told by the
    import: its status is then ``refused`` and its report holds the problems.
    """
    run = Import(kind=kind, file_name=file_name[-200:], source_name=source_name, by=by, status=Import.Status.CHECKING)
    run.options = {"encoding": encoding} if encoding else {}
    require(by, Permission.CREATE, run)
    if file.size > settings.ACCORD_MAX_UPLOAD:
        most = settings.ACCORD_MAX_UPLOAD // 1024**2
        raise ImportFileError(
            [
                ImportProblem(
                    gettext_lazy("is larger than %(most)s MB", most=most),
                    gettext_lazy("Compress it with gzip, or split it."),
                    file=file_name,
                )
            ]
        )
    run.file.save(file_name, _as_table(file, file_name) if kind == Import.Kind.EXCHANGE_RATES else file, save=False)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            record_event(
                by=by,
                kind=ImportEvent.UPLOADED,
                subject=run,
                after={"kind": kind, "source": source_name, "bytes": file.size},
            )
            held = start(jobs.examine_import, run.pk, here=now or file.size <= AT_ONCE_BYTES)
    except BaseException:
        run.file.storage.delete(str(run.file.name))
        raise
    if held is not None:
        with held:
            examine(run)
    return run


def _as_table(file: File[bytes], name: str) -> File[bytes]:
    """The central bank's rates as a table of those that are in use; raises :class:`ImportFileError`."""
    return ContentFile(read_rates(file.read(), name))


def examine(run: Import) -> None:
    """Read the upload in a limited child and keep what it is; safe to repeat."""
    try:
        if run.kind == Import.Kind.PLAN:
            run.shape = _plain(summary(read_plan(run)))
        else:
            _examine_table(run)
    except ImportFileError as error:
        run.status = Import.Status.REFUSED
        run.report = Report.of_refusal(error).as_json()
    except TRANSIENT:
        raise  # the job is tried again, or given up
    except Exception as error:
        run.fail(gettext("The file can't be read (%(error)s).") % {"error": type(error).__name__})
        raise
    else:
        run.status = Import.Status.UPLOADED
    run.save(update_fields=["shape", "mapping", "options", "status", "report", "updated_at"])


def _examine_table(run: Import) -> None:
    """Keep its shape and propose a mapping; one that was chosen before stays, though its headers may read otherwise."""
    shape, encoding = _shape(run)
    if run.shape:
        places = {column["header"]: column["index"] for column in run.shape["columns"]}
        headers = {column.index: column.header for column in shape.columns}
        mapping = {name: headers.get(places.get(header, -1), "") for name, header in run.mapping.items()}
        run.mapping = {name: header for name, header in mapping.items() if header}
    else:
        run.mapping, run.options = _proposal(run, shape)
    run.shape = shape.as_json()
    run.options = {name: value for name, value in run.options.items() if name != "encoding"}
    if encoding:
        run.options["encoding"] = encoding


def _shape(run: Import) -> tuple[CsvShape, str]:
    """How the table is written, and the encoding that was chosen: now, or for the last file of this source.

    What was chosen before does not count for a file that shows its own encoding.
    """
    if chosen := run.options.get("encoding"):
        return read_shape(run, chosen), chosen
    # Where there is a shape, somebody has just gone back to what the bytes say.
    earlier = "" if run.shape else queries.remembered_encoding(run)
    try:
        shape = read_shape(run)
    except ImportFileError:
        if not earlier:
            raise
        return read_shape(run, earlier), earlier
    if not earlier or shape.encoding.startswith("utf"):
        return shape, ""
    try:
        return read_shape(run, earlier), earlier
    except ImportFileError:
        return shape, ""


def _proposal(run: Import, shape: CsvShape) -> tuple[dict[str, str], dict[str, Any]]:
    """The mapping and options of the last file of this source; what that one did not have is guessed by its name."""
    fields = TABLES[run.kind].columns
    known = queries.remembered(run)
    if known is None:
        return guess_mapping(shape.headers, fields), {}
    mapping = {name: header for name, header in known.mapping.items() if header in shape.headers}
    seen = {column["header"] for column in known.shape["columns"]}
    new = [header for header in shape.headers if header not in seen]
    guessed = guess_mapping(new, [field for field in fields if field.name not in mapping])
    return guessed | mapping, known.options


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
