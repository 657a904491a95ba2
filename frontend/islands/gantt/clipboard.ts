import type { PlanChart } from "./chart";
import { cellCopy, columnNamed, type ColumnName } from "./columns";
import type { Cursor } from "./cursor";
import { plural } from "./format";
import { keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import { pasted } from "./paste";
import type { PlanSession } from "./session";
import { readMarkup, readTabbed, type Table, writeMarkup, writeTabbed } from "./tables";
import type { TaskRow } from "./types";

/** Rows to and from spreadsheets. */
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
      const table = ours() ? this.table() : null;
      if (!table || !event.clipboardData) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", writeTabbed(table));
      event.clipboardData.setData("text/html", writeMarkup(table));
      this.notices.say(`${plural(table.length - 1, "row")} copied.`);
    });
    document.addEventListener("paste", (event) => {
      if (!ours() || !event.clipboardData) return;
      event.preventDefault();
      const plain = event.clipboardData.getData("text/plain");
      const markup = event.clipboardData.getData("text/html");
      // Where both are there, the text has the values as shown; only a bare table in a page has none.
      const table = plain.trim() ? readTabbed(plain) : readMarkup(markup);
      this.paste(table, this.asNew);
      this.asNew = false;
    });
  }

  /** From the menu, where no key was pressed. */
  async copy(): Promise<void> {
    const table = this.table();
    if (!table) return;
    await navigator.clipboard.writeText(writeTabbed(table));
    this.notices.toast(`${plural(table.length - 1, "row")} copied.`);
    this.cursor.focus();
  }

  async pasteAsNew(): Promise<void> {
    let text = "";
    try {
      text = await navigator.clipboard.readText();
    } catch {
      this.notices.toast("The browser does not let this page read the clipboard: press Ctrl Shift V in the grid instead.");
      return;
    }
    this.paste(readTabbed(text), true);
    this.cursor.focus();
  }

  /** The selected rows in the columns shown, under a header. */
  private table(): Table | null {
    const rows = this.cursor.selection.rows();
    if (rows.length === 0) return null;
    const columns = this.chart.columnNames().map((name) => columnNamed(name)!);
    const cells = rows.map((task) => columns.map((column) => cellCopy(column, task, this.model)));
    return [columns.map(({ label }) => label), ...cells];
  }

  private paste(table: Table, asNew: boolean): void {
    if (!this.model.editable) return;
    if (table.length === 0) {
      this.notices.refuse("There is no table on the clipboard.", this.cursor.cell());
      return;
    }
    const here = this.model.tasks.get(this.cursor.task);
    const shown = this.chart.columnNames();
    const from: ColumnName = this.cursor.column ?? "name";
    const chosen = this.cursor.selection.rows();
    // One row onto several selected ones goes into each of them.
    const fill = !asNew && table.length === 1 && chosen.length > 1;
    if (fill) table = chosen.map(() => table[0]!);
    const below = asNew || !here ? [] : fill ? chosen : this.rowsFrom();
    const after = asNew ? here : (below.at(-1) ?? here);
    try {
      const { changes, rows, made } = pasted(this.model, table, { shown, from, into: below, after });
      if (changes.length === 0) {
        this.notices.toast("What was pasted is what the plan says already.");
        return;
      }
      void this.session.send(changes, { rows: rows.map(({ id }) => keyOf(id)), near: () => this.cursor.cell() }).then((answer) => {
        if (!answer) return;
        const said = [rows.length > 0 ? `${plural(rows.length, "row")} changed` : "", made > 0 ? `${plural(made, "task")} added` : ""];
        this.notices.toast(`Pasted: ${said.filter(Boolean).join(", ")}.`);
        this.chart.flash([...rows.map(({ id }) => keyOf(id)), ...Object.values(answer.created).map(keyOf)]);
      });
    } catch (error) {
      this.notices.toast(`Nothing was pasted. ${(error as Error).message}`, undefined, "bad");
    }
  }

  /** The rows on the page from the cursor down. */
  private rowsFrom(): TaskRow[] {
    const { gantt } = this.chart;
    const rows: TaskRow[] = [];
    for (let index = this.cursor.index(); index < gantt.getVisibleTaskCount(); index += 1) {
      rows.push(gantt.getTaskByIndex(index)!.row);
    }
    return rows;
  }
}
