import { columnNamed, COLUMNS, type ColumnName, type PlanColumn } from "./columns";
import { numbered, parsePredecessors } from "./format";
import { keyOf, type PlanModel } from "./model";
import { Skipped } from "./skipped";
import type { Table } from "./tables";
import { BLANK } from "./task_fields";
import type { Change, Id, TaskFields, TaskRow } from "./types";

/** The column that carries the outline of copied rows through a spreadsheet; it is never shown in the grid. */
export const LEVEL = "Outline level";

export interface Pasted {
  changes: Change[];
  /** Existing rows that change, and how many new ones there are. */
  rows: TaskRow[];
  made: number;
  skipped: Skipped;
}

/** A value that makes no sense, with its place: nothing is written then. */
export class BadCell extends Error {
  constructor(readonly row: number, readonly column: string, reason: string) {
    super(`Row ${row}, ${column}: ${reason}`);
  }
}

interface Body {
  columns: (PlanColumn | null)[];
  rows: Table;
  /** Where the outline levels stand, or -1. */
  level: number;
  /** Columns were named by the first row; what is calculated is then skipped without a word. */
  headed: boolean;
}

/** What the columns of a pasted table are: by its header, or those shown from the cursor on. */
function bodyOf(table: Table, shown: readonly ColumnName[], from: ColumnName): Body {
  const named = (text: string, name: string): boolean => text.trim().toLowerCase() === name.toLowerCase();
  const byLabel = (text: string): PlanColumn | undefined =>
    COLUMNS.find(({ label, title }) => [label, title].some((name) => named(text, name)));
  const head = table[0]!.map(byLabel);
  const level = table[0]!.findIndex((text) => named(text, LEVEL));
  if (head.some(Boolean) && table[0]!.every((text, index) => text.trim() === "" || head[index] || index === level)) {
    return { columns: head.map((column) => column ?? null), rows: table.slice(1), level, headed: true };
  }
  const names = shown.slice(shown.indexOf(from));
  const width = Math.max(...table.map((row) => row.length));
  if (width > names.length) {
    throw new Error(`The table has ${width} columns, but only ${names.length} columns are visible from “${columnNamed(from)!.label}”.`);
  }
  return { columns: names.slice(0, width).map((name) => columnNamed(name)!), rows: table, level: -1, headed: false };
}

/**
 * Values into the rows `into`, and new rows after `after` for what is left. What a row cannot take is skipped and named;
 * a value that makes no sense refuses the whole, as a `BadCell`.
 */
export function pasted(
  model: PlanModel,
  table: Table,
  place: { shown: readonly ColumnName[]; from: ColumnName; into: TaskRow[]; after: TaskRow | undefined },
): Pasted {
  const body = bodyOf(table, place.shown, place.from);
  const numberColumn = body.columns.findIndex((column) => column?.name === "number");
  const changes: Change[] = [];
  const rows: TaskRow[] = [];
  const skipped = new Skipped();
  // Rows that are pasted together know each other by the numbers they had where they were copied.
  const copies = new Map<string, Id>();
  body.rows.forEach((cells, index) => {
    if (numberColumn >= 0 && index >= place.into.length) copies.set(cells[numberColumn]!.trim(), `paste-${index}`);
  });
  const outline = new Outline(place.after);
  const inside = body.level < 0 ? new Set<number>() : summaries(body.rows.map((cells) => Number(cells[body.level])));
  body.rows.forEach((cells, index) => {
    const known = place.into[index];
    const task = known ?? blankTask(model, `paste-${index}`, place.after?.parent ?? null);
    const found: Change[] = [];
    for (const [at, column] of body.columns.entries()) {
      const text = (cells[at] ?? "").trim();
      if (!column || (!known && text === "")) continue;
      // A new summary takes these from the rows that are pasted below it.
      if (!known && inside.has(index) && column.editor?.allowed({ ...task, kind: "summary" }) != null) continue;
      const refusal = known ? refusalOf(model, column, task, text, body.headed) : null;
      if (refusal !== null) {
        skipped.add(model.number(task.id), column.label, refusal);
        continue;
      }
      try {
        found.push(...cellChanges(model, column, task, text, known !== undefined, copies));
      } catch (error) {
        throw new BadCell(index + (body.headed ? 2 : 1), column.label, (error as Error).message);
      }
    }
    if (known) {
      if (found.length > 0) rows.push(known);
      changes.push(...merged(known.id, found));
      return;
    }
    if (cells.every((cell) => cell.trim() === "")) return;
    const fields = Object.assign({}, ...found.flatMap((change) => (change.op === "update_task" ? [change.fields] : [])));
    if (!fields.name) throw new BadCell(index + (body.headed ? 2 : 1), "Task name", "enter a task name.");
    const length = { duration_minutes: model.project.minutes_per_day };
    const { work_minutes, ...own } = { ...length, ...fields } as TaskFields;
    // Copied with its length or with what it waits for: the dates follow from that.
    if ("duration_minutes" in fields) delete own.finish;
    if (body.headed && found.some(({ op }) => op === "create_link")) delete own.start;
    const id = `paste-${index}`;
    changes.push({ op: "create_task", temp_id: id, ...outline.place(id, body.level < 0 ? 1 : Number(cells[body.level])), fields: own });
    changes.push(...found.filter((change) => change.op !== "update_task"));
    // Work is shared among those who work on it: once they are there.
    if (work_minutes) changes.push({ op: "update_task", id, fields: { work_minutes } });
  });
  // Links to rows pasted further down exist only once all are made.
  const links = changes.filter((change) => change.op === "create_link");
  const made = changes.filter((change) => change.op === "create_task").length;
  return { changes: [...changes.filter((change) => change.op !== "create_link"), ...links], rows, made, skipped };
}

