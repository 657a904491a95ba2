"""Files of any record, which ``subject`` names by type and id: ``accounts.account:5``."""

from __future__ import annotations

from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import File as Sent
from ninja import Router
from ninja.files import UploadedFile

from accord.api.answers import Moment, exactly, many, page_of
from accord.core.access import Permission, require
from accord.core.events import plain
from accord.core.files.actions import attach_file, remove_file, replace_file, require_to_attach
from accord.core.files.queries import Held, file_for, files_of, subject_for
from accord.core.files.rules import largest
from accord.core.files.serving import content_of
from accord.core.models import File, Record

router = Router(tags=["files"])

_FIELDS: dict[str, Any] = {
    "id": int,
    "subject": str,
    "name": str,
    "size": int,
    "media_type": str,
    "sha256": str,
    "number": int,
    "uploaded_by": str,
    "created_at": Moment,
    "scan": Literal["none", "clean"],
    "content": str,
}
BINARY = {"type": "string", "format": "binary"}
FILE_OUT = exactly("FileOut", _FIELDS)
HELD_OUT = exactly("HeldFileOut", _FIELDS | {"earlier": many(FILE_OUT)})


def _answer(file: File, earlier: list[File] | None = None) -> dict[str, Any]:
    found = {
        "id": file.pk,
        "subject": f"{file.subject_type}:{file.subject_id}",
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "number": file.number,
        "uploaded_by": file.uploaded_by_name,
        "created_at": plain(file.created_at),
        "scan": file.scan,
        "content": f"/api/files/{file.pk}/content",
    }
    return found if earlier is None else found | {"earlier": [_answer(each) for each in earlier]}


def _held(held: Held) -> dict[str, Any]:
    return _answer(held.file, held.earlier)


def _subject(user: Any, subject: str) -> Record:
    label, _, key = subject.rpartition(":")
    if not (key.isascii() and key.isdecimal() and len(key) < 20):
        raise ValidationError({"subject": gettext("Name the record by type and id, for example accounts.account:5.")})
    return subject_for(user, label, int(key))


def _sent(request: HttpRequest, file: UploadedFile | None) -> UploadedFile:
    if getattr(request, "upload_was_cut", False):
        message = gettext("The upload is too large. A file can have up to %(most)s.")
        raise ValidationError({"file": message % {"most": largest()}})
    if file is None:
        raise ValidationError({"file": gettext("Send the file as multipart/form-data, in the field named file.")})
    return file


@router.get("", response=page_of(HELD_OUT))
def files(request: HttpRequest, subject: str) -> dict[str, Any]:
    """The files of a record in their newest versions, each with its earlier ones."""
    items = [_held(held) for held in files_of(_subject(request.user, subject))]
    return {"count": len(items), "next_offset": None, "items": items}


@router.post("", response={201: FILE_OUT})
def attach(request: HttpRequest, subject: str, file: UploadedFile | None = Sent(None)) -> tuple[int, dict[str, Any]]:  # type: ignore[type-arg]  # noqa: B008
    """Attach a file, sent as the field ``file`` of multipart/form-data; 422 says why one is refused."""
    record = _subject(request.user, subject)
    require_to_attach(request.user, record)
    sent = _sent(request, file)
    return 201, _answer(attach_file(subject=record, content=sent, name=sent.name or "", by=request.user))


@router.get("/{int:pk}", response=FILE_OUT)
def file(request: HttpRequest, pk: int) -> dict[str, Any]:
    """One version of a file."""
    return _answer(file_for(request.user, pk))


@router.get(
    "/{int:pk}/content",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {"schema": BINARY}}}}},
)
def file_content(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in it, as an attachment."""
    return content_of(file_for(request.user, pk))


@router.post("/{int:pk}/versions", response={201: FILE_OUT})
def file_version(request: HttpRequest, pk: int, file: UploadedFile | None = Sent(None)) -> tuple[int, dict[str, Any]]:  # type: ignore[type-arg]  # noqa: B008
    """Upload the next version; 422 if this one was replaced already."""
    replaced = file_for(request.user, pk)
    require(request.user, Permission.CHANGE, replaced)
    sent = _sent(request, file)
    return 201, _answer(replace_file(file=replaced, content=sent, name=sent.name or "", by=request.user))


@router.delete("/{int:pk}", response={204: None})
def delete_file(request: HttpRequest, pk: int) -> tuple[int, None]:
    """Delete the file with all its versions."""
    remove_file(file=file_for(request.user, pk), by=request.user)
    return 204, None
