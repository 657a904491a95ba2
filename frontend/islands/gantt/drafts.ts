import type { PlanChart } from "./chart";
import type { Cursor } from "./cursor";
import { type Key, keyOf, type PlanModel } from "./model";
import { blankTask } from "./paste";
import type { Change, Id } from "./types";

interface Place {
  parent: Id | null;
  after: Id | null;
}

/**
 * Rows that are on the page before the server knows them: a new row opens at once, however slow the server is, and is
 * created with the name typed into it. Rows already sent but not yet answered keep their temporary id; the session puts
 * the real one in place of it.
 */
export class Drafts {
  private readonly open = new Map<Key, Place>();
  private count = 0;

  constructor(
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly cursor: Cursor,
    /** A row came or went. */
    private readonly changed: (key: Key) => void,
  ) {}

  /** Whether this row has not been sent yet. */
  has(key: Key): boolean {
    return this.open.has(key);
  }

  /** An empty row below the cursor: inside an open summary, beside any other task, at the end of a plan without cursor. */
  add(): Key {
    const { model } = this;
    const here = model.tasks.get(this.cursor.task);
    const inside = here && model.children(here.id).length > 0 && this.chart.gantt.getTask(keyOf(here.id)).$open;
    const end = model.children(null).at(-1)?.id ?? null;
    const place: Place = inside ? { parent: here.id, after: null } : { parent: here?.parent ?? null, after: here?.id ?? end };
    const key = `new-${(this.count += 1)}`;
    const after = place.after === null ? undefined : model.task(place.after);
    const order = after ? after.order + 0.5 : (model.children(place.parent)[0]?.order ?? 0) - 0.5;
    const start = model.task(place.parent ?? "")?.start ?? model.project.start;
    this.open.set(key, place);
    this.chart.paint(model.addDraft({
      ...blankTask(model, key, place.parent), order, start, finish: start, duration_minutes: model.project.minutes_per_day,
    }));
    this.changed(key);
    return key;
  }

  /** The change that creates the row under its name. */
  create(key: Key, name: string): Change {
    const place = this.open.get(key)!;
    this.open.delete(key);
    const row = this.model.tasks.get(key);
    if (row) this.model.tasks.set(key, { ...row, name });
    this.chart.preview(key, { name });
    const fields = { name, duration_minutes: this.model.project.minutes_per_day };
    return { op: "create_task", temp_id: key, ...place, fields };
  }

  /** The server refused it: back to where its name is typed. */
  reopen(key: Key, change: Change): void {
    if (change.op === "create_task") this.open.set(key, { parent: change.parent, after: change.after });
  }

  /** Takes the row off the page; the cursor goes back to the row it was added at. */
  drop(key: Key): void {
    const place = this.open.get(key);
    this.open.delete(key);
    if (!this.model.drafts.has(key)) return;
    const held = this.cursor.key === key;
    this.chart.paint(this.model.removeDraft(key));
    const back = keyOf(place?.after ?? place?.parent);
    if (held) {
      if (this.chart.gantt.isTaskExists(back)) this.cursor.moveTo(back);
      else this.cursor.forget();
    }
    this.changed(key);
  }
}
