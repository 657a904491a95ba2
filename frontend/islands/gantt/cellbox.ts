import type { PlanChart } from "./chart";
import { columnNamed, type ColumnName } from "./columns";
import type { Cursor } from "./cursor";
import { element } from "./dom";
import { type Key, keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import type { PlanSession } from "./session";

interface Edit {
  key: Key;
  column: ColumnName;
  opened: string;
  box: HTMLElement;
  input: HTMLInputElement | HTMLSelectElement;
  problem: HTMLElement;
}

/** The box in which a cell is edited: Enter keeps, Escape drops, Tab keeps and goes on to the next cell. */
export class CellBox {
  private edit: Edit | null = null;

  constructor(
    private readonly layer: HTMLElement,
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly cursor: Cursor,
    private readonly session: PlanSession,
    private readonly notices: Notices,
  ) {
    chart.onRepaint(() => this.follow());
    session.guard(() => this.edit?.key ?? null);
  }

  get isOpen(): boolean {
    return this.edit !== null;
  }

  open(key: Key, column: ColumnName, text?: string, problem?: string): void {
    this.close();
    const task = this.model.tasks.get(key);
    const editor = columnNamed(column)?.editor;
    if (!task || !editor || !this.model.editable) return;
    this.cursor.moveTo(key, column);
    const refusal = editor.allowed(task);
    const cell = this.cursor.cell(column);
    if (refusal || !cell) {
      if (refusal) this.notices.refuse(refusal, cell);
      return;
    }
    this.notices.clearRefusal();
    const opened = editor.open(task, this.model);
    const note = element("div", { class: "plan-cell-problem", id: "plan-cell-problem", role: "alert", hidden: true });
    const common = {
      class: "plan-cell-input",
      "aria-label": `${columnNamed(column)!.title} of ${task.name}`,
      onkeydown: (event: Event) => this.onKey(event as KeyboardEvent),
      onblur: () => this.leave(),
    };
    const options = editor.choices?.(this.model).map(([value, words]) => element("option", { value }, words));
    const input = options
      ? element("select", common, ...options)
      : element("input", {
          ...common,
          type: editor.input === "date" ? "date" : "text",
          inputmode: editor.input === "number" ? "decimal" : "text",
          autocomplete: "off",
        });
    input.value = text ?? opened;
    const box = element("div", { class: "plan-cell-box" }, input, note);
    this.layer.append(box);
    this.edit = { key, column, opened, box, input, problem: note };
    this.follow();
    input.focus({ preventScroll: true });
    if (input instanceof HTMLInputElement && input.type === "text") input.select();
    if (problem) this.complain(problem);
  }

  close(): void {
    const { edit } = this;
    this.edit = null;
    edit?.box.remove();
    if (edit) this.session.release();
  }

  /** Sends what was typed; false when it makes no sense and the box stays. */
  private keep(): boolean {
    const { edit } = this;
    if (!edit) return true;
    const task = this.model.tasks.get(edit.key);
    const text = edit.input.value;
    if (!task || text === edit.opened) {
      this.close();
      return true;
    }
    try {
      const changes = columnNamed(edit.column)!.editor!.changes(task, text, this.model);
      const { key, column } = edit;
      this.close();
      for (const change of changes) if (change.op === "update_task") this.chart.preview(keyOf(change.id), change.fields);
      void this.session.send(changes, {
        rows: [key],
        near: () => this.cursor.cell(column),
        refused: (refusal) => this.reopen(key, column, text, refusal.message),
      });
      return true;
    } catch (error) {
      this.complain((error as Error).message);
      return false;
    }
  }

  /** The server said no: the words come back, unless the user is already writing elsewhere. */
  private reopen(key: Key, column: ColumnName, text: string, message: string): void {
    const elsewhere = this.isOpen || !this.layer.parentElement!.contains(document.activeElement);
    if (elsewhere) this.notices.refuse(message, document.getElementById(`plan-cell-${key}-${column}`));
    else this.open(key, column, text, message);
  }

  private complain(message: string): void {
    if (!this.edit) return;
    const { input, problem } = this.edit;
    problem.textContent = message;
    problem.hidden = false;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", problem.id);
    input.focus({ preventScroll: true });
  }

  private leave(): void {
    // Repainting can blur an input for a moment; only a focus that really went elsewhere counts.
    window.setTimeout(() => {
      const { edit } = this;
      if (!edit || document.activeElement === edit.input) return;
      const cell = this.cursor.cell(edit.column);
      if (this.keep()) return;
      const message = edit.problem.textContent ?? "";
      this.close();
      this.notices.refuse(message, cell);
    });
  }

  private onKey(event: KeyboardEvent): void {
    const { edit } = this;
    event.stopPropagation();
    if (!edit || event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
      this.cursor.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.keep()) this.cursor.focus();
    } else if (event.key === "Tab") {
      const next = this.neighbour(edit, event.shiftKey ? -1 : 1);
      event.preventDefault();
      if (!this.keep()) return;
      if (next) this.open(...next);
      else this.cursor.focus();
    }
  }

  /** The next cell that can be edited, over the end of the row into the next row. */
  private neighbour(edit: Edit, step: 1 | -1): [Key, ColumnName] | null {
    const { gantt } = this.chart;
    const columns = this.chart.columnNames();
    let row = gantt.getGlobalTaskIndex(edit.key);
    let place = columns.indexOf(edit.column) + step;
    for (; row >= 0 && row < gantt.getVisibleTaskCount(); row += step) {
      const task = gantt.getTaskByIndex(row)!;
      for (; place >= 0 && place < columns.length; place += step) {
        const editor = columnNamed(columns[place]!)?.editor;
        if (editor && editor.allowed(task.row) === null) return [task.id, columns[place]!];
      }
      place = step > 0 ? 0 : columns.length - 1;
    }
    return null;
  }

  /** Keeps the box over its cell while rows are repainted or scrolled. */
  private follow(): void {
    if (!this.edit) return;
    const { box, key, column } = this.edit;
    const cell = document.getElementById(`plan-cell-${key}-${column}`);
    box.hidden = !cell;
    if (!cell) return;
    const frame = this.layer.getBoundingClientRect();
    const place = cell.getBoundingClientRect();
    box.style.left = `${place.left - frame.left}px`;
    box.style.top = `${place.top - frame.top}px`;
    box.style.width = `${Math.max(place.width, column === "name" ? 160 : 96)}px`;
    box.style.height = `${place.height}px`;
  }
}
