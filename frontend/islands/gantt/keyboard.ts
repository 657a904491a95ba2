import { singleKeysOn } from "../../shell/preferences";
import type { CellBox } from "./cellbox";
import type { PlanChart } from "./chart";
import type { ColumnName } from "./columns";
import type { Commands } from "./commands";
import type { Cursor, Reach } from "./cursor";
import type { Actions } from "./actions";
import { keyOf } from "./model";

export interface KeyboardTargets {
  details: () => void;
  help: () => void;
  zoom: (step: 1 | -1 | 0) => void;
  toggle: (mark: "critical" | "baseline" | "float") => void;
  today: () => void;
  find: () => void;
  escape: () => void;
}

/** A key that writes something: AltGr makes letters, too, and an input method says only that it is at work. */
function writes(event: KeyboardEvent): boolean {
  if (event.isComposing || event.key === "Process" || event.key === "Unidentified") return true;
  if ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph")) return false;
  return !event.metaKey && [...event.key].length === 1 && event.key !== " ";
}

/**
 * Keys of the grid, after spreadsheets and the ARIA treegrid pattern. On a cell, what is typed replaces its text; with
 * whole rows selected (a click on the number, Shift Space, or left of the first cell), single letters are commands.
 */
export class Keyboard {
  private readonly letters: Record<string, () => void>;

  constructor(
    root: HTMLElement,
    private readonly chart: PlanChart,
    private readonly cursor: Cursor,
    private readonly cellBox: CellBox,
    private readonly commands: Commands,
    actions: Actions,
    private readonly targets: KeyboardTargets,
  ) {
    this.letters = {
      e: targets.details,
      c: () => targets.toggle("critical"),
      b: () => targets.toggle("baseline"),
      f: () => targets.toggle("float"),
      t: targets.today,
      "/": targets.find,
      l: () => commands.chain(),
      p: () => actions.progress(),
      a: () => actions.assign(),
      i: () => actions.interrupt(),
      j: () => actions.join(),
      u: () => actions.moveUnfinished(),
    };
    // Captured on the way down, so that with nothing focused the plan answers before the page does.
    const listen = (event: KeyboardEvent): void => {
      const target = event.target as Element;
      const ours = root.contains(target) || target === document.body;
      const typing = target.closest("input, select, textarea, dialog, [contenteditable]");
      if (ours && !typing && !document.querySelector("dialog[open]") && this.anywhere(event)) this.used(event);
    };
    document.addEventListener("keydown", listen, { capture: true });
    chart.gantt.$grid.addEventListener("keydown", (event) => {
      if (event.target !== chart.gantt.$grid) return;
      if (this.inGrid(event)) this.used(event);
      // The key itself goes on to the box that has just opened, so that nothing typed is lost.
      else if (this.onCell && writes(event)) {
        event.stopPropagation();
        this.cellBox.type(this.cursor.key, this.cursor.column!);
      }
    });
    chart.gantt.$grid.addEventListener("focus", () => {
      const first = chart.gantt.getTaskByIndex(0);
      if (!cursor.key && first && chart.gantt.$grid.matches(":focus-visible")) cursor.moveTo(first.id, "name");
    });
  }

  /** The keys would write into a cell. */
  private get onCell(): boolean {
    return document.activeElement === this.chart.gantt.$grid && this.cursor.key !== "" && this.cursor.column !== null;
  }

  private used(event: KeyboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
  }

  /** Keys that work wherever the focus is inside the plan, except while typing. */
  private anywhere(event: KeyboardEvent): boolean {
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (control && !event.altKey) {
      if (key === "z") void (event.shiftKey ? this.commands.redo() : this.commands.undo());
      else if (key === "y") void this.commands.redo();
      else if (key === "+" || key === "=") this.targets.zoom(1);
      else if (key === "-") this.targets.zoom(-1);
      else if (key === "0") this.targets.zoom(0);
      else return false;
      return true;
    }
    if (event.altKey || control) return false;
    if (event.key === "F1") this.targets.help();
    else if (event.key === "?" && singleKeysOn() && !this.onCell) this.targets.help();
    else if (event.key === "Escape") this.targets.escape();
    else if (event.key === "Insert") this.commands.add();
    else return false;
    return true;
  }

