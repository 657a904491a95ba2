"""The forms a change to a plan can take, applied in memory and saved with their before and after.

Each change is a mapping with ``op``:

- ``update_task``: ``id``, ``version``, ``fields`` (see :mod:`accord.projects.task_edits`)
- ``create_task``: ``temp_id``, ``parent``, ``after`` (a sibling, ``"last"`` or null), ``fields``
- ``delete_task``: ``id``, ``version``
- ``move_task``: ``id``, ``version``, ``parent``, ``after``
- ``create_link``: ``source``, ``target``, ``type``, ``lag``, ``lag_unit``
- ``update_link``: ``id``, ``type``, ``lag``, ``lag_unit``
- ``delete_link``: ``id``
- ``assign``: ``id`` (task), ``assignments``: ``[{"resource", "units"}]``
- ``create_resource``: ``temp_id``, ``name`` and, for a colleague, ``person``; one that exists by that name is taken
- ``split_task``: ``id``, ``version``, ``at``, ``resume``: a pause in the work
- ``join_split``: ``id``, ``version``: without pauses again
- ``level_tasks``: ``delays``: ``[[id, minutes]]``, elapsed minutes that levelling delays the tasks by; 0 takes it back
- ``move_unfinished``: ``to``: what should have been done before that moment and was not, goes on from there

Ids may be a ``temp_id`` of a task or a resource created earlier in the same edit.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.core.dates import day_text
from accord.core.editing import Conflict, Difference
from accord.projects import plan_effort, plan_progress, plan_resources, task_edits
from accord.projects.models import Link, Plan, Task
from accord.projects.outline import GAP, descendants
from accord.projects.plan_rows import Invalid, PlanRows

__all__ = ["EditSession", "Invalid"]


class EditSession(PlanRows):
    """The plan's rows in memory while the changes of one edit are applied."""

    def __init__(self, plan: Plan, by: Any = None) -> None:
        super().__init__(plan)
        self.by = by
        self.created: dict[str, int] = {}
        self.resources: dict[str, int] = {}
        self.label = ""

    def apply(self, change: dict[str, Any], number: int) -> None:
        """Apply one change; ``number`` is its place in the edit."""
        operations = {
            "update_task": self._update_task,
            "create_task": self._create_task,
            "delete_task": self._delete_task,
            "move_task": self._move_task,
            "create_link": self._create_link,
            "update_link": self._update_link,
            "delete_link": self._delete_link,
            "assign": self._assign,
            "create_resource": self._create_resource,
            "split_task": self._split_task,
            "join_split": self._join_split,
            "move_unfinished": self._move_unfinished,
            "level_tasks": self._level_tasks,
        }
        operation = operations.get(str(change.get("op")))
        if operation is None:
            raise Invalid(
                gettext("Change %(number)s: unknown operation “%(operation)s”.")
                % {"number": number + 1, "operation": change.get("op")},
                field="op",
            )
        label = operation(change)
        self.label = self.label or label

    # Tasks

    def task(self, key: Any) -> Task:
        """The living task of this project with that id or temporary id."""
        pk = self.created.get(key) if isinstance(key, str) and key in self.created else key
        task = self.tasks.get(pk) if isinstance(pk, int) else None
        if task is None or task.deleted_at is not None:
            raise Invalid(gettext("Task %(key)s no longer exists in this plan.") % {"key": key}, field="id")
        return task

    def _update_task(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        fields = change.get("fields")
        if not isinstance(fields, dict) or not fields:
            raise Invalid(gettext("Give at least one field to change."), field="fields")
        self._check_version(task, change, fields)
        self.touch(task)
        duration = task.duration_minutes
        own = {name: value for name, value in fields.items() if name != "work_minutes"}
        try:
            task_edits.apply(task, own, self.hours, is_summary=task.pk in self.parents())
        except task_edits.BadValue as error:
            raise Invalid(f"{task.name}: {error}", field=error.field, tasks=[task.pk]) from error
        if task.duration_minutes != duration:
            plan_effort.duration_changed(self, task, duration)
        if "work_minutes" in fields:
            plan_effort.set_work(self, task, fields["work_minutes"])
        return gettext("change “%(task)s”") % {"task": task.name}

    def _create_task(self, change: dict[str, Any]) -> str:
        fields = dict(change.get("fields") or {})
        parent = self.task(change["parent"]) if change.get("parent") else None
        self._becomes_summary(parent)
        task = Task(
            **self.plan.place,
            uid=self.next_uid(),
            name=str(fields.get("name") or gettext("New task")),
            parent=parent,
            duration_minutes=self.project.minutes_per_day,
        )
        task.order = self._place(parent.pk if parent else None, change.get("after"), None)
        try:
            task_edits.apply(task, fields, self.hours, is_summary=False)
        except task_edits.BadValue as error:
            raise Invalid(str(error), field=error.field) from error
        self.add(task)
        if change.get("temp_id"):
            self.created[str(change["temp_id"])] = task.pk
        return gettext("add “%(task)s”") % {"task": task.name}

    def _delete_task(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        self._check_version(task, change, {})
        self.put_aside(task)
        return gettext("delete “%(task)s”") % {"task": task.name}

    def _move_task(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        self._check_version(task, change, {"parent": change.get("parent")})
        parent = self.task(change["parent"]) if change.get("parent") else None
        if parent is not None and (parent.pk == task.pk or parent.pk in descendants(task.pk, self.living())):
            raise Invalid(gettext("A task can't be moved under itself."), field="parent", tasks=[task.pk])
        self.touch(task)
        self._becomes_summary(parent)
        task.order = self._place(parent.pk if parent else None, change.get("after"), task.pk)
        task.parent = parent
        return gettext("move “%(task)s”") % {"task": task.name}

    def _becomes_summary(self, parent: Task | None) -> None:
        """Its own duration is lost to that of the tasks inside it: undo is to bring it back."""
        if parent is not None and parent.pk not in self.parents():
            self.touch(parent)

    def _place(self, parent: int | None, after: Any, moving: int | None) -> int:
        """An order between ``after`` and the sibling that follows it; makes room when the gap is used up."""
        siblings = sorted(
            (t for t in self.living() if t.parent_id == parent and t.pk != moving),
            key=lambda t: (t.order, t.pk),
        )
        if after == "last":
            return (siblings[-1].order if siblings else 0) + GAP
        index = 0
        if after is not None:
            previous = self.task(after)
            if previous not in siblings:
                raise Invalid(
                    gettext("The task to insert after has moved or was deleted. Reload the plan."), field="after"
                )
            index = siblings.index(previous) + 1
        low = siblings[index - 1].order if index else 0
        if index == len(siblings):
            return low + GAP
        if siblings[index].order - low < 2:
            for number, sibling in enumerate(siblings, 1):
                self.touch(sibling)
                sibling.order = number * GAP
            low = siblings[index - 1].order if index else 0
        return (low + siblings[index].order) // 2

    # Links

    def _create_link(self, change: dict[str, Any]) -> str:
        source, target = self.task(change.get("source")), self.task(change.get("target"))
        if source.pk == target.pk:
            raise Invalid(gettext("A task can't be linked to itself."), kind="cycle", tasks=[source.pk])
        if any((x.predecessor_id, x.successor_id) == (source.pk, target.pk) for x in self.links.values()):
            raise Invalid(
                gettext("“%(source)s” and “%(target)s” are already linked.")
                % {"source": source.name, "target": target.name},
                field="target",
            )
        link = Link(**self.plan.place, predecessor=source, successor=target)
        self._fill_link(link, change)
        self.add(link)
        return gettext("link “%(source)s” to “%(target)s”") % {"source": source.name, "target": target.name}

    def _update_link(self, change: dict[str, Any]) -> str:
        link = self._link(change)
        self.touch(link)
        self._fill_link(link, change)
        return gettext("change a link")

    def _delete_link(self, change: dict[str, Any]) -> str:
        self.drop(self._link(change))
        return gettext("remove a link")

    def _link(self, change: dict[str, Any]) -> Link:
        link = self.links.get(change.get("id", 0))
        if link is None:
            raise Invalid(gettext("This link no longer exists."), field="id")
        return link

    def _fill_link(self, link: Link, change: dict[str, Any]) -> None:
        for name in ("type", "lag", "lag_unit"):
            if name in change:
                setattr(link, name, change[name])
        try:
            link.clean_fields(exclude=["plan", "project", "predecessor", "successor"])
        except ValidationError as error:
            field, messages = next(iter(error.message_dict.items()))
            raise Invalid(messages[0], field=field) from error
        if abs(link.lag) > task_edits.LONGEST:
            raise Invalid(gettext("The lag is too long. Use less than 100 years."), field="lag")

    # Work

    def _assign(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        wanted = change.get("assignments") or []
        if not isinstance(wanted, list) or not all(isinstance(row, dict) for row in wanted):
            raise Invalid(gettext("Send each resource with its units, such as 1 or 0.5."), field="assignments")
        known = self.resources
        named = [row | {"resource": known.get(str(row.get("resource")), row.get("resource"))} for row in wanted]
        plan_effort.assign(self, task, named)
        return gettext("assign “%(task)s”") % {"task": task.name}

    def _create_resource(self, change: dict[str, Any]) -> str:
        resource = plan_resources.named(self, change.get("name"), change.get("person"))
        if change.get("temp_id"):
            self.resources[str(change["temp_id"])] = resource.pk
        # What is done with the resource names the step.
        return ""

    def _split_task(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        self._check_version(task, change, {})
        self.touch(task)
        plan_progress.split(self, task, change.get("at"), change.get("resume"))
        return gettext("split “%(task)s”") % {"task": task.name}

    def _join_split(self, change: dict[str, Any]) -> str:
        task = self.task(change.get("id"))
        self._check_version(task, change, {})
        self.touch(task)
        task.segments = []
        return gettext("join “%(task)s”") % {"task": task.name}

    def _move_unfinished(self, change: dict[str, Any]) -> str:
        moment = plan_progress.move_unfinished(self, change.get("to"))
        return gettext("reschedule unfinished work after %(moment)s") % {"moment": day_text(moment)}

    def _level_tasks(self, change: dict[str, Any]) -> str:
        delays = change.get("delays")
        if not isinstance(delays, list) or any(not isinstance(row, list) or len(row) != 2 for row in delays):
            raise Invalid(gettext("Send each task with its delay in minutes: [[12, 960]]."), field="delays")
        for pk, minutes in delays:
            task = self.task(pk)
            self.touch(task)
            try:
                task_edits.apply(task, {"levelling_delay": minutes}, self.hours, is_summary=False)
            except task_edits.BadValue as error:
                raise Invalid(f"{task.name}: {error}", field="delays", tasks=[task.pk]) from error
        return gettext("level the plan") if any(minutes for _, minutes in delays) else gettext("remove levelling")

    # Versions

    def _check_version(self, task: Task, change: dict[str, Any], fields: dict[str, Any]) -> None:
        """A task edited earlier in the same edit is ours; otherwise the version must be the one that was read."""
        if task.pk in self.edited or change.get("version") == task.version:
            return
        differences = [
            Difference(f"{task.name}: {name}", str(value), str(getattr(task, name)))
            for name, value in fields.items()
            if hasattr(task, name) and str(getattr(task, name)) != str(value)
        ]
        raise Conflict(task, differences)
