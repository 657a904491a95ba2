"""Imports that are too large to wait for: the same actions, done by the worker.

Each can be repeated safely: the import's own status, changed in the transaction of its effect, says whether it is
still to be done. They are not marked ``once``, because progress and refusals must outlive a rolled-back transaction.
"""

from __future__ import annotations

from django_tasks import task

from accord.core.jobs import once, when_interrupted
from accord.exchange.models import Import


def _interrupted(pk: int, *args: object, given_up: str) -> None:
    from accord.exchange.actions.interrupt import interrupted

    run = Import.objects.filter(pk=pk).first()
    if run is not None:
        interrupted(run, given_up=given_up)


@task
@when_interrupted(_interrupted)
def examine_import(pk: int) -> None:
    """Read an upload for the first time."""
    from accord.exchange.actions.upload import examine

    run = Import.objects.select_related("by").filter(pk=pk, status=Import.Status.CHECKING).first()
    if run is not None:
        examine(run)


@task
@when_interrupted(_interrupted)
def check_import(pk: int) -> None:
    """A dry run."""
    from accord.exchange.actions.check import perform_check

    run = Import.objects.select_related("by").filter(pk=pk).first()
    if run is not None:
        perform_check(run)


@task
@when_interrupted(_interrupted)
def write_import(pk: int) -> None:
    """A confirmed import."""
    from accord.exchange.actions.confirm import perform_write

    run = Import.objects.select_related("by").filter(pk=pk).first()
    if run is not None:
        perform_write(run)


@task
@when_interrupted(_interrupted)
def undo_import(pk: int, by: int | None) -> None:
    """An undo; ``by`` is the key of who asked for it."""
    from accord.exchange.actions.undo import perform_undo
    from accord.people.models import User

    run = Import.objects.select_related("by").filter(pk=pk).first()
    if run is not None:
        perform_undo(run, User.objects.filter(pk=by).first() if by else None)


@task
@once
def refresh_customer_figures() -> None:
    """Lifetime value and churn anew, after invoices have come or gone."""
    from accord.insight.actions.start_figures_update import start_figures_update

    start_figures_update(by=None, queued=True, again=True)
