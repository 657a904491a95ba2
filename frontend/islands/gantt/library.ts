import { Gantt } from "dhtmlx-gantt";

import { type Key, keyOf, type PlanModel } from "./model";
import { parseDate } from "./moments";
import type { LinkRow, LinkType, TaskRow } from "./types";
import type { Group } from "./view";

/** A task as the chart library holds it; `row` is ours and everything shown is read from it. */
export interface ChartTask {
  id: Key;
  text: string;
  start_date: Date;
  end_date: Date;
  progress: number;
  parent: Key | 0;
  type: "task" | "milestone";
  row: TaskRow;
  $open?: boolean;
  $level?: number;
  /** Keys of the links that leave and enter. */
  $source?: Key[];
  $target?: Key[];
}

export interface ChartLink {
  id: Key;
  source: Key;
  target: Key;
  type: LinkType;
}

export type DragMode = "move" | "resize" | "progress";
type TaskTemplate = (start: Date, end: Date, task: ChartTask) => string;
type LinkDragTemplate = (from: Key, fromStart: boolean, to: Key | null, toStart: boolean) => string;

/** The part of the chart library that is used here; its version is pinned because some of it is internal. */
export interface ChartLibrary {
  config: Record<string, unknown>;
  templates: {
    task_class: TaskTemplate;
    grid_row_class: TaskTemplate;
    task_text: TaskTemplate;
    rightside_text: TaskTemplate;
    tooltip_text: TaskTemplate;
    grid_folder: () => string;
    grid_file: () => string;
    link_class: (link: ChartLink) => string;
    drag_link: LinkDragTemplate;
    drag_link_class: LinkDragTemplate;
    link_direction_class: LinkDragTemplate;
  };
  $task: HTMLElement;
  $grid: HTMLElement;
  $grid_data: HTMLElement;
  $task_data: HTMLElement;
  $ui: { getView(name: string): { scroll(position: number): void; $config: { scrollPosition?: number } } | null };
  _waiAria: Record<string, (...given: never[]) => unknown>;
  init(host: HTMLElement): void;
  clearAll(): void;
  parse(data: { data: ChartTask[]; links: ChartLink[] }): void;
  plugins(names: Record<string, boolean>): void;
  attachEvent(name: string, listener: (...given: never[]) => unknown): string;
  render(): void;
  refreshData(): void;
  refreshTask(key: Key, withLinks?: boolean): void;
  $data: { linksStore: { refresh(key: Key, quick: boolean): void } };
  batchUpdate(work: () => void): void;
  silent(work: () => void): void;
  getTask(key: Key): ChartTask;
  getTaskByIndex(index: number): ChartTask | undefined;
  getGlobalTaskIndex(key: Key): number;
  getTaskIndex(key: Key): number;
  getTaskTop(key: Key): number;
  getVisibleTaskCount(): number;
  getParent(key: Key): Key | 0;
  hasChild(key: Key): boolean;
  isTaskExists(key: Key): boolean;
  isTaskVisible(key: Key): boolean;
  isSelectedTask(key: Key): boolean;
  selectTask(key: Key): void;
  unselectTask(key?: Key): void;
  addTask(task: ChartTask, parent: Key | 0): void;
  moveTask(key: Key, index: number, parent: Key | 0): void;
  deleteTask(key: Key): void;
  changeTaskId(from: Key, to: Key): void;
  isLinkExists(key: Key): boolean;
  addLink(link: ChartLink): void;
  deleteLink(key: Key): void;
  getLink(key: Key): ChartLink;
  open(key: Key): void;
  close(key: Key): void;
  posFromDate(date: Date): number;
  dateFromPos(left: number): Date | null;
  getScrollState(): { x: number; y: number; width: number; height: number; inner_width: number };
  scrollTo(left: number | null, top: number | null): void;
  getGridColumns(): { name: string; width: number }[];
  getScale(): { full_width: number };
  date: { add(date: Date, count: number, unit: string): Date } & Record<string, (date: Date) => Date>;
  getState(): { min_date: Date; max_date: Date; drag_id?: Key; link_source_id?: Key };
}

export function newChart(): ChartLibrary {
  const chart = Gantt.getGanttInstance() as unknown as ChartLibrary;
  const redraw = chart.refreshTask.bind(chart);
  // The library filters the whole plan anew for each row and link that it draws again, which no change of a row needs:
  // rows that come, go or move are drawn by other ways. It calls this itself when a drag ends.
  chart.refreshTask = (key, withLinks = true) => {
    redraw(key, false);
    if (!withLinks || !chart.isTaskExists(key) || !chart.isTaskVisible(key)) return;
    const { $source = [], $target = [] } = chart.getTask(key);
    for (const link of [...$source, ...$target]) chart.$data.linksStore.refresh(link, true);
  };
  return chart;
}

export function chartTask(row: TaskRow, model: PlanModel): ChartTask {
  return {
    id: keyOf(row.id),
    text: row.name,
    start_date: parseDate(row.start),
    end_date: parseDate(row.finish),
    progress: row.percent_complete / 100,
    parent: model.tasks.has(keyOf(row.parent)) ? keyOf(row.parent) : 0,
    type: row.kind === "milestone" ? "milestone" : "task",
    row,
  };
}

/** A group and its tasks: each task once in every group it belongs to. */
export function groupRows(group: Group, model: PlanModel): ChartTask[] {
  const [first] = group.tasks;
  const edge = (name: "start" | "finish", later: 1 | -1): string =>
    group.tasks.map((task) => task[name]).reduce((a, b) => ((a < b ? -1 : 1) === later ? b : a));
  const head: TaskRow = {
    ...first!, id: group.key, parent: null, name: group.name, kind: "summary", start: edge("start", 1), finish: edge("finish", -1),
    critical: false, late: [], resources: [], segments: [], baseline_start: null, baseline_finish: null, deadline: null,
  };
  const rows = group.tasks.map((task) => ({ ...chartTask(task, model), id: `${keyOf(task.id)}@${group.key}`, parent: group.key }));
  return [{ ...chartTask(head, model), id: group.key, parent: 0 }, ...rows];
}

export const isGroup = (task: ChartTask): boolean => task.id.startsWith("group-");

export function chartLink(link: LinkRow): ChartLink {
  return { id: keyOf(link.id), source: keyOf(link.source), target: keyOf(link.target), type: link.type };
}
