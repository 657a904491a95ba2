import { COLUMNS, type ColumnName } from "./columns";
import { type Filter, type Grouping, NO_FILTER } from "./view";
import type { ZoomName } from "./zoom";

const PREFIX = "accord.plan.";

/** How this person likes to look at plans; kept in the browser, never on the server. */
export class Settings {
  shown: { critical: boolean; baseline: boolean; float: boolean };
  columns: ColumnName[];
  gridWidth: number;
  zoom: ZoomName | "fit" | null;

  constructor() {
    this.shown = { critical: true, baseline: true, float: false, ...(this.read("shown") as object) };
    const columns = this.read("columns");
    const names = COLUMNS.map((column) => column.name);
    const usual = COLUMNS.filter((column) => column.shown).map((column) => column.name);
    this.columns = Array.isArray(columns) ? names.filter((name) => columns.includes(name) || name === "name") : usual;
    const width = Number(this.read("gridWidth"));
    this.gridWidth = width >= 160 && width <= 1600 ? width : 0;
    this.zoom = this.read("zoom") as ZoomName | "fit" | null;
  }

  save(name: string, value: unknown): void {
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // A browser that keeps nothing still shows the plan.
    }
  }

  /** What is shown of one plan, as this person left it. */
  filter(project: string): Filter {
    return { ...NO_FILTER, ...(this.read(`filter.${project}`) as Partial<Filter> | null) };
  }

  grouping(project: string): Grouping {
    const kept = this.read(`group.${project}`);
    return (["resource", "deliverable", "state"] as const).find((name) => name === kept) ?? "outline";
  }

  saveView(project: string, filter: Filter, grouping: Grouping): void {
    this.save(`filter.${project}`, filter);
    this.save(`group.${project}`, grouping);
  }

  private read(name: string): unknown {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    } catch {
      return null;
    }
  }
}
