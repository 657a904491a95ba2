/** The plan as the server speaks it: made from its OpenAPI document (`npm run types`), with ids of rows not saved yet. */
import type { components } from "../../api";
import type { FieldName } from "./task_fields";

type Wire = components["schemas"];

/** A number of the server, or a name given here until the server has answered. */
export type Id = number | string;

type Keys = "id" | "parent" | "source" | "target" | "step" | "calendar" | "deliverable" | "milestone_owner";

type Local<T> = {
  [K in keyof T]: K extends Keys
    ? NonNullable<T[K]> extends number ? Id | Extract<T[K], null> : Local<T[K]>
    : K extends "deleted_tasks" | "deleted_links" | "task_ids" ? Id[]
    : K extends "custom" ? Record<string, unknown>
    : K extends "created" ? Record<string, Id>
    : Local<T[K]>;
};

export type TaskRow = Local<Wire["TaskRow"]>;
export type LinkRow = Local<Wire["LinkRow"]>;
export type Resource = Local<Wire["PlanResource"]>;
export type Named = Local<Wire["Named"]>;
export type UndoState = Wire["UndoState"];
export type Dates = Wire["Dates"];
export type CalendarData = Wire["PlanCalendar"];
export type CalendarException = Wire["PlanException"];
export type PlanData = Local<Wire["PlanData"]>;
/** With a finish: a plan without tasks has none yet, and is given its start. */
export type Project = Omit<PlanData["project"], "finish"> & { finish: string };

export type LinkType = LinkRow["type"];
export type LagUnit = LinkRow["lag_unit"];
export type TaskKind = TaskRow["kind"];
export type Constraint = TaskRow["constraint"];

/** Minutes after midnight, start and end. */
export type Interval = [number, number];

/** What an edit changed. */
export type Answer = Local<Wire["EditAnswer"]>;
export type MovedTask = Local<Wire["MovedTask"]>;
export type Difference = Wire["Difference"];
export type Conflicting = Omit<Local<Wire["EditConflict"]>, "tasks"> & { tasks: TaskRow[] };
export type Refusal = Omit<Wire["EditRefusal"], "tasks"> & { tasks: Id[] };

export type ComparisonDates = Local<Wire["ComparisonDates"]>;
export type PeoplePage = Local<Wire["PersonOutPage"]>;

/** What others have saved; nothing but `at` while the plan stands still. */
export type News = { at: string } | FreshNews;
export type FreshNews = Required<Local<Wire["PlanNews"]>>;

/** A task that was there before and after. */
export interface Shift extends MovedTask {
  before: Dates;
  after: Dates;
}

/** What can be set of a task. */
export type TaskFields = Partial<Pick<TaskRow, FieldName>>;

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
  | { op: "join_split"; id: Id; version?: number }
  | { op: "move_unfinished"; to: string };

export interface Share {
  resource: Id;
  units: number;
}
