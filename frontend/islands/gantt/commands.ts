import { chained, indented, outdented, shifted } from "./arrange";
import type { CellBox } from "./cellbox";
import type { PlanChart } from "./chart";
import { columnNamed } from "./columns";
import type { Cursor } from "./cursor";
import type { Drafts } from "./drafts";
import { plural } from "./format";
import { type Key, keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import { merged } from "./paste";
import type { Gesture, PlanSession } from "./session";
import { Skipped } from "./skipped";
import type { Change, TaskRow } from "./types";

/** What buttons and keys do to the selected rows: always one gesture, so always one step to undo. */
export class Commands {
  private steps: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly drafts: Drafts,
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly session: PlanSession,
    private readonly cursor: Cursor,
    private readonly cellBox: CellBox,
    private readonly notices: Notices,
  ) {}

  /** A new row below the cursor, its name ready to be typed: the server is asked when there is a name. */
  add(): void {
    if (!this.model.editable) return;
    const key = this.drafts.add();
    this.chart.scrollToRow(key);
    this.cellBox.open(key, "name");
  }

  /** Empties the selected cells; what cannot be empty is skipped and named. */
  clear(): void {
    if (!this.model.editable) return;
    const rows = this.cursor.selection.rows();
    const columns = this.cursor.columns.map((name) => columnNamed(name)!);
    const skipped = new Skipped();
    const changes: Change[] = [];
    for (const task of rows) {
      const found: Change[] = [];
      for (const { label, editor } of columns) {
        const refusal = editor ? editor.allowed(task) : "This column is calculated and can't be edited.";
        try {
          if (refusal !== null || !editor) throw new Error(refusal ?? "");
          found.push(...editor.changes(task, editor.cleared ?? "", this.model));
        } catch (error) {
          skipped.add(this.model.number(task.id), label, (error as Error).message);
        }
      }
      changes.push(...merged(task.id, found));
    }
    if (skipped.count === 1 && changes.length === 0) this.notices.refuse(skipped.reason, this.cursor.cell());
    else if (skipped.count > 0) this.notices.toast(skipped.text, undefined, "lasting");
    void this.session.send(changes, this.gesture(rows));
  }

  async remove(): Promise<void> {
    const tasks = this.cursor.selection.roots();
    if (tasks.length === 0 || !this.model.editable) return;
    const index = this.cursor.index();
    const answer = await this.session.send(tasks.map(({ id }) => ({ op: "delete_task", id })), this.gesture(tasks));
    if (!answer) return;
    const below = answer.deleted_tasks.length - tasks.length;
    const what = tasks.length === 1 ? `“${tasks[0]!.name}”` : plural(tasks.length, "row");
    const extent = below > 0 ? ` and ${plural(below, "task")} inside ${tasks.length === 1 ? "it" : "them"}` : "";
    this.notices.toast(`Deleted ${what}${extent}.`, { label: "Undo", run: () => void this.undo() });
    const { gantt } = this.chart;
    const next = gantt.getTaskByIndex(Math.min(index, gantt.getVisibleTaskCount() - 1));
    if (next) this.cursor.moveTo(next.id);
    else this.cursor.forget();
  }

  indent(): void {
    this.arrange((rows) => indented(this.model, rows));
  }

  outdent(): void {
    this.arrange((rows) => outdented(this.model, rows));
  }

  /** Up or down among the rows of their level. */
  shift(step: 1 | -1): void {
    this.arrange((rows) => shifted(this.model, rows, step));
  }

  chain(): void {
    const rows = this.cursor.selection.rows();
    if (this.model.editable && rows.length > 0) this.apply(rows, chained(this.model, rows));
  }

  undo(): Promise<void> {
    return this.inTurn(async () => {
      const { can_undo, label } = this.model.undo;
      if (!can_undo) this.notices.say("Nothing to undo.");
      else if (await this.session.step("undo")) {
        this.notices.toast(`Undone: ${label}.`, { label: "Redo", run: () => void this.redo() });
      }
    });
  }

  redo(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.model.undo.can_redo) this.notices.say("Nothing to redo.");
      else if (await this.session.step("redo")) this.notices.toast("Redone.");
    });
  }

  /** Steps back and forth wait for each other, however quickly the key is pressed: each asks what the one before it left. */
  private inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.steps.then(() => this.session.settled()).then(step);
    this.steps = turn.catch(() => undefined);
    return turn;
  }

  private arrange(how: (rows: TaskRow[]) => Change[] | string): void {
    const rows = this.cursor.selection.roots();
    if (rows.length > 0 && this.model.editable) this.apply(rows, how(rows));
  }

  private apply(rows: TaskRow[], changes: Change[] | string): void {
    if (typeof changes === "string") {
      this.notices.refuse(changes, this.cursor.cell());
      return;
    }
    const { key, column } = this.cursor;
    void this.session.send(changes, this.gesture(rows)).then((answer) => {
      if (answer && this.cursor.key === key) this.cursor.moveTo(key, column, "stay");
    });
  }

  private gesture(tasks: TaskRow[]): Gesture {
    return { rows: tasks.map(({ id }): Key => keyOf(id)), near: () => this.cursor.cell() };
  }
}
