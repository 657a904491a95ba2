"""Putting accounts and projects away: archived ones stay readable and change no more; empty ones can be deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.core import editing
from accord.core.access import Permission, require
from accord.core.emptiness import contents
from accord.core.event_kinds import RecordEvent
from accord.core.events import record_event
from accord.money.models import Invoice
from accord.money.queries import with_outstanding
from accord.money.queries_receivables import is_open
from accord.projects.models import Plan, Project

R = TypeVar("R", Account, Project)

# Who serves it, and figures computed from it, are no content of their own.
BESIDES = {Account: ("members",), Project: ("members", "measures", "plans")}


@transaction.atomic
def archive(*, record: R, by: Any, now: datetime) -> R:
    """Put an account with its projects, or one project, away.

    Raises ``ValidationError`` when it is already, and while somebody still owes for it: what is archived is left out of
    what is outstanding.
    """
    stored = _locked(record, by)
    if stored.archived_at is not None:
        raise ValidationError(gettext("%(stored)s is already archived.") % {"stored": stored})
    field = "account" if isinstance(stored, Account) else "project"
    if unpaid := with_outstanding(Invoice.objects.filter(**{field: stored})).filter(is_open()).count():
        invoices = (
            gettext("an unpaid invoice")
            if unpaid == 1
            else gettext("%(unpaid)s unpaid invoices") % {"unpaid": f"{unpaid:,}"}
        )
        raise ValidationError(
            gettext("%(stored)s has %(invoices)s. Record the payment or void it first.")
            % {"stored": stored, "invoices": invoices}
        )
    archived: R = editing.change(
        stored, by=None, told_by=by, version=stored.version, event=RecordEvent.ARCHIVED, archived_at=now
    )  # fmt: skip
    if isinstance(stored, Account):
        # At the same moment, by which restoring the account finds those that were put away with it.
        for project in Project.objects.filter(account=stored, archived_at=None):
            Project.objects.filter(pk=project.pk).update(archived_at=now, version=F("version") + 1)
            record_event(by=by, kind=RecordEvent.ARCHIVED, subject=project)
    return archived


@transaction.atomic
def restore(*, record: R, by: Any) -> R:
    """Bring it back: an account with the projects that were put away with it."""
    stored = _locked(record, by)
    moment = stored.archived_at
    if moment is None:
        raise ValidationError(gettext("%(stored)s isn't archived.") % {"stored": stored})
    if isinstance(stored, Project) and stored.account.archived_at is not None:
        raise ValidationError(gettext("Restore the account %(account)s first.") % {"account": stored.account})
    restored: R = editing.change(
        stored, by=None, told_by=by, version=stored.version, event=RecordEvent.RESTORED, archived_at=None
    )  # fmt: skip
    if isinstance(stored, Account):
        for project in Project.objects.filter(account=stored, archived_at=moment):
            Project.objects.filter(pk=project.pk).update(archived_at=None, version=F("version") + 1)
            record_event(by=by, kind=RecordEvent.RESTORED, subject=project)
    return restored


@transaction.atomic
def delete_empty(*, record: Account | Project, by: Any) -> None:
    """Delete an account or project on which nothing hangs. Raises ``ValidationError`` with what does."""
    require(by, Permission.DELETE, record)
    if found := what_keeps(record):
        raise ValidationError(
            gettext("%(record)s isn't empty: it has %(found)s. Archive it instead.")
            % {"record": record, "found": ", ".join(found)}
        )
    editing.remove(record, by=by)


def what_keeps(record: Account | Project) -> list[str]:
    """What would be lost with it, as ``3 contacts``; empty when it can be deleted."""
    found = contents(record, besides=BESIDES[type(record)])
    if isinstance(record, Project) and (trials := record.plans.exclude(kind=Plan.Kind.CURRENT).count()):
        found.append(
            gettext("1 what-if") if trials == 1 else gettext("%(trials)s what-ifs") % {"trials": f"{trials:,}"}
        )
    return found


def _locked(record: R, by: Any) -> R:
    require(by, Permission.ARCHIVE, record)
    rows: Any = type(record).objects.select_for_update(of=("self",))
    if isinstance(record, Project):
        rows = rows.select_related("account")
    stored: R = rows.get(pk=record.pk)
    return stored
