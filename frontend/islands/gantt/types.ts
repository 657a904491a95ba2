/** The plan as the server speaks it: the only shapes that cross the wire. */

export type Id = number | string;
export type LinkType = "FS" | "SS" | "FF" | "SF";
export type LagUnit = "working" | "elapsed" | "percent" | "elapsed_percent";
export type TaskKind = "task" | "summary" | "milestone";
export type Constraint = "ASAP" | "ALAP" | "MSO" | "MFO" | "SNET" | "SNLT" | "FNET" | "FNLT";

/** Minutes after midnight, start and end. */
export type Interval = [number, number];

export interface CalendarException {
  start: string;
  finish: string;
  intervals: Interval[];
  name: string;
}

export interface CalendarData {
  /** Seven days, Monday first. */
  week: Interval[][];
  exceptions: CalendarException[];
}

export interface Project {
  id: Id;
  name: string;
  version: number;
  start: string;
  finish: string;
  status_date: string | null;
  today: string;
  currency: string;
  minutes_per_day: number;
  can_edit: boolean;
  calendar: CalendarData;
}

export interface TaskRow {
  id: Id;
  parent: Id | null;
  order: number;
  name: string;
  wbs: string;
  kind: TaskKind;
  /** Local ISO time without a zone, as every date here. */
  start: string;
  finish: string;
  duration_minutes: number;
  elapsed: boolean;
  percent_complete: number;
  manual: boolean;
  constraint: Constraint;
  constraint_date: string | null;
  deadline: string | null;
  total_float_minutes: number;
  free_float_minutes: number;
  critical: boolean;
  baseline_start: string | null;
  baseline_finish: string | null;
  baseline_duration_minutes: number | null;
  resources: { id: Id; name: string; units: number }[];
  notes: string;
  version: number;
}

export interface LinkRow {
  id: Id;
  source: Id;
  target: Id;
  type: LinkType;
  /** Minutes for `working` and `elapsed`, a percentage of the predecessor's duration otherwise. */
  lag: number;
  lag_unit: LagUnit;
}

export interface UndoState {
  can_undo: boolean;
  can_redo: boolean;
  label: string;
}

export interface Resource {
  id: Id;
  name: string;
  kind: string;
}

export interface PlanData {
  /** A plan without tasks has no finish yet. */
  project: Omit<Project, "finish"> & { finish: string | null };
  tasks: TaskRow[];
  links: LinkRow[];
  resources: Resource[];
  undo: UndoState;
}

export interface TaskFields {
  name?: string;
  duration_minutes?: number;
  elapsed?: boolean;
  start?: string;
  finish?: string;
  percent_complete?: number;
  constraint?: Constraint;
  constraint_date?: string | null;
  deadline?: string | null;
  manual?: boolean;
  kind?: TaskKind;
  notes?: string;
}

export type Change =
  | { op: "update_task"; id: Id; version?: number; fields: TaskFields }
  | { op: "create_task"; temp_id: string; parent: Id | null; after: Id | null; fields: TaskFields }
  | { op: "delete_task"; id: Id; version?: number }
  | { op: "move_task"; id: Id; version?: number; parent: Id | null; after: Id | null }
  | { op: "create_link"; temp_id: string; source: Id; target: Id; type: LinkType; lag: number; lag_unit: LagUnit }
  | { op: "update_link"; id: Id; type: LinkType; lag: number; lag_unit: LagUnit }
  | { op: "delete_link"; id: Id }
  | { op: "assign"; id: Id; assignments: { resource: Id; units: number }[] };

export interface MovedTask {
  id: Id;
  name: string;
  /** Null for a task that was not there before, or is not any more. */
  before: { start: string | null; finish: string | null };
  after: { start: string | null; finish: string | null };
}

/** A task that was there before and after. */
export interface Shift extends MovedTask {
  before: { start: string; finish: string };
  after: { start: string; finish: string };
}

export interface Answer {
  step: Id;
  tasks: TaskRow[];
  links: LinkRow[];
  deleted_tasks: Id[];
  deleted_links: Id[];
  created: Record<string, Id>;
  moved: MovedTask[];
  project: { start: string; finish: string | null; version: number };
  finish_before: string | null;
  finish_after: string | null;
  undo: UndoState;
}

export interface Difference {
  record: string;
  field: string;
  yours: string;
  theirs: string;
}
