import type { PlanChart } from "./chart";
import { COLUMNS } from "./columns";
import type { Clipboard } from "./clipboard";
import type { Commands } from "./commands";
import type { Cursor } from "./cursor";
import type { Actions } from "./actions";
import { element, part } from "./dom";
import type { PlanModel } from "./model";
import type { Settings } from "./settings";
import { levelNamed, pixelsPerDay, ZOOM_LEVELS } from "./zoom";

export interface ToolbarTargets {
  details: () => void;
  help: () => void;
  print: () => void;
  /** A mark was switched on or off. */
  marks: () => void;
  columns: () => void;
}

/** Buttons above the chart; the page's template draws them, this makes them do. */
export class Toolbar {
  private readonly zoomChoice: HTMLSelectElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly cursor: Cursor,
    private readonly settings: Settings,
    { commands, actions: more, clipboard }: { commands: Commands; actions: Actions; clipboard: Clipboard },
    private readonly targets: ToolbarTargets,
  ) {
    this.zoomChoice = part(root, "[data-plan-zoom]");
    const actions: Record<string, () => void> = {
      add: () => commands.add(),
      remove: () => void commands.remove(),
      indent: () => commands.indent(),
      outdent: () => commands.outdent(),
      undo: () => void commands.undo(),
      redo: () => void commands.redo(),
      chain: () => commands.chain(),
      progress: () => more.progress(),
      assign: () => more.assign(),
      interrupt: () => more.interrupt(),
      join: () => more.join(),
      "move-unfinished": () => more.moveUnfinished(),
      copy: () => void clipboard.copy(),
      paste: () => void clipboard.pasteAsNew(),
      details: () => targets.details(),
      keys: () => targets.help(),
      print: () => targets.print(),
      today: () => this.today(),
      fit: () => this.zoom(0),
      "zoom-in": () => this.zoom(1),
      "zoom-out": () => this.zoom(-1),
    };
    for (const button of root.querySelectorAll<HTMLButtonElement>("[data-plan-do]")) {
      button.addEventListener("click", () => {
        button.closest("details")?.removeAttribute("open");
        actions[button.dataset.planDo!]?.();
      });
    }
    for (const button of root.querySelectorAll<HTMLButtonElement>("[data-plan-show]")) {
      button.addEventListener("click", () => this.toggle(button.dataset.planShow as keyof Settings["shown"]));
    }
    this.zoomChoice.addEventListener("change", () => {
      if (this.zoomChoice.value === "fit") this.zoom(0);
      else this.zoomTo(this.zoomChoice.value);
    });
    this.bindColumns();
    cursor.onMove(() => this.show());
    cursor.selection.onChange(() => this.show());
  }

  /** 1 closer, -1 further away, 0 the whole plan; `place` is how far from the left of the chart the date stays put. */
  zoom(step: 1 | -1 | 0, place?: number): void {
    if (step === 0) {
      this.chart.fit();
      this.settings.save("zoom", "fit");
      this.show();
      return;
    }
    const now = this.chart.level;
    const density = pixelsPerDay(now);
    // From the whole plan, on to the next of the usual scales that is really closer or further.
    const next = now.filled
      ? step > 0 ? ZOOM_LEVELS.findLast((level) => pixelsPerDay(level) > density) : ZOOM_LEVELS.find((level) => pixelsPerDay(level) < density)
      : ZOOM_LEVELS[ZOOM_LEVELS.indexOf(now) - step];
    if (next && (next.name !== "hours" || this.hoursFit())) this.zoomTo(next.name, place);
  }

  today(): void {
    this.chart.scrollToDate(new Date(this.model.project.today.slice(0, 10) + "T00:00"));
  }

  toggle(mark: keyof Settings["shown"]): void {
    this.settings.shown[mark] = !this.settings.shown[mark];
    this.settings.save("shown", this.settings.shown);
    this.show();
    this.targets.marks();
  }

  show(): void {
    const { undo } = this.model;
    const here = this.model.rowAt(this.cursor.key);
    const usable: Record<string, boolean> = {
      undo: undo.can_undo,
      redo: undo.can_redo,
      remove: Boolean(here),
      indent: Boolean(here),
      outdent: Boolean(here && here.parent !== null),
      details: Boolean(here),
      "zoom-in": this.chart.level.name !== "hours" && !(this.chart.level.name === "day" && !this.hoursFit()),
      "zoom-out": this.chart.level.name !== "year",
    };
    for (const action of ["progress", "assign", "interrupt", "copy"]) usable[action] = Boolean(here);
    usable.chain = this.cursor.selection.size > 1;
    usable.join = this.cursor.selection.rows().some(({ segments }) => segments.length > 0);
    for (const [action, possible] of Object.entries(usable)) {
      for (const button of this.root.querySelectorAll<HTMLButtonElement>(`[data-plan-do="${action}"]`)) {
        button.disabled = !possible;
      }
    }
    const undoButton = this.root.querySelector<HTMLElement>('[data-plan-do="undo"]');
    if (undoButton) undoButton.title = undo.can_undo && undo.label ? `Undo: ${undo.label}` : "Undo";
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-plan-show]")) {
      const mark = button.dataset.planShow as keyof Settings["shown"];
      button.setAttribute("aria-pressed", String(this.settings.shown[mark]));
    }
    this.zoomChoice.value = this.chart.level.filled ? "fit" : this.chart.level.name;
    for (const node of this.root.querySelectorAll<HTMLElement>("[data-plan-editing]")) node.hidden = !this.model.editable;
  }

  /** Hours of a plan of years would be tens of thousands of columns. */
  private hoursFit(): boolean {
    const { start, finish } = this.model.span();
    return Date.parse(finish) - Date.parse(start) < 120 * 86_400_000;
  }

  private zoomTo(name: string, place?: number): void {
    this.chart.zoomTo(levelNamed(name), place);
    this.settings.save("zoom", name);
    this.show();
  }

  private bindColumns(): void {
    const menu = part(this.root, "[data-plan-columns]");
    for (const { name, title } of COLUMNS) {
      // A row without its name says nothing.
      if (name === "name") continue;
      const box = element("input", { type: "checkbox", "data-plan-column": name });
      menu.append(element("label", { class: "menu-item" }, box, title.split(":")[0]!));
      box.checked = this.settings.columns.includes(name);
      box.addEventListener("change", () => {
        const kept = new Set(this.settings.columns);
        if (box.checked) kept.add(name);
        else kept.delete(name);
        this.settings.columns = COLUMNS.map((column) => column.name).filter((column) => kept.has(column));
        this.settings.save("columns", this.settings.columns);
        this.targets.columns();
      });
    }
  }
}
