"""What is left when records and uploads are gone.

Records are deleted in many ways, most of them without a thought of files: by cascades, in bulk, when an import is
undone. So nothing is deleted along with them. A job looks for files whose record no longer exists (it then is
committed), and for contents that no row names.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet

from accord.core.files.contents import forget, forget_later, storage
from accord.core.models import File, Record

PORTION = 500
UNDER_WAY = timedelta(days=1)  # a content without a row that is younger may be an upload


def remove_orphans() -> int:
    """Delete the files of records that no longer exist, then their contents; returns how many."""
    removed = 0
    for label in list(File.objects.order_by().values_list("subject_type", flat=True).distinct()):
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError):  # a kind of record that this version does not have
            continue
        rows = File.objects.filter(subject_type=label).exclude(subject_id__in=_lasting(model))
        while gone := list(rows.order_by("pk").values_list("pk", "stored_as")[:PORTION]):
            with transaction.atomic():
                File.objects.filter(pk__in=[pk for pk, _ in gone]).delete()
                forget_later(name for _, name in gone)
            removed += len(gone)
    return removed


def _lasting(model: type[Model]) -> QuerySet[Any]:
    rows = model.with_lasting_files() if issubclass(model, Record) else model._base_manager.all()
    return rows.values("pk")


def sweep(now: datetime) -> int:
    """Delete the contents that no row names and that are no upload under way; returns how many."""
    store, swept = storage(), 0
    try:
        folders, _ = store.listdir("")
    except FileNotFoundError:  # nothing was ever attached
        return 0
    for folder in folders:
        _, names = store.listdir(folder)
        paths = [f"{folder}/{name}" for name in names]
        used = set(File.objects.filter(stored_as__startswith=f"{folder}/").values_list("stored_as", flat=True))
        old = [path for path in paths if path not in used and store.get_modified_time(path) < now - UNDER_WAY]
        swept += forget(old)
    return swept
