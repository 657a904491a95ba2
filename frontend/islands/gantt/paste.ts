import { columnNamed, COLUMNS, type ColumnName, type PlanColumn } from "./columns";
import { numbered, parsePredecessors } from "./format";
import { keyOf, type PlanModel } from "./model";
import type { Table } from "./tables";
import type { Change, Id, TaskFields, TaskRow } from "./types";

export interface Pasted {
  changes: Change[];
  /** Existing rows that change, and how many new ones there are. */
  rows: TaskRow[];
  made: number;
}

/** A value that cannot be taken, with its place: nothing is written then. */
export class BadCell extends Error {
  constructor(readonly row: number, readonly column: string, reason: string) {
    super(`Row ${row}, ${column}: ${reason}`);
  }
}

interface Body {
  columns: (PlanColumn | null)[];
  rows: Table;
  /** Columns were named by the first row; what is computed is then skipped without a word. */
  headed: boolean;
}

/** What the columns of a pasted table are: by its header, or those shown from the cursor on. */
function bodyOf(table: Table, shown: readonly ColumnName[], from: ColumnName): Body {
  const byLabel = (text: string): PlanColumn | undefined =>
    COLUMNS.find(({ label, title }) => [label, title].some((name) => name.toLowerCase() === text.trim().toLowerCase()));
  const head = table[0]!.map(byLabel);
  if (head.some(Boolean) && table[0]!.every((text, index) => text.trim() === "" || head[index])) {
    return { columns: head.map((column) => column ?? null), rows: table.slice(1), headed: true };
  }
  const names = shown.slice(shown.indexOf(from));
  const width = Math.max(...table.map((row) => row.length));
  if (width > names.length) {
    throw new Error(`The table has ${width} columns, but from “${columnNamed(from)!.label}” on only ${names.length} are shown.`);
  }
  return { columns: names.slice(0, width).map((name) => columnNamed(name)!), rows: table, headed: false };
}

/** Values into the rows `into`, and new rows after `after` for what is left. All good, or a `BadCell`. */
export function pasted(
  model: PlanModel,
  table: Table,
  place: { shown: readonly ColumnName[]; from: ColumnName; into: TaskRow[]; after: TaskRow | undefined },
): Pasted {
  const body = bodyOf(table, place.shown, place.from);
  const numberColumn = body.columns.findIndex((column) => column?.name === "number");
  const changes: Change[] = [];
  const rows: TaskRow[] = [];
  // Rows that are pasted together know each other by the numbers they had where they were copied.
  const copies = new Map<string, Id>();
  body.rows.forEach((cells, index) => {
    if (numberColumn >= 0 && index >= place.into.length) copies.set(cells[numberColumn]!.trim(), `paste-${index}`);
  });
  let after: Id | null = place.after?.id ?? null;
  const parent = place.after?.parent ?? null;
  body.rows.forEach((cells, index) => {
    const known = place.into[index];
    const task = known ?? blank(model, `paste-${index}`, parent);
    const found: Change[] = [];
    for (const [at, column] of body.columns.entries()) {
      const text = (cells[at] ?? "").trim();
      if (!column || (!known && text === "")) continue;
      try {
        found.push(...cellChanges(model, column, task, text, known !== undefined, body.headed, copies));
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
    if (!fields.name) throw new BadCell(index + (body.headed ? 2 : 1), "Task name", "a new task needs a name.");
    const length = { duration_minutes: model.project.minutes_per_day };
    const { work_minutes, ...own } = { ...length, ...fields } as TaskFields;
    if (own.duration_minutes === 0) own.kind = "milestone";
    // Copied with its length or with what it waits for: the dates follow from that.
    if ("duration_minutes" in fields) delete own.finish;
    if (body.headed && found.some(({ op }) => op === "create_link")) delete own.start;
    changes.push({ op: "create_task", temp_id: `paste-${index}`, parent, after, fields: own });
    changes.push(...found.filter((change) => change.op !== "update_task"));
    // Work is shared among those who work on it: once they are there.
    if (work_minutes) changes.push({ op: "update_task", id: `paste-${index}`, fields: { work_minutes } });
    after = `paste-${index}`;
  });
  // Links to rows pasted further down exist only once all are made.
  const links = changes.filter((change) => change.op === "create_link");
  const made = changes.filter((change) => change.op === "create_task").length;
  return { changes: [...changes.filter((change) => change.op !== "create_link"), ...links], rows, made };
}

function cellChanges(
  model: PlanModel, column: PlanColumn, task: TaskRow, text: string, isKnown: boolean, headed: boolean, copies: Map<string, Id>,
): Change[] {
  const { editor } = column;
  if (!editor) {
    if (headed || text === column.text(task, model)) return [];
    throw new Error("it is computed and cannot be set.");
  }
  if (isKnown) {
    const refusal = editor.allowed(task);
    const same = [editor.open(task, model), column.text(task, model)].includes(text);
    if (refusal && !same) throw new Error(refusal);
    return same ? [] : editor.changes(task, text, model);
  }
  if (column.name === "predecessors") {
    const find = (name: string): { id: Id } | undefined => {
      const copy = copies.get(name);
      return copy === undefined ? numbered(model, name) : { id: copy };
    };
    return parsePredecessors(model, text, find).map(({ source, type, lag, lag_unit }) => ({
      op: "create_link", temp_id: `${keyOf(task.id)}-${keyOf(source.id)}`, source: source.id, target: task.id, type, lag, lag_unit,
    }));
  }
  // A new task of one person gets the share with the name; of nobody it has none.
  if (column.name === "units") return [];
  return editor.changes(task, text, model);
}

/** One change of fields for a row, before what needs the row as it then is. */
function merged(id: Id, changes: Change[]): Change[] {
  const fields = Object.assign({}, ...changes.flatMap((change) => (change.op === "update_task" ? [change.fields] : [])));
  const others = changes.filter((change) => change.op !== "update_task");
  return Object.keys(fields).length > 0 ? [{ op: "update_task", id, fields }, ...others] : others;
}

/** A task that is not there yet, for the editors to compare with. */
function blank(model: PlanModel, id: Id, parent: Id | null): TaskRow {
  const { start } = model.project;
  return {
    id, parent, order: 0, name: "", wbs: "", kind: "task", duration_minutes: -1, elapsed: false,
    percent_complete: 0, manual: false, constraint: "ASAP", constraint_date: null, deadline: null, total_float_minutes: 0,
    free_float_minutes: 0, critical: false, late: [], criticality: null, baseline_start: null, baseline_finish: null, baseline_duration_minutes: null,
    resources: [], work_minutes: 0, effort: "units", effort_driven: false, calendar: null, priority: 500, active: true,
    actual_start: null, actual_finish: null, remaining_duration: null, optimistic_minutes: null, pessimistic_minutes: null,
    estimate_shape: "pert", estimate_group: "", waiting_for: "", deliverable: null, segments: [], notes: "", hyperlink: "", wbs_code: "", version: 0,
    start, finish: start,
  };
}
