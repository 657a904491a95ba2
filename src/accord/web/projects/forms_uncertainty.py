"""Asking for a simulation, and the table of three-point estimates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.fields import wall_time
from accord.core.models import Record
from accord.core.texts import gettext_lazy
from accord.projects.actions.simulate_plan import simulate_plan
from accord.projects.estimates import default_start, has_estimate
from accord.projects.models import Project, Simulation, Task
from accord.projects.plan_rows import Invalid
from accord.projects.queries_simulation import OPTIONS
from accord.web.projects.durations import minutes_of, written
from accord.web.shell.forms import RecordForm


class SimulationForm(RecordForm):
    from_now = forms.BooleanField(
        label=gettext_lazy("Reschedule unfinished work from the status date"),
        required=False,
        help_text=gettext_lazy("Overdue work continues from the status date (today if none is set)."),
    )
    both = forms.BooleanField(
        label=gettext_lazy("Simulate the current plan with the same settings"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Lets you compare the two plans."),
    )
    sections = [
        ("", ["iterations", "risks", "spread_low", "spread_high", "from_now", "both"]),
        (gettext_lazy("For reproducible results"), ["seed"]),
    ]

    class Meta:
        model = Simulation
        fields = ["iterations", "risks", "spread_low", "spread_high", "seed"]
        labels = {"risks": gettext_lazy("Open risks")}
        help_texts = {
            "iterations": gettext_lazy("Number of simulated runs. 10,000 is enough."),
            "spread_low": gettext_lazy("Applied to tasks without an estimate."),
            "spread_high": gettext_lazy("Set both to 0 to treat them as certain."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        simulation: Any = self.instance
        if simulation.plan.is_current:
            del self.fields["both"]

    def grouped_fields(self) -> list[dict[str, Any]]:
        *shown, last = super().grouped_fields()
        return [*shown, last | {"folded": not self["seed"].errors}]

    def save_for_user(self) -> Record:
        simulation: Any = self.instance
        now = wall_time()
        simulation.not_before = default_start(simulation.project, now) if self.cleaned_data["from_now"] else None
        try:
            if self.cleaned_data.get("both"):
                options = {name: getattr(simulation, name) for name in OPTIONS}
                simulate_plan(simulation=Simulation(plan=simulation.project.plan, **options), by=self.user)
            return simulate_plan(simulation=simulation, by=self.user)
        except Invalid as refused:
            known = refused.field in self.fields
            raise ValidationError({refused.field: refused.message} if known else refused.message) from refused


COLUMNS = (
    ("best", "optimistic_minutes", gettext_lazy("Optimistic")),
    ("likely", "duration_minutes", gettext_lazy("Most likely")),
    ("worst", "pessimistic_minutes", gettext_lazy("Pessimistic")),
)


@dataclass(slots=True)
class EstimateRow:
    """One task of the table: what is written in its cells, and what is wrong with it."""

    task: Task
    texts: dict[str, str]
    version: str
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> list[dict[str, str]]:
        return [
            {
                "name": f"{name}-{self.task.pk}",
                "value": self.texts[name],
                "label": f"{label}: {self.task.name}",
                "error": self.errors.get(name, ""),
            }
            for name, _, label in COLUMNS
        ]


class EstimateTable:
    """The estimates of some tasks as they are stored, or as ``data`` has them."""

    def __init__(self, project: Project, tasks: list[Task], data: Mapping[str, Any] | None = None) -> None:
        self.project = project
        self.rows = [self._row(task, data) for task in tasks]

    def per_day(self, task: Task) -> int:
        return 24 * 60 if task.elapsed else self.project.minutes_per_day

    def _row(self, task: Task, data: Mapping[str, Any] | None) -> EstimateRow:
        stored = {name: written(getattr(task, attribute), self.per_day(task)) for name, attribute, _ in COLUMNS}
        stored |= {"shape": task.estimate_shape, "group": task.estimate_group}
        if data is None or f"version-{task.pk}" not in data:
            return EstimateRow(task, stored, str(task.version))
        given = {name: str(data.get(f"{name}-{task.pk}", "")).strip() for name in stored}
        return EstimateRow(task, given, str(data[f"version-{task.pk}"]))

    def fill(self, low: int, high: int) -> int:
        """Write so many percent less and more than likely where nothing is written; how many rows that were."""
        filled = 0
        for row in self.rows:
            if row.texts["best"] or row.texts["worst"]:
                continue
            per_day = self.per_day(row.task)
            try:
                likely = minutes_of(row.texts["likely"], per_day) or 0
            except ValueError:
                continue
            grain = 30 if likely >= per_day else 5
            best, worst = likely * (100 - low) / 100, likely * (100 + high) / 100
            row.texts["best"] = written(int(best // grain) * grain, per_day)
            row.texts["worst"] = written(-int(-worst // grain) * grain, per_day)
            filled += 1
        return filled

    def changes(self) -> list[dict[str, Any]]:
        """What differs from what is stored, as changes to the plan; what cannot be read is noted in its row."""
        return [
            {"op": "update_task", "id": row.task.pk, "version": _whole(row.version), "fields": fields}
            for row in self.rows
            if (fields := self._fields(row))
        ]

    def _fields(self, row: EstimateRow) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name, attribute, _ in COLUMNS:
            stored = getattr(row.task, attribute)
            if row.texts[name] == written(stored, self.per_day(row.task)):
                continue
            try:
                minutes = minutes_of(row.texts[name], self.per_day(row.task))
            except ValueError as error:
                row.errors[name] = str(error)
                continue
            if minutes is None and name == "likely":
                row.errors[name] = gettext("Enter the most likely duration.")
            elif minutes != stored:
                fields[attribute] = minutes
        for name, attribute in (("shape", "estimate_shape"), ("group", "estimate_group")):
            if row.texts[name] != getattr(row.task, attribute):
                fields[attribute] = row.texts[name]
        return fields

    def refuse(self, error: Invalid) -> str:
        """Put what the plan refused beside its cell; what is left to say above the table."""
        names = {attribute: name for name, attribute, _ in COLUMNS}
        for row in self.rows:
            if row.task.pk in error.tasks and error.field in names:
                words = error.message.removeprefix(f"{row.task.name}: ")
                row.errors[names[error.field]] = words[:1].upper() + words[1:]
                return ""
        return error.message

    def take_on(self, task: Task) -> None:
        """Somebody else has changed the task: what is written here stays, on top of their version."""
        for row in self.rows:
            if row.task.pk == task.pk:
                row.version = str(task.version)

    @property
    def is_wrong(self) -> bool:
        return any(row.errors for row in self.rows)

    @property
    def without(self) -> int:
        return sum(not has_estimate(row.task) for row in self.rows)


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0


class FillForm(forms.Form):
    """Which estimate to write into the empty rows."""

    low = forms.IntegerField(label=gettext_lazy("Optimistic: shorter by (%)"), min_value=0, max_value=100, initial=10)
    high = forms.IntegerField(label=gettext_lazy("Pessimistic: longer by (%)"), min_value=0, max_value=1000, initial=40)
