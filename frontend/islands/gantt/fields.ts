import { COLUMNS } from "./columns";
import { AT_FINISH, type CellEditor, CONSTRAINTS, DATELESS, KINDS } from "./editors";
import type { PlanModel } from "./model";
import { type FieldName, TABLE_FIELDS, type TableField } from "./task_fields";
import type { Constraint, TaskFields, TaskKind, TaskRow } from "./types";

/** A field of the details: named as the server names it, read and written like the cell of its column where it has one. */
export interface PanelField {
  name: keyof TaskFields | `custom_${string}`;
  open: (task: TaskRow, model: PlanModel) => string;
  /** Throws the reason in words. */
  read: (task: TaskRow, value: string, model: PlanModel) => TaskFields;
  allowed: (task: TaskRow) => boolean;
  choices?: (model: PlanModel, task: TaskRow) => [string, string][];
  /** The one kind of row that shows it, or empty. */
  only: string;
}

type Usual = Omit<PanelField, "name" | "only">;

const anyRow = (_task: TaskRow): boolean => true;
const ownOnly = (task: TaskRow): boolean => task.kind !== "summary";

/** Read and written as the cell of its column is. */
function asCell(editor: CellEditor): Usual {
  return {
    open: (task, model) => editor.open(task, model),
    read: (task, value, model) =>
      Object.assign({}, ...editor.changes(task, value, model).map((change) => (change.op === "update_task" ? change.fields : {}))),
    allowed: (task) => editor.allowed(task) === null,
    ...(editor.choices ? { choices: editor.choices } : {}),
  };
}

/** A field by its kind: as its column is edited, where it has one. */
function usual({ name, kind, choices }: TableField): Usual {
  const column = COLUMNS.find((each) => each.field === name);
  if (column?.editor) return asCell(column.editor);
  const allowed = FOR_WORK.has(name) ? ownOnly : anyRow;
  if (kind === "flag") return { open: (task) => String(task[name]), read: (_task, value) => ({ [name]: value === "true" }), allowed };
  const plain: Usual = { open: (task) => String(task[name] ?? ""), read: (_task, value) => ({ [name]: value.trim() }), allowed };
  return kind === "choice" ? { ...plain, choices: () => choices } : plain;
}

/** What says something of work only, and nothing of a summary. */
const FOR_WORK: ReadonlySet<FieldName> = new Set(["effort_driven", "estimate_shape", "estimate_group"]);

/** Fields that are edited otherwise in the panel than in a cell, or than their kind is. */
const OWN: { readonly [Name in FieldName]?: Usual } = {
  kind: {
    open: (task) => task.kind,
    read: (_task, value) => ({ kind: value as TaskKind }),
    allowed: ownOnly,
    choices: (_model, task) => (task.kind === "summary" ? [["summary", "Summary"]] : KINDS),
  },
  constraint: {
    open: (task) => task.constraint,
    // Its date is asked for beside it.
    read: (_task, value) => ({ constraint: value as Constraint, ...(DATELESS.has(value as Constraint) ? { constraint_date: null } : {}) }),
    allowed: anyRow,
    choices: () => CONSTRAINTS,
  },
  constraint_date: {
    open: (task) => task.constraint_date?.slice(0, 10) ?? "",
    read: (_task, value) => ({ constraint_date: value || null }),
    allowed: anyRow,
  },
  notes: { open: (task) => task.notes, read: (_task, value) => ({ notes: value }), allowed: anyRow },
};

export const FIELDS: readonly PanelField[] = TABLE_FIELDS.filter(({ inPanel }) => inPanel).map((field) => ({
  name: field.name, only: field.only, ...(OWN[field.name] ?? usual(field)),
}));

/** The date of the constraint as a moment of the plan; throws when the constraint needs one and has none. */
export function constraintMoment(model: PlanModel, constraint: Constraint, day: string): string | null {
  if (DATELESS.has(constraint)) return null;
  if (!day) throw new Error("Enter a date for this constraint.");
  return model.momentOn(day, AT_FINISH.has(constraint) ? "closing" : "opening");
}

/** The firm's custom fields: the server draws them, each with its key and choices. */
export function customFields(form: HTMLElement): PanelField[] {
  return [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-custom]")].map((control) => {
    const key = control.dataset.custom!;
    const offered = control instanceof HTMLSelectElement ? [...control.options].map(({ value, text }): [string, string] => [value, text]) : null;
    const open = (task: TaskRow): string => customText(task.custom[key]);
    return {
      name: control.name as PanelField["name"],
      open,
      read: (_task, value) => ({ custom: { [key]: value.trim() || null } }),
      allowed: anyRow,
      // What was chosen stays to be seen, though it is offered no more.
      ...(offered ? { choices: (_model, task) => withStored(offered, open(task)) } : {}),
      only: "",
    };
  });
}

/** A custom value as its control shows it. */
export function customText(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null || value === undefined ? "" : String(value);
}

export function withStored(offered: [string, string][], stored: string): [string, string][] {
  return offered.some(([value]) => value === stored) ? offered : [...offered, [stored, stored]];
}
