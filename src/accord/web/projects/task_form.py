"""The form of one task: what the Gantt's panel can do, for those who prefer a form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from accord.core.formfields import WallTimeFormField
from accord.projects.models import Assignment, Deliverable, Resource, Task
from accord.projects.models.task import CONSTRAINTS


class TaskForm(forms.Form):
    """Edits ``task`` by the changes of :mod:`accord.projects.plan_changes`."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=300)
    duration_hours = forms.DecimalField(label="Duration in hours", min_value=0, max_digits=9, decimal_places=2)
    percent_complete = forms.DecimalField(label="Percent complete", min_value=0, max_value=100, decimal_places=2)
    constraint = forms.ChoiceField(choices=CONSTRAINTS)
    constraint_date = WallTimeFormField(label="Constraint date", required=False)
    deadline = WallTimeFormField(required=False, help_text="Marked when the plan goes past it; it moves nothing.")
    resources = forms.ModelMultipleChoiceField(
        label="Who works on it", queryset=Resource.objects.none(), required=False
    )
    deliverable = forms.ModelChoiceField(
        label="Deliverable it makes", queryset=Deliverable.objects.none(), required=False
    )
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=20_000)

    def __init__(self, task: Task, data: Any = None) -> None:
        self.task = task
        self.assigned = {a.resource_id: a.units for a in Assignment.objects.filter(task=task) if a.resource_id}
        initial = {
            "version": task.version,
            "name": task.name,
            "duration_hours": round(task.duration_minutes / 60, 2),
            "percent_complete": task.percent_complete,
            "constraint": task.constraint,
            "constraint_date": task.constraint_date,
            "deadline": task.deadline,
            "deliverable": task.deliverable_id,
            "notes": task.notes,
            "resources": list(self.assigned),
        }
        super().__init__(data, initial=initial)
        self.fields["resources"].queryset = Resource.objects.filter(project=task.project)  # type: ignore[attr-defined]
        made = Deliverable.objects.filter(project=task.project)
        self.fields["deliverable"].queryset = made  # type: ignore[attr-defined]

    def changes(self) -> list[dict[str, Any]]:
        """What the form changed, as changes to the plan."""
        values = self.cleaned_data
        fields: dict[str, Any] = {}
        for name in ("name", "constraint", "constraint_date", "deadline", "notes", "percent_complete"):
            value = values[name]
            if value != getattr(self.task, name):
                fields[name] = value.isoformat() if isinstance(value, datetime) else value
        made = values["deliverable"].pk if values["deliverable"] else None
        if made != self.task.deliverable_id:
            fields["deliverable"] = made
        minutes = round(values["duration_hours"] * 60)
        if minutes != self.task.duration_minutes:
            fields["duration_minutes"] = minutes
        if fields.get("constraint") and values["constraint_date"]:
            fields["constraint_date"] = values["constraint_date"].isoformat()
        changes: list[dict[str, Any]] = []
        if fields:
            changes.append({"op": "update_task", "id": self.task.pk, "version": values["version"], "fields": fields})
        chosen = {r.pk for r in values["resources"]}
        if chosen != set(self.assigned):
            rows = [{"resource": pk, "units": self.assigned.get(pk, 1)} for pk in chosen]
            changes.append({"op": "assign", "id": self.task.pk, "assignments": rows})
        return changes
