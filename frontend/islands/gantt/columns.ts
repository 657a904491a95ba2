import { escape, parseDuration, parsePredecessors, parseResources, sameLink, shortDay, showDuration } from "./format";
import { showPredecessors, showResources } from "./format";
import type { PlanModel } from "./model";
import type { Change, TaskRow } from "./types";

export type ColumnName =
  | "number" | "wbs" | "name" | "duration" | "start" | "finish" | "predecessors" | "resources" | "complete" | "float";

/** How a cell is edited in place: the text the box opens with, and the changes that its text asks for. */
export interface CellEditor {
  input: "text" | "date" | "number";
  open: (task: TaskRow, model: PlanModel) => string;
  allowed: (task: TaskRow) => string | null;
  /** Throws the reason in words when the text makes no sense. */
  changes: (task: TaskRow, text: string, model: PlanModel) => Change[];
}

export interface PlanColumn {
  name: ColumnName;
  label: string;
  title: string;
  width: number;
  align?: "right" | "center";
  shown: boolean;
  markup: (task: TaskRow, model: PlanModel) => string;
  editor?: CellEditor;
}

const always = (): null => null;
const notSummary = (what: string) => (task: TaskRow): string | null =>
  task.kind === "summary" ? `The ${what} of a summary comes from the tasks inside it.` : null;

function update(task: TaskRow, fields: Extract<Change, { op: "update_task" }>["fields"]): Change[] {
  return [{ op: "update_task", id: task.id, fields }];
}

const nameEditor: CellEditor = {
  input: "text",
  open: (task) => task.name,
  allowed: always,
  changes(task, text) {
    if (!text.trim()) throw new Error("A task needs a name.");
    return text.trim() === task.name ? [] : update(task, { name: text.trim() });
  },
};

const durationEditor: CellEditor = {
  input: "text",
  open: (task, model) => showDuration(task.duration_minutes, model.project.minutes_per_day, task.elapsed),
  allowed: notSummary("duration"),
  changes(task, text, model) {
    const read = parseDuration(text, model.project.minutes_per_day);
    if (!read) throw new Error("Write a duration such as 3d, 4h, 30min, 2w or 2ed (elapsed).");
    if (read.minutes === task.duration_minutes && read.elapsed === task.elapsed) return [];
    const elapsed = read.elapsed === task.elapsed ? {} : { elapsed: read.elapsed };
    return update(task, { duration_minutes: read.minutes, ...elapsed });
  },
};

function dateEditor(field: "start" | "finish"): CellEditor {
  return {
    input: "date",
    open: (task) => task[field].slice(0, 10),
    allowed: notSummary(field),
    changes(task, text, model) {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new Error("Choose a date.");
      if (text === task[field].slice(0, 10)) return [];
      return update(task, { [field]: model.momentOn(text, field === "finish" ? "closing" : "opening") });
    },
  };
}

const completeEditor: CellEditor = {
  input: "number",
  open: (task) => String(Math.round(task.percent_complete)),
  allowed: notSummary("progress"),
  changes(task, text) {
    const value = Number(text.replace("%", "").trim());
    if (!(value >= 0 && value <= 100) || text.trim() === "") throw new Error("Write a number from 0 to 100.");
    return value === task.percent_complete ? [] : update(task, { percent_complete: value });
  },
};

const resourcesEditor: CellEditor = {
  input: "text",
  open: (task) => showResources(task),
  allowed: always,
  changes: (task, text, model) => [{ op: "assign", id: task.id, assignments: parseResources(model, text) }],
};

const predecessorsEditor: CellEditor = {
  input: "text",
  open: (task, model) => showPredecessors(model, task),
  allowed: always,
  changes(task, text, model) {
    const written = parsePredecessors(model, text);
    const changes: Change[] = [];
    const kept = new Set<unknown>();
    for (const { source, type, lag, lag_unit } of written) {
      const known = model.predecessors(task.id).find((link) => String(link.source) === String(source.id));
      if (known) {
        kept.add(known.id);
        if (!sameLink({ type, lag, lag_unit }, known)) changes.push({ op: "update_link", id: known.id, type, lag, lag_unit });
        continue;
      }
      const refusal = model.refusal(source.id, task.id);
      if (refusal) throw new Error(refusal);
      const temp_id = `link-${source.id}`;
      changes.push({ op: "create_link", temp_id, source: source.id, target: task.id, type, lag, lag_unit });
    }
    for (const link of model.predecessors(task.id)) {
      if (!kept.has(link.id)) changes.push({ op: "delete_link", id: link.id });
    }
    return changes;
  },
};

function date(iso: string, model: PlanModel): string {
  const usualYear = Number(model.project.start.slice(0, 4));
  return shortDay(iso, usualYear);
}

function floatMarkup(task: TaskRow, model: PlanModel): string {
  const text = showDuration(task.total_float_minutes, model.project.minutes_per_day, task.elapsed);
  if (!task.critical) return text;
  return `<span class="plan-critical-mark"><span class="visually-hidden">Critical, </span>${text}</span>`;
}

export const COLUMNS: readonly PlanColumn[] = [
  {
    name: "number", label: "#", title: "Row number", width: 36, align: "right", shown: true,
    markup: (task, model) => String(model.number(task.id)),
  },
  {
    name: "wbs", label: "WBS", title: "Work breakdown structure code", width: 52, shown: true,
    markup: (task) => escape(task.wbs),
  },
  {
    name: "name", label: "Task name", title: "Task name", width: 208, shown: true,
    markup: (task) => escape(task.name),
    editor: nameEditor,
  },
  {
    name: "duration", label: "Duration", title: "Duration", width: 74, align: "right", shown: true,
    markup: (task, model) => showDuration(task.duration_minutes, model.project.minutes_per_day, task.elapsed),
    editor: durationEditor,
  },
  {
    name: "start", label: "Start", title: "Start", width: 98, shown: true,
    markup: (task, model) => date(task.start, model),
    editor: dateEditor("start"),
  },
  {
    name: "finish", label: "Finish", title: "Finish", width: 98, shown: true,
    markup: (task, model) => date(task.finish, model),
    editor: dateEditor("finish"),
  },
  {
    name: "predecessors", label: "Predecessors", title: "Predecessors by row number", width: 104, shown: true,
    markup: (task, model) => escape(showPredecessors(model, task)),
    editor: predecessorsEditor,
  },
  {
    name: "resources", label: "Resources", title: "Resources", width: 140, shown: true,
    markup: (task) => escape(showResources(task)),
    editor: resourcesEditor,
  },
  {
    name: "complete", label: "% done", title: "Percent complete", width: 66, align: "right", shown: true,
    markup: (task) => `${Math.round(task.percent_complete)} %`,
    editor: completeEditor,
  },
  {
    name: "float", label: "Total float", title: "Total float: how far the task can slip before the project does", width: 88,
    align: "right", shown: true, markup: floatMarkup,
  },
];

export function columnNamed(name: string): PlanColumn | undefined {
  return COLUMNS.find((column) => column.name === name);
}
