import { cellId, rowId } from "./aria";
import type { PlanChart } from "./chart";
import type { ColumnName } from "./columns";
import type { Key } from "./model";

/**
 * The place in the grid: a row, or one cell of it. Focus itself stays on the grid and the place is told
 * by `aria-activedescendant`, so that repainting rows never loses it.
 */
export class Cursor {
  key: Key = "";
  column: ColumnName | null = null;
  private readonly followers: (() => void)[] = [];

  constructor(private readonly chart: PlanChart) {
    chart.onRepaint(() => this.paint());
  }

  onMove(follower: () => void): void {
    this.followers.push(follower);
  }

  moveTo(key: Key, column: ColumnName | null = this.column): void {
    const { gantt } = this.chart;
    if (!gantt.isTaskExists(key)) return;
    const changed = key !== this.key;
    this.key = key;
    this.column = column;
    if (!gantt.isSelectedTask(key)) gantt.selectTask(key);
    if (gantt.isTaskVisible(key)) this.chart.scrollToRow(key);
    if (column) this.chart.scrollToColumn(column);
    this.paint();
    if (changed) for (const follower of this.followers) follower();
  }

  /** After the row under it went away. */
  forget(): void {
    this.key = "";
    this.paint();
    for (const follower of this.followers) follower();
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
    for (const node of grid.querySelectorAll(".plan-cursor")) node.classList.remove("plan-cursor");
    const here = this.key ? this.cell() : null;
    here?.classList.add("plan-cursor");
    if (here) grid.setAttribute("aria-activedescendant", here.id);
    else grid.removeAttribute("aria-activedescendant");
  }
}
