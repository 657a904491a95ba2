import { parseDuration, parsePredecessors, readDay, sameLink, showDuration, showPredecessors, showWork } from "./format";
import type { PlanModel } from "./model";
import { assigned, parseResources, resourceOffers, showResources } from "./resources";
import type { Offers } from "./suggest";
import { type FieldName, TABLE_FIELDS } from "./task_fields";
import type { Change, Constraint, TaskFields, TaskRow } from "./types";

/** How a cell is edited in place: the text the box opens with, and the changes that its text asks for. */
export interface CellEditor {
  input: "text" | "date" | "number" | "choice";
  open: (task: TaskRow, model: PlanModel) => string;
  /** Why this row's cell cannot be edited, or null. */
  allowed: (task: TaskRow) => string | null;
  /** Throws the reason in words when the text makes no sense. */
  changes: (task: TaskRow, text: string, model: PlanModel) => Change[];
  /** As `changes`, for text that was typed into the cell: there it may name someone who is not in the plan yet. */
  typed?: (task: TaskRow, text: string, model: PlanModel) => Change[];
  /** What the text means that clears the cell, where it is not the empty one. */
  cleared?: string;
  /** Names to complete what is typed. */
  offers?: (text: string, caret: number, model: PlanModel) => Offers;
  /** What there is to choose from: the value and its words. */
  choices?: (model: PlanModel) => [string, string][];
}

type Allowed = CellEditor["allowed"];
/** The fields of the table whose values are of a type. */
type Of<T> = { [Name in FieldName]: TaskRow[Name] extends T ? Name : never }[FieldName];
export type TextField = Of<string>;
export type SpanField = "optimistic_minutes" | "pessimistic_minutes" | "remaining_duration";

const always: Allowed = () => null;
export const notSummary = (what: string): Allowed => (task) =>
  task.kind === "summary" ? `A summary's ${what} ${what.endsWith("s") && what !== "progress" ? "come" : "comes"} from its tasks.` : null;

/** Of rows that take their dates from others: a summary from its tasks, level of effort from the work it supports. */
export const ownDates = (what: string): Allowed => (task) =>
  task.kind === "effort" ? "A level-of-effort task takes its dates from the work it supports." : notSummary(what)(task);

/** What a field of the table has to choose from. */
export const choicesOf = (name: FieldName): [string, string][] => TABLE_FIELDS.find((field) => field.name === name)!.choices;

/** A summary is a task with tasks below it: nobody chooses to be one. */
export const KINDS = choicesOf("kind").filter(([kind]) => kind !== "summary");
export const CONSTRAINTS = choicesOf("constraint");

/** Constraints without a date, and those that bind the finish: their date means the close of that day. */
export const DATELESS: ReadonlySet<Constraint> = new Set(["ASAP", "ALAP"]);
export const AT_FINISH: ReadonlySet<Constraint> = new Set(["MFO", "FNET", "FNLT"]);

export function usualYear(model: PlanModel): number {
  return Number(model.project.start.slice(0, 4));
}

function update(task: TaskRow, fields: TaskFields): Change[] {
  return [{ op: "update_task", id: task.id, fields }];
}

export const nameEditor: CellEditor = {
  input: "text",
  open: (task) => task.name,
  allowed: always,
  changes(task, text) {
    if (!text.trim()) throw new Error("Enter a task name. To delete the row, press Ctrl+Delete.");
    return text.trim() === task.name ? [] : update(task, { name: text.trim() });
  },
};

function readDuration(text: string, model: PlanModel): { minutes: number; elapsed: boolean } {
  const read = parseDuration(text, model.project.minutes_per_day);
  if (!read) throw new Error("Enter a duration, such as 3d, 4h, 30min, 2w or 2ed (elapsed).");
  return read;
}

export const durationEditor: CellEditor = {
  input: "text",
  open: (task, model) => showDuration(task.duration_minutes, model.project.minutes_per_day, task.elapsed),
  allowed: ownDates("duration"),
  changes(task, text, model) {
    const read = readDuration(text, model);
    if (read.minutes === task.duration_minutes && read.elapsed === task.elapsed) return [];
    const elapsed = read.elapsed === task.elapsed ? {} : { elapsed: read.elapsed };
    return update(task, { duration_minutes: read.minutes, ...elapsed });
  },
};

/** A duration that may be left out, counted like the task's own. */
export function spanEditor(field: SpanField, what: string): CellEditor {
  const show = (task: TaskRow, model: PlanModel): string =>
    task[field] === null ? "" : showDuration(task[field], model.project.minutes_per_day, task.elapsed);
  return {
    input: "text",
    open: show,
    allowed: notSummary(what),
    changes(task, text, model) {
      if (text.trim() === show(task, model)) return [];
      if (!text.trim()) {
        if (field === "remaining_duration") throw new Error("Enter the remaining duration, such as 2d, or 0.");
        return update(task, { [field]: null });
      }
      return update(task, { [field]: readDuration(text, model).minutes });
    },
  };
}

