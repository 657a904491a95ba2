"""The ways to look at one plan, as the switch above each of them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accord.accounts.models import CustomField
from accord.accounts.queries_custom import PREFIX
from accord.core.texts import gettext_lazy
from accord.projects.fields import BY_NAME, GROUPS, Kind
from accord.projects.models import Plan
from accord.web.shell.custom_fields import fields_of
from accord.web.shell.parts import Tab

FieldType = CustomField.Kind

CONTROLS = {Kind.FLAG: "check", Kind.MOMENT: "date", Kind.CHOICE: "choice", Kind.RECORD: "choice"}
PLAN = (
    (gettext_lazy("Gantt"), "project-plan"),
    ("What-ifs", "project-what-ifs"),
    (gettext_lazy("Simulation"), "project-uncertainty"),
    (gettext_lazy("Levelling"), "project-levelling"),
    (gettext_lazy("Quality"), "project-plan-quality"),
    (gettext_lazy("Baselines"), "project-baselines"),
    (gettext_lazy("Change history"), "project-plan-changes"),
)
# The same views of a what-if, by the route of the current plan's.
OF_WHAT_IF = {
    "project-plan": "what-if",
    "project-uncertainty": "what-if-uncertainty",
    "simulation-new": "what-if-simulation-new",
    "project-levelling": "what-if-levelling",
    "levelling-new": "what-if-levelling-new",
}
WHAT_IF = (
    (gettext_lazy("Gantt"), "what-if"),
    (gettext_lazy("Comparison"), "what-if-comparison"),
    (gettext_lazy("Simulation"), "what-if-uncertainty"),
    (gettext_lazy("Levelling"), "what-if-levelling"),
)
TASKS = (
    (gettext_lazy("List"), "project-work"),
    (gettext_lazy("Board"), "project-board"),
    (gettext_lazy("Calendar"), "project-calendar"),
)


def plan_views(pk: int, active: str) -> dict[str, Any]:
    """For ``shell/parts/switch.html`` on the pages of the plan."""
    return _switch(gettext("Plan views"), PLAN, pk, active)


def what_if_views(plan: Plan, active: str) -> dict[str, Any]:
    """For ``projects/plan/what_if.html``: the ways to look at one what-if."""
    queries = {"what-if": "?beside=current"}
    rows = [
        Tab(label, f"{reverse(route, args=[plan.pk])}{queries.get(route, '')}", active=route == active)
        for label, route in WHAT_IF
    ]
    return {"what_if_switch": rows}


def plan_url(plan: Plan, route: str) -> str:
    """The address of a view of ``plan``, current or what-if, by the ``route`` of the current plan's."""
    if plan.is_current:
        return reverse(route, args=[plan.project_id])
    return reverse(OF_WHAT_IF[route], args=[plan.pk])


def task_views(pk: int, active: str) -> dict[str, Any]:
    """For ``shell/parts/switch.html`` on the pages of the tasks."""
    return _switch(gettext("Task views"), TASKS, pk, active)


def _switch(label: str, views: tuple[tuple[str, str], ...], pk: int, active: str) -> dict[str, Any]:
    rows = [Tab(name, reverse(route, args=[pk]), active=route == active) for name, route in views]
    return {"switch_label": label, "switch": rows}


def editor_groups() -> list[dict[str, Any]]:
    """The groups of the task editor with their fields, for ``projects/plan/details.html``."""
    groups = [
        {"name": group.name, "label": group.label, "is_open": group.is_open, "fields": _panels(group.fields)}
        for group in GROUPS
    ]
    custom = [_custom_panel(field) for field in fields_of(CustomField.On.TASK)]
    if custom:
        groups.append({"name": "custom", "label": gettext("Custom fields"), "is_open": True, "fields": custom})
    return groups


def _custom_panel(field: CustomField) -> dict[str, Any]:
    """A custom field in the task editor, with its choices: only the firm knows these."""
    options = (
        [("yes", gettext("Yes")), ("no", gettext("No"))]
        if field.kind == FieldType.YES_NO
        else [(o, o) for o in field.offered]
    )
    is_choice = field.kind in (FieldType.YES_NO, FieldType.CHOICE)
    return {
        "id": f"custom-{field.key}",
        "name": f"{PREFIX}{field.key}",
        "label": field.label,
        "type": "choice" if is_choice else "date" if field.kind == FieldType.DATE else "",
        "wide": field.kind in (FieldType.TEXT, FieldType.LINK),
        "hint": "",
        "custom": field.key,
        "options": options if is_choice else [],
    }


def _panels(names: tuple[str, ...]) -> list[dict[str, Any]]:
    panels = [(name, BY_NAME[name].panel) for name in names]
    return [
        {
            "id": name.replace("_", "-"),
            "name": name,
            "label": panel.label,
            "type": "area" if panel.area else CONTROLS.get(BY_NAME[name].kind, ""),
            "wide": panel.wide,
            "hint": panel.hint,
        }
        for name, panel in panels
        if panel is not None
    ]
