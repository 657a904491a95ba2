import { PlanModel } from "../islands/gantt/model";
import { blankTask } from "../islands/gantt/paste";
import type { CalendarException, Interval, LinkRow, PlanData, TaskRow } from "../islands/gantt/types";

export const OFFICE: Interval[] = [[480, 720], [780, 1020]];
const REST: Interval[] = [];

export function task(id: number, fields: Partial<TaskRow> = {}): TaskRow {
  const bare = { project: { start: "2026-03-02T08:00:00" } } as PlanModel;
  return {
    ...blankTask(bare, id, null), name: `Task ${id}`, order: id, wbs: String(id), duration_minutes: 480, finish: "2026-03-02T17:00:00", version: 1,
    ...fields,
  };
}

export function link(id: number, source: number, target: number, fields: Partial<LinkRow> = {}): LinkRow {
  return { id, source, target, type: "FS", lag: 0, lag_unit: "working", ...fields };
}

/** A plan of a firm that works from eight to five, Monday to Friday. */
export function plan(tasks: TaskRow[], links: LinkRow[] = [], exceptions: CalendarException[] = []): PlanModel {
  const week = [OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, REST, REST];
  const data: PlanData = {
    at: "2026-03-01T00:00:00Z",
    project: {
      id: 1, name: "Plan", version: 1, start: "2026-03-02T08:00:00", finish: null, status_date: null, today: "2026-03-04T09:00:00",
      currency: "EUR", minutes_per_day: 480, can_edit: true, calendar: { week, exceptions }, simulated_at: null,
    },
    tasks, links, resources: [{ id: 5, name: "Ana", kind: "work" }], calendars: [], deliverables: [], people: [],
    undo: { can_undo: false, can_redo: false, label: "" },
  };
  const model = new PlanModel();
  model.load(data);
  return model;
}
