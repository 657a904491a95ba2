"""Files of records: the list with its upload, download, preview, new version, deletion."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.access import Permission, require
from accord.core.files.actions import remove_file, replace_by_stored, require_to_attach, versions_of
from accord.core.files.contents import discard, opened
from accord.core.files.pictures import as_preview
from accord.core.files.queries import NOT_THERE, file_for, subject_for
from accord.core.files.rules import PICTURES, TEXTS, largest
from accord.core.files.serving import alone, content_of
from accord.core.models import File, Record
from accord.core.texts import gettext_lazy
from accord.web.shell.addresses import address
from accord.web.shell.files import (
    attach_sent,
    attached_text,
    files_card,
    has_preview,
    page_with_files,
    sent_files,
    shown,
    take_in,
)
from accord.web.shell.once import go, only_once

SHOWN_BYTES = 200_000  # of a text


@require_http_methods(["GET", "HEAD", "POST"])
def record_files(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """The files of one record; POST attaches more."""
    record = subject_for(request.user, label, pk)
    if request.method != "POST":
        context = {"title": gettext("Files"), "subtitle": str(record), "record": record, "back_url": address(record)}
        return render(request, "shell/files/list.html", context)
    require_to_attach(request.user, record)
    try:
        count, errors = attach_sent(request, record)
    except ValidationError as error:
        count, errors = 0, error.messages
    said = attached_text(count)
    if request.headers.get("HX-Request"):
        context = files_card(request, record, errors=errors, said=said)
        return render(request, "shell/parts/files.html", context, status=422 if errors else 200)
    if said:
        messages.success(request, said)
    for error in errors:
        messages.error(request, error)
    return HttpResponseRedirect(page_with_files(record))


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The content, to be saved: never a page of ours, whatever is in it."""
    return content_of(file_for(request.user, pk))  # type: ignore[no-any-return]


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture, or the beginning of a text as text."""
    file = file_for(request.user, pk)
    if not has_preview(file):
        raise Http404(gettext("There is no preview of this type of file."))
    text, is_cut = "", False
    if file.media_type in TEXTS:
        with opened(file) as content:
            data = content.read(SHOWN_BYTES + 1)
        is_cut = len(data) > SHOWN_BYTES
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data[:SHOWN_BYTES].decode("utf-16" if utf16 else "utf-8-sig", "replace")
    assert file.subject is not None
    context = {
        "title": file.name,
        "file": shown(file),
        "text": text,
        "is_cut": is_cut,
        "is_picture": file.media_type in PICTURES,
        "record": file.subject,
        "back_url": page_with_files(file.subject),
    }
    return render(request, "shell/files/preview.html", context)


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a preview, written anew as PNG."""
    file = file_for(request.user, pk)
    if file.media_type not in PICTURES:
        raise Http404(NOT_THERE)
    with opened(file) as content:
        png = as_preview(content)
    if png is None:
        raise Http404(gettext("This picture can't be shown. Download it instead."))
    return alone(HttpResponse(png, content_type="image/png"))


class VersionForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"))


class VersionNew(View):
    """Upload the next version of a file."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, self.file(request, pk), VersionForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.file(request, pk)
        form = VersionForm(request.POST, request.FILES)
        assert file.subject is not None
        url = page_with_files(file.subject)
        stored: list[Any] = []
        try:
            stored, refused = take_in(sent_files(request, "file")[:1])
            if refused:
                raise ValidationError(refused)
            with only_once(request) as done:
                replace_by_stored(file=file, stored=stored[0], by=request.user)
                done.url = url
        except ValidationError as error:
            discard(stored)
            form.errors.pop("file", None)  # that one came, and may be taken in, is asked where it is stored
            form.add_error("file", error)
            return self.show(request, file, form, status=422)
        except BaseException:
            discard(stored)
            raise
        messages.success(request, gettext("New version uploaded."))
        return go(request, url)

    def file(self, request: HttpRequest, pk: int) -> File:
        file = file_for(request.user, pk)
        require(request.user, Permission.CHANGE, file)
        return file

    def show(self, request: HttpRequest, file: File, form: VersionForm, status: int = 200) -> HttpResponse:
        form.fields["file"].help_text = gettext("Up to %(largest)s. Earlier versions are kept.") % {
            "largest": largest()
        }
        context = {
            "title": gettext("New version"),
            "subtitle": file.name,
            "form": form,
            "submit_label": gettext("Upload version"),
            "cancel_url": page_with_files(_subject(file)),
            "form_url": request.get_full_path(),
        }
        return render(request, "shell/form.html", context, status=status)


class FileRemove(View):
    """Ask, then delete the file with its versions."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.file(request, pk)
        count = len(versions_of(file))
        text = (
            gettext(
                "This deletes the file with its %(count)s versions for everyone. It can’t be undone. The audit log "
                "keeps its name."
            )
            if count > 1
            else gettext("This deletes the file for everyone. It can’t be undone. The audit log keeps its name.")
        )
        context = {
            "title": gettext("Delete file “%(file)s”?") % {"file": file.name},
            "text": text % {"count": count},
            "submit_label": gettext("Delete file"),
            "cancel_url": page_with_files(_subject(file)),
            "form_url": request.get_full_path(),
        }
        return render(request, "shell/confirm.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.file(request, pk)
        url = page_with_files(_subject(file))
        remove_file(file=file, by=request.user)
        messages.success(request, gettext("File deleted."))
        return go(request, url)

    def file(self, request: HttpRequest, pk: int) -> File:
        file = file_for(request.user, pk)
        require(request.user, Permission.DELETE, file)
        return file


def _subject(file: File) -> Record:
    assert file.subject is not None  # it was fetched by it
    return file.subject
