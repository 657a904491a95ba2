"""What people do with files: attach, replace by a newer version, delete."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File as Content
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.event_kinds import EventKind, FileEvent
from accord.core.events import record_event
from accord.core.files.contents import Stored, discard, forget_later, store
from accord.core.models import File, Record
from accord.core.references import reference


def attach_file(*, subject: Record, content: Content[bytes], name: str, by: Any) -> File:
    """Check ``content``, store it and attach it to ``subject``. Raises ``ValidationError`` for what is refused."""
    require_to_attach(by, subject)
    stored = store(content, name)
    try:
        return attach_stored(subject=subject, stored=stored, by=by)
    except BaseException:
        discard([stored])
        raise


def require_to_attach(user: Any, subject: Record) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may attach files to ``subject``."""
    if not subject.holds_files or subject.files_are_fixed:
        raise PermissionDenied(
            gettext("No files can be attached to this %(verbose_name)s.") % {"verbose_name": subject._meta.verbose_name}
        )
    require(user, Permission.CHANGE, subject)


@transaction.atomic
def attach_stored(*, subject: Record, stored: Stored, by: Any) -> File:
    """Attach what was stored a moment ago, so that a scan does not hold up the database."""
    require_to_attach(by, subject)
    file = _row(subject, stored, by)
    file.save(force_insert=True)
    _tell(file, subject, by, FileEvent.ATTACHED)
    return file


def replace_file(*, file: File, content: Content[bytes], name: str, by: Any) -> File:
    """Store ``content`` as the next version of ``file``; earlier versions are kept."""
    require(by, Permission.CHANGE, file)
    stored = store(content, name)
    try:
        return replace_by_stored(file=file, stored=stored, by=by)
    except BaseException:
        discard([stored])
        raise


@transaction.atomic
def replace_by_stored(*, file: File, stored: Stored, by: Any) -> File:
    """The same for what was stored a moment ago. Raises ``ValidationError`` where somebody else was faster."""
    require(by, Permission.CHANGE, file)
    subject = file.subject
    assert subject is not None  # or nobody could change it
    newer = _row(subject, stored, by)
    newer.replaces, newer.number = file, file.number + 1
    try:
        with transaction.atomic():
            newer.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            gettext("Someone else uploaded a newer version. Reload the page, then upload yours.")
        ) from error
    _tell(newer, subject, by, FileEvent.REPLACED, before={"file": file.name})
    return newer


@transaction.atomic
def remove_file(*, file: File, by: Any) -> None:
    """Delete ``file`` with all its versions; the contents go after the commit."""
    require(by, Permission.DELETE, file)
    subject = file.subject
    assert subject is not None
    rows = versions_of(file)
    names = [row.stored_as for row in rows]
    File.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _tell(rows[0], subject, by, FileEvent.DELETED, gone=True)
    forget_later(names)


def remove_files_of(subjects: Any) -> None:
    """Delete all files of the records in the queryset ``subjects``, of which nobody is to read any more."""
    rows = File.objects.filter(subject_type=subjects.model._meta.label_lower, subject_id__in=subjects.values("pk"))
    names = list(rows.values_list("stored_as", flat=True))
    rows.delete()
    forget_later(names)


def share_files(*, files: Iterable[File], subject: Record, by: Any) -> list[File]:
    """Give ``subject`` files that hang on other records, with the same content: what is sent stays what it was.

    Call it in a transaction. The rows are locked until it ends, so that no content is forgotten in between.
    """
    wanted = list(files)
    locked = File.objects.select_for_update().filter(pk__in=[file.pk for file in wanted]).order_by("pk")
    found = {file.pk: file for file in locked}
    if len(found) != len({file.pk for file in wanted}):
        raise ValidationError(gettext("One of the files no longer exists. Choose again."))
    made = []
    for file in wanted:
        stored = Stored(file.stored_as, file.name, file.size, file.media_type, file.sha256, file.scan)
        made.append(_row(subject, stored, by))
    return list(File.objects.bulk_create(made))


def save_files(*, subject: Record, stored: Iterable[Stored], by: Any) -> list[File]:
    """The files that come with a new record, whose own action asked for permission and tells of it."""
    return list(File.objects.bulk_create(_row(subject, each, by) for each in stored))


def versions_of(file: File) -> list[File]:
    """``file`` with its earlier and later versions, the newest first."""
    rows = {
        row.pk: row for row in File.objects.filter(subject_type=file.subject_type, subject_id=file.subject_id)
    }  # fmt: skip
    later = {row.replaces_id: row for row in rows.values() if row.replaces_id is not None}
    newest = rows.get(file.pk, file)
    while newest.pk in later:
        newest = later[newest.pk]
    found = [newest]
    while (earlier := rows.get(found[-1].replaces_id or 0)) is not None:
        found.append(earlier)
    return found


def _row(subject: Record, stored: Stored, by: Any) -> File:
    return File(
        **reference(subject).columns, name=stored.name, stored_as=stored.stored_as, size=stored.size,
        media_type=stored.media_type, sha256=stored.sha256, scan=stored.scan,
        uploaded_by_id=getattr(by, "pk", None), uploaded_by_name=str(by)[:200] if by is not None else "",
    )  # fmt: skip


def _tell(
    file: File, subject: Record, by: Any, kind: EventKind, *, before: dict[str, Any] | None = None, gone: bool = False
) -> None:
    """The event is one of the record: its timeline and audit log show it."""
    told = {"file": file.name, "size": file.size, "sha256": file.sha256}
    record_event(by=by, kind=kind, subject=subject, before=told if gone else before, after=None if gone else told)
