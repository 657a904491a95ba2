"""Time as a service level counts it: the firm's working hours on the firm's clock, or every hour there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q

from accord.engines.calendars.working_time import WorkCalendar
from accord.people.models import Firm
from accord.people.queries import firm_working_time
from accord.support.models import EscalationStep, Request, ServiceLevel


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """Counts whole minutes between moments (aware of their zone).

    The calendar counts on a wall clock, and wall clocks are put forward and back. Time is therefore counted in pieces
    between such changes, each on a clock that stands still: the hour that comes twice is two hours, the one that is
    left out is none.
    """

    calendar: WorkCalendar
    zone: ZoneInfo

    def after(self, moment: datetime, minutes: int) -> datetime:
        """The moment when so many minutes have passed."""
        while (change := self._next_change(moment)) is not None:
            here = self._clock_at(moment)
            until_change = self.calendar.between(_wall(moment, here), _wall(change, here))
            if minutes <= until_change:
                break
            minutes -= until_change
            moment = change
        here = self._clock_at(moment)
        return self.calendar.add(_wall(moment, here), minutes).replace(tzinfo=here).astimezone(self.zone)

    def between(self, start: datetime, end: datetime) -> int:
        """Minutes from ``start`` to ``end``; 0 when that is earlier."""
        counted = 0
        # Two moments of one zone would be compared by their clocks, on which an hour comes twice.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        while start < end:
            change = self._next_change(start)
            until = end if change is None else min(change, end)
            here = self._clock_at(start)
            counted += self.calendar.between(_wall(start, here), _wall(until, here))
            start = until
        return counted

    def _clock_at(self, moment: datetime) -> tzinfo:
        """A clock that is never changed and shows what the zone's clocks show at ``moment``."""
        offset = moment.astimezone(self.zone).utcoffset()
        assert offset is not None
        return timezone(offset)

    def _next_change(self, moment: datetime) -> datetime | None:
        """When the zone's clocks are changed next, to the minute; ``None`` if not within a year."""
        low = moment.astimezone(UTC)
        offset = low.astimezone(self.zone).utcoffset()
        high = low
        for _ in range(53):
            low, high = high, high + timedelta(weeks=1)
            if high.astimezone(self.zone).utcoffset() != offset:
                break
        else:
            return None
        while high - low > timedelta(minutes=1):
            middle = low + (high - low) / 2
            same = middle.astimezone(self.zone).utcoffset() == offset
            low, high = (middle, high) if same else (low, middle)
        return high.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class ServiceRules:
    """The levels and escalation steps of some accounts, with the clocks they count by."""

    working: ServiceClock
    always: ServiceClock
    levels: dict[tuple[int | None, int], ServiceLevel] = field(default_factory=dict)
    steps: dict[int | None, list[EscalationStep]] = field(default_factory=dict)

    def level(self, request: Request) -> ServiceLevel | None:
        """The account's own level for this severity, else the firm's usual one."""
        usual = self.levels.get((None, request.severity))
        return self.levels.get((request.account_id, request.severity), usual)

    def clock(self, request: Request) -> ServiceClock:
        level = self.level(request)
        return self.always if level is not None and level.around_the_clock else self.working

    def path(self, request: Request) -> list[EscalationStep]:
        """The steps a late request climbs: the account's own path if it has one, else the firm's."""
        steps = self.steps.get(request.account_id) or self.steps.get(None, [])
        return [step for step in steps if step.severity <= request.severity]

    def set_targets(self, request: Request) -> None:
        """Set by when the request is to be answered and solved; nothing, where no level says so."""
        level, clock = self.level(request), self.clock(request)
        answer = None if level is None else level.first_response_hours
        solve = None if level is None else level.resolution_hours
        request.first_response_due = None if answer is None else clock.after(request.reported_at, _minutes(answer))
        waited = request.waited_minutes
        request.resolution_due = None if solve is None else clock.after(request.reported_at, _minutes(solve) + waited)

    def share_used(self, request: Request, now: datetime) -> float | None:
        """How much of the time for a solution has passed: 1 when it is due; None where there is no target."""
        if request.resolution_due is None:
            return None
        clock = self.clock(request)
        whole = clock.between(request.reported_at, request.resolution_due) - request.waited_minutes
        until = request.resolved_at or request.waiting_since or now
        used = clock.between(request.reported_at, until) - request.waited_minutes
        return used / whole if whole > 0 else float(until >= request.resolution_due)


def rules_for(accounts: Iterable[int]) -> ServiceRules:
    """The rules of these accounts and of the firm, in a handful of queries."""
    ours = Q(account=None) | Q(account__in=list(accounts))
    zone = ZoneInfo(Firm.current().time_zone)
    steps: dict[int | None, list[EscalationStep]] = defaultdict(list)
    for step in EscalationStep.objects.filter(ours).select_related("user"):
        steps[step.account_id].append(step)
    return ServiceRules(
        working=ServiceClock(firm_working_time(), zone),
        always=ServiceClock(WorkCalendar.around_the_clock(), zone),
        levels={(level.account_id, level.severity): level for level in ServiceLevel.objects.filter(ours)},
        steps=dict(steps),
    )


def _wall(moment: datetime, clock: tzinfo) -> datetime:
    return moment.astimezone(clock).replace(tzinfo=None)


def _minutes(hours: Decimal) -> int:
    return round(hours * 60)
