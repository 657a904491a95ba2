import * as edit from "./editors";
import type { CellEditor } from "./editors";
import { escape, shortDay, showDuration, showPredecessors, showWork } from "./format";
import { keyOf, type PlanModel } from "./model";
import { showResources } from "./resources";
import { type ColumnName, type FieldName, TABLE_COLUMNS, TABLE_FIELDS, type TableColumn, type TableField } from "./task_fields";
import type { Constraint, Id, Named, TaskKind, TaskRow } from "./types";

export type { ColumnName } from "./task_fields";

export interface PlanColumn extends TableColumn {
  name: ColumnName;
  text: (task: TaskRow, model: PlanModel) => string;
  /** Where plain text is not enough. */
  markup?: (task: TaskRow, model: PlanModel) => string;
  editor?: CellEditor;
}

type Shown = Pick<PlanColumn, "text" | "markup" | "editor">;

const opening = (): "opening" => "opening";
const closing = (): "closing" => "closing";
const anyRow = (): null => null;

function date(iso: string | null, model: PlanModel): string {
  return iso ? shortDay(iso, edit.usualYear(model)) : "";
}

function span(minutes: number | null, task: TaskRow, model: PlanModel): string {
  return minutes === null ? "" : showDuration(minutes, model.project.minutes_per_day, task.elapsed);
}

function floatMarkup(task: TaskRow, model: PlanModel): string {
  const text = span(task.total_float_minutes, task, model);
  if (!task.critical) return text;
  return `<span class="plan-critical-mark"><span class="visually-hidden">Critical, </span>${text}</span>`;
}

const words = (choices: readonly [string, string][], value: string): string =>
  choices.find(([known]) => known === value)?.[1] ?? "";
const named = (list: Named[], id: Id | null): string => list.find((item) => item.id === id)?.name ?? "";

/** A choice among rows that have names; nothing chosen is `none`. */
export function chosenFrom({ name, source, none, only, rule }: TableField): CellEditor {
  return edit.choiceEditor(
    (model) => [["", none], ...model.named(source).map(({ id, name }): [string, string] => [keyOf(id), name])],
    (task) => keyOf(task[name] as Id | null),
    (_task, value) => ({ [name]: value ? Number(value) : null }),
    only ? (task) => (task.kind === only ? null : rule) : anyRow,
  );
}

const constraintDated = (task: TaskRow): string | null =>
  edit.DATELESS.has(task.constraint) ? "This constraint has no date. Choose another constraint first." : null;
const notSummary = ({ ofSummary }: TableField, what: string) => (ofSummary ? edit.notSummary(what) : anyRow);

/** What a column shows and how it is edited, by the kind of its field. */
function usual({ field: name, label }: TableColumn): Shown {
  const field = TABLE_FIELDS.find((each) => each.name === name);
  if (!field) throw new Error(`The column ${name} has neither a field nor a text of its own.`);
  const value = (task: TaskRow): TaskRow[FieldName] => task[field.name];
  const what = label.toLowerCase();
  switch (field.kind) {
    case "record":
      return { text: (task, model) => named(model.named(field.source), value(task) as Id | null), editor: chosenFrom(field) };
    case "choice":
      return {
        text: (task) => words(field.choices, String(value(task))),
        editor: edit.choiceEditor(
          () => field.choices, (task) => String(value(task)), (_task, chosen) => ({ [field.name]: chosen }), notSummary(field, what),
        ),
      };
    case "moment":
      return {
        text: (task, model) => date(value(task) as string | null, model),
        editor: edit.dayEditor(name as edit.Day, opening, false, notSummary(field, what)),
      };
    case "minutes":
      return {
        text: (task, model) => span(value(task) as number | null, task, model),
        editor: edit.spanEditor(name as edit.SpanField, what),
      };
    default:
      return { text: (task) => String(value(task)), editor: edit.textEditor(name as edit.TextField) };
  }
}