/** Where new rows go, one after the other, each on its level. */
export class Outline {
  private readonly above: { id: Id; level: number }[] = [];

  constructor(private readonly anchor: TaskRow | undefined) {}

  place(id: Id, level: number): { parent: Id | null; after: Id | null } {
    const wanted = Number.isInteger(level) && level > 0 ? level : 1;
    let after: Id | null = this.above.length === 0 ? (this.anchor?.id ?? null) : null;
    while (this.above.length > 0 && this.above.at(-1)!.level >= wanted) after = this.above.pop()!.id;
    const parent = this.above.at(-1)?.id ?? this.anchor?.parent ?? null;
    this.above.push({ id, level: wanted });
    return { parent, after };
  }
}

/** The rows that the next one lies below. */
function summaries(levels: number[]): Set<number> {
  return new Set(levels.flatMap((level, index) => (levels[index + 1]! > level ? [index] : [])));
}

/** Why this row takes no value in this column, or null; a value that is already there is no reason to say so. */
function refusalOf(model: PlanModel, column: PlanColumn, task: TaskRow, text: string, headed: boolean): string | null {
  const { editor } = column;
  if (!editor) return headed || text === column.text(task, model) ? null : "This column is calculated and can't be edited.";
  const refusal = editor.allowed(task);
  return refusal !== null && ![editor.open(task, model), column.text(task, model)].includes(text) ? refusal : null;
}

function cellChanges(
  model: PlanModel, column: PlanColumn, task: TaskRow, text: string, isKnown: boolean, copies: Map<string, Id>,
): Change[] {
  const { editor } = column;
  if (!editor) return [];
  if (isKnown) return [editor.open(task, model), column.text(task, model)].includes(text) ? [] : editor.changes(task, text, model);
  if (column.name === "predecessors") {
    const find = (name: string): { id: Id } | undefined => {
      const copy = copies.get(name);
      return copy === undefined ? numbered(model, name) : { id: copy };
    };
    return parsePredecessors(model, text, find).map(({ source, type, lag, lag_unit }) => ({
      op: "create_link", temp_id: `${keyOf(task.id)}-${keyOf(source.id)}`, source: source.id, target: task.id, type, lag, lag_unit,
    }));
  }
  // A new task of one person gets the share with the name; of no one it has none.
  if (column.name === "units") return [];
  return editor.changes(task, text, model);
}

/** One change of fields for a row, before what needs the row as it then is. */
export function merged(id: Id, changes: Change[]): Change[] {
  const fields = Object.assign({}, ...changes.flatMap((change) => (change.op === "update_task" ? [change.fields] : [])));
  const others = changes.filter((change) => change.op !== "update_task");
  return Object.keys(fields).length > 0 ? [{ op: "update_task", id, fields }, ...others] : others;
}

/** A task that does not exist yet, for the editors to compare with. */
export function blankTask(model: PlanModel, id: Id, parent: Id | null): TaskRow {
  const { start } = model.project;
  return {
    ...BLANK, id, parent, order: 0, wbs: "", late: [], criticality: null, baseline_start: null, baseline_finish: null,
    baseline_duration_minutes: null, resources: [], segments: [], version: 0, duration_minutes: -1,
    start, finish: start,
  };
}
