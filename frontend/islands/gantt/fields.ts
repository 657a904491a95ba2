import { columnNamed, type ColumnName } from "./columns";
import { AT_FINISH, CONSTRAINTS, DATELESS, KINDS, textEditor } from "./editors";
import type { PlanModel } from "./model";
import type { Constraint, Shape, TaskFields, TaskKind, TaskRow } from "./types";

/** A field of the details: named as the server names it, read and written like the cell of its column where it has one. */
export interface PanelField {
  name: keyof TaskFields;
  open: (task: TaskRow, model: PlanModel) => string;
  /** Throws the reason in words. */
  read: (task: TaskRow, value: string, model: PlanModel) => TaskFields;
  allowed: (task: TaskRow) => boolean;
  choices?: (model: PlanModel, task: TaskRow) => [string, string][];
}

const anyRow = (_task: TaskRow): boolean => true;
const ownOnly = (task: TaskRow): boolean => task.kind !== "summary";

function ofColumn(name: keyof TaskFields, column: ColumnName): PanelField {
  const editor = columnNamed(column)!.editor!;
  return {
    name,
    open: (task, model) => editor.open(task, model),
    read: (task, value, model) =>
      Object.assign({}, ...editor.changes(task, value, model).map((change) => (change.op === "update_task" ? change.fields : {}))),
    allowed: (task) => editor.allowed(task) === null,
    ...(editor.choices ? { choices: editor.choices } : {}),
  };
}

function check(name: "manual" | "active" | "effort_driven", allowed = anyRow): PanelField {
  return { name, open: (task) => String(task[name]), read: (_task, value) => ({ [name]: value === "true" }), allowed };
}

const SHAPES: [Shape, string][] = [
  ["pert", "PERT-beta"],
  ["triangular", "Triangular"],
  ["lognormal", "Lognormal"],
];

export const FIELDS: readonly PanelField[] = [
  ofColumn("name", "name"),
  {
    name: "kind",
    open: (task) => task.kind,
    read: (_task, value) => ({ kind: value as TaskKind }),
    allowed: ownOnly,
    choices: (_model, task) =>
      task.kind === "summary" ? [["summary", "Summary"]] : KINDS,
  },
  ofColumn("deliverable", "deliverable"),
  ofColumn("duration_minutes", "duration"),
  ofColumn("calendar", "calendar"),
  ofColumn("start", "start"),
  ofColumn("finish", "finish"),
  {
    name: "constraint",
    open: (task) => task.constraint,
    // Its date is asked for beside it.
    read: (_task, value) => ({ constraint: value as Constraint, ...(DATELESS.has(value as Constraint) ? { constraint_date: null } : {}) }),
    allowed: anyRow,
    choices: () => CONSTRAINTS,
  },
  {
    name: "constraint_date",
    open: (task) => task.constraint_date?.slice(0, 10) ?? "",
    read: (_task, value) => ({ constraint_date: value || null }),
    allowed: anyRow,
  },
  ofColumn("deadline", "deadline"),
  check("manual"),
  ofColumn("percent_complete", "complete"),
  ofColumn("remaining_duration", "remaining"),
  ofColumn("actual_start", "actual_start"),
  ofColumn("actual_finish", "actual_finish"),
  ofColumn("waiting_for", "waiting"),
  check("active"),
  ofColumn("work_minutes", "work"),
  ofColumn("effort", "effort"),
  check("effort_driven", ownOnly),
  ofColumn("priority", "priority"),
  ofColumn("optimistic_minutes", "best"),
  ofColumn("pessimistic_minutes", "worst"),
  {
    name: "estimate_shape",
    open: (task) => task.estimate_shape,
    read: (_task, value) => ({ estimate_shape: value as Shape }),
    allowed: ownOnly,
    choices: () => SHAPES,
  },
  {
    name: "estimate_group",
    open: (task) => task.estimate_group,
    read: (task, value, model) => {
      const [change] = textEditor("estimate_group").changes(task, value, model);
      return change?.op === "update_task" ? change.fields : {};
    },
    allowed: ownOnly,
  },
  { name: "notes", open: (task) => task.notes, read: (_task, value) => ({ notes: value }), allowed: anyRow },
  { name: "hyperlink", open: (task) => task.hyperlink, read: (_task, value) => ({ hyperlink: value }), allowed: anyRow },
  { name: "wbs_code", open: (task) => task.wbs_code, read: (_task, value) => ({ wbs_code: value }), allowed: anyRow },
];

/** The date of the constraint as a moment of the plan; throws when the constraint needs one and has none. */
export function constraintMoment(model: PlanModel, constraint: Constraint, day: string): string | null {
  if (DATELESS.has(constraint)) return null;
  if (!day) throw new Error("Enter a date for this constraint.");
  return model.momentOn(day, AT_FINISH.has(constraint) ? "closing" : "opening");
}
