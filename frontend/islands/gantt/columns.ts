import * as edit from "./editors";
import type { CellEditor } from "./editors";
import { escape, shortDay, showDuration, showPredecessors, showWork } from "./format";
import { keyOf, type PlanModel } from "./model";
import { showResources } from "./resources";
import type { Constraint, Effort, Id, Named, TaskKind, TaskRow } from "./types";

export type ColumnName =
  | "number" | "wbs" | "name" | "duration" | "start" | "finish" | "predecessors" | "resources" | "complete" | "float" | "criticality"
  | "work" | "units" | "effort" | "type" | "constraint" | "constraint_date" | "deadline" | "priority" | "calendar"
  | "actual_start" | "actual_finish" | "remaining" | "best" | "worst" | "deliverable" | "waiting";

export interface PlanColumn {
  name: ColumnName;
  label: string;
  title: string;
  width: number;
  align?: "right" | "center";
  /** Shown until somebody chooses otherwise. */
  shown: boolean;
  text: (task: TaskRow, model: PlanModel) => string;
  /** Where plain text is not enough. */
  markup?: (task: TaskRow, model: PlanModel) => string;
  editor?: CellEditor;
}

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
function chosenFrom(list: (model: PlanModel) => Named[], field: "calendar" | "deliverable", none: string): CellEditor {
  return edit.choiceEditor(
    (model) => [["", none], ...list(model).map(({ id, name }): [string, string] => [keyOf(id), name])],
    (task) => keyOf(task[field]),
    (_task, value) => ({ [field]: value ? Number(value) : null }),
  );
}

const constraintDated = (task: TaskRow): string | null =>
  edit.DATELESS.has(task.constraint) ? "This constraint has no date. Choose another constraint first." : null;

