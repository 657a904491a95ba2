import type { PlanChart } from "./chart";
import type { ColumnName } from "./columns";
import type { Reach } from "./cursor";
import { escape, shortDay, showDuration } from "./format";
import type { ChartLink, ChartTask, DragMode } from "./library";
import { type Key, keyOf, type PlanModel } from "./model";
import { isoDate } from "./moments";
import type { Notices, Spot } from "./notices";
import type { PlanSession } from "./session";
import type { LinkType, TaskFields } from "./types";
import { snapFinish, snapStart } from "./zoom";

export interface GestureTargets {
  /** A click on a row, a cell or a bar. */
  point: (key: Key, column: ColumnName | null, reach?: Reach) => void;
  edit: (key: Key, column: ColumnName) => void;
  details: (key: Key) => void;
}

const LINK_WORDS: Record<LinkType, string> = {
  FS: "finish to start",
  SS: "start to start",
  FF: "finish to finish",
  SF: "start to finish",
};

/** What the mouse and the finger do on the chart, turned into changes for the server. */
export class Gestures {
  private pointer: Spot = { x: 0, y: 0 };
  /** The row as it was when the drag began. */
  private before: ChartTask | null = null;

  constructor(
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly session: PlanSession,
    private readonly notices: Notices,
    private readonly hint: HTMLElement,
    private readonly targets: GestureTargets,
  ) {
    document.addEventListener("pointermove", (event) => this.follow(event), { passive: true });
    document.addEventListener("pointerup", () => this.clearHint(), { passive: true });
    this.bindPointing();
    if (!model.project.can_edit) return;
    this.bindDrag();
    this.bindLinks();
    this.bindReorder();
  }

  private bindPointing(): void {
    const { gantt } = this.chart;
    const columnAt = (event: Event): ColumnName | null =>
      ((event.target as Element).closest<HTMLElement>("[data-column-name]")?.dataset.columnName as ColumnName) ?? null;
    gantt.attachEvent("onTaskClick", (key: Key, event: MouseEvent) => {
      const reach = event.shiftKey ? "extend" : event.ctrlKey || event.metaKey ? "toggle" : "only";
      this.targets.point(key, columnAt(event), reach);
      return true;
    });
    gantt.attachEvent("onTaskDblClick", (key: Key, event: MouseEvent) => {
      const column = columnAt(event);
      if (column) this.targets.edit(key, column);
      else this.targets.details(key);
      return false;
    });
    gantt.attachEvent("onLinkDblClick", (key: Key) => {
      this.targets.details(gantt.getLink(key).target);
      return false;
    });
  }

  private bindDrag(): void {
    const { gantt } = this.chart;
    gantt.attachEvent("onBeforeTaskDrag", (key: Key) => {
      const task = gantt.getTask(key);
      if (task.row.kind === "summary") {
        this.notices.refuse("A summary's dates and progress come from its tasks. Drag the tasks instead.", this.pointer);
        return false;
      }
      if (task.row.kind === "effort") {
        this.notices.refuse("A level-of-effort task takes its dates from the work it supports.", this.pointer);
        return false;
      }
      this.before = { ...task };
      this.targets.point(key, null);
      return true;
    });
    gantt.attachEvent("onTaskDrag", (_key: Key, mode: DragMode, task: ChartTask, original: ChartTask) => {
      this.shape(mode, task, original);
    });
    gantt.attachEvent("onAfterTaskDrag", (key: Key, mode: DragMode) => {
      this.clearHint();
      const { before } = this;
      this.before = null;
      if (!before) return;
      const fields = this.dragged(mode, before, gantt.getTask(key));
      if (!fields) this.chart.restore([key]);
      else void this.session.send([{ op: "update_task", id: before.row.id, fields }], { rows: [key], near: { ...this.pointer } });
    });
  }

  /** While dragging: the bar steps from one possible place to the next, and a label tells where it stands. */
  private shape(mode: DragMode, task: ChartTask, original: ChartTask): void {
    const { calendar } = this.model;
    const { level } = this.chart;
    const { before } = this;
    if (!before) return;
    const { row } = before;
    if (mode === "progress") {
      task.progress = Math.round(task.progress * 20) / 20;
      this.showHint(`${Math.round(task.progress * 100)}% done`);
    } else if (mode === "move") {
      task.start_date = snapStart(before.start_date, task.start_date, level, calendar, row.elapsed);
      task.end_date = row.elapsed
        ? new Date(task.start_date.getTime() + row.duration_minutes * 60_000)
        : calendar.add(task.start_date, row.duration_minutes);
      this.showHint(`Start ${shortDay(isoDate(task.start_date))}`);
    } else if (task.start_date.getTime() !== original.start_date.getTime()) {
      const start = snapStart(before.start_date, task.start_date, level, calendar, row.elapsed);
      task.start_date = start < before.end_date ? start : before.start_date;
      this.showHint(`Start ${shortDay(isoDate(task.start_date))}`);
    } else {
      task.end_date = snapFinish(before.start_date, task.end_date, level, calendar, row.elapsed);
      const length = showDuration(this.length(before, task), this.model.project.minutes_per_day, row.elapsed);
      this.showHint(`${length}, finish ${shortDay(isoDate(task.end_date))}`);
    }
  }

