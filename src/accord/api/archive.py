"""Archiving, restoring and deleting accounts and projects."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from accord.accounts.models import Account
from accord.api.answers import Moment, exactly
from accord.core.fetch import fetch
from accord.money.actions.archive import archive, delete_empty, restore
from accord.projects.models import Project

of_account = Router(tags=["accounts"])
of_project = Router(tags=["projects"])


ARCHIVED = exactly("Archived", {"id": int, "version": int, "archived_at": Moment | None})


def _answer(record: Any) -> dict[str, Any]:
    return {"id": record.pk, "version": record.version, "archived_at": record.archived_at}


@of_account.post("/{int:pk}/archiving", response=ARCHIVED)
def archive_account(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The account and its projects become read-only and are left out of lists; 422 while invoices are unpaid."""
    row = fetch(Account, request.user, pk=pk)
    return _answer(archive(record=row, by=request.user, now=timezone.now()))


@of_account.post("/{int:pk}/restoration", response=ARCHIVED)
def restore_account(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The account comes back with the projects that were archived with it."""
    return _answer(restore(record=fetch(Account, request.user, pk=pk), by=request.user))


@of_account.post("/{int:pk}/removal", response={204: None})
def delete_account(request: HttpRequest, pk: int) -> tuple[int, None]:
    """Only an empty account is deleted; 422 names what it has."""
    delete_empty(record=fetch(Account, request.user, pk=pk), by=request.user)
    return 204, None


@of_project.post("/{int:pk}/archiving", response=ARCHIVED)
def archive_project(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The project becomes read-only and is left out of lists; 422 while invoices of it are unpaid."""
    row = fetch(Project, request.user, pk=pk)
    return _answer(archive(record=row, by=request.user, now=timezone.now()))


@of_project.post("/{int:pk}/restoration", response=ARCHIVED)
def restore_project(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _answer(restore(record=fetch(Project, request.user, pk=pk), by=request.user))


@of_project.post("/{int:pk}/removal", response={204: None})
def delete_project(request: HttpRequest, pk: int) -> tuple[int, None]:
    """Only an empty project is deleted; 422 names what it has."""
    delete_empty(record=fetch(Project, request.user, pk=pk), by=request.user)
    return 204, None
