"""A playbook at work: it begins once for each signal, is done step by step, or is skipped with a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accord.accounts.models import Account
from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.people.models import User
from accord.success.events import PlaybookEvent
from accord.success.models import Playbook, PlaybookRun, PlaybookRunStep, PlaybookStep

Status = PlaybookRun.Status


@transaction.atomic
def start_run(
    *, playbook: Playbook, account: Account, key: str, about: str, today: date, by: Any
) -> PlaybookRun | None:
    """Begin the playbook, unless this signal began it before (then ``None``); those who have steps are told."""
    steps = list(playbook.steps.select_related("user", "template"))
    if not steps:
        raise ValidationError(gettext("%(playbook)s has no steps yet.") % {"playbook": playbook})
    if PlaybookRun.objects.filter(playbook=playbook, account=account, key=key).exists():
        return None
    run = PlaybookRun(playbook=playbook, account=account, key=key, about=about[:300], started_on=today)
    require(by, Permission.CREATE, run)
    run.save()
    made = [
        PlaybookRunStep(
            account=account, run=run, title=step.title, owner=_owner(step, account), template=step.template,
            due_on=today + timedelta(days=step.offset_days),
        )
        for step in steps
    ]  # fmt: skip
    PlaybookRunStep.objects.bulk_create(made)
    record_event(by=by, kind=PlaybookEvent.STARTED, subject=run)
    notify(
        (step.owner for step in made),
        gettext("Playbook “%(playbook)s” started for %(account)s: %(about)s")
        % {"playbook": playbook, "account": account, "about": about},
        kind=NoticeKind.ASSIGNMENT,
        about=run,
        by=by,
    )
    return run


def _owner(step: PlaybookStep, account: Account) -> User | None:
    """Who does it, if they see the client: nobody is given work at a client that they may not see."""
    user = step.user if step.who == PlaybookStep.Who.PERSON else account.owner
    return user if user is not None and user.is_active and account.allows(user, Permission.VIEW) else account.owner


@transaction.atomic
def complete_step(*, step: PlaybookRunStep, by: Any, at: datetime | None) -> PlaybookRunStep:
    """Mark a step as done at that moment; ``None`` opens it again. A run whose steps are all done is done."""
    run = PlaybookRun.objects.select_for_update().get(pk=step.run_id)
    if run.status == Status.SKIPPED:
        raise ValidationError(gettext("This playbook was skipped for the client."))
    changed: PlaybookRunStep = editing.change(
        step,
        by=by,
        version=step.version,
        event=PlaybookEvent.STEP_COMPLETED if at else PlaybookEvent.STEP_REOPENED,
        done_at=at,
    )
    is_done = not run.steps.filter(done_at=None).exists()
    status = Status.DONE if is_done else Status.RUNNING
    if run.status != status:
        PlaybookRun.objects.filter(pk=run.pk).update(
            status=status, ended_on=timezone.localdate(at) if is_done else None
        )
    return changed


def skip_run(*, run: PlaybookRun, by: Any, version: int, reason: str, on: date) -> PlaybookRun:
    """This time it is not done; why, is kept, so that one learns which playbooks are of no use."""
    if run.status != Status.RUNNING:
        raise ValidationError(
            gettext("This playbook is already %(status)s.") % {"status": run.get_status_display().lower()}
        )
    if not reason.strip():
        raise ValidationError({"skip_reason": gettext("Enter a reason.")})
    changed: PlaybookRun = editing.change(
        run, by=by, version=version, event=PlaybookEvent.SKIPPED, status=Status.SKIPPED, skip_reason=reason, ended_on=on
    )
    return changed
