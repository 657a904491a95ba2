"""The dry run: what would this file do?"""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.jobs import TRANSIENT
from accord.core.jobs.here import start
from accord.engines.texts import every, gettext_lazy
from accord.exchange import jobs
from accord.exchange.csv_table import CsvShape
from accord.exchange.errors import ImportFileError, Problems
from accord.exchange.importers import plan as plan_importer
from accord.exchange.importers.fields import questions
from accord.exchange.importers.registry import TABLES
from accord.exchange.importers.report import ImportReport, Report
from accord.exchange.importers.run import Run
from accord.exchange.importers.writer import Writer
from accord.exchange.models import Import
from accord.exchange.progress import Cancelled, Progress
from accord.exchange.reading import read_plan

AT_ONCE_ROWS = 2_000
MAPPABLE = (Import.Status.UPLOADED, Import.Status.CHECKED, Import.Status.FAILED, Import.Status.UNDONE)


class Unanswered(ValueError):
    """The mapping or the options leave something open: ``answers`` maps the field or option to what is asked."""

    def __init__(self, asked: dict[str, str]) -> None:
        self.asked = asked
        super().__init__(" ".join(asked.values()))


def check(*, run: Import, mapping: dict[str, str], options: dict[str, Any], by: Any, now: bool = False) -> None:
    """Keep the mapping and options and try the import without writing; large files as a job.

    Raises :class:`Unanswered` when a needed column is not mapped, or a date or number could be read two ways.
    """
    require(by, Permission.CHANGE, run)
    run.mapping = {name: header for name, header in mapping.items() if header}
    kept = {name: run.options[name] for name in ("encoding", "values") if name in run.options}
    run.options = kept | options
    if run.kind != Import.Kind.PLAN:
        _require_answers(run)
    with transaction.atomic():
        if not run.move(to=Import.Status.CHECKING, only_from=MAPPABLE):
            return  # somebody else has just started it
        run.report, run.error = {}, ""
        run.save(update_fields=["mapping", "options", "report", "error", "updated_at"])
        held = start(jobs.check_import, run.pk, here=now or is_small(run))
    if held is not None:
        with held:
            perform_check(run)


def is_small(run: Import) -> bool:
    """Quick enough to be done while the person waits."""
    return int(run.shape.get("tasks" if run.kind == Import.Kind.PLAN else "rows", 0)) <= AT_ONCE_ROWS


def _require_answers(run: Import) -> None:
    importer, shape = TABLES[run.kind], CsvShape.from_json(run.shape)
    asked: dict[str, str] = {
        name: gettext_lazy("The file has no column “%(column)s”.", column=header)
        for name, header in run.mapping.items()
        if shape.column(header) is None
    }
    missing = importer.missing(run.mapping)
    if missing:
        asked["mapping"] = gettext_lazy("Choose the column for %(fields)s.", fields=every(missing))
    for question in questions(shape, run.mapping, importer.columns, run.options):
        asked[question.option] = question.text
    fields = {field.name: field for field in importer.columns}
    for name, answers in (run.options.get("values") or {}).items():
        choice = fields[name].choice if name in fields else None
        values = {value for value, _ in choice.labels()} | {""} if choice else set()
        if wrong := [word for word, value in answers.items() if value not in values]:
            asked[f"values_{name}"] = gettext_lazy("Choose what “%(word)s” means.", word=wrong[0])
    if asked:
        raise Unanswered(asked)


def perform_check(run: Import) -> None:
    """The pass itself, unless the import was cancelled meanwhile; safe to repeat."""
    if run.status != Import.Status.CHECKING:
        return
    progress = Progress(run.path)
    try:
        report = go_through(run, Writer(None, run.by), progress)
        run.status = Import.Status.CHECKED
    except Cancelled:
        report, run.status = Report(), Import.Status.UPLOADED
    except ImportFileError as error:
        report, run.status = Report.of_refusal(error), Import.Status.CHECKED
    except TRANSIENT:
        raise  # the job is tried again, or given up
    except Exception as error:
        stopped = gettext("The check stopped because of an unexpected error (%(error)s).")
        run.fail(stopped % {"error": type(error).__name__})
        raise
    finally:
        progress.clear()
    run.report = report.as_json()
    run.save(update_fields=["report", "status", "updated_at"])


def go_through(run: Import, writer: Writer, progress: Progress) -> Report:
    """One pass over the file with this writer. Raises :class:`ImportFileError` and :class:`Cancelled`."""
    started = time.monotonic()
    if run.kind == Import.Kind.PLAN:
        plan = read_plan(run)
        report = plan_importer.check(run, plan) if writer.is_dry else plan_importer.write(run, plan)
    else:
        importer = TABLES[run.kind]
        going = Run(
            path=run.path,
            shape=CsvShape.from_json(run.shape),
            fields=importer.columns,
            mapping=run.mapping,
            options=run.options,
            source=run.source_name,
            by=run.by,
            writer=writer,
            progress=progress,
            deciding=importer.deciding(run.mapping),
            label=gettext_lazy("Checking") if writer.is_dry else gettext_lazy("Importing"),
            ledger=ImportReport(Problems(run.file_name)),
        )
        importer.run(going)
        for note in going.shape.notes:
            going.ledger.note(note)
        report = going.ledger.report()
    report.seconds = round(time.monotonic() - started, 2)
    return report
