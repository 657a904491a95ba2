import { chained, indented, outdented, shifted } from "./arrange";
import type { CellBox } from "./cellbox";
import type { PlanChart } from "./chart";
import type { Cursor } from "./cursor";
import { plural } from "./format";
import { type Key, keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import type { Gesture, PlanSession } from "./session";
import type { Change, TaskRow } from "./types";

/** What buttons and keys do to the selected rows: always one gesture, so always one step to undo. */
export class Commands {
  constructor(
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly session: PlanSession,
    private readonly cursor: Cursor,
    private readonly cellBox: CellBox,
    private readonly notices: Notices,
  ) {}

  /** A new row below the cursor, its name ready to be typed. */
  async add(): Promise<void> {
    if (!this.model.editable) return;
    const here = this.model.tasks.get(this.cursor.task);
    const opened = here && this.model.children(here.id).length > 0 && this.chart.gantt.getTask(keyOf(here.id)).$open;
    const end = this.model.children(null).at(-1)?.id ?? null;
    const place = opened ? { parent: here.id, after: null } : { parent: here?.parent ?? null, after: here?.id ?? end };
    const fields = { name: "New task", duration_minutes: this.model.project.minutes_per_day };
    const rows = here ? [here] : [];
    const answer = await this.session.send([{ op: "create_task", temp_id: "new", ...place, fields }], this.gesture(rows));
    const made = answer?.created["new"];
    if (made === undefined) return;
    this.chart.reveal(keyOf(made));
    this.cellBox.open(keyOf(made), "name");
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

  async undo(): Promise<void> {
    await this.session.settled();
    const { can_undo, label } = this.model.undo;
    if (!can_undo) this.notices.say("There is nothing to undo.");
    else if (await this.session.step("undo")) {
      this.notices.toast(`Undone: ${label}.`, { label: "Redo", run: () => void this.redo() });
    }
  }

  async redo(): Promise<void> {
    await this.session.settled();
    if (!this.model.undo.can_redo) this.notices.say("There is nothing to redo.");
    else if (await this.session.step("redo")) this.notices.toast("Done again.");
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
