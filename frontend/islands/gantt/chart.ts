import { nameForScreenReaders } from "./aria";
import { addDays, midnight } from "./calendar";
import type { ColumnName, PlanColumn } from "./columns";
import { type ChartLibrary, chartLink, chartTask, groupRows, newChart } from "./library";
import { configure, describe, gridColumns, ROW_HEIGHT } from "./look";
import { type Delta, type Key, keyOf, type PlanModel } from "./model";
import { parseDate } from "./moments";
import * as scrolling from "./scrolling";
import type { TaskFields, TaskRow } from "./types";
import type { Group } from "./view";
import { filling, levelFitting, levelNamed, pixelsPerDay, type ZoomLevel } from "./zoom";

/** From this many changed rows and links on the screen on, one whole repaint is cheaper than many small ones. */
const REPAINT_ALL_FROM = 40;

/** The chart: grid and bars on the screen, always a picture of the model. */
export class PlanChart {
  readonly gantt: ChartLibrary;
  level: ZoomLevel;
  private readonly repainted: ((scrolled: boolean) => void)[] = [];
  private readonly flashing = new Set<Key>();
  private pending = new Set<Key>();
  private shown: ReadonlySet<Key> | null = null;
  private groups: Group[] | null = null;
  private selected: ReadonlySet<Key> = new Set();

  constructor(
    private readonly host: HTMLElement,
    private readonly model: PlanModel,
    columns: readonly PlanColumn[],
    gridWidth: number,
  ) {
    this.gantt = newChart();
    this.level = levelNamed("week");
    configure(this.gantt, model, columns, gridWidth);
    describe(this.gantt, model, (key) => {
      const passing = [this.pending.has(key) && "plan-pending", this.flashing.has(key) && "plan-moved-row"];
      return [...passing, this.selected.has(key) && "gantt_selected"].filter(Boolean).join(" ");
    });
    nameForScreenReaders(this.gantt, model, (key) => this.selected.has(key));
    this.gantt.attachEvent("onBeforeTaskDisplay", (key: Key) => this.shown === null || this.groups !== null || this.shown.has(key));
    for (const event of ["onDataRender", "onGanttRender"]) this.gantt.attachEvent(event, () => this.announceRepaint());
    this.gantt.attachEvent("onGanttScroll", () => this.announceRepaint(true));
  }

  /** Makes room on the scale for all that is drawn. */
  widen(): void {
    if (this.applyRange()) this.gantt.render();
  }

  /** Called after anything was painted, or only scrolled. */
  onRepaint(listener: (scrolled: boolean) => void): void {
    this.repainted.push(listener);
  }

  /** First look: the scale last used, or the closest from weeks on that shows the plan in about three screens. */
  open(left: string | null): void {
    const { gantt, model } = this;
    const width = Math.max(160, this.host.clientWidth - (gantt.config.grid_width as number));
    this.level = left && left !== "fit" ? levelNamed(left) : levelFitting(this.spanDays(), Math.max(3 * width, 1500));
    if (!left && this.level.days < 7) this.level = levelNamed("week");
    if (this.level.name === "hours") this.level = levelNamed("day");
    this.applyScale();
    this.applyRange();
    gantt.init(this.host);
    this.fill();
    if (left === "fit") this.fit();
    gantt.$task.setAttribute("aria-hidden", "true");
    gantt.$grid.tabIndex = 0;
    gantt.$grid.addEventListener("scroll", () => {
      scrolling.freezeName(gantt);
      this.announceRepaint(true);
    }, { passive: true });
    this.onRepaint(() => scrolling.freezeName(gantt));
    const { today, start, finish } = model.project;
    const running = start <= today && today <= finish;
    this.scrollToDate(parseDate(running ? today : start));
    // Where the work is now: the bars of what is done long ago lie to the left of the screen.
    const next = running ? model.inOrder().findIndex((row) => row.kind !== "summary" && row.finish >= today) : 0;
    if (next > 3) gantt.scrollTo(null, (next - 3) * ROW_HEIGHT);
  }

