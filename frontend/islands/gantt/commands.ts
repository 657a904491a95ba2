import type { CellBox } from "./cellbox";
import type { PlanChart } from "./chart";
import type { Cursor } from "./cursor";
import { plural } from "./format";
import { keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import type { PlanSession } from "./session";
import type { Change, Id, TaskRow } from "./types";

/** What buttons and keys do to the row under the cursor. */
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
    if (!this.model.project.can_edit) return;
    const here = this.current();
    const opened = here && this.model.children(here.id).length > 0 && this.chart.gantt.getTask(keyOf(here.id)).$open;
    const place = opened ? { parent: here.id, after: null } : { parent: here?.parent ?? null, after: here?.id ?? this.last(null) };
    const fields = { name: "New task", duration_minutes: this.model.project.minutes_per_day };
    const answer = await this.session.send([{ op: "create_task", temp_id: "new", ...place, fields }], this.gesture(here));
    const made = answer?.created["new"];
    if (made === undefined) return;
    this.chart.reveal(keyOf(made));
    this.cellBox.open(keyOf(made), "name");
  }

  async remove(): Promise<void> {
    const task = this.current();
    if (!task || !this.model.project.can_edit) return;
    const index = this.cursor.index();
    const answer = await this.session.send([{ op: "delete_task", id: task.id }], this.gesture(task));
    if (!answer) return;
    const below = answer.deleted_tasks.length - 1;
    const extent = below > 0 ? ` and ${plural(below, "task")} inside it` : "";
    this.notices.toast(`Deleted “${task.name}”${extent}.`, { label: "Undo", run: () => void this.undo() });
    const { gantt } = this.chart;
    const next = gantt.getTaskByIndex(Math.min(index, gantt.getVisibleTaskCount() - 1));
    if (next) this.cursor.moveTo(next.id);
    else this.cursor.forget();
  }

  indent(): void {
    const task = this.current();
    if (!task) return;
    const siblings = this.model.children(task.parent);
    const above = siblings[siblings.indexOf(task) - 1];
    if (!above) {
      this.notices.refuse("There is no task above it on the same level to put it under.", this.cursor.cell());
      return;
    }
    this.move([{ op: "move_task", id: task.id, parent: above.id, after: this.last(above.id) }], task);
  }

  /** The row keeps its place on the page: the rows after it on its level go below it. */
  outdent(): void {
    const task = this.current();
    const parent = task && task.parent !== null ? this.model.task(task.parent) : undefined;
    if (!task || !parent) {
      if (task) this.notices.refuse("It is on the top level already.", this.cursor.cell());
      return;
    }
    const siblings = this.model.children(parent.id);
    const changes: Change[] = [{ op: "move_task", id: task.id, parent: parent.parent, after: parent.id }];
    let after = this.last(task.id);
    for (const follower of siblings.slice(siblings.indexOf(task) + 1)) {
      changes.push({ op: "move_task", id: follower.id, parent: task.id, after });
      after = follower.id;
    }
    this.move(changes, task);
  }

  /** Up or down among the rows of its level. */
  shift(step: 1 | -1): void {
    const task = this.current();
    if (!task) return;
    const siblings = this.model.children(task.parent);
    const index = siblings.indexOf(task);
    if (!siblings[index + step]) {
      this.notices.refuse(`It is the ${step < 0 ? "first" : "last"} of its level already.`, this.cursor.cell());
      return;
    }
    const after = step < 0 ? siblings[index - 2] : siblings[index + 1];
    this.move([{ op: "move_task", id: task.id, parent: task.parent, after: after?.id ?? null }], task);
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

  private current(): TaskRow | undefined {
    return this.model.tasks.get(this.cursor.key);
  }

  private last(parent: Id | null): Id | null {
    return this.model.children(parent).at(-1)?.id ?? null;
  }

  private gesture(task: TaskRow | undefined): { rows: string[]; near: () => Element | null } {
    return { rows: task ? [keyOf(task.id)] : [], near: () => this.cursor.cell() };
  }

  private move(changes: Change[], task: TaskRow): void {
    if (!this.model.project.can_edit) return;
    void this.session.send(changes, this.gesture(task)).then((answer) => {
      if (answer) this.cursor.moveTo(keyOf(task.id));
    });
  }
}
