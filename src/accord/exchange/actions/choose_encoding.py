"""Reading an uploaded table again, in another encoding."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accord.core.access import Permission, require
from accord.core.jobs.here import start
from accord.engines.texts import gettext_lazy
from accord.exchange import jobs
from accord.exchange.actions.check import MAPPABLE, Unanswered
from accord.exchange.actions.upload import AT_ONCE_BYTES, examine
from accord.exchange.csv_table.encodings import known_encoding
from accord.exchange.models import Import

FROM = (*MAPPABLE, Import.Status.REFUSED)


def choose_encoding(*, run: Import, encoding: str, by: Any, now: bool = False) -> None:
    """Read the file in ``encoding``, or as its bytes suggest if that is empty; the mapping stays with its columns.

    Raises :class:`Unanswered` for an encoding that is not offered. Large files are read as a job.
    """
    require(by, Permission.CHANGE, run)
    known = known_encoding(encoding) if encoding else ""
    if known is None or run.kind == Import.Kind.PLAN:
        raise Unanswered({"encoding": gettext_lazy("Choose one of the encodings in the list.")})
    with transaction.atomic():
        if not run.move(to=Import.Status.CHECKING, only_from=FROM):
            return  # somebody else has just started something
        run.options = {**run.options, "encoding": known}
        run.report, run.error = {}, ""
        run.save(update_fields=["options", "report", "error", "updated_at"])
        held = start(jobs.examine_import, run.pk, here=now or run.file.size <= AT_ONCE_BYTES)
    if held is not None:
        with held:
            examine(run)
