"""What is asked about files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404

from accord.core.models import File, Record
from accord.core.models.file import holder_named
from accord.core.texts import gettext_lazy

NOT_THERE = gettext_lazy("This page doesn't exist, or you don't have access to it.")


@dataclass(frozen=True, slots=True)
class Held:
    """A file as it is now, with its earlier versions, the latest of them first."""

    file: File
    earlier: list[File] = field(default_factory=list)


def file_for(user: Any, pk: int) -> File:
    """The file, if ``user`` may read it: asked of the record that it hangs on; else a 404 like any other."""
    file: File | None = File.objects.filter(pk=pk).first() if pk < 2**63 else None
    model = holder_named(file.subject_type) if file is not None else None
    if file is None or model is None:
        raise Http404(NOT_THERE)
    subject = model.with_readable_files(user).filter(pk=file.subject_id).first()
    if subject is None:
        raise Http404(NOT_THERE)
    file.__dict__["subject"] = subject
    return file


def subject_for(user: Any, label: str, pk: int) -> Record:
    """The record with that model label, if it can have files and ``user`` may read them; else a 404."""
    model = holder_named(label.lower())
    if model is None or pk >= 2**63:
        raise Http404(NOT_THERE)
    found: Record | None = model.with_readable_files(user).filter(pk=pk).first()
    if found is None:
        raise Http404(NOT_THERE)
    return found


def files_of(record: Record) -> list[Held]:
    """The files of a record, which the reader may read, by name; whoever calls has asked."""
    return held(File.objects.filter(subject_type=record._meta.label_lower, subject_id=record.pk))


def held(files: Iterable[File]) -> list[Held]:
    """All versions of the files of one record, put together, by name."""
    rows = list(files)
    by_key = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows}
    found = []
    for row in rows:
        if row.pk in replaced:
            continue
        each = Held(row)
        while (earlier := by_key.get((each.earlier[-1] if each.earlier else row).replaces_id or 0)) is not None:
            each.earlier.append(earlier)
        found.append(each)
    return sorted(found, key=lambda each: (each.file.name.lower(), each.file.pk))
