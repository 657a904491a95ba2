import type { PlanChart } from "./chart";
import { columnNamed, type ColumnName } from "./columns";
import type { Cursor } from "./cursor";
import { element } from "./dom";
import type { Drafts } from "./drafts";
import type { CellEditor } from "./editors";
import { type Key, keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import type { PlanSession } from "./session";
import { Suggestions } from "./suggest";
import type { Change, TaskRow } from "./types";

interface Edit {
  key: Key;
  column: ColumnName;
  opened: string;
  /** Opened by typing: arrows up and down save it too, as in a spreadsheet. */
  typed: boolean;
  box: HTMLElement;
  input: HTMLInputElement | HTMLSelectElement;
  problem: HTMLElement;
  suggestions: Suggestions | null;
}

interface Opening {
  text?: string;
  problem?: string;
  typed?: boolean;
}

/** The box in which a cell is edited: Enter saves and goes down, Tab saves and goes on to the next cell, Escape cancels. */
export class CellBox {
  private edit: Edit | null = null;

  constructor(
    private readonly layer: HTMLElement,
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly cursor: Cursor,
    private readonly session: PlanSession,
    private readonly drafts: Drafts,
    private readonly notices: Notices,
  ) {
    chart.onRepaint(() => this.follow());
    session.guard(() => this.edit?.key ?? null);
    session.onSettle((draft, key) => {
      if (this.edit?.key === draft) this.edit.key = key;
    });
  }

  get isOpen(): boolean {
    return this.edit !== null;
  }

  /** Empty, for the key that is being pressed to be its first letter. */
  type(key: Key, column: ColumnName): void {
    const described = columnNamed(column);
    if (described && !described.editor && this.model.editable) {
      this.notices.refuse("This column is calculated and can't be edited.", this.cursor.cell());
    }
    this.open(key, column, { text: "", typed: true });
  }

  open(key: Key, column: ColumnName, { text, problem, typed = false }: Opening = {}): void {
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
    const opened = this.drafts.has(key) ? "" : editor.open(task, this.model);
    const note = element("div", { class: "plan-cell-problem", id: "plan-cell-problem", role: "alert", hidden: true });
    const label = `${columnNamed(column)!.title} of ${task.name || "new task"}`;
    const input = this.input(editor, label, typed);
    input.value = text ?? opened;
    const box = element("div", { class: "plan-cell-box" }, input, note);
    this.layer.append(box);
    const { offers } = editor;
    const suggestions = offers && input instanceof HTMLInputElement
      ? new Suggestions(input, box, label, (written, caret) => offers(written, caret, this.model))
      : null;
    this.edit = { key, column, opened, typed, box, input, problem: note, suggestions };
    this.follow();
    input.focus({ preventScroll: true });
    if (input instanceof HTMLInputElement && input.type === "text" && !typed) input.select();
    if (problem) this.complain(problem);
    else if (!opened) suggestions?.show();
  }

  close(): void {
    const { edit } = this;
    this.edit = null;
    edit?.box.remove();
    if (edit) this.session.release();
  }

  private input(editor: CellEditor, label: string, typed: boolean): HTMLInputElement | HTMLSelectElement {
    const common = {
      class: "plan-cell-input",
      "aria-label": label,
      onkeydown: (event: Event) => this.onKey(event as KeyboardEvent),
      onblur: () => this.leave(),
    };
    const options = editor.choices?.(this.model).map(([value, words]) => element("option", { value }, words));
    if (options) return element("select", common, ...options);
    return element("input", {
      ...common,
      // A date that is typed is text: the browser's own field for dates takes its parts one by one.
      type: editor.input === "date" && !typed ? "date" : "text",
      inputmode: editor.input === "number" ? "decimal" : "text",
      autocomplete: "off",
      spellcheck: "false",
    });
  }

  /** Sends what was typed; false when it makes no sense and the box stays. */
  private save(): boolean {
    const { edit } = this;
    if (!edit) return true;
    const { key, column } = edit;
    const task = this.model.tasks.get(key);
    const text = edit.input.value;
    if (task && this.drafts.has(key)) return this.saveDraft(task, text);
    if (!task || text === edit.opened) {
      this.close();
      return true;
    }
    try {
      const editor = columnNamed(column)!.editor!;
      const changes = (editor.typed ?? editor.changes)(task, text, this.model);
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

  /** A new row is created under the name that was typed; without one it was not meant. */
  private saveDraft({ id }: TaskRow, text: string): boolean {
    const key = keyOf(id);
    const name = text.trim();
    this.close();
    if (!name) {
      this.drafts.drop(key);
      return true;
    }
    const change: Change = this.drafts.create(key, name);
    let again = false;
    const refused = (refusal: Error): void => {
      again = true;
      this.drafts.reopen(key, change);
      this.cursor.focus();
      this.open(key, "name", { text, problem: refusal.message });
    };
    void this.session.send([change], { rows: [key], near: () => this.cursor.cell("name"), refused }).then((answer) => {
      if (!answer && !again) this.drafts.drop(key);
    });
    return true;
  }

  /** The server said no: the words come back, unless the user is already writing elsewhere. */
  private reopen(key: Key, column: ColumnName, text: string, message: string): void {
    const elsewhere = this.isOpen || !this.layer.parentElement!.contains(document.activeElement);
    if (elsewhere) this.notices.refuse(message, document.getElementById(`plan-cell-${key}-${column}`));
    else this.open(key, column, { text, problem: message, typed: columnNamed(column)?.editor?.input === "date" });
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
      if (this.save()) return;
      const message = edit.problem.textContent ?? "";
      this.close();
      this.notices.refuse(message, cell);
    });
  }

  private onKey(event: KeyboardEvent): void {
    const { edit } = this;
    event.stopPropagation();
    if (!edit || event.isComposing || edit.suggestions?.onKey(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      const draft = this.drafts.has(edit.key) ? edit.key : null;
      this.close();
      if (draft) this.drafts.drop(draft);
      this.cursor.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.finish(edit, event.shiftKey ? -1 : 1);
    } else if (edit.typed && edit.input instanceof HTMLInputElement && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      this.finish(edit, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Tab") {
      event.preventDefault();
      const next = this.neighbour(edit, event.shiftKey ? -1 : 1);
      const left = this.drafts.has(edit.key) && !edit.input.value.trim();
      if (!this.save()) return;
      if (next && !left) this.open(...next);
      else this.cursor.focus();
    }
  }

  /** Saves, and goes to the row above or below; a new row stays under the cursor, so that the next one comes after it. */
  private finish(edit: Edit, step: 1 | -1): void {
    const isNew = this.drafts.has(edit.key);
    if (!this.save()) return;
    this.cursor.focus();
    if (isNew) return;
    const next = this.chart.gantt.getTaskByIndex(this.cursor.index() + step);
    if (next) this.cursor.moveTo(next.id, edit.column);
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
    // A list below the last rows would be cut off: it opens upwards.
    box.classList.toggle("plan-cell-low", place.top - frame.top > frame.height - 260);
  }
}
