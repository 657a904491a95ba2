import type { ColumnName } from "./columns";
import type { ChartLibrary } from "./library";
import { ROW_HEIGHT } from "./look";
import type { Key } from "./model";

interface Column {
  name: string;
  width: number;
}

/** How much of the grid's left edge the frozen name covers, seen from a column that begins at `left`. */
export function frozenWidth(columns: readonly Column[], left: number): number {
  let before = 0;
  for (const column of columns) {
    if (column.name === "name") return before < left ? column.width : 0;
    before += column.width;
  }
  return 0;
}

/** Where the grid has to be scrolled so that the column can be seen beside the frozen name; null where it can already. */
export function placeOf(columns: readonly Column[], name: string, scrolled: number, width: number): number | null {
  let left = 0;
  for (const column of columns) {
    if (column.name === name) {
      // The frozen name covers what lies under it.
      const covered = name === "name" ? 0 : frozenWidth(columns, left);
      if (left < scrolled + covered) return left - covered;
      return left + column.width > scrolled + width ? left + column.width - width : null;
    }
    left += column.width;
  }
  return null;
}

export function toColumn(gantt: ChartLibrary, name: ColumnName): void {
  const place = placeOf(gantt.getGridColumns(), name, gantt.$grid.scrollLeft, gantt.$grid.clientWidth);
  if (place !== null) gantt.$ui.getView("scrollGrid")?.scroll(place);
}

export function toRow(gantt: ChartLibrary, key: Key): void {
  const top = gantt.getTaskTop(key);
  const { y } = gantt.getScrollState();
  const height = gantt.$grid_data.clientHeight;
  if (top < y) gantt.scrollTo(null, top);
  else if (top + ROW_HEIGHT > y + height) gantt.scrollTo(null, top + ROW_HEIGHT - height);
}

/** Tells the style sheet how far the grid is scrolled, and where the name would be: it stays at the left edge. */
export function freezeName(gantt: ChartLibrary): void {
  const grid = gantt.$grid;
  let before = 0;
  for (const column of gantt.getGridColumns()) {
    if (column.name === "name") break;
    before += column.width;
  }
  const shift = Math.max(0, grid.scrollLeft - before);
  grid.style.setProperty("--plan-name-shift", `${shift}px`);
  grid.classList.toggle("plan-name-frozen", shift > 0);
}