export const COLUMNS: readonly PlanColumn[] = [
  {
    name: "number", label: "#", title: "Row number", width: 46, align: "right", shown: true,
    text: (task, model) => String(model.number(task.id)),
  },
  { name: "wbs", label: "WBS", title: "Work breakdown structure code", width: 64, shown: true, text: (task) => task.wbs },
  { name: "name", label: "Task name", title: "Task name", width: 208, shown: true, text: (task) => task.name, editor: edit.nameEditor },
  {
    name: "duration", label: "Duration", title: "Duration", width: 74, align: "right", shown: true,
    text: (task, model) => span(task.duration_minutes, task, model), editor: edit.durationEditor,
  },
  {
    name: "start", label: "Start", title: "Start", width: 112, shown: true, text: (task, model) => date(task.start, model),
    editor: edit.dayEditor("start", opening, true, edit.ownDates("start")),
  },
  {
    name: "finish", label: "Finish", title: "Finish", width: 112, shown: true, text: (task, model) => date(task.finish, model),
    editor: edit.dayEditor("finish", closing, true, edit.ownDates("finish")),
  },
  {
    name: "predecessors", label: "Predecessors", title: "Predecessors by row number", width: 104, shown: true,
    text: (task, model) => showPredecessors(model, task), editor: edit.predecessorsEditor,
  },
  {
    name: "resources", label: "Resources", title: "Resources", width: 140, shown: true, text: (task) => showResources(task),
    editor: edit.resourcesEditor,
  },
  {
    name: "complete", label: "% done", title: "Percent complete", width: 66, align: "right", shown: true,
    text: (task) => `${Math.round(task.percent_complete)}%`, editor: edit.completeEditor,
  },
  {
    name: "float", label: "Total float", title: "Total float: how long the task can slip without delaying the project", width: 88,
    align: "right", shown: true, text: (task, model) => span(task.total_float_minutes, task, model), markup: floatMarkup,
  },
  {
    name: "criticality", label: "Criticality", title: "Criticality index: share of simulation runs in which the task drives the finish", width: 88,
    align: "right", shown: false,
    text: (task, model) => (task.criticality === null || model.project.simulated_at !== model.at ? "" : `${Math.round(task.criticality * 100)}%`),
  },
  {
    name: "work", label: "Work", title: "Hours of work", width: 74, align: "right", shown: false,
    text: (task) => (task.work_minutes ? showWork(task.work_minutes) : ""), editor: edit.workEditor,
  },
  {
    name: "units", label: "Units", title: "Units: total allocation of all assignees", width: 66, align: "right", shown: false,
    text: (task) => (task.resources.length > 0 ? `${Math.round(task.resources.reduce((sum, { units }) => sum + units, 0) * 100)}%` : ""),
    editor: edit.unitsEditor,
  },
  {
    name: "effort", label: "Task type", title: "Task type: which of units, duration and work stays fixed", width: 112, shown: false,
    text: (task) => (task.kind === "summary" ? "" : words(edit.EFFORTS, task.effort)),
    editor: edit.choiceEditor(() => edit.EFFORTS, (task) => task.effort, (_task, value) => ({ effort: value as Effort }), edit.notSummary("task type")),
  },
  {
    name: "type", label: "Type", title: "Type: task, milestone or level of effort", width: 112, shown: false,
    text: (task) => (task.kind === "summary" ? "Summary" : words(edit.KINDS, task.kind)),
    editor: edit.choiceEditor(() => edit.KINDS, (task) => task.kind, (_task, value) => ({ kind: value as TaskKind }), edit.notSummary("type")),
  },
  {
    name: "constraint", label: "Constraint", title: "Constraint", width: 152, shown: false,
    text: (task) => words(edit.CONSTRAINTS, task.constraint),
    editor: edit.choiceEditor(() => edit.CONSTRAINTS, (task) => task.constraint, (task, value) => {
      const constraint = value as Constraint;
      if (edit.DATELESS.has(constraint)) return { constraint, constraint_date: null };
      return { constraint, constraint_date: task.constraint_date ?? (edit.AT_FINISH.has(constraint) ? task.finish : task.start) };
    }),
  },
  {
    name: "constraint_date", label: "Constraint date", title: "Date of the constraint", width: 112, shown: false,
    text: (task, model) => date(task.constraint_date, model),
    editor: edit.dayEditor("constraint_date", (task) => (edit.AT_FINISH.has(task.constraint) ? "closing" : "opening"), true, constraintDated),
  },
  {
    name: "deadline", label: "Deadline", title: "Deadline", width: 112, shown: false, text: (task, model) => date(task.deadline, model),
    editor: edit.dayEditor("deadline", closing, false, anyRow),
  },
  {
    name: "priority", label: "Priority", title: "Levelling priority, 0 to 1000. Tasks with 1000 are never moved.", width: 70, align: "right", shown: false,
    text: (task) => String(task.priority), editor: edit.priorityEditor,
  },
  {
    name: "calendar", label: "Calendar", title: "The task's own calendar", width: 120, shown: false,
    text: (task, model) => named(model.calendars, task.calendar),
    editor: chosenFrom((model) => model.calendars, "calendar", "Project calendar"),
  },
  {
    name: "actual_start", label: "Started", title: "Actual start", width: 112, shown: false,
    text: (task, model) => date(task.actual_start, model),
    editor: edit.dayEditor("actual_start", opening, false, edit.notSummary("actual start")),
  },
  {
    name: "actual_finish", label: "Finished", title: "Actual finish", width: 112, shown: false,
    text: (task, model) => date(task.actual_finish, model),
    editor: edit.dayEditor("actual_finish", closing, false, edit.notSummary("actual finish")),
  },
  {
    name: "remaining", label: "Remaining", title: "Remaining duration", width: 84, align: "right", shown: false,
    text: (task, model) => span(task.remaining_duration, task, model), editor: edit.spanEditor("remaining_duration", "remaining duration"),
  },
  {
    name: "best", label: "Optimistic", title: "Optimistic duration", width: 74, align: "right", shown: false,
    text: (task, model) => span(task.optimistic_minutes, task, model), editor: edit.spanEditor("optimistic_minutes", "estimate"),
  },
  {
    name: "worst", label: "Pessimistic", title: "Pessimistic duration", width: 74, align: "right", shown: false,
    text: (task, model) => span(task.pessimistic_minutes, task, model), editor: edit.spanEditor("pessimistic_minutes", "estimate"),
  },
  {
    name: "deliverable", label: "Deliverable", title: "Deliverable", width: 140, shown: false,
    text: (task, model) => named(model.deliverables, task.deliverable),
    editor: chosenFrom((model) => model.deliverables, "deliverable", "None"),
  },
  {
    name: "waiting", label: "Waiting for", title: "What the task is waiting for", width: 160, shown: false, text: (task) => task.waiting_for,
    editor: edit.textEditor("waiting_for"),
  },
];

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
