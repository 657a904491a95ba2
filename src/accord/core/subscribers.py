"""What follows from events: called once for each request or job, when its transactions are committed.

The one list of subscribers is ``config/subscribers.py``. An action records its event and knows nothing of them; a view,
an API handler, an import and a command need not remember them. A subscriber that fails is logged and changes nothing
for who acted, whose work is committed; what it keeps must therefore be able to catch up, as figures do (they know up to
which event they have seen).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial

import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from accord.core.models import Event

log = structlog.get_logger("accord.events")
_unit: ContextVar[list[Event] | None] = ContextVar("unit_of_work", default=None)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """``react``, by its dotted name, gets the events about ``subjects``, or of ``kinds``, oldest first."""

    react: str
    subjects: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def wants(self, event: Event) -> bool:
        return event.subject_type in self.subjects or event.kind in self.kinds


def announce(events: Iterable[Event]) -> None:
    """Tell the subscribers of ``events``, which are saved, once the transaction they belong to is committed."""
    transaction.on_commit(partial(_committed, list(events)))


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Collect what is announced within, and deliver it together at the end. Units within a unit are part of it."""
    if _unit.get() is not None:
        yield
        return
    events: list[Event] = []
    token = _unit.set(events)
    try:
        yield
    finally:
        _unit.reset(token)
        deliver(events)


@contextmanager
def without_subscribers() -> Iterator[None]:
    """Nothing follows from what is announced within: for a generator of data that writes what follows itself."""
    token = _unit.set([])
    try:
        yield
    finally:
        _unit.reset(token)


def deliver(events: Sequence[Event]) -> None:
    """Call each subscriber once with the events that it wants."""
    for subscriber in import_string(settings.SUBSCRIBERS) if events else ():
        wanted = [event for event in events if subscriber.wants(event)]
        if not wanted:
            continue
        try:
            import_string(subscriber.react)(wanted)
        except Exception:
            log.exception("subscriber failed", subscriber=subscriber.react)


def _committed(events: list[Event]) -> None:
    unit = _unit.get()
    if unit is None:
        deliver(events)
    else:
        unit.extend(events)


class UnitOfWorkMiddleware:
    """A request is one unit of work: its answer leaves when what follows from it is done, or is a job."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with unit_of_work():
            return self.get_response(request)
