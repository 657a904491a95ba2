"""Updating the client figures: the button, how far it is, and the wish to stop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from accord.core.access import Permission, require
from accord.core.models import WorkerPresence
from accord.insight.actions.start_figures_update import cancel_figures_update, start_figures_update
from accord.insight.models import ClientFigures, FiguresUpdate
from accord.insight.queries_update import latest_update
from accord.people.models import Firm
from accord.web.shell.once import go
from accord.web.shell.templatetags.shell import day


@require_POST
def analyse(request: HttpRequest) -> HttpResponse:
    """Update the client figures: at once, or as a job whose progress the page then shows."""
    update = start_figures_update(by=request.user)
    if not update.is_busy:
        _tell(request, update)
    elif update.by_id != request.user.pk:
        messages.info(request, gettext("The client figures are already being updated."))
    return go(request, reverse("numbers"))


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The bar of the update that is going on; once it is over, the way back to the page."""
    update = latest_update(request.user)
    if update is None or not update.is_busy:
        if update is not None:
            _tell(request, update)
        return go(request, reverse("numbers"))
    return render(request, "insight/update_progress.html", in_progress(update))


@require_POST
def cancellation(request: HttpRequest) -> HttpResponse:
    """Stop it; the figures stay those of the update before."""
    require(request.user, Permission.CHANGE, Firm.current())  # also where there is nothing to stop
    update = latest_update(request.user)
    if update is not None and cancel_figures_update(update=update, by=request.user):
        messages.info(request, gettext("The update was cancelled. The figures have not changed."))
    return go(request, reverse("numbers"))


def in_progress(update: FiguresUpdate) -> dict[str, Any]:
    """What the bar shows."""
    waits = update.status == FiguresUpdate.Status.WAITING
    return {"update": update, "no_worker": waits and not WorkerPresence.is_any()}


def update_context(user: Any) -> dict[str, Any]:
    """What a page with the figures says of an update: that it is going on, or why the last one failed."""
    update = latest_update(user)
    if update is None:
        return {}
    if update.is_busy:
        return in_progress(update)
    return {"update_failure": update.error if update.status == FiguresUpdate.Status.FAILED else ""}


def _tell(request: HttpRequest, update: FiguresUpdate) -> None:
    """Say that it is done; why it failed is on the page."""
    found: ClientFigures | None = update.result
    if update.status != FiguresUpdate.Status.DONE or found is None:
        return
    if found.reason:
        messages.warning(request, found.reason)
        return
    text = ngettext(
        "Figures updated for %(count)s client as of %(day)s.",
        "Figures updated for %(count)s clients as of %(day)s.",
        found.customers,
    )
    messages.success(request, text % {"count": f"{found.customers:,}", "day": day(found.as_of)})
