import { cellId, rowId } from "./aria";
import type { PlanChart } from "./chart";
import type { ColumnName } from "./columns";
import { type Key, type PlanModel, rowKey } from "./model";
import { Selection } from "./selection";

/** What a move does to the selection: it becomes this row, grows to it, turns it over, or stays. */
export type Reach = "only" | "extend" | "toggle" | "stay";

/**
 * The place in the grid: a row, or one cell of it, and what is selected around it: rows, or a block of cells. Focus
 * itself stays on the grid and the place is told by `aria-activedescendant`, so that repainting rows never loses it.
 */
export class Cursor {
  /** The row on the page; in a grouped view the same task may stand in several. */
  key: Key = "";
  column: ColumnName | null = null;
  readonly selection: Selection;
  /** The column in which the selected block of cells began. */
  private edge: ColumnName | null = null;
  private readonly followers: (() => void)[] = [];

  constructor(private readonly chart: PlanChart, model: PlanModel) {
    this.selection = new Selection(chart, model);
    chart.onRepaint(() => this.paint());
  }

  onMove(follower: () => void): void {
    this.followers.push(follower);
  }

  /** The task of the row. */
  get task(): Key {
    return rowKey(this.key);
  }

  /** Columns of the selected block of cells; none when whole rows are selected. */
  get columns(): ColumnName[] {
    if (this.column === null) return [];
    const shown = this.chart.columnNames();
    const ends = [shown.indexOf(this.edge ?? this.column), shown.indexOf(this.column)].map((place) => Math.max(0, place));
    return shown.slice(Math.min(...ends), Math.max(...ends) + 1);
  }

  moveTo(key: Key, column: ColumnName | null = this.column, reach: Reach = "only"): void {
    const { gantt } = this.chart;
    if (!gantt.isTaskExists(key)) return;
    const changed = key !== this.key;
    this.key = key;
    if (reach === "only" || column === null) this.edge = column;
    else if (reach === "extend") this.edge ??= this.column ?? column;
    this.column = column;
    if (reach === "only") this.selection.only(key);
    else if (reach === "extend") this.selection.extendTo(key);
    else if (reach === "toggle") this.selection.toggle(key);
    if (gantt.isTaskVisible(key)) this.chart.scrollToRow(key);
    if (column) this.chart.scrollToColumn(column);
    this.paint();
    if (changed) for (const follower of this.followers) follower();
  }

  /** After the row under it was deleted. */
  forget(): void {
    this.key = "";
    this.selection.only("");
    this.paint();
    for (const follower of this.followers) follower();
  }

  /** The server has stored a row that was shown under a temporary key. */
  rename(from: Key, to: Key): void {
    if (this.key === from) this.key = to;
    this.selection.rename(from, to);
  }

  index(): number {
    return this.key && this.chart.gantt.isTaskExists(this.key) ? this.chart.gantt.getGlobalTaskIndex(this.key) : -1;
  }

  cell(column = this.column): HTMLElement | null {
    return column ? document.getElementById(cellId(this.key, column)) : document.getElementById(rowId(this.key));
  }

  focus(): void {
    this.chart.gantt.$grid.focus({ preventScroll: true });
  }

  paint(): void {
    const grid = this.chart.gantt.$grid;
    if (!grid) return;
    for (const node of grid.querySelectorAll(".plan-cursor, .plan-range")) node.classList.remove("plan-cursor", "plan-range");
    const here = this.key ? this.cell() : null;
    here?.classList.add("plan-cursor");
    if (here) grid.setAttribute("aria-activedescendant", here.id);
    else grid.removeAttribute("aria-activedescendant");
    const { columns } = this;
    if (columns.length * this.selection.size < 2) return;
    const among = columns.map((column) => `[data-column-name="${column}"]`).join();
    for (const row of grid.querySelectorAll<HTMLElement>(".gantt_grid_data .gantt_row")) {
      if (!this.selection.has(row.dataset.taskId ?? "")) continue;
      for (const cell of row.querySelectorAll(among)) cell.classList.add("plan-range");
    }
  }
}