  /** Shows some rows only (null: all), and in groups instead of the outline (null: the outline). */
  setView(shown: ReadonlySet<Key> | null, groups: Group[] | null): void {
    const { gantt, model } = this;
    const regrouped = groups !== null || this.groups !== null;
    this.shown = shown;
    this.groups = groups;
    model.grouped = groups !== null;
    gantt.config.readonly = !model.editable;
    if (regrouped) {
      const { x, y } = gantt.getScrollState();
      gantt.clearAll();
      this.fill();
      gantt.scrollTo(x, y);
    } else if (shown) {
      // What fits is not hidden in a closed branch.
      for (const key of shown) if (gantt.hasChild(key)) gantt.getTask(key).$open = true;
    }
    gantt.render();
  }

  /** All of the model's rows and links into the library. */
  private fill(): void {
    const { gantt, model, groups } = this;
    const data = groups
      ? groups.flatMap((group) => groupRows(group, model))
      : model.inOrder().map((row) => chartTask(row, model));
    gantt.parse({ data, links: groups ? [] : [...model.links.values()].map(chartLink) });
  }

  setColumns(columns: readonly PlanColumn[], gridWidth: number): void {
    this.gantt.config.columns = gridColumns(columns, this.model);
    this.gantt.config.grid_width = gridWidth;
    this.gantt.render();
  }

  columnNames(): ColumnName[] {
    return this.gantt.getGridColumns().map((column) => column.name as ColumnName);
  }

  /** Paints what an answer changed, and no other row unless rows came, went or moved. */
  paint(delta: Delta): void {
    const { gantt } = this;
    const wider = this.applyRange();
    // Groups are made anew after every answer.
    if (this.groups) return;
    if (delta.structure) {
      gantt.batchUpdate(() => this.rearrange(delta));
      return;
    }
    for (const key of delta.removedLinks) if (gantt.isLinkExists(key)) gantt.silent(() => gantt.deleteLink(key));
    for (const key of delta.links) this.putLink(key);
    for (const key of delta.tasks) this.putTask(key);
    if (wider) gantt.render();
    else if (delta.links.length + delta.removedLinks.length > 0) gantt.refreshData();
    else this.refresh(delta.tasks);
  }

  /** Back to what the server last said, after a gesture was refused. */
  restore(keys: Iterable<Key>): void {
    for (const key of keys) {
      if (!this.gantt.isTaskExists(key) || !this.model.tasks.has(key)) continue;
      this.putTask(key);
    }
    this.refresh(keys);
  }

  /** Shows an edit before the server has answered, so that typing on is not held up. */
  preview(key: Key, fields: TaskFields): void {
    if (!this.gantt.isTaskExists(key)) return;
    const task = this.gantt.getTask(key);
    task.row = { ...task.row, ...fields } as TaskRow;
    task.text = task.row.name;
    task.progress = task.row.percent_complete / 100;
    this.refresh([key]);
  }

  /** The server has stored the row under an id of its own. */
  rename(from: Key, to: Key): void {
    if (this.gantt.isTaskExists(from)) this.gantt.changeTaskId(from, to);
  }

  /** Marks the selected rows, to the eye and to screen readers, without redrawing them. */
  select(keys: ReadonlySet<Key>): void {
    this.selected = keys;
    for (const node of this.host.querySelectorAll<HTMLElement>("[data-task-id]")) {
      const chosen = keys.has(node.dataset.taskId!);
      node.classList.toggle("gantt_selected", chosen);
      if (node.role === "row") node.setAttribute("aria-selected", String(chosen));
    }
  }

  markPending(keys: Iterable<Key>): void {
    const before = this.pending;
    this.pending = new Set(keys);
    this.refresh(new Set([...before, ...this.pending]));
  }

  /** Marks the rows that moved for a moment. */
  flash(keys: Key[]): void {
    for (const key of keys) this.flashing.add(key);
    this.repaintMarks();
    window.setTimeout(() => {
      for (const key of keys) this.flashing.delete(key);
      this.repaintMarks();
    }, 2200);
  }

