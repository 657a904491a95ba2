"""The card of a record's files, and what was sent with its form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accord.conversations.models import Comment
from accord.core.access import Permission, can
from accord.core.files.actions import attach_stored
from accord.core.files.contents import Stored, discard, store
from accord.core.files.queries import held
from accord.core.files.rules import PICTURES, TEXTS, largest
from accord.core.models import File, Record
from accord.web.shell.addresses import PAGES, address
from accord.web.shell.once import only_once
from accord.web.shell.page_files import page_files

MOST_AT_ONCE = 20
FIELD = "files"
ICONS = {"image/": "photo", "text/": "file-text", "application/pdf": "file-text", "application/zip": "package"}


def size_text(size: int) -> str:
    """As people read sizes: 1.2 MB."""
    return str(filesizeformat(size))


def icon_of(file: File) -> str:
    if "sheet" in file.media_type or file.media_type == "text/csv":
        return "file-spreadsheet"
    return next((icon for start, icon in ICONS.items() if file.media_type.startswith(start)), "file")


def has_preview(file: File) -> bool:
    return file.media_type in PICTURES | TEXTS


def shown(file: File) -> dict[str, Any]:
    """One version of a file, as pages show it."""
    return {
        "pk": file.pk,
        "name": file.name,
        "number": file.number,
        "icon": icon_of(file),
        "size": size_text(file.size),
        "by": file.uploaded_by_name,
        "at": file.created_at,
        "scanned": file.scan == File.Scan.CLEAN,
        "url": reverse("file", args=[file.pk]),
        "preview_url": reverse("file-preview", args=[file.pk]) if has_preview(file) else "",
    }


def files_card(
    request: HttpRequest,
    record: Record,
    *,
    may_change: bool | None = None,
    errors: list[str] | None = None,
    said: str = "",
) -> Any:
    """Context of ``shell/parts/files.html``. The reader was found to see the record."""
    if may_change is None:
        may_change = can(request.user, Permission.CHANGE, record)
    found = held(page_files(record, request.user).all_of(record))
    rows = [shown(each.file) | {"earlier": [shown(file) for file in each.earlier]} for each in found]
    return {
        "request": request,
        "files": rows,
        "files_url": address_of_files(record),
        "may_attach": may_change and not record.files_are_fixed,
        "may_remove": may_change,
        "largest": largest(),
        "file_errors": errors or [],
        "files_said": said,
        "card_id": f"files-{record._meta.model_name}-{record.pk}",
        "kind": record._meta.verbose_name,
    }


def address_of_files(record: Record) -> str:
    return reverse("record-files", args=[record._meta.label_lower, record.pk])


def page_with_files(record: Record) -> str:
    """Where the record's files are seen: on its page, or on theirs where it has none."""
    if isinstance(record, Comment) and record.subject is not None:
        return f"{address(record.subject)}#comment-{record.pk}"
    route = PAGES.get(record._meta.label_lower)
    if route:
        return f"{reverse(route, args=[record.pk])}#files-{record._meta.model_name}-{record.pk}"
    return address_of_files(record)


def sent_files(request: HttpRequest, field: str = FIELD, *, required: bool = True) -> list[UploadedFile]:
    """The files of a form. Raises ``ValidationError`` where none came, too many, or more than is taken in."""
    found = request.FILES.getlist(field)
    if getattr(request, "upload_was_cut", False):
        raise ValidationError(
            gettext("The upload was too large. A file can have up to %(largest)s.") % {"largest": largest()}
        )
    if required and not found:
        raise ValidationError(gettext("Choose a file."))
    if len(found) > MOST_AT_ONCE:
        raise ValidationError(
            gettext("Choose at most %(most_at_once)s files at a time.") % {"most_at_once": MOST_AT_ONCE}
        )
    return found


def take_in(files: list[UploadedFile]) -> tuple[list[Stored], list[str]]:
    """Store what may be stored, and say in words why the rest may not."""
    stored: list[Stored] = []
    refused: list[str] = []
    try:
        for file in files:
            try:
                stored.append(store(file, file.name or ""))
            except ValidationError as error:
                refused += error.messages
    except BaseException:
        discard(stored)
        raise
    return stored, refused


@contextmanager
def taken_in(request: HttpRequest) -> Iterator[list[Stored]]:
    """The files of a form that may have some, stored for what is made of them; taken back if nothing is.

    Raises ``ValidationError`` for the first that is refused, and for too many.
    """
    stored, refused = take_in(sent_files(request, required=False))
    try:
        if refused:
            raise ValidationError(refused)
        yield stored
    except BaseException:
        discard(stored)
        raise


def attach_sent(request: HttpRequest, record: Record) -> tuple[int, list[str]]:
    """Attach the files of the form to ``record``, on which the user may: how many were, and why others were not."""
    stored, refused = take_in(sent_files(request))
    try:
        if stored:
            with only_once(request) as done:
                for each in stored:
                    attach_stored(subject=record, stored=each, by=request.user)
                done.url = page_with_files(record)
    except BaseException:
        discard(stored)
        raise
    return len(stored), refused


def attached_text(count: int) -> str:
    return ngettext("File attached.", "%(count)s files attached.", count) % {"count": count} if count else ""
