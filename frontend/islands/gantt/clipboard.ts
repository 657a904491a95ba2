import { type Block, blockOf, copied } from "./block";
import type { PlanChart } from "./chart";
import { cellCopy, columnNamed, type ColumnName } from "./columns";
import type { Cursor } from "./cursor";
import { plural } from "./format";
import { keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import { LEVEL, pasted } from "./paste";
import type { PlanSession } from "./session";
import { readMarkup, readTabbed, type Table, writeMarkup, writeTabbed } from "./tables";
import type { Change, TaskRow } from "./types";

/** What was copied here last. A clipboard that still holds its text stands for it, with all that text cannot carry. */
interface Copy {
  text: string;
  block: Block;
  /** Whole rows, not cells: pasted as rows. */
  asRows: boolean;
}

const STORE = "accord.plan.copied";

/** Rows and cells to and from spreadsheets, and rows from plan to plan. */
export class Clipboard {
  /** Shift was held, or the menu was used: what is pasted becomes new tasks. */
  private asNew = false;

  constructor(
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly cursor: Cursor,
    private readonly session: PlanSession,
    private readonly notices: Notices,
  ) {
    const grid = (): HTMLElement => this.chart.gantt.$grid;
    const ours = (): boolean => document.activeElement === grid();
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "v") this.asNew = event.shiftKey;
    }, { capture: true });
    document.addEventListener("copy", (event) => {
      const table = ours() ? this.table(this.cursor.columns) : null;
      if (!table || !event.clipboardData) return;
      event.preventDefault();
      const text = this.remember(table, this.cursor.columns.length === 0);
      event.clipboardData.setData("text/plain", text);
      event.clipboardData.setData("text/html", writeMarkup(table));
      this.notices.say(`${this.size(table)} copied.`);
    });
    document.addEventListener("paste", (event) => {
      if (!ours() || !event.clipboardData) return;
      event.preventDefault();
      const plain = event.clipboardData.getData("text/plain");
      const markup = event.clipboardData.getData("text/html");
      this.take(plain, markup, this.asNew);
      this.asNew = false;
    });
  }

  /** From the menu, where no key was pressed: whole rows. */
  async copy(): Promise<void> {
    const table = this.table([]);
    if (!table) return;
    await navigator.clipboard.writeText(this.remember(table, true));
    this.notices.toast(`${plural(table.length - 1, "row")} copied.`);
    this.cursor.focus();
  }

  async pasteAsNew(): Promise<void> {
    let text = "";
    try {
      text = await navigator.clipboard.readText();
    } catch {
      this.notices.toast("The browser blocks clipboard access. Press Ctrl+Shift+V in the grid instead.");
      return;
    }
    this.take(text, "", true);
    this.cursor.focus();
  }

  /** The selected block of cells; with no columns, the selected rows and all inside them, under a header. */
  private table(columns: ColumnName[]): Table | null {
    const { selection } = this.cursor;
    const rows = columns.length > 0 ? selection.rows() : selection.branches();
    if (rows.length === 0) return null;
    const shown = (columns.length > 0 ? columns : this.chart.columnNames()).map((name) => columnNamed(name)!);
    const cells = rows.map((task) => shown.map((column) => cellCopy(column, task, this.model)));
    if (columns.length > 0) return cells;
    const levels = blockOf(this.model, rows).rows.map(({ level }) => String(level));
    return [[...shown.map(({ label }) => label), LEVEL], ...cells.map((row, index) => [...row, levels[index]!])];
  }

  private size(table: Table): string {
    const { columns } = this.cursor;
    return columns.length > 0 ? plural(table.length * columns.length, "cell") : plural(table.length - 1, "row");
  }

  private remember(table: Table, asRows: boolean): string {
    const text = writeTabbed(table);
    const copy: Copy = { text, block: blockOf(this.model, this.cursor.selection.branches()), asRows };
    try {
      localStorage.setItem(STORE, JSON.stringify(copy));
    } catch {
      // A browser that keeps nothing still has the text.
    }
    return text;
  }

  private remembered(text: string): Copy | null {
    try {
      const copy = JSON.parse(localStorage.getItem(STORE) ?? "null") as Copy | null;
      return copy && plainLines(copy.text) === plainLines(text) ? copy : null;
    } catch {
      return null;
    }
  }

  private take(plain: string, markup: string, asNew: boolean): void {
    if (!this.model.editable) return;
    const copy = this.remembered(plain);
    if (copy && (copy.asRows || asNew)) this.pasteRows(copy.block);
    // Where both are there, the text has the values as shown; only a bare table in a page has none.
    else this.paste(plain.trim() ? readTabbed(plain) : readMarkup(markup), asNew);
  }

  /** Rows that were copied in a plan, as they were. */
  private pasteRows(block: Block): void {
    const changes = copied(this.model, block, this.model.tasks.get(this.cursor.task) ?? this.model.children(null).at(-1));
    this.send(changes, [], block.rows.length, "");
  }

  private paste(table: Table, asNew: boolean): void {
    if (table.length === 0) {
      this.notices.refuse("The clipboard contains no table.", this.cursor.cell());
      return;
    }
    const here = this.model.tasks.get(this.cursor.task);
    const [first] = this.cursor.columns;
    const from: ColumnName = first ?? "name";
    const chosen = this.cursor.selection.rows();
    // One value into a block of cells, or one row onto several selected ones, goes into each of them.
    const fill = !asNew && table.length === 1 && (chosen.length > 1 || this.cursor.columns.length > 1);
    if (fill) {
      const row = table[0]!.length === 1 && first ? this.cursor.columns.map(() => table[0]![0]!) : table[0]!;
      table = chosen.map(() => row);
    }
    const below = asNew || !here ? [] : fill ? chosen : this.rowsFrom(chosen[0] ?? here);
    const after = asNew ? here : (below.at(-1) ?? here);
    try {
      const { changes, rows, made, skipped } = pasted(this.model, table, { shown: this.chart.columnNames(), from, into: below, after });
      if (changes.length > 0) this.send(changes, rows, made, skipped.text);
      else if (skipped.count > 0) this.notices.toast(`Nothing was pasted. ${skipped.text}`, undefined, "bad");
      else this.notices.toast("No changes: the plan already has these values.");
    } catch (error) {
      this.notices.toast(`Nothing was pasted. ${(error as Error).message}`, undefined, "bad");
    }
  }

  private send(changes: Change[], rows: TaskRow[], made: number, skipped: string): void {
    void this.session.send(changes, { rows: rows.map(({ id }) => keyOf(id)), near: () => this.cursor.cell() }).then((answer) => {
      if (!answer) return;
      const said = [rows.length > 0 ? `${plural(rows.length, "row")} changed` : "", made > 0 ? `${plural(made, "task")} added` : ""];
      this.notices.toast(`Pasted: ${said.filter(Boolean).join(", ")}.${skipped ? ` ${skipped}` : ""}`, undefined, skipped ? "lasting" : "plain");
      this.chart.flash([...rows.map(({ id }) => keyOf(id)), ...Object.values(answer.created).map(keyOf)]);
    });
  }

  /** The rows on the page from this one down. */
  private rowsFrom(first: TaskRow): TaskRow[] {
    const { gantt } = this.chart;
    const rows: TaskRow[] = [];
    for (let index = gantt.getGlobalTaskIndex(keyOf(first.id)); index >= 0 && index < gantt.getVisibleTaskCount(); index += 1) {
      rows.push(gantt.getTaskByIndex(index)!.row);
    }
    return rows;
  }
}

/** Clipboards differ in how they end lines. */
const plainLines = (text: string): string => text.replaceAll("\r\n", "\n").trimEnd();
