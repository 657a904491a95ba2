"""Updating the client figures: one at a time, in small firms at once, in large ones as a job."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account, Interaction
from accord.core.access import Permission, require
from accord.core.jobs import TRANSIENT
from accord.core.jobs.here import start
from accord.engines.customers.client_fits import Stage, Watch
from accord.insight import jobs
from accord.insight.actions.update_client_figures import update_client_figures
from accord.insight.models import ClientFigures, FiguresUpdate
from accord.insight.queries import MONTH
from accord.money.models import Invoice, TimeEntry
from accord.people.models import Firm

# With no more of each, about a second or two: a person can wait.
AT_ONCE = {Account: 200, Interaction: 20_000, Invoice: 5_000, TimeEntry: 20_000}
MOST_SAVED = 20
_EVERY_SECONDS = 0.5

Status = FiguresUpdate.Status


class Cancelled(Exception):
    """Someone asked this update to stop."""


def start_figures_update(*, by: Any, queued: bool = False, again: bool = False) -> FiguresUpdate:
    """Start an update, or join the one that is going on; ``by`` is None where nobody asked.

    With ``queued`` it is a job however small the firm. ``again``: records have changed, so that one that has begun to
    read is followed by another.
    """
    firm = Firm.current()
    if by is not None:
        require(by, Permission.CHANGE, firm)
    with transaction.atomic():
        Firm.objects.select_for_update().get(pk=firm.pk)  # of two who start at once, one finds the other's
        going_on = FiguresUpdate.objects.filter(status__in=FiguresUpdate.BUSY).first()
        if going_on is not None:
            if again and going_on.status == Status.RUNNING:
                FiguresUpdate.objects.filter(pk=going_on.pk).update(again=True)
            return going_on
        update = FiguresUpdate.objects.create(by=by)
        held = start(jobs.run_figures_update, update.pk, here=not queued and is_small())
    if held is not None:
        with held:
            perform(update)
    return update


def is_small() -> bool:
    """Whether the firm has so few records that its figures can be updated while somebody waits."""
    return not any(model.objects.order_by("pk").values("pk")[most : most + 1] for model, most in AT_ONCE.items())


def cancel_figures_update(*, update: FiguresUpdate, by: Any) -> bool:
    """Stop at the next step; the figures stay those of the update before. False when there is nothing to stop."""
    require(by, Permission.CHANGE, Firm.current())
    return update.move(to=Status.CANCELLED, only_from=FiguresUpdate.BUSY, done_at=timezone.now())


def perform(update: FiguresUpdate) -> None:
    """Do the work. Repeating it is harmless: it ends where the update is no longer to be done."""
    first = FiguresUpdate.from_the_start()
    if not update.move(to=Status.RUNNING, only_from=FiguresUpdate.BUSY, again=False, **first):
        return
    try:
        found = update_client_figures(as_of=timezone.localdate(), by=update.by, watch=_reporter(update))
    except Cancelled:
        update.status = Status.CANCELLED
    except TRANSIENT:
        raise  # the job is tried again, or given up
    except Exception:
        error = gettext("The client figures couldn't be updated because of an unexpected error.")
        update.move(to=Status.FAILED, only_from=(Status.RUNNING,), error=error, done_at=timezone.now())
        raise
    else:
        # Cancelled in the last moment: the figures are there all the same, and it says so.
        update.move(to=Status.DONE, only_from=(Status.RUNNING, Status.CANCELLED), result=found, done_at=timezone.now())
        _let_go()
        if not ClientFigures.objects.filter(as_of__lt=found.as_of - MONTH).exists():
            jobs.give_figures_a_past.enqueue()
        if FiguresUpdate.objects.filter(pk=update.pk, again=True).exists():
            start_figures_update(by=None, queued=True)


def _reporter(update: FiguresUpdate) -> Watch:
    """Writes down how far the work has got, a few times a second at most, and hears of the wish to stop it."""
    due, stage = 0.0, None

    def report(at: Stage, done: int, total: int) -> None:
        nonlocal due, stage
        if at == stage and time.monotonic() < due:
            return
        due, stage = time.monotonic() + _EVERY_SECONDS, at
        told = {"stage": at.value, "done": done, "total": total}
        if not update.move(to=Status.RUNNING, only_from=(Status.RUNNING,), **told):
            raise Cancelled

    return report


def _let_go() -> None:
    """Forget the oldest updates; their figures stay."""
    ended = FiguresUpdate.objects.exclude(status__in=FiguresUpdate.BUSY)
    FiguresUpdate.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[MOST_SAVED:])).delete()