  reveal(key: Key): void {
    const { gantt } = this;
    if (!gantt.isTaskExists(key)) return;
    for (let parent = gantt.getTask(key).parent; parent && gantt.isTaskExists(parent); parent = gantt.getTask(parent).parent) {
      if (!gantt.getTask(parent).$open) gantt.open(parent);
    }
    this.scrollToRow(key);
    const { x } = gantt.getScrollState();
    const left = gantt.posFromDate(gantt.getTask(key).start_date);
    if (left < x || left > x + this.viewWidth() - 80) gantt.scrollTo(Math.max(0, left - 60), null);
  }

  scrollToRow(key: Key): void {
    scrolling.toRow(this.gantt, key);
  }

  scrollToColumn(name: ColumnName): void {
    scrolling.toColumn(this.gantt, name);
  }

  scrollToDate(date: Date): void {
    this.gantt.scrollTo(Math.max(0, this.gantt.posFromDate(date) - this.viewWidth() / 3), null);
  }

  /** Another scale; the date that many pixels from the left of the chart stays where it is. */
  zoomTo(level: ZoomLevel, place = this.viewWidth() / 2): void {
    const { gantt } = this;
    const { x, y } = gantt.getScrollState();
    const width = this.viewWidth();
    const held = gantt.dateFromPos(x + place) ?? parseDate(this.model.project.start);
    this.level = level;
    this.applyScale();
    this.applyRange(true);
    // Near the ends of the plan the scale has to go on beyond them, or the date could not stay where it is.
    const { config } = gantt;
    const day = 86_400_000 / pixelsPerDay(level);
    const from = addDays(midnight(new Date(held.getTime() - place * day)), -Math.ceil(level.days));
    const to = addDays(midnight(new Date(held.getTime() + (width - place) * day)), Math.ceil(level.days) + 1);
    if (from < (config.start_date as Date)) config.start_date = from;
    if (to > (config.end_date as Date)) config.end_date = to;
    gantt.render();
    gantt.scrollTo(Math.max(0, Math.round(gantt.posFromDate(held) - place)), y);
  }

  /** The whole plan in the width there is: no more, no less. */
  fit(): void {
    const { gantt } = this;
    const { y } = gantt.getScrollState();
    this.fillLevel();
    gantt.render();
    gantt.scrollTo(0, y);
  }

  /** The scale that makes the plan fill the width. */
  private fillLevel(): void {
    const { gantt } = this;
    const span = this.model.span();
    const { level, from, to } = filling(parseDate(span.start), parseDate(span.finish), this.viewWidth() - 1, {
      startOf: (date, unit) => gantt.date[`${unit}_start`]!(new Date(date)),
      after: (date, unit) => gantt.date.add(date, 1, unit),
    });
    this.level = level;
    this.applyScale();
    gantt.config.start_date = from;
    gantt.config.end_date = to;
  }

  /** Indexes of the first and last row on the screen. */
  visibleRange(): [number, number] {
    const { y } = this.gantt.getScrollState();
    const last = Math.ceil((y + this.gantt.$task_data.clientHeight) / ROW_HEIGHT);
    return [Math.max(0, Math.floor(y / ROW_HEIGHT)), Math.min(this.gantt.getVisibleTaskCount() - 1, last)];
  }

  private spanDays(): number {
    const { start, finish } = this.model.span();
    return Math.max(1, (parseDate(finish).getTime() - parseDate(start).getTime()) / 86_400_000);
  }

  private viewWidth(): number {
    return Math.max(160, this.gantt.$task.clientWidth);
  }

  private announceRepaint(scrolled = false): void {
    for (const listener of this.repainted) listener(scrolled);
  }

  /** Row and bar classes without redrawing them. */
  private repaintMarks(): void {
    for (const node of this.host.querySelectorAll<HTMLElement>("[data-task-id]")) {
      node.classList.toggle("plan-moved-row", this.flashing.has(node.dataset.taskId!));
    }
  }