export type Day = "start" | "finish" | "deadline" | "actual_start" | "actual_finish" | "constraint_date";

/** A day; its moment is when work opens or closes then. Without `needed` it may be left out. */
export function dayEditor(field: Day, edge: (task: TaskRow) => "opening" | "closing", needed: boolean, allowed: Allowed): CellEditor {
  return {
    input: "date",
    open: (task) => task[field]?.slice(0, 10) ?? "",
    allowed,
    changes(task, text, model) {
      if (!text.trim() && needed) throw new Error("Choose a date.");
      if (!text.trim()) return task[field] === null ? [] : update(task, { [field]: null });
      const day = readDay(text, usualYear(model));
      return day === task[field]?.slice(0, 10) ? [] : update(task, { [field]: model.momentOn(day, edge(task)) });
    },
  };
}

export const completeEditor: CellEditor = {
  input: "number",
  open: (task) => String(Math.round(task.percent_complete)),
  allowed: notSummary("progress"),
  changes(task, text) {
    const value = Number(text.replace("%", "").replace(",", ".").trim());
    if (!(value >= 0 && value <= 100) || text.trim() === "") throw new Error("Enter a number from 0 to 100.");
    return value === task.percent_complete ? [] : update(task, { percent_complete: value });
  },
  cleared: "0",
};

export const resourcesEditor: CellEditor = {
  input: "text",
  open: (task) => showResources(task),
  allowed: always,
  changes(task, text, model) {
    if (text.trim() === showResources(task)) return [];
    return [{ op: "assign", id: task.id, assignments: parseResources(model, text) }];
  },
  typed(task, text, model) {
    return text.trim() === showResources(task) ? [] : assigned(task, text, model);
  },
  offers: resourceOffers,
};

export const predecessorsEditor: CellEditor = {
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

export const workEditor: CellEditor = {
  input: "text",
  open: (task) => showWork(task.work_minutes),
  allowed: notSummary("work"),
  changes(task, text, model) {
    const read = /^[\d.,]+$/.test(text.trim()) ? readDuration(`${text}h`, model) : readDuration(text, model);
    return read.minutes === task.work_minutes ? [] : update(task, { work_minutes: read.minutes });
  },
  cleared: "0",
};

export const unitsEditor: CellEditor = {
  input: "number",
  open: (task) => (task.resources[0] ? String(Math.round(task.resources[0].units * 100)) : ""),
  allowed: (task) => (task.resources.length === 1 ? null : "Enter units for each person in the Resources column."),
  changes(task, text) {
    const share = Number(text.replace("%", "").trim());
    if (!(share > 0 && share <= 10_000)) throw new Error("Enter a percentage, such as 50.");
    const [only] = task.resources;
    if (!only || share === Math.round(only.units * 100)) return [];
    return [{ op: "assign", id: task.id, assignments: [{ resource: only.id, units: share / 100 }] }];
  },
};

export const priorityEditor: CellEditor = {
  input: "number",
  open: (task) => String(task.priority),
  allowed: always,
  changes(task, text) {
    const value = Number(text.trim());
    if (!/^\d+$/.test(text.trim()) || value > 1000) throw new Error("Enter a whole number from 0 to 1000. Tasks with 1000 are never moved.");
    return value === task.priority ? [] : update(task, { priority: value });
  },
  cleared: "500",
};

export function textEditor(field: TextField): CellEditor {
  return {
    input: "text",
    open: (task) => task[field],
    allowed: always,
    changes: (task, text) => (text.trim() === task[field] ? [] : update(task, { [field]: text.trim() })),
  };
}

/** A choice; from a spreadsheet its words are read as well as its value. */
export function choiceEditor(
  choices: (model: PlanModel) => [string, string][],
  open: (task: TaskRow) => string,
  fields: (task: TaskRow, value: string) => TaskFields,
  allowed: Allowed = always,
): CellEditor {
  return {
    input: "choice",
    open,
    allowed,
    choices,
    changes(task, text, model) {
      const wanted = text.trim().toLowerCase();
      const found = choices(model).find(([value, words]) => value.toLowerCase() === wanted || words.toLowerCase() === wanted);
      if (!found) throw new Error(`Unknown value “${text.trim()}”. Use one of: ${choices(model).map(([, words]) => words).join(", ")}.`);
      return found[0] === open(task) ? [] : update(task, fields(task, found[0]));
    },
  };
}
