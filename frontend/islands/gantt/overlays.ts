import { midnight } from "./calendar";
import type { PlanChart } from "./chart";
import { showDay } from "./format";
import { ROW_HEIGHT } from "./look";
import type { PlanModel } from "./model";
import { parseDate } from "./moments";
import type { TaskRow } from "./types";
import { pixelsPerDay } from "./zoom";

export interface Shown {
  critical: boolean;
  baseline: boolean;
  float: boolean;
}

function mark(className: string, left: number, width?: number, top?: number): HTMLElement {
  const node = document.createElement("div");
  node.className = className;
  node.style.left = `${Math.round(left)}px`;
  if (width !== undefined) node.style.width = `${Math.max(1, Math.round(width))}px`;
  if (top !== undefined) node.style.top = `${top}px`;
  return node;
}

/**
 * What the chart library does not draw: rests of the calendar, today and the status date, what lies beside the plan,
 * float and deadlines. Time marks are drawn once a scale, row marks for the rows on the screen only.
 */
export class Overlays {
  private readonly behind = document.createElement("div");
  private readonly rows = document.createElement("div");
  private readonly lines = document.createElement("div");
  private readonly flags = document.createElement("div");
  private scaleDrawn = "";
  private waiting = 0;
  private stale = true;
  /** The marks of each row on the screen, by its place. */
  private readonly drawn = new Map<number, HTMLElement[]>();

  constructor(private readonly chart: PlanChart, private readonly model: PlanModel, private readonly shown: Shown) {
    this.behind.className = "plan-rests";
    this.rows.className = "plan-row-marks";
    this.lines.className = "plan-lines";
    this.flags.className = "plan-flags";
    chart.onRepaint((scrolled) => this.schedule(scrolled));
  }

  /** At most one drawing a frame, however many things were repainted; scrolling changes no mark that is there. */
  schedule(scrolled = false): void {
    if (!scrolled) this.stale = true;
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  private draw(): void {
    const area = this.chart.gantt.$task_data;
    if (!area) return;
    if (this.behind.parentElement !== area) {
      area.prepend(this.behind);
      area.append(this.rows, this.lines, this.flags);
      this.scaleDrawn = "";
    }
    this.drawScaleMarks();
    this.drawRowMarks();
  }

  private drawScaleMarks(): void {
    const { gantt, level } = this.chart;
    const { min_date, max_date } = gantt.getState();
    const scale = gantt.getScale();
    const height = Math.max(gantt.getVisibleTaskCount() * ROW_HEIGHT, gantt.$task_data.clientHeight);
    const { status_date, today } = this.model.project;
    // Weekends of years are thousands of nodes: only those around what is seen are drawn, a screen to each side.
    const screen = Math.max(200, gantt.$task.clientWidth);
    const page = Math.floor(gantt.getScrollState().x / screen);
    const drawn = [min_date.getTime(), max_date.getTime(), scale.full_width, height, status_date, today, page].join();
    if (drawn === this.scaleDrawn) return;
    this.scaleDrawn = drawn;
    for (const layer of [this.behind, this.rows, this.lines, this.flags]) layer.style.width = `${scale.full_width}px`;
    for (const layer of [this.behind, this.lines, this.flags]) layer.style.height = `${height}px`;

    const rests: HTMLElement[] = [];
    // From a year's overview on, a weekend is thinner than a pixel; named holidays are still worth a line.
    const weekends = pixelsPerDay(level) >= 2;
    const from = gantt.dateFromPos(Math.max(0, (page - 1) * screen)) ?? min_date;
    const to = gantt.dateFromPos((page + 3) * screen) ?? max_date;
    const [first, last] = [from > min_date ? midnight(from) : min_date, to < max_date ? to : max_date];
    for (const rest of this.model.calendar.rests(first, last, level.name === "hours")) {
      if (!weekends && !rest.name) continue;
      const left = gantt.posFromDate(rest.start);
      const node = mark(rest.name ? "plan-rest plan-holiday" : "plan-rest", left, gantt.posFromDate(rest.finish) - left);
      if (rest.name) node.title = rest.name;
      rests.push(node);
    }
    this.behind.replaceChildren(...rests);

    const lines: HTMLElement[] = [];
    const flags: HTMLElement[] = [];
    // The line runs behind the bars, its flag before them.
    const line = (className: string, iso: string, label: string): void => {
      const date = parseDate(iso);
      if (date < min_date || date > max_date) return;
      lines.push(mark(`plan-line ${className}`, gantt.posFromDate(date)));
      const flag = mark(`plan-flag ${className}`, gantt.posFromDate(date));
      const text = document.createElement("span");
      text.textContent = label;
      flag.append(text);
      flags.push(flag);
    };
    line("plan-today", today, "Today");
    if (status_date) line("plan-status-date", status_date, "Status");
    this.lines.replaceChildren(...lines);
    this.flags.replaceChildren(...flags);
  }

  /** Rows that come into view get their marks, rows that leave lose them; all are drawn anew when anything changed. */
  private drawRowMarks(): void {
    const { gantt } = this.chart;
    const [first, last] = this.chart.visibleRange();
    if (this.stale) {
      this.drawn.clear();
      this.rows.replaceChildren();
      this.stale = false;
    }
    for (const [index, marks] of this.drawn) {
      if (index >= first && index <= last) continue;
      for (const node of marks) node.remove();
      this.drawn.delete(index);
    }
    const fresh: HTMLElement[] = [];
    for (let index = first; index <= last; index += 1) {
      const task = this.drawn.has(index) ? undefined : gantt.getTaskByIndex(index);
      if (!task) continue;
      const marks: HTMLElement[] = [];
      this.drawRow(task.row, index * ROW_HEIGHT, marks);
      this.drawn.set(index, marks);
      fresh.push(...marks);
    }
    this.rows.append(...fresh);
  }

  private drawRow(row: TaskRow, top: number, marks: HTMLElement[]): void {
    const { gantt } = this.chart;
    const at = (iso: string): number => gantt.posFromDate(parseDate(iso));
    const beside = this.shown.baseline ? this.model.besideOf(row) : null;
    if (beside) {
      const left = at(beside.start);
      if (row.kind === "milestone") marks.push(mark("plan-baseline plan-baseline-milestone", left, undefined, top));
      else marks.push(mark("plan-baseline", left, at(beside.finish) - left, top));
    }
    const free = row.free_float_minutes ?? 0;
    if (this.shown.float && free > 0 && row.kind !== "summary") {
      const finish = parseDate(row.finish);
      const end = row.elapsed
        ? new Date(finish.getTime() + free * 60_000)
        : this.model.calendar.add(finish, free);
      marks.push(mark("plan-float", at(row.finish), gantt.posFromDate(end) - at(row.finish), top));
    }
    if (row.deadline) {
      const late = row.finish > row.deadline;
      const node = mark(late ? "plan-deadline plan-deadline-missed" : "plan-deadline", at(row.deadline), undefined, top);
      node.title = `Deadline ${showDay(row.deadline)}${late ? ", missed" : ""}`;
      marks.push(node);
    }
  }
}
