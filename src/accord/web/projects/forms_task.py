"""The form of one task, for the cells of lists: what it says is a change of the plan, which can be undone there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accord.accounts.queries_custom import PREFIX
from accord.core.models import Record
from accord.projects.actions.edit_plan import edit_plan
from accord.projects.models import Task
from accord.projects.plan_rows import Invalid
from accord.web.shell.custom_fields import CustomFieldsForm

FIELDS = ["name", "deadline", "waiting_for", "priority"]


class TaskForm(CustomFieldsForm):
    class Meta:
        model = Task
        fields = FIELDS

    def save_for_user(self) -> Record:
        task: Any = self.instance
        fields = {name: _plain(self.cleaned_data[name]) for name in self.changed_data if name in FIELDS}
        custom = self.cleaned_data["custom"]
        keys = [name.removeprefix(PREFIX) for name in self.changed_data if name.startswith(PREFIX)]
        if keys:
            fields["custom"] = {key: custom.get(key) for key in keys}
        if not fields:
            return task
        change = {"op": "update_task", "id": task.pk, "version": self.cleaned_data["version"], "fields": fields}
        try:
            edit_plan(plan=task.project.plan, by=self.user, changes=[change])
        except Invalid as error:
            raise ValidationError(error.message) from error
        return Task.objects.get(pk=task.pk)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
