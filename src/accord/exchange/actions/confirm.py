"""Carrying an import out, after its dry run."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.event_kinds import RecordEvent
from accord.core.events import record_event
from accord.core.jobs import TRANSIENT
from accord.core.jobs.here import start
from accord.exchange import jobs
from accord.exchange.actions.check import go_through, is_small
from accord.exchange.errors import ImportFileError
from accord.exchange.importers.report import Report
from accord.exchange.importers.writer import Writer
from accord.exchange.models import Import
from accord.exchange.progress import Cancelled, Progress

log = structlog.get_logger("accord.import")


class HasProblems(ValueError):
    """Rows are wrong, and it was not chosen to import the valid ones only."""


class _NothingWritten(Exception):
    """Rolls the transaction back, with the report that says why."""

    def __init__(self, report: Report) -> None:
        self.report = report


def confirm(
    *, run: Import, by: Any, valid_rows_only: bool = False, keep_dates: bool | None = None, now: bool = False
) -> None:
    """Write what the dry run promised; large files as a job.

    ``keep_dates`` replaces the choice whether a plan's tasks are held at the file's dates.

    Raises :class:`HasProblems` when the dry run found any and ``valid_rows_only`` was not chosen. Confirming twice
    has one effect.
    """
    require(by, Permission.CHANGE, run)
    require(by, Permission.CREATE, run)
    if run.report.get("errors") and (not valid_rows_only or run.kind == Import.Kind.PLAN):
        raise HasProblems(gettext("The file has problems. Fix it, or import only the valid rows."))
    Import.objects.filter(pk=run.pk, status=Import.Status.CHECKED).update(valid_rows_only=valid_rows_only)
    run.valid_rows_only = valid_rows_only
    with transaction.atomic():
        if keep_dates is not None and run.kind == Import.Kind.PLAN:
            run.options = {**run.options, "keep_dates": keep_dates}
            Import.objects.filter(pk=run.pk, status=Import.Status.CHECKED).update(options=run.options)
        if not run.move(to=Import.Status.WRITING, only_from=(Import.Status.CHECKED,)):
            run.refresh_from_db()
            return
        held = start(jobs.write_import, run.pk, here=now or is_small(run))
    if held is not None:
        with held:
            perform_write(run)


def perform_write(run: Import) -> None:
    """All in one transaction, status included: a worker that dies in it leaves nothing but the wish to do it again."""
    if run.status != Import.Status.WRITING:
        return
    progress = Progress(run.path)
    try:
        with transaction.atomic():
            report = _write(run, progress)
    except _NothingWritten as nothing:
        run.fail(gettext("Nothing was imported because some rows have problems."), nothing.report.as_json())
    except Cancelled:
        run.status = Import.Status.CHECKED
        run.save(update_fields=["status", "updated_at"])
    except ImportFileError as error:
        run.fail(gettext("Nothing was imported because the file can't be read."), Report.of_refusal(error).as_json())
    except TRANSIENT:
        raise  # the job is tried again, or given up
    except Exception as error:
        stopped = gettext("Nothing was imported because of an unexpected error (%(error)s).")
        run.fail(stopped % {"error": type(error).__name__})
        raise
    else:
        log.info("import_done", run=run.pk, seconds=report.seconds, create=report.create, update=report.update)
    finally:
        progress.clear()


def _write(run: Import, progress: Progress) -> Report:
    require(run.by, Permission.CREATE, run)  # the role may have been taken away since
    writer = Writer(run, run.by)
    report = go_through(run, writer, progress)
    if report.errors and not run.valid_rows_only:
        raise _NothingWritten(report)
    writer.finish()
    run.status, run.report, run.error = Import.Status.DONE, report.as_json(), ""
    run.done_at, run.undone_at = timezone.now(), None
    run.save(update_fields=["status", "report", "error", "done_at", "undone_at", "updated_at"])
    counts = {"create": report.create, "update": report.update, "skip": report.skip, "left_out": report.left_out}
    record_event(
        by=run.by, kind=RecordEvent.IMPORTED, subject=run, after={"source": run.source_name, **counts, **report.created}
    )
    if run.kind == Import.Kind.INVOICES and report.create + report.update:
        jobs.refresh_customer_figures.enqueue()
    return report
