"""Compiling ahead: what a small plan compiles is all that large ones run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from accord.engines import warm_up
from accord.engines.calendars.working_time import CalendarSpec, ExceptionSpec
from accord.engines.customers.client_forecast import forecast_clients
from accord.engines.levelling.plan_levelling import level_plan
from accord.engines.uncertainty.plan_simulation import Spread, Uncertainty, simulate_plan
from tests.engines.client_histories import firm


def loops() -> Iterator[tuple[str, Any]]:
    for name, module in list(sys.modules.items()):
        if name.startswith("accord.engines."):
            yield from ((f"{name}.{k}", v) for k, v in vars(module).items() if hasattr(v, "nopython_signatures"))


def compiled() -> dict[str, int]:
    return {name: len(loop.nopython_signatures) for name, loop in loops()}


def test_large_plans_find_all_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_up, "cache_directory", lambda: tmp_path)
    assert warm_up.warm_up()
    assert not warm_up.warm_up(), "done once"
    before = compiled()
    assert before
    small = warm_up.small_plan()
    holiday = ExceptionSpec(date(2026, 1, 6), date(2026, 1, 6), ())
    other = CalendarSpec(3, "With a holiday", small.calendars[0].week, exceptions=(holiday,))
    tasks = tuple(replace(task, calendar=3 if task.uid % 2 else None) for task in small.tasks)
    plan = replace(small, calendars=(*small.calendars, other), tasks=tasks)
    simulate_plan(
        plan, Uncertainty(spread=Spread(-0.2, 0.4)), iterations=500, not_before=plan.start + timedelta(days=2)
    )
    level_plan(plan, seconds=1)
    forecast_clients(firm())
    assert compiled() == before


def test_where_nothing_can_be_kept_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_up, "cache_directory", lambda: None)
    assert not warm_up.warm_up()
