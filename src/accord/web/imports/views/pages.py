"""Uploading, the page of one import, its progress, and sample files."""

from __future__ import annotations

import csv
import io

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accord.core.fetch import fetch
from accord.core.texts import translated
from accord.exchange.actions.upload import upload
from accord.exchange.errors import ImportFileError
from accord.exchange.importers.registry import TABLES
from accord.exchange.models import Import
from accord.exchange.queries import kinds_for
from accord.web.imports.forms import UploadForm
from accord.web.imports.page import context, stand
from accord.web.shell.once import DoneBefore, only_once
from accord.web.shell.parts import Crumb
from accord.web.shell.views.forms import go


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a file and say where it comes from."""
    if not kinds_for(request.user):
        raise PermissionDenied(gettext("You don't have permission to import files."))
    form = UploadForm(
        request.POST or None, request.FILES or None, user=request.user, initial={"kind": request.GET.get("kind")}
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and (run := _upload(request, form)):
            return go(request, reverse("import", args=[run.pk]))
        status = 422
    page = {
        "title": gettext("New import"),
        "subtitle": gettext("No data is written until you confirm."),
        "form": form,
        "submit_label": gettext("Upload"),
        "cancel_url": reverse("imports"),
        "crumbs": [Crumb(gettext("Imports"), reverse("imports"))],
        "sources": form.sources,
    }
    return render(request, "imports/new.html", page, status=status)


def _upload(request: HttpRequest, form: UploadForm) -> Import | None:
    values = form.cleaned_data
    file = values["file"]
    run = None
    try:
        with only_once(request) as done:
            run = upload(
                kind=values["kind"], file=file, file_name=file.name, source_name=values["source_name"], by=request.user
            )
            done.url = reverse("import", args=[run.pk])
        return run
    except DoneBefore:
        if run is not None:  # the row is taken back with the transaction, its file is not
            run.file.storage.delete(str(run.file.name))
        raise
    except ImportFileError as error:
        form.add_error("file", translated(error.text))
        return None


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands, and what can be done next."""
    run = fetch(Import, request.user, "by", pk=pk)
    return render(request, "imports/import.html", context(request, run))


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar of an import that is being worked on; once it is done, the way back to its page."""
    run = fetch(Import, request.user, pk=pk)
    if not run.is_busy:
        return go(request, reverse("import", args=[pk]))
    return render(request, "imports/progress.html", {"run": run, "stand": stand(run)})


@require_safe
def sample(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table with the headers that are recognised by themselves."""
    importer = TABLES.get(kind)
    if importer is None:
        raise Http404(gettext("This page doesn't exist, or you don't have access to it."))
    if Import.Kind(kind) not in kinds_for(request.user):
        raise PermissionDenied(gettext("You don't have permission to import this type of file."))
    text = io.StringIO()
    csv.writer(text).writerow([field.header for field in importer.columns])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response
