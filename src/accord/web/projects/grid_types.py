"""The table of task fields as TypeScript, for the grid and the task editor in the browser.

``python -m accord.web.projects.grid_types`` writes it; a test says when that is due.
"""

from __future__ import annotations

import json
from pathlib import Path

from accord.projects.fields import FIELDS, Kind, TaskField

HEAD = """/** Written by `python -m accord.web.projects.grid_types`, from src/accord/projects/fields.py: edit that. */

import type { TaskRow } from "./types";

export type FieldKind = %s;

/** A column of the grid; `field` is what it shows of a task; some are worked out of the whole plan. */
export interface TableColumn {
  name: string;
  label: string;
  title: string;
  width: number;
  right: boolean;
  /** Shown unless the user chooses otherwise. */
  shown: boolean;
  field: string;
}

/** A field that people set. A record is chosen from the plan's list `source`; `none` are the words for none. */
export interface TableField {
  name: FieldName;
  kind: FieldKind;
  source: string;
  none: string;
  /** The one kind of row that has it, and the words for the others; or empty. */
  only: string;
  rule: string;
  /** A summary has it from its tasks. */
  ofSummary: boolean;
  /** Rows copied in the grid carry it. */
  pasted: boolean;
  /** It has a place in the task editor. */
  inPanel: boolean;
  choices: [string, string][];
}
"""


def written() -> str:
    """The module's text."""
    edited = [each for each in FIELDS if each.edit is not None]
    columns = [each for each in FIELDS if each.column is not None]
    shown = [each for each in FIELDS if each.shown or each.name == "kind"]
    blank = _json({each.name: _blank(each) for each in shown})
    return "\n".join(
        [
            HEAD % _union(kind.value for kind in Kind),
            "/** What a new task is before anything is entered. */",
            f"export const BLANK: Pick<TaskRow, {_union(each.name for each in shown)}> = {blank};\n",
            f"export type FieldName = {_union(each.name for each in edited)};",
            f"export type ColumnName = {_union(each.column.name for each in columns if each.column)};\n",
            "export const TABLE_COLUMNS: readonly (TableColumn & { name: ColumnName })[] = [",
            *(f"  {_json(_column(each))}," for each in columns),
            "];\n",
            "export const TABLE_FIELDS: readonly TableField[] = [",
            *(f"  {_json(_field(each))}," for each in edited),
            "];\n",
        ]
    )


def _choices(each: TaskField) -> list[tuple[str, str]]:
    from accord.projects.models import Task  # here: as a command, Django is only then set up

    column = Task._meta.get_field(each.name)
    return [(str(value), str(label)) for value, label in column.choices or ()] if each.kind is Kind.CHOICE else []


def _blank(each: TaskField) -> object:
    from accord.projects.models import Task

    if each.empty or each.kind is Kind.MOMENT:
        return None if each.empty else ""
    blank = Task._meta.get_field(each.name).get_default()
    return float(blank) if each.kind is Kind.PERCENT else 0 if blank is None else blank


def _column(each: TaskField) -> dict[str, object]:
    assert each.column is not None
    found = {name: getattr(each.column, name) for name in ("name", "label", "title", "width", "right", "shown")}
    return {**found, "field": each.name}


def _field(each: TaskField) -> dict[str, object]:
    return {
        "name": each.name,
        "kind": each.kind.value,
        "source": each.source,
        "none": each.none,
        "only": each.only,
        "rule": each.rule[:1].upper() + each.rule[1:],
        "ofSummary": each.of_summary,
        "pasted": each.pasted,
        "inPanel": each.panel is not None,
        "choices": _choices(each),
    }


def _union(values: object) -> str:
    return " | ".join(_json(value) for value in values)  # type: ignore[attr-defined]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)  # labels wait for their language


if __name__ == "__main__":
    import django

    django.setup()
    Path("frontend/islands/gantt/task_fields.ts").write_text(written(), encoding="utf-8")
