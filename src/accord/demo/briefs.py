"""What is decided about a client and a project before chance fills in the rest."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RetainerBrief:
    """Yearly support agreements one after another: the fee of a month for each term, and when the last of them ends."""

    monthly: tuple[int, ...]
    ends_in: int  # days from today; negative: it ended
    renews_automatically: bool = True


@dataclass(frozen=True, slots=True)
class JobBrief:
    """A project to be. ``at`` depends on ``state``: closed, days since its end; active or on hold, the share of its
    planned time that has passed; planned, days until its start.

    ``pace`` and ``effort`` say how long tasks took and how many hours they cost against the plan. ``creep`` is the
    share of tasks that came after the agreement. ``promised`` is the promised finish in days after the agreed one.
    """

    key: str
    service: str
    state: str
    at: float
    name: str = ""
    size: float = 1.0
    pace: float = 1.0
    effort: float = 1.0
    terms: str = "fixed_price"
    manager: str = ""
    objective: str = ""
    agreed: bool = True
    creep: float = 0.0
    promised: int | None = 10
    monthly: int = 0  # fee of a month, for support
    member: str = ""  # somebody who must be on it
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClientBrief:
    """An account to be. ``tilt`` above 1 puts its projects late in the four years, below 1 early."""

    key: str
    name: str
    segment: str
    industry: str
    country: str
    status: str = "client"
    tier: str = "C"
    city: str = ""
    currency: str = "EUR"
    employees: int = 200
    owner: str = ""
    weight: float = 1.0
    tilt: float = 1.0
    since: float = 4.5  # years
    lost: int = 0  # days ago
    leaving: tuple[str, str, str] = ("", "", "")  # reason, competitor, note
    quiet: int = 0  # days without a word
    only_team: int = 0  # days in which only the project team, not the owner, was in touch
    late_payer: float = 4.0  # mean days after the due date
    retainers: tuple[RetainerBrief, ...] = ()
    jobs: tuple[JobBrief, ...] = ()
    parent: str = ""
    description: str = ""
    silent: bool = False
    notes: tuple[tuple[int, str, str, str, str], ...] = field(
        default=()
    )  # days ago, kind, direction, subject, what was said
