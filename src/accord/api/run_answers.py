"""What the API answers about simulations and levellings of plans."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict

from accord.api.answers import EXACT, Moment, WallTime
from accord.api.plan_answers import Exact


class SimulationHead(TypedDict):
    id: int
    status: str
    progress: int
    error: str
    iterations: int
    seed: int
    spread_low: int
    spread_high: int
    risks: str
    not_before: WallTime | None
    plan_changed_at: Moment


class TaskForecast(Exact):
    id: int
    name: str
    planned: WallTime
    p50: WallTime
    p80: WallTime
    criticality: float | None
    cruciality: float | None
    sensitivity: float | None
    deadline_met: float | None


class RiskEffect(Exact):
    """Amounts are absent for those who may not see money."""

    number: int
    title: str
    share: float
    minutes_mean: float | None
    minutes_p80: float | None
    cost_mean: NotRequired[float | None]
    cost_p80: NotRequired[float | None]


class PertResult(Exact):
    """``deviation`` is minutes."""

    mean: WallTime
    p80: WallTime
    deviation: int


class SimulationAnswer(SimulationHead):
    """The head alone until it is done; amounts are absent for those who may not see money."""

    __pydantic_config__ = EXACT  # type: ignore[misc]
    changed: NotRequired[str | None]
    tasks: NotRequired[list[TaskForecast]]
    planned_finish: NotRequired[WallTime]
    finish: NotRequired[dict[str, WallTime]]
    promised: NotRequired[WallTime | None]
    on_time: NotRequired[float | None]
    pert: NotRequired[PertResult]
    estimated: NotRequired[int]
    assumed: NotRequired[int]
    open: NotRequired[int]
    remarks: NotRequired[list[str]]
    risk_effects: NotRequired[list[RiskEffect]]
    planned_cost: NotRequired[Any]
    cost: NotRequired[dict[str, float] | None]


class Cancellation(Exact):
    cancelled: bool
    status: str


class LevelledTask(Exact):
    id: int
    delay: int
    before: tuple[WallTime, WallTime]
    after: tuple[WallTime, WallTime]


class LevelledPlan(Exact):
    project: int
    plan: int
    changed_at: Moment
    finish_before: WallTime
    finish_after: WallTime
    held: int
    tasks: list[LevelledTask]


class LevellingAnswer(Exact):
    """How far it is; what it proposes is there once it is done."""

    id: int
    status: str
    progress: dict[str, Any]
    error: str
    seconds: int
    seed: int
    accepted_at: Moment | None
    finish_before: NotRequired[WallTime]
    finish_after: NotRequired[WallTime]
    bound: NotRequired[WallTime]
    gap: NotRequired[float | None]
    optimal: NotRequired[bool]
    remarks: NotRequired[list[str]]
    plans: NotRequired[list[LevelledPlan]]


class Stopping(Exact):
    stopping: bool


class ChangedPlans(Exact):
    changed_plans: int
