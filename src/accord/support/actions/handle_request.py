"""A client's request on its way: it comes in, is answered, waits, is solved, comes back, is done with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.conversations.actions.notify import notify
from accord.conversations.models import NoticeKind
from accord.core import editing
from accord.core.access import Permission
from accord.core.event_kinds import EventKind
from accord.core.events import record_event
from accord.people.models import User
from accord.support.events import RequestEvent
from accord.support.models import EscalationStep, Request
from accord.support.sla_clock import ServiceRules, rules_for

Status = Request.Status
PROMISED = ("first_response_due", "resolution_due")


@transaction.atomic
def raise_request(*, request: Request, by: Any) -> Request:
    """Save a new request with its targets, and tell who sees to it: its owner, else the account manager.

    Raises ``ValidationError`` when the owner does not see the client.
    """
    _check_owner(request)
    rules_for([request.account_id]).set_targets(request)
    request.raised_by = by
    editing.create(request, by=by, event=RequestEvent.REPORTED, action="raise_request")
    _tell(request, request.owner or request.account.owner, by, gettext("New request:"))
    return request


@transaction.atomic
def change_request(*, request: Request, by: Any, version: int, **values: Any) -> Request:
    """Change a request that is still at ``version``; another severity or moment has other targets."""
    stored = Request.objects.select_related("account").get(pk=request.pk)
    before = stored.owner_id
    for name, value in values.items():
        setattr(stored, name, value)
    _check_owner(stored)
    if {"severity", "reported_at"} & values.keys():
        rules_for([stored.account_id]).set_targets(stored)
        values |= {name: getattr(stored, name) for name in PROMISED}
    changed: Request = editing.change(request, by=by, version=version, action="change_request", **values)
    if changed.owner_id != before:
        _tell(
            changed,
            changed.owner,
            by,
            gettext("%(by)s assigned you") % {"by": by} if by is not None else gettext("Assigned to you:"),
        )
    return changed


def respond_to_request(*, request: Request, by: Any, at: datetime) -> Request:
    """The client has heard from us for the first time. Raises ``ValidationError`` if they had before."""
    if request.responded_at is not None:
        raise ValidationError(gettext("%(request)s already has a first response.") % {"request": request.key})
    status = Status.IN_WORK if request.status == Status.NEW else request.status
    return _move(request, by, RequestEvent.RESPONDED, status=status, responded_at=at)


def wait_for_client(*, request: Request, by: Any, at: datetime) -> Request:
    """It is the client's turn: the clock stands still. To ask them is to have answered."""
    _only(request, Status.NEW, Status.IN_WORK)
    answered = request.responded_at or at
    return _move(request, by, RequestEvent.WAITING, status=Status.WAITING, waiting_since=at, responded_at=answered)


def resume_request(*, request: Request, by: Any, at: datetime) -> Request:
    """The client has answered: what they took is added to the time for a solution."""
    _only(request, Status.WAITING)
    return _move(
        request, by, RequestEvent.RESUMED, status=Status.IN_WORK, **_waited(request, request.waiting_since, at)
    )


def resolve_request(*, request: Request, by: Any, version: int, at: datetime, cause: str, solution: str) -> Request:
    """It is solved; raises ``ValidationError`` if it is already, ``Conflict`` if somebody changed it meanwhile."""
    _only(request, Status.NEW, Status.IN_WORK, Status.WAITING)
    values = _waited(request, request.waiting_since, at) if request.waiting_since else {}
    values |= {"cause": cause, "solution": solution, "responded_at": request.responded_at or at}
    solved: Request = editing.change(
        request, by=by, version=version, event=RequestEvent.RESOLVED, status=Status.RESOLVED, resolved_at=at, **values
    )
    return solved


def close_request(*, request: Request, by: Any) -> Request:
    """The client is content."""
    _only(request, Status.RESOLVED)
    return _move(request, by, RequestEvent.CLOSED, status=Status.CLOSED)


def reopen_request(*, request: Request, by: Any, at: datetime) -> Request:
    """It was not solved after all. The time in which we thought it was does not count against us."""
    _only(request, Status.RESOLVED, Status.CLOSED)
    values = _waited(request, request.resolved_at, at)
    return _move(request, by, RequestEvent.REOPENED, status=Status.IN_WORK, resolved_at=None, **values)


@transaction.atomic
def escalate(*, now: datetime) -> int:
    """Tell who is next on the path of requests whose time runs out; each step once. Returns how many were told."""
    rows = list(
        Request.objects.filter(status__in=(Status.NEW, Status.IN_WORK), resolution_due__isnull=False)
        .filter(account__archived_at=None)
        .select_related("account__owner", "owner")
    )
    rules, told = rules_for({row.account_id for row in rows}), 0
    for row in rows:
        told += _climb(row, rules, now)
    return told


def _climb(row: Request, rules: ServiceRules, now: datetime) -> int:
    used = 100 * (rules.share_used(row, now) or 0)
    due = [step for step in rules.path(row) if row.escalated_to < step.percent <= used]
    if not due:
        return 0
    people = {user for step in due if (user := _who(step, row)) is not None}
    notify(
        people,
        gettext("%(used)s%% of the resolution time for %(row)s is used (%(account)s)")
        % {"used": f"{used:.0f}", "row": row, "account": row.account},
        kind=NoticeKind.DUE,
        about=row,
    )
    highest = max(step.percent for step in due)
    Request.objects.filter(pk=row.pk).update(escalated_to=highest)
    names = sorted(str(user) for user in people)
    record_event(
        by=None, kind=RequestEvent.ESCALATED, subject=row, after={"told": ", ".join(names), "percent": highest}
    )
    return len(people)


def _who(step: EscalationStep, row: Request) -> User | None:
    found = {
        EscalationStep.To.OWNER: row.owner or row.account.owner,
        EscalationStep.To.ACCOUNT_MANAGER: row.account.owner,
        EscalationStep.To.PERSON: step.user,
    }[EscalationStep.To(step.to)]
    # Who has left the client's team since the path was drawn up hears nothing of the client.
    return found if found is not None and found.is_active and row.allows(found, Permission.VIEW) else None


def _only(request: Request, *statuses: Request.Status) -> None:
    if request.status not in statuses:
        raise ValidationError(
            gettext("%(request)s is already %(status)s.")
            % {"request": request.key, "status": request.get_status_display().lower()}
        )


def _move(request: Request, by: Any, event: EventKind, **values: Any) -> Request:
    moved: Request = editing.change(request, by=by, version=request.version, event=event, **values)
    return moved


def _waited(request: Request, since: datetime | None, at: datetime) -> dict[str, Any]:
    """The columns after a wait from ``since`` to ``at``."""
    if since is None:
        return {"waiting_since": None}
    clock = rules_for([request.account_id]).clock(request)
    minutes = clock.between(since, at)
    later = None if request.resolution_due is None else clock.after(request.resolution_due, minutes)
    return {"waiting_since": None, "waited_minutes": request.waited_minutes + minutes, "resolution_due": later}


def _check_owner(request: Request) -> None:
    owner = request.owner
    if owner is not None and not (owner.is_active and request.account.allows(owner, Permission.VIEW)):
        raise ValidationError(
            {
                "owner": gettext("%(owner)s has no access to this account. Add them to the account team first.")
                % {"owner": owner}
            }
        )


def _tell(request: Request, user: User | None, by: Any, what: str) -> None:
    notify([user], f"{what} {request} ({request.account})", kind=NoticeKind.ASSIGNMENT, about=request, by=by)
