import type { PlanChart } from "./chart";
import type { Key, PlanModel } from "./model";
import type { Id, TaskRow } from "./types";

/** The rows that commands work on: the one under the cursor, or several. */
export class Selection {
  private keys = new Set<Key>();
  private anchor: Key = "";
  private readonly followers: (() => void)[] = [];

  constructor(private readonly chart: PlanChart, private readonly model: PlanModel) {}

  onChange(follower: () => void): void {
    this.followers.push(follower);
  }

  get size(): number {
    return this.keys.size;
  }

  only(key: Key): void {
    this.anchor = key;
    this.set(key ? [key] : []);
  }

  toggle(key: Key): void {
    this.anchor = key;
    this.set(this.keys.has(key) ? [...this.keys].filter((other) => other !== key) : [...this.keys, key]);
  }

  /** All rows on the page from where the selection began to this one. */
  extendTo(key: Key): void {
    const { gantt } = this.chart;
    if (!gantt.isTaskExists(this.anchor)) this.anchor = key;
    const ends = [gantt.getGlobalTaskIndex(this.anchor), gantt.getGlobalTaskIndex(key)];
    const [first, last] = [Math.min(...ends), Math.max(...ends)];
    const { anchor } = this;
    this.set(this.shown().slice(first, last + 1));
    this.anchor = anchor;
  }

  /** The server has stored a row that was shown under a temporary key. */
  rename(from: Key, to: Key): void {
    if (this.anchor === from) this.anchor = to;
    if (this.keys.has(from)) this.set([...this.keys].map((key) => (key === from ? to : key)));
  }

  has(key: Key): boolean {
    return this.keys.has(key);
  }

  all(): void {
    this.set(this.shown());
  }

  keep(keys: Key[]): void {
    this.set(keys);
    this.anchor = keys[0] ?? "";
  }

  /** In the order of the plan. */
  rows(): TaskRow[] {
    const found = new Set<TaskRow>();
    for (const key of this.keys) {
      const task = this.model.rowAt(key);
      if (task) found.add(task);
    }
    return [...found].sort((a, b) => this.model.number(a.id) - this.model.number(b.id));
  }

  /** The selected rows with everything inside them, in the order of the plan: a phase is copied whole. */
  branches(): TaskRow[] {
    const taken = new Set<Id | null>(this.rows().map(({ id }) => id));
    return this.model.inOrder().filter((task) => {
      if (task.parent !== null && taken.has(task.parent)) taken.add(task.id);
      return taken.has(task.id);
    });
  }

  /** Without the rows inside other selected ones: what happens to a summary happens to them. */
  roots(): TaskRow[] {
    const rows = this.rows();
    const chosen = new Set(rows.map((task) => task.id));
    return rows.filter((task) => {
      for (let above = task.parent; above !== null; above = this.model.task(above)?.parent ?? null) {
        if (chosen.has(above)) return false;
      }
      return true;
    });
  }

  private shown(): Key[] {
    const { gantt } = this.chart;
    return Array.from({ length: gantt.getVisibleTaskCount() }, (_, index) => gantt.getTaskByIndex(index)!.id);
  }

  private set(keys: Key[]): void {
    const next = new Set(keys);
    if (next.size === this.keys.size && keys.every((key) => this.keys.has(key))) return;
    this.keys = next;
    this.chart.select(next);
    for (const follower of this.followers) follower();
  }
}
