/** The plan as the server speaks it: the only shapes that cross the wire. */

export type Id = number | string;
export type LinkType = "FS" | "SS" | "FF" | "SF";
export type LagUnit = "working" | "elapsed" | "percent" | "elapsed_percent";
export type TaskKind = "task" | "summary" | "milestone" | "effort";
export type Constraint = "ASAP" | "ALAP" | "MSO" | "MFO" | "SNET" | "SNLT" | "FNET" | "FNLT";

export type Effort = "units" | "duration" | "work";
export type Shape = "triangular" | "pert" | "lognormal";

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
  /** The state of the plan that `criticality` was simulated of; null: nobody has simulated it as it stands. */
  simulated_at: string | null;
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
  /** How the task is late: "slipped", "past_deadline", "behind". As of the last answer of the server. */
  late: string[];
  /** The share of simulated cases in which it was critical. */
  criticality: number | null;
  baseline_start: string | null;
  baseline_finish: string | null;
  baseline_duration_minutes: number | null;
  resources: { id: Id; name: string; units: number }[];
  work_minutes: number;
  effort: Effort;
  effort_driven: boolean;
  /** Null: the project's. */
  calendar: Id | null;
  priority: number;
  active: boolean;
  actual_start: string | null;
  actual_finish: string | null;
  remaining_duration: number | null;
  optimistic_minutes: number | null;
  pessimistic_minutes: number | null;
  estimate_shape: Shape;
  estimate_group: string;
  waiting_for: string;
  deliverable: Id | null;
  /** Where the parts of an interrupted task lie; empty for whole ones. */
  segments: Dates[];
  notes: string;
  hyperlink: string;
  /** The code that somebody gave it; empty where `wbs` is its outline number. */
  wbs_code: string;
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

export interface Named {
  id: Id;
  name: string;
}

export interface PlanData {
  /** When the plan was saved last: what to ask for later changes with. */
  at: string;
  /** A plan without tasks has no finish yet. */
  project: Omit<Project, "finish"> & { finish: string | null };
  tasks: TaskRow[];
  links: LinkRow[];
  resources: Resource[];
  calendars: Named[];
  deliverables: Named[];
  undo: UndoState;
}

/** What can be set of a task. */
export type TaskFields = Partial<
  Pick<
    TaskRow,
    | "name" | "duration_minutes" | "elapsed" | "start" | "finish" | "percent_complete" | "constraint" | "constraint_date"
    | "deadline" | "manual" | "kind" | "notes" | "work_minutes" | "effort" | "effort_driven" | "calendar" | "priority"
    | "active" | "actual_start" | "actual_finish" | "remaining_duration" | "optimistic_minutes" | "pessimistic_minutes"
    | "estimate_shape" | "estimate_group" | "waiting_for" | "deliverable" | "hyperlink" | "wbs_code"
  >
>;

export type Change =
  | { op: "update_task"; id: Id; version?: number; fields: TaskFields }
  | { op: "create_task"; temp_id: string; parent: Id | null; after: Id | null; fields: TaskFields }
  | { op: "delete_task"; id: Id; version?: number }
  | { op: "move_task"; id: Id; version?: number; parent: Id | null; after: Id | null }
  | { op: "create_link"; temp_id: string; source: Id; target: Id; type: LinkType; lag: number; lag_unit: LagUnit }
  | { op: "update_link"; id: Id; type: LinkType; lag: number; lag_unit: LagUnit }
  | { op: "delete_link"; id: Id }
  | { op: "assign"; id: Id; assignments: Share[] }
  | { op: "create_resource"; temp_id: string; name: string; person?: Id }
  | { op: "split_task"; id: Id; version?: number; at: string; resume: string }
  | { op: "join_task"; id: Id; version?: number }
  | { op: "move_unfinished"; to: string };

export interface Share {
  resource: Id;
  units: number;
}

export interface Dates {
  start: string;
  finish: string;
}

export interface MovedTask {
  id: Id;
  name: string;
  /** Null for a task that was not there before, or is not any more. */
  before: { start: string | null; finish: string | null };
  after: { start: string | null; finish: string | null };
}

/** A task that was there before and after. */
export interface Shift extends MovedTask {
  before: Dates;
  after: Dates;
}

export interface Answer {
  step: Id;
  /** The plan's state before and after this gesture: a gap to what is known means that others saved in between. */
  at_before: string;
  at: string;
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

/** What others have saved; nothing but `at` while the plan stands still. */
export type News = { at: string } | FreshNews;

export interface FreshNews {
  at: string;
  by: string[];
  tasks: TaskRow[];
  task_ids: Id[];
  /** All links of the plan. */
  links: LinkRow[];
  project: { start: string; finish: string | null; version: number };
  undo: UndoState;
}
