import { cellMarkup, type PlanColumn } from "./columns";
import { escape, showDuration, showMoment } from "./format";
import { type ChartLibrary, type ChartTask, isGroup } from "./library";
import { keyOf, type PlanModel } from "./model";
import { parseDate } from "./moments";
import { showResources } from "./resources";
import type { TaskRow } from "./types";

export const ROW_HEIGHT = 34;
const HEADER_HEIGHT = 52;
const BAR_HEIGHT = 18;
const OF_GROUPS = new Set(["name", "start", "finish"]);

/** Settings that hold for the life of the chart. */
export function configure(gantt: ChartLibrary, model: PlanModel, columns: readonly PlanColumn[], gridWidth: number): void {
  gantt.plugins({ tooltip: true });
  Object.assign(gantt.config, {
    readonly: !model.project.can_edit,
    layout: layout(gridWidth),
    grid_width: gridWidth,
    columns: gridColumns(columns, model),
    row_height: ROW_HEIGHT,
    bar_height: BAR_HEIGHT,
    scale_height: HEADER_HEIGHT,
    links: { finish_to_start: "FS", start_to_start: "SS", finish_to_finish: "FF", start_to_finish: "SF" },
    duration_unit: "minute",
    time_step: 1,
    round_dnd_dates: false,
    min_duration: 60_000,
    show_task_cells: false,
    smart_rendering: true,
    open_tree_initially: true,
    scroll_on_click: false,
    initial_scroll: false,
    details_on_dblclick: false,
    details_on_create: false,
    order_branch: "marker",
    order_branch_free: true,
    sort: false,
    show_errors: false,
    select_task: false,
    cascade_delete: false,
    tooltip_timeout: 250,
  });
}

/** Grid and bars scroll up and down together, and sideways each on its own. */
function layout(gridWidth: number): object {
  return {
    css: "gantt_container",
    cols: [
      {
        width: gridWidth,
        min_width: 120,
        rows: [
          { view: "grid", id: "grid", scrollable: true, scrollX: "scrollGrid", scrollY: "scrollVer" },
          { view: "scrollbar", id: "scrollGrid", group: "across" },
        ],
      },
      { resizer: true, width: 1 },
      {
        rows: [
          { view: "timeline", id: "timeline", scrollX: "scrollHor", scrollY: "scrollVer" },
          { view: "scrollbar", id: "scrollHor", group: "across" },
        ],
      },
      { view: "scrollbar", id: "scrollVer" },
    ],
  };
}

export function gridColumns(columns: readonly PlanColumn[], model: PlanModel): object[] {
  return columns.map((column) => ({
    name: column.name,
    label: column.label,
    tree: column.name === "name",
    width: columns.length === 1 ? "*" : column.width,
    min_width: 36,
    align: column.right ? "right" : "left",
    resize: true,
    template: (task: ChartTask) => (isGroup(task) && !OF_GROUPS.has(column.name) ? "" : cellMarkup(column, task.row, model)),
  }));
}

/** Classes and texts of rows, bars and links; `transient` adds those that come and go. */
export function describe(gantt: ChartLibrary, model: PlanModel, transient: (key: string) => string): void {
  const classes = (_start: Date, _end: Date, task: ChartTask): string =>
    [
      `plan-${task.row.kind}`,
      task.row.critical ? "plan-critical" : "",
      task.row.manual ? "plan-manual" : "",
      task.row.segments.length > 0 ? "plan-split" : "",
      task.row.active ? "" : "plan-inactive",
      task.row.percent_complete >= 100 ? "plan-complete" : "",
      transient(task.id),
    ].join(" ");
  Object.assign(gantt.templates, {
    task_class: classes,
    grid_row_class: classes,
    grid_folder: () => "",
    grid_file: () => "",
    task_text: (_start: Date, _end: Date, task: ChartTask) => segments(task.row),
    rightside_text: (_start: Date, _end: Date, task: ChartTask) => {
      const people = showResources(task.row);
      return escape(task.row.name) + (people ? ` <span class="plan-people">${escape(people)}</span>` : "");
    },
    link_class: (link: { source: string; target: string }) =>
      [link.source, link.target].every((key) => model.tasks.get(keyOf(key))?.critical) ? "plan-critical-link" : "",
    tooltip_text: (_start: Date, _end: Date, task: ChartTask) => tooltip(task.row, model),
  });
}

/** The parts of an interrupted task, as shares of its bar; the time scale has no gaps, so time is distance. */
function segments(row: TaskRow): string {
  if (row.segments.length === 0) return "";
  const at = (iso: string): number => parseDate(iso).getTime();
  const [start, length] = [at(row.start), Math.max(1, at(row.finish) - at(row.start))];
  const share = (value: number): string => `${(100 * value) / length}%`;
  return row.segments
    .map((part) => `<i class="plan-segment" style="left:${share(at(part.start) - start)};width:${share(at(part.finish) - at(part.start))}"></i>`)
    .join("");
}

function tooltip(row: TaskRow, model: PlanModel): string {
  const perDay = model.project.minutes_per_day;
  const float = showDuration(row.total_float_minutes, perDay, row.elapsed);
  const lines: [string, string][] = [
    ["Start", showMoment(row.start)],
    ["Finish", showMoment(row.finish)],
    ["Duration", showDuration(row.duration_minutes, perDay, row.elapsed)],
    ["Done", `${Math.round(row.percent_complete)}%`],
    ["Total float", row.critical ? `${float}, critical` : float],
  ];
  if (row.deadline) lines.push(["Deadline", showMoment(row.deadline)]);
  if (row.baseline_finish) lines.push(["Baseline finish", showMoment(row.baseline_finish)]);
  if (row.resources.length > 0) lines.push(["Resources", showResources(row)]);
  const body = lines.map(([label, value]) => `<dt>${label}</dt><dd>${escape(value)}</dd>`).join("");
  return `<strong>${escape(row.name)}</strong><dl>${body}</dl>`;
}
