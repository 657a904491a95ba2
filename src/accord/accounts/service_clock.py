"""Time as a service level counts it: the firm's working hours on the firm's clock, or every hour there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q

from accord.accounts.models import EscalationStep, Request, ServiceLevel
from accord.engines.calendars import WorkCalendar
from accord.people.models import Firm
from accord.people.queries import firm_working_time


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """Counts whole minutes between moments (aware of their zone)."""

    calendar: WorkCalendar
    zone: ZoneInfo

    def after(self, moment: datetime, minutes: int) -> datetime:
        """The moment when so many minutes have passed."""
        return self.calendar.add(self._wall(moment), minutes).replace(tzinfo=self.zone)

    def between(self, start: datetime, end: datetime) -> int:
        """Minutes from ``start`` to ``end``; 0 when that is earlier."""
        return max(0, self.calendar.between(self._wall(start), self._wall(end))) if end > start else 0

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)


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

    def promise(self, request: Request) -> None:
        """Set by when the request is to be answered and solved; nothing, where no level says so."""
        level, clock = self.level(request), self.clock(request)
        answer = None if level is None else level.answer_hours
        solve = None if level is None else level.solve_hours
        request.answer_by = None if answer is None else clock.after(request.reported_at, _minutes(answer))
        waited = request.waited_minutes
        request.solve_by = None if solve is None else clock.after(request.reported_at, _minutes(solve) + waited)

    def share_used(self, request: Request, now: datetime) -> float | None:
        """How much of the time for a solution has passed: 1 when it is due; None where none is promised."""
        if request.solve_by is None:
            return None
        clock = self.clock(request)
        whole = clock.between(request.reported_at, request.solve_by) - request.waited_minutes
        until = request.solved_at or request.waiting_since or now
        used = clock.between(request.reported_at, until) - request.waited_minutes
        return used / whole if whole > 0 else float(until >= request.solve_by)


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


def _minutes(hours: Decimal) -> int:
    return round(hours * 60)
