"""How the document of the API describes the tasks of a plan: by the table of task fields."""

from __future__ import annotations

from typing import Any

from accord.projects.fields import FIELDS, Kind, TaskField
from accord.projects.models import Task

_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.FLAG: {"type": "boolean"},
    Kind.WHOLE: {"type": "integer"},
    Kind.MINUTES: {"type": "integer"},
    Kind.MOMENT: {"type": "string", "description": "Local time of the plan, such as 2026-03-02T09:00:00."},
    Kind.PERCENT: {"type": "number", "minimum": 0, "maximum": 100},
    Kind.CHOICE: {"type": "string"},
    Kind.RECORD: {"type": "integer"},
    Kind.CUSTOM: {"type": "object", "description": "Values by the keys of the custom fields; null clears one."},
}


def schema_of(each: TaskField) -> dict[str, Any]:
    """The JSON schema of one field."""
    column = Task._meta.get_field(each.name)
    found = {"title": str(column.verbose_name).capitalize(), **_TYPES[each.kind]}
    if each.kind is Kind.CHOICE:
        found["enum"] = [value for value, _ in column.choices or ()]
    if each.kind is Kind.TEXT and column.max_length:
        found["maxLength"] = column.max_length
    if each.most:
        found |= {"minimum": each.least, "maximum": each.most}
    return found | {"type": [found["type"], "null"]} if each.empty else found


def _object(fields: list[TaskField], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {each.name: schema_of(each) for each in fields} | more}


FIELDS_OF_CHANGE = _object([each for each in FIELDS if each.edit is not None]) | {"additionalProperties": False}
CHANGE = {
    "type": "object",
    "required": ["op"],
    "properties": {
        "op": {"type": "string"},
        "id": {"type": ["integer", "string"]},
        "version": {"type": "integer"},
        "fields": FIELDS_OF_CHANGE,
    },
}
