import { type Key, keyOf, type PlanModel } from "./model";
import type { TaskRow } from "./types";

export type Grouping = "outline" | "resource" | "deliverable" | "state";

export interface Filter {
  text: string;
  critical: boolean;
  /** A way of being late, "any", or nothing to show everything. */
  late: string;
  unfinished: boolean;
  /** The name of somebody who works on it. */
  resource: string;
}

export const NO_FILTER: Filter = { text: "", critical: false, late: "", unfinished: false, resource: "" };

export interface Group {
  key: Key;
  name: string;
  tasks: TaskRow[];
}

/** Which tasks are shown, and in what order: by outline, or put together otherwise to be looked at. */
export class View {
  filter: Filter = { ...NO_FILTER };
  grouping: Grouping = "outline";
  /** Made since the filter was set: a new row does not vanish because it does not fit. */
  private readonly made = new Set<Key>();

  constructor(private readonly model: PlanModel) {}

  get isFiltered(): boolean {
    const { text, critical, late, unfinished, resource } = this.filter;
    return text.trim() !== "" || critical || late !== "" || unfinished || resource !== "";
  }

  set(filter: Filter): void {
    this.filter = filter;
    this.made.clear();
  }

  keep(keys: Key[]): void {
    for (const key of keys) this.made.add(key);
  }

  /** The keys of all rows to show: what fits and the summaries above it. Null: every row. */
  visible(): Set<Key> | null {
    if (!this.isFiltered) return null;
    const shown = new Set<Key>();
    for (const [key, task] of this.model.tasks) {
      if (!this.made.has(key) && !this.fits(task)) continue;
      for (let above: TaskRow | undefined = task; above && !shown.has(keyOf(above.id)); ) {
        shown.add(keyOf(above.id));
        above = above.parent === null ? undefined : this.model.task(above.parent);
      }
    }
    return shown;
  }

  /** How many tasks fit, without the summaries that only show where they stand. */
  count(): number {
    return [...this.model.tasks.values()].filter((task) => this.fits(task)).length;
  }

  /** Null: by outline. */
  groups(): Group[] | null {
    const { grouping, model } = this;
    if (grouping === "outline") return null;
    const groups = new Map<string, Group>();
    const put = (name: string, task: TaskRow): void => {
      const group = groups.get(name) ?? { key: `group-${name}`, name, tasks: [] };
      group.tasks.push(task);
      groups.set(name, group);
    };
    for (const task of model.inOrder()) {
      if (task.kind === "summary" || (this.isFiltered && !this.fits(task))) continue;
      if (grouping === "state") put(state(task), task);
      else if (grouping === "deliverable") {
        put(model.deliverables.find(({ id }) => id === task.deliverable)?.name ?? "No deliverable", task);
      } else if (task.resources.length === 0) put("Unassigned", task);
      else for (const { name } of task.resources) put(name, task);
    }
    const order = [...STATES, "Unassigned", "No deliverable"];
    return [...groups.values()].sort(
      (a, b) => order.indexOf(a.name) - order.indexOf(b.name) || a.name.localeCompare(b.name),
    );
  }

  private fits(task: TaskRow): boolean {
    const { text, critical, late, unfinished, resource } = this.filter;
    const words = text.trim().toLowerCase();
    if (words && ![task.name, ...task.resources.map(({ name }) => name)].some((part) => part.toLowerCase().includes(words))) {
      return false;
    }
    if (critical && !task.critical) return false;
    if (unfinished && task.percent_complete >= 100) return false;
    if (late && !(late === "any" ? task.late.length > 0 : task.late.includes(late))) return false;
    if (resource && !task.resources.some(({ name }) => name === resource)) return false;
    // A summary is shown for what is inside it, unless its own name was sought.
    return task.kind !== "summary" || words !== "";
  }
}

const STATES = ["In progress", "Not started", "Done"] as const;

function state(task: TaskRow): (typeof STATES)[number] {
  if (task.percent_complete >= 100) return "Done";
  return task.percent_complete > 0 || task.actual_start !== null ? "In progress" : "Not started";
}
