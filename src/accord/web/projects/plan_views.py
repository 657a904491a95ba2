"""The ways to look at one plan, as the switch above each of them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

PLAN = (
    ("Gantt", "project-plan"),
    ("Simulation", "project-uncertainty"),
    ("Levelling", "project-levelling"),
    ("Quality", "project-plan-quality"),
    ("Baselines", "project-baselines"),
    ("Change history", "project-plan-changes"),
)
TASKS = (("List", "project-work"), ("Board", "project-board"), ("Calendar", "project-calendar"))


def plan_views(pk: int, active: str) -> dict[str, Any]:
    """For ``shell/parts/switch.html`` on the pages of the plan."""
    return _switch("Plan views", PLAN, pk, active)


def task_views(pk: int, active: str) -> dict[str, Any]:
    """For ``shell/parts/switch.html`` on the pages of the tasks."""
    return _switch("Task views", TASKS, pk, active)


def _switch(label: str, views: tuple[tuple[str, str], ...], pk: int, active: str) -> dict[str, Any]:
    rows = [{"label": name, "url": reverse(route, args=[pk]), "active": route == active} for name, route in views]
    return {"switch_label": label, "switch": rows}