  private dragged(mode: DragMode, before: ChartTask, after: ChartTask): TaskFields | null {
    if (mode === "progress") {
      const percent_complete = Math.round(after.progress * 100);
      return percent_complete === before.row.percent_complete ? null : { percent_complete };
    }
    const moved = after.start_date.getTime() !== before.start_date.getTime();
    if (mode === "move") return moved ? { start: isoDate(after.start_date) } : null;
    const duration_minutes = this.length(before, after);
    if (duration_minutes === before.row.duration_minutes) return null;
    return moved ? { start: isoDate(after.start_date), duration_minutes } : { duration_minutes };
  }

  private length(before: ChartTask, after: ChartTask): number {
    if (before.row.elapsed) return Math.round((after.end_date.getTime() - after.start_date.getTime()) / 60_000);
    return this.model.calendar.minutesBetween(after.start_date, after.end_date);
  }

  private bindLinks(): void {
    const { gantt } = this.chart;
    gantt.attachEvent("onLinkValidation", (link: ChartLink) => this.model.refusal(link.source, link.target) === null);
    const type = (fromStart: boolean, toStart: boolean): LinkType =>
      `${fromStart ? "S" : "F"}${toStart ? "S" : "F"}` as LinkType;
    gantt.templates.drag_link = (from, fromStart, to, toStart) => {
      const source = this.model.tasks.get(keyOf(from))?.name ?? "";
      if (!to || to === from) return `From <strong>${escape(source)}</strong>`;
      const refusal = this.model.refusal(from, to);
      if (refusal) return escape(refusal);
      const target = this.model.tasks.get(keyOf(to))?.name ?? "";
      return `<strong>${escape(source)}</strong> → <strong>${escape(target)}</strong><br>${LINK_WORDS[type(fromStart, toStart)]}`;
    };
    const allowed = (from: Key, _fromStart: boolean, to: Key | null): string =>
      to && to !== from && this.model.refusal(from, to) ? "plan-link-refused" : "plan-link-allowed";
    gantt.templates.drag_link_class = allowed;
    gantt.templates.link_direction_class = allowed;
    gantt.attachEvent("onLinkCreated", (link: ChartLink) => {
      const source = this.model.tasks.get(keyOf(link.source));
      const target = this.model.tasks.get(keyOf(link.target));
      if (source && target) {
        const made = { temp_id: "link", source: source.id, target: target.id, type: link.type };
        void this.session.send([{ op: "create_link", ...made, lag: 0, lag_unit: "working" }], {
          rows: [keyOf(target.id)],
          near: { ...this.pointer },
        });
      }
      return false;
    });
    // A link dropped on a forbidden end disappears without a word; the reason is due.
    document.addEventListener("pointerup", () => this.explainDrop(), { capture: true, passive: true });
    document.addEventListener("mouseup", () => this.explainDrop(), { capture: true, passive: true });
  }

  private explainDrop(): void {
    const state = this.chart.gantt.getState() as { link_source_id?: Key; link_target_id?: Key; link_landing_area?: boolean };
    const { link_source_id: from, link_target_id: to } = state;
    if (!from || !to || from === to || !state.link_landing_area) return;
    const refusal = this.model.refusal(from, to);
    if (refusal) this.notices.refuse(refusal, this.pointer);
  }

  private bindReorder(): void {
    const { gantt } = this.chart;
    gantt.attachEvent("onBeforeRowDragEnd", (key: Key, parent: Key | 0, index: number) => {
      const task = this.model.tasks.get(key);
      const place = keyOf(parent || null);
      const siblings = this.model.childKeysOf(place).filter((sibling) => sibling !== key);
      const after = siblings[index - 1];
      const inside = this.model.tasks.get(place);
      const stays = task && keyOf(task.parent) === place && this.model.childKeysOf(place)[index] === key;
      // The library has folded the branch for the drag; it opens again once the event is over.
      window.setTimeout(() => gantt.render());
      if (task && !stays && !(inside && this.model.isWithin(inside.id, task.id))) {
        const change = { op: "move_task", id: task.id, parent: inside?.id ?? null } as const;
        void this.session.send([{ ...change, after: after ? this.model.tasks.get(after)!.id : null }], {
          rows: [key],
          near: { ...this.pointer },
        });
      }
      return false;
    });
  }

  private follow(event: PointerEvent): void {
    this.pointer = { x: event.clientX, y: event.clientY };
    if (!this.hint.hidden) this.placeHint();
  }

  private showHint(text: string): void {
    this.hint.textContent = text;
    this.hint.hidden = false;
    this.placeHint();
  }

  private placeHint(): void {
    const frame = this.hint.parentElement!.getBoundingClientRect();
    const left = Math.min(this.pointer.x - frame.left + 14, frame.width - this.hint.offsetWidth - 8);
    this.hint.style.left = `${left}px`;
    this.hint.style.top = `${this.pointer.y - frame.top - 38}px`;
  }

  private clearHint(): void {
    this.hint.hidden = true;
  }
}
