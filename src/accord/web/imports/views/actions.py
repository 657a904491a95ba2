"""What is done with an import: each action an address of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accord.core.access import Permission, require
from accord.core.fetch import fetch
from accord.core.texts import translated
from accord.exchange.actions.cancel import cancel
from accord.exchange.actions.check import Unanswered
from accord.exchange.actions.check import check as check_import
from accord.exchange.actions.choose_encoding import choose_encoding
from accord.exchange.actions.confirm import HasProblems, confirm
from accord.exchange.actions.remove import IsBusy, remove
from accord.exchange.actions.undo import CannotUndo
from accord.exchange.actions.undo import undo as undo_import
from accord.exchange.models import Import
from accord.exchange.obstacles import obstacles
from accord.web.imports.page import MAPPABLE, context, form_of
from accord.web.shell.views.forms import go


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mapping and try the file without writing."""
    run = _changeable(request, pk)
    if run.status not in MAPPABLE:
        return _page(request, run)
    form = form_of(run, request.user, request.POST)
    if form.is_valid():
        try:
            check_import(run=run, mapping=getattr(form, "mapping", {}), options=form.options, by=request.user)
            return _page(request, run)
        except Unanswered as unanswered:
            form.ask(unanswered.asked)
    return render(request, "imports/import.html", context(request, run, form), status=422)


@require_POST
def encoding(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a table again, in the encoding that was chosen."""
    run = _changeable(request, pk)
    try:
        choose_encoding(run=run, encoding=request.POST.get("encoding", ""), by=request.user)
    except Unanswered as unanswered:
        messages.error(request, " ".join(map(translated, unanswered.asked.values())))
    return _page(request, run)


@require_POST
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the check promised."""
    run = _changeable(request, pk)
    try:
        confirm(
            run=run,
            by=request.user,
            valid_rows_only=request.POST.get("valid_rows_only") == "on",
            keep_dates=request.POST.get("dates") == "file" if "dates" in request.POST else None,
        )
    except HasProblems as problem:
        messages.error(request, str(problem))
        return _page(request, run)
    if run.status == Import.Status.DONE:
        messages.success(request, gettext("Imported."))
    return _page(request, run)


@require_POST
def cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the check or the writing; nothing of it stays."""
    run = _changeable(request, pk)
    if cancel(run=run, by=request.user):
        messages.info(request, gettext("Cancelling. No data is written."))
    return _page(request, run)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what an undo would do or what stands in its way; then do it."""
    run = _changeable(request, pk)
    if run.status != Import.Status.DONE:
        return _page(request, run)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            undo_import(run=run, by=request.user)
            if run.status == Import.Status.UNDONE:
                messages.success(request, gettext("Import undone. All data is back to its previous state."))
            return _page(request, run)
        except CannotUndo as blocked:
            reasons = blocked.reasons
    else:
        reasons = obstacles(run)
    page = {
        "title": gettext("This import can't be undone")
        if reasons
        else gettext("Undo the import of %(run)s?") % {"run": run},
        "text": gettext("Later changes depend on it. Undo or delete these first:") if reasons else _undo_text(run),
        "consequences": reasons,
        "submit_label": gettext("Undo the import"),
        "cancel_url": reverse("import", args=[pk]),
        "form_url": reverse("import-undo", args=[pk]),
        "is_blocked": bool(reasons),
    }
    return render(request, "imports/undo.html", page, status=409 if reasons and request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the import and its file; what was imported stays."""
    run = fetch(Import, request.user, "by", pk=pk)
    require(request.user, Permission.DELETE, run)
    if request.method == "POST":
        try:
            remove(run=run, by=request.user)
        except IsBusy as busy:
            messages.error(request, str(busy))
            return _page(request, run)
        messages.success(request, gettext("The import of “%(file_name)s” was deleted.") % {"file_name": run.file_name})
        return go(request, reverse("imports"))
    consequence = (
        (gettext("Imported data is kept, but the import can no longer be undone."))
        if run.status == Import.Status.DONE
        else ""
    )
    page = {
        "title": gettext("Delete the import of %(run)s?") % {"run": run},
        "text": (gettext("The uploaded file is deleted. %(consequence)s") % {"consequence": consequence}).strip(),
        "submit_label": gettext("Delete"),
        "cancel_url": reverse("import", args=[pk]),
        "form_url": reverse("import-removal", args=[pk]),
    }
    return render(request, "shell/confirm.html", page)


def _undo_text(run: Import) -> str:
    created, changed = run.report.get("create", 0), run.report.get("update", 0)
    return gettext(
        "Created records are deleted (%(created)s). Updated records get their previous values back (%(changed)s)."
    ) % {"created": f"{created:,}", "changed": f"{changed:,}"}


def _changeable(request: HttpRequest, pk: int) -> Import:
    run = fetch(Import, request.user, "by", pk=pk)
    require(request.user, Permission.CHANGE, run)
    return run


def _page(request: HttpRequest, run: Import) -> HttpResponse:
    return go(request, reverse("import", args=[run.pk]))