/** What is worked out of the plan, and fields whose cells do more than their kind. */
const OWN: { readonly [Name in ColumnName]?: Partial<Shown> & Pick<PlanColumn, "text"> | Pick<PlanColumn, "editor"> } = {
  number: { text: (task, model) => String(model.number(task.id)) },
  wbs: { text: (task) => task.wbs },
  name: { editor: edit.nameEditor },
  duration: { editor: edit.durationEditor },
  start: { editor: edit.dayEditor("start", opening, true, edit.ownDates("start")) },
  finish: { editor: edit.dayEditor("finish", closing, true, edit.ownDates("finish")) },
  predecessors: { text: (task, model) => showPredecessors(model, task), editor: edit.predecessorsEditor },
  resources: { text: (task) => showResources(task), editor: edit.resourcesEditor },
  complete: { text: (task) => `${Math.round(task.percent_complete)}%`, editor: edit.completeEditor },
  float: { text: (task, model) => span(task.total_float_minutes, task, model), markup: floatMarkup },
  criticality: {
    text: (task, model) => (task.criticality === null || model.project.simulated_at !== model.at ? "" : `${Math.round(task.criticality * 100)}%`),
  },
  work: { text: (task) => (task.work_minutes ? showWork(task.work_minutes) : ""), editor: edit.workEditor },
  units: {
    text: (task) => (task.resources.length > 0 ? `${Math.round(task.resources.reduce((sum, { units }) => sum + units, 0) * 100)}%` : ""),
    editor: edit.unitsEditor,
  },
  effort: {
    text: (task) => (task.kind === "summary" ? "" : words(edit.choicesOf("effort"), task.effort)),
    editor: edit.choiceEditor(
      () => edit.choicesOf("effort"), (task) => task.effort, (_task, value) => ({ effort: value as TaskRow["effort"] }), edit.notSummary("task type"),
    ),
  },
  type: {
    text: (task) => (task.kind === "summary" ? "Summary" : words(edit.KINDS, task.kind)),
    editor: edit.choiceEditor(() => edit.KINDS, (task) => task.kind, (_task, value) => ({ kind: value as TaskKind }), edit.notSummary("type")),
  },
  constraint: {
    editor: edit.choiceEditor(() => edit.CONSTRAINTS, (task) => task.constraint, (task, value) => {
      const constraint = value as Constraint;
      if (edit.DATELESS.has(constraint)) return { constraint, constraint_date: null };
      return { constraint, constraint_date: task.constraint_date ?? (edit.AT_FINISH.has(constraint) ? task.finish : task.start) };
    }),
  },
  constraint_date: {
    editor: edit.dayEditor("constraint_date", (task) => (edit.AT_FINISH.has(task.constraint) ? "closing" : "opening"), true, constraintDated),
  },
  deadline: { editor: edit.dayEditor("deadline", closing, false, anyRow) },
  priority: { editor: edit.priorityEditor },
  actual_start: { editor: edit.dayEditor("actual_start", opening, false, edit.notSummary("actual start")) },
  actual_finish: { editor: edit.dayEditor("actual_finish", closing, false, edit.notSummary("actual finish")) },
  remaining: { editor: edit.spanEditor("remaining_duration", "remaining duration") },
  best: { editor: edit.spanEditor("optimistic_minutes", "estimate") },
  worst: { editor: edit.spanEditor("pessimistic_minutes", "estimate") },
};

export const COLUMNS: readonly PlanColumn[] = TABLE_COLUMNS.map((column) => {
  const own = OWN[column.name];
  return own && "text" in own ? { ...column, ...own } : { ...column, ...usual(column), ...own };
});

export function columnNamed(name: string): PlanColumn | undefined {
  return COLUMNS.find((column) => column.name === name);
}

/** What the cell shows, as markup. */
export function cellMarkup(column: PlanColumn, task: TaskRow, model: PlanModel): string {
  return column.markup ? column.markup(task, model) : escape(column.text(task, model));
}

/** What the cell gives to a spreadsheet: dates as every program reads them. */
export function cellCopy(column: PlanColumn, task: TaskRow, model: PlanModel): string {
  return column.editor?.input === "date" ? column.editor.open(task, model) : column.text(task, model);
}
