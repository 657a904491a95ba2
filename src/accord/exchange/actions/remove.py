"""Deleting an import with its file."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accord.core import editing
from accord.exchange.models import Import
from accord.exchange.progress import Progress


class IsBusy(ValueError):
    """The import is being worked on."""


def remove(*, run: Import, by: Any) -> None:
    """Delete the record and, once that is certain, the uploaded file.

    What was imported stays; it can no longer be undone.
    """
    if run.is_busy:
        raise IsBusy(gettext("The import is still running. Wait for it or cancel it first."))
    storage, name, path = run.file.storage, str(run.file.name), run.path
    with transaction.atomic():
        editing.remove(run, by=by)
        transaction.on_commit(lambda: storage.delete(name))
        transaction.on_commit(Progress(path).clear)
