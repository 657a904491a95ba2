"""The timer: at most one runs for each person, and stopping it logs the time."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from accord.api.answers import exactly, many, row_of
from accord.api.money import ENTRY, ENTRY_OUT
from accord.api.pages import values
from accord.api.timesheets import RowIn, person_named, row_in
from accord.core.fetch import fetch
from accord.money.actions.run_timer import discard_timer, start_timer, stop_timer
from accord.money.models import Timer
from accord.money.models.time_entry import DAY

router = Router(tags=["time"])

TIMER = ("project", "task", "work_type", "note", "started_at")
TIMER_OUT = row_of("TimerOut", Timer, TIMER)


class TimerIn(RowIn):
    note: Annotated[str, Field(max_length=300)] = ""


class StopIn(Schema):
    """``minutes`` are logged instead of those that it ran; needed once it ran for more than twelve hours."""

    minutes: Annotated[int, Field(ge=1, le=DAY)] | None = None


def _running(request: HttpRequest) -> Timer:
    rows = Timer.objects.visible_to(request.user)
    return fetch(Timer, request.user, "person", "project", "task", "work_type", rows=rows, person__user=request.user.pk)


@router.get("", response=TIMER_OUT)
def running_timer(request: HttpRequest) -> dict[str, Any]:
    """Your running timer; 404 where none runs."""
    return values(_running(request), *TIMER, user=request.user)


@router.post("", response={201: TIMER_OUT})
def create_timer(request: HttpRequest, body: TimerIn) -> tuple[int, dict[str, Any]]:
    """Start your timer. One that runs is stopped, and its time is logged."""
    if body.person is not None:
        raise Http404
    person, row = person_named(request, None), row_in(request, body)
    started = start_timer(person=person, row=row, by=request.user, now=timezone.now(), note=body.note)
    return 201, values(started, *TIMER, user=request.user)


@router.post("/stop", response=exactly("TimerStoppedOut", {"items": many(ENTRY_OUT)}))
def create_timer_stop(request: HttpRequest, body: StopIn) -> dict[str, Any]:
    """Log its time; past midnight there is an entry for each day."""
    entries = stop_timer(timer=_running(request), by=request.user, now=timezone.now(), minutes=body.minutes)
    return {"items": [values(entry, *ENTRY, user=request.user) for entry in entries]}


@router.delete("", response={204: None})
def discard_running_timer(request: HttpRequest) -> tuple[int, None]:
    """Clear the timer without logging its time."""
    discard_timer(timer=_running(request), by=request.user)
    return 204, None
