"""Slowing down whoever guesses, without locking out anyone.

A limit that refuses can be used against the honest: whoever fails often enough on someone's account, or from the
address that a whole office shares, shuts them out. So nothing here refuses for good. Failures are counted by key;
beyond what is free, tries with that key are taken one at a time, with a pause after each. A guesser gets a handful of
guesses a minute, the right password waits for some seconds at most.

All counts are rows of the database, changed by single UPDATE statements, so that all processes and machines share them.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accord.core.models import Throttle

WAITING = 2  # requests of one process that may wait for their turn at the same time; it has four threads as a rule
STEP = 0.05  # seconds between two looks whether it is one's turn
SHORTEST, LONGEST = 0.25, 2.0  # seconds of pause

_waiting = threading.BoundedSemaphore(WAITING)


@dataclass(frozen=True, slots=True)
class Limit:
    """``free`` failures within ``window`` cost nothing; after them there is a pause after every try.

    The pause doubles with every ten failures more, from a quarter of a second to two seconds.
    """

    name: str
    free: int
    window: timedelta = timedelta(hours=1)

    def key(self, *parts: object) -> str:
        """The row's key: a digest, so that no address or email lies in the table."""
        return hashlib.sha256("\0".join([self.name, *map(str, parts)]).encode(errors="replace")).hexdigest()

    def pause_after(self, count: int) -> float:
        """Seconds between two tries after ``count`` failures."""
        return 0.0 if count < self.free else min(LONGEST, SHORTEST * 2 ** ((count - self.free) // 10))


def failures(limit: Limit, *parts: object) -> int:
    """How often it failed within the window."""
    found = Throttle.objects.filter(key=limit.key(*parts), expires_at__gt=timezone.now())
    return found.values_list("count", flat=True).first() or 0


def count_failure(limit: Limit, *parts: object) -> int:
    """Count one more failure; returns how many there are now. The window begins with the first."""
    if not _begins(limit, *parts):
        Throttle.objects.filter(key=limit.key(*parts)).update(count=F("count") + 1)
    return failures(limit, *parts)


def is_new(limit: Limit, *parts: object) -> bool:
    """Whether this happens for the first time within the window. Nothing is written when it is not."""
    return failures(limit, *parts) == 0 and _begins(limit, *parts)


def _begins(limit: Limit, *parts: object) -> bool:
    """Begin a window with one count, if none is open; of many at the same time exactly one begins it."""
    key, now = limit.key(*parts), timezone.now()
    if Throttle.objects.filter(key=key, expires_at__gt=now).exists():
        return False
    ends = now + limit.window
    if Throttle.objects.filter(key=key, expires_at__lte=now).update(count=1, expires_at=ends):
        return True
    try:
        with transaction.atomic():
            Throttle.objects.create(key=key, count=1, expires_at=ends)
    except IntegrityError:  # somebody else was first
        return False
    return True


def forgive(limit: Limit, *parts: object) -> None:
    """Start anew after a success."""
    Throttle.objects.filter(key=limit.key(*parts)).delete()


def wait_for_turn(limits: Sequence[tuple[Limit, tuple[object, ...]]]) -> bool:
    """Wait until a try may be made that counts against all of ``limits``; ``False`` if too many wait already.

    Those with free failures left pass at once. The others take the next slot of each: of many who wait the luckiest
    comes first, so that nobody can keep a place in front of the honest.
    """
    counts = [(limit.key(*parts), limit.pause_after(failures(limit, *parts))) for limit, parts in limits]
    slow = [(key, pause) for key, pause in counts if pause]
    if not slow:
        return True
    if not _waiting.acquire(blocking=False):
        return False
    try:
        return all(_take(key, pause) for key, pause in slow)
    finally:
        _waiting.release()


def _take(key: str, pause: float) -> bool:
    patience = time.monotonic() + pause + 1
    while True:
        now = timezone.now()
        later = now + timedelta(seconds=pause)
        # A clock put back must not make anybody wait for hours: what is due later than one pause is due now.
        due = Throttle.objects.filter(key=key).exclude(free_at__gt=now, free_at__lte=later)
        if due.update(free_at=later) or not Throttle.objects.filter(key=key).exists():
            return True
        if time.monotonic() > patience:
            return False
        time.sleep(STEP)


def forget_expired() -> int:
    """Delete the counters whose window is over; returns how many."""
    deleted, _ = Throttle.objects.filter(expires_at__lt=timezone.now()).delete()
    return deleted