  private inGrid(event: KeyboardEvent): boolean {
    if (event.altKey && event.shiftKey) return this.arrange(event.key);
    if (event.altKey) return false;
    if (this.walk(event)) return true;
    const { key, column } = this.cursor;
    if (writes(event) && column !== null) return false;
    if (event.ctrlKey || event.metaKey) return this.select(event.key);
    if (!key) return false;
    switch (event.key) {
      case "Enter":
        this.cellBox.open(key, column ?? "name");
        return true;
      case "F2":
        if (event.shiftKey) this.targets.details();
        else this.cellBox.open(key, column ?? "name");
        return true;
      case " ":
        if (event.shiftKey) this.cursor.moveTo(key, null, "stay");
        else this.targets.details();
        return true;
      case "Delete":
        if (column === null) void this.commands.remove();
        else this.commands.clear();
        return true;
      case "Backspace":
        if (column !== null) this.cellBox.type(key, column);
        return true;
      default:
        return column === null && singleKeysOn() && this.letter(event.key);
    }
  }

  private select(key: string): boolean {
    if (key === "a") this.cursor.selection.all();
    else if (key === " " && this.cursor.key) this.cursor.moveTo(this.cursor.key, this.cursor.column, "toggle");
    else if (key === "F2") this.commands.chain();
    else if (key === "Delete") void this.commands.remove();
    else return false;
    return true;
  }

  private letter(letter: string): boolean {
    this.letters[letter]?.();
    return letter in this.letters;
  }

  private arrange(key: string): boolean {
    if (key === "ArrowRight") this.commands.indent();
    else if (key === "ArrowLeft") this.commands.outdent();
    else if (key === "ArrowUp") this.commands.shift(-1);
    else if (key === "ArrowDown") this.commands.shift(1);
    else if (["-", "_"].includes(key)) this.fold(false);
    else if (["+", "="].includes(key)) this.fold(true);
    else return false;
    return true;
  }

  private walk(event: KeyboardEvent): boolean {
    const { gantt } = this.chart;
    const last = gantt.getVisibleTaskCount() - 1;
    if (last < 0) return false;
    const index = this.cursor.index();
    const page = Math.max(1, Math.floor(gantt.$grid_data.clientHeight / 34) - 1);
    const control = event.ctrlKey || event.metaKey;
    const arrow = event.key === "ArrowUp" || event.key === "ArrowDown";
    const reach: Reach = event.shiftKey ? "extend" : control && arrow ? "stay" : "only";
    const go = (target: number): void => {
      const task = gantt.getTaskByIndex(Math.max(0, Math.min(last, target)));
      if (task) this.cursor.moveTo(task.id, this.cursor.column, reach);
    };
    switch (event.key) {
      case "ArrowDown":
        go(index + 1);
        return true;
      case "ArrowUp":
        go(index < 0 ? last : index - 1);
        return true;
      case "PageDown":
        go(index + page);
        return true;
      case "PageUp":
        go(index - page);
        return true;
      case "Home":
        if (this.cursor.column && !control) this.sideways(-99, event.shiftKey ? "extend" : "only");
        else go(0);
        return true;
      case "End":
        if (this.cursor.column && !control) this.sideways(99, event.shiftKey ? "extend" : "only");
        else go(last);
        return true;
      case "ArrowRight":
        if (!control && event.shiftKey) this.sideways(1, "extend");
        else if (!control) this.right();
        return !control;
      case "ArrowLeft":
        if (!control && event.shiftKey) this.sideways(-1, "extend");
        else if (!control) this.left();
        return !control;
      default:
        return false;
    }
  }

  /** A closed branch opens; otherwise on to the cells. */
  private right(): void {
    const { gantt } = this.chart;
    const { key, column } = this.cursor;
    if (!key) return;
    if (column === null && gantt.hasChild(key) && !gantt.getTask(key).$open) gantt.open(key);
    else this.sideways(1);
  }

  /** Back over the cells to the row; an open branch closes; then up to the parent. */
  private left(): void {
    const { gantt } = this.chart;
    const { key, column } = this.cursor;
    if (!key) return;
    if (column !== null) this.sideways(-1);
    else if (gantt.hasChild(key) && gantt.getTask(key).$open) gantt.close(key);
    else {
      const parent = gantt.getParent(key);
      if (parent) this.cursor.moveTo(keyOf(parent));
    }
  }

  private fold(open: boolean): void {
    const { gantt } = this.chart;
    const { key } = this.cursor;
    if (!gantt.isTaskExists(key) || !gantt.hasChild(key)) return;
    if (open) gantt.open(key);
    else gantt.close(key);
  }

  private sideways(step: number, reach: Reach = "only"): void {
    const columns = this.chart.columnNames();
    const from = this.cursor.column ? columns.indexOf(this.cursor.column) : -1;
    const to = Math.min(columns.length - 1, from + step);
    // From a block of cells one does not fall onto the row.
    if (to < 0 && reach === "extend") return;
    const column: ColumnName | null = step < -1 ? columns[0]! : (columns[to] ?? null);
    this.cursor.moveTo(this.cursor.key, to < 0 && step === -1 ? null : column, reach);
  }
}