  /**
   * Draws these rows anew, and their links, where they are on the screen; the others are drawn as they come into view.
   * One by one in the library's quick way, since the other one filters the whole plan anew for each of them.
   */
  private refresh(keys: Iterable<Key>): void {
    const { gantt, model } = this;
    const [first, last] = this.visibleRange();
    const rows: Key[] = [];
    const links = new Set<Key>();
    const reaches = (...ends: Key[]): boolean => {
      const places = ends.map((key) => gantt.getGlobalTaskIndex(key));
      return Math.min(...places) <= last + 1 && Math.max(...places) >= first - 1;
    };
    for (const key of keys) {
      if (!gantt.isTaskExists(key)) continue;
      if (gantt.isTaskVisible(key) && reaches(key)) rows.push(key);
      const id = this.groups ? undefined : model.rowAt(key)?.id;
      if (id === undefined) continue;
      for (const link of [...model.predecessors(id), ...model.successors(id)]) {
        if (gantt.isLinkExists(keyOf(link.id)) && reaches(keyOf(link.source), keyOf(link.target))) links.add(keyOf(link.id));
      }
    }
    if (rows.length + links.size > REPAINT_ALL_FROM) gantt.refreshData();
    else {
      for (const key of rows) gantt.refreshTask(key, false);
      for (const key of links) gantt.$data.linksStore.refresh(key, true);
    }
    this.announceRepaint();
  }

  private putTask(key: Key): void {
    const row = this.model.tasks.get(key);
    if (!row || !this.gantt.isTaskExists(key)) return;
    const { parent: _parent, ...shown } = chartTask(row, this.model);
    Object.assign(this.gantt.getTask(key), shown);
  }

  private putLink(key: Key): void {
    const { gantt } = this;
    const link = chartLink(this.model.links.get(key)!);
    gantt.silent(() => {
      if (gantt.isLinkExists(key)) gantt.deleteLink(key);
      gantt.addLink(link);
    });
  }

  /** Brings the library's tree to the model's: inside one batch, so that the screen is painted once. */
  private rearrange(delta: Delta): void {
    const { gantt, model } = this;
    for (const key of delta.removedLinks) if (gantt.isLinkExists(key)) gantt.deleteLink(key);
    for (const key of delta.removedTasks) if (gantt.isTaskExists(key)) gantt.deleteTask(key);
    const parents = new Set<Key>();
    // In outline order, so that a parent exists before its children are put below it.
    const changed = delta.tasks.slice().sort((a, b) => model.number(a) - model.number(b));
    for (const key of changed) {
      const row = model.tasks.get(key)!;
      const parent = keyOf(row.parent);
      parents.add(parent);
      if (!gantt.isTaskExists(key)) gantt.addTask(chartTask(row, model), parent || 0);
      else {
        this.putTask(key);
        if (keyOf(gantt.getParent(key) || null) !== parent) {
          if (parent) gantt.getTask(parent).$open = true;
          gantt.moveTask(key, -1, parent || 0);
        }
      }
    }
    for (const parent of parents) {
      model.childKeysOf(parent).forEach((key, index) => {
        if (gantt.getTaskIndex(key) !== index) gantt.moveTask(key, index, parent || 0);
      });
    }
    for (const key of delta.links) this.putLink(key);
  }

  private applyScale(): void {
    const { upper, lower, width } = this.level;
    const cell = (date: Date): string =>
      this.level.days <= 1 && !this.model.calendar.isWorkingDay(date) ? "plan-scale-rest" : "";
    this.gantt.config.scales = [upper, { ...lower, css: cell }];
    this.gantt.config.min_column_width = width;
  }

  /** Makes the time scale hold everything drawn, with room to drag; true when it had to change. */
  private applyRange(force = false): boolean {
    const { config } = this.gantt;
    if (this.level.filled) {
      const before = [config.start_date, config.end_date].map(Number).join();
      this.fillLevel();
      return before !== [config.start_date, config.end_date].map(Number).join();
    }
    const span = this.model.span();
    const room = Math.max(7, Math.ceil(220 / pixelsPerDay(this.level)));
    const start = addDays(midnight(parseDate(span.start)), -Math.ceil(room / 4));
    const finish = addDays(midnight(parseDate(span.finish)), room);
    const from = config.start_date as Date | undefined;
    const to = config.end_date as Date | undefined;
    const margin = addDays(midnight(parseDate(span.finish)), 2);
    if (!force && from && to && from <= parseDate(span.start) && margin <= to) return false;
    config.start_date = start;
    config.end_date = finish;
    return true;
  }
}
