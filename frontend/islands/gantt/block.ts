import { type PlanModel, keyOf } from "./model";
import { Outline } from "./paste";
import { newResource } from "./resources";
import { TABLE_FIELDS } from "./task_fields";
import type { Change, Id, LinkRow, TaskFields, TaskRow } from "./types";

/** Rows as they were copied: with all their fields, their levels, and the links among them. */
export interface Block {
  project: Id;
  rows: { task: TaskRow; level: number; isSummary: boolean }[];
  links: LinkRow[];
}

export function blockOf(model: PlanModel, tasks: TaskRow[]): Block {
  const ids = new Set(tasks.map(({ id }) => keyOf(id)));
  const depth = (task: TaskRow): number => {
    let level = 1;
    for (let above = task.parent; above !== null; above = model.task(above)?.parent ?? null) if (ids.has(keyOf(above))) level += 1;
    return level;
  };
  return {
    project: model.project.id,
    rows: tasks.map((task) => ({ task, level: depth(task), isSummary: model.children(task.id).some(({ id }) => ids.has(keyOf(id))) })),
    links: [...model.links.values()].filter(({ source, target }) => ids.has(keyOf(source)) && ids.has(keyOf(target))),
  };
}

const PLAIN = TABLE_FIELDS.filter(({ pasted }) => pasted).map(({ name }) => name);

/** The same tasks once more, after `after`: planned, not done, so without progress; links lead only inside the copy. */
export function copied(model: PlanModel, block: Block, after: TaskRow | undefined): Change[] {
  const outline = new Outline(after);
  const changes: Change[] = [];
  const here = block.project === model.project.id;
  const added = new Set<string>();
  const name = (id: Id): string => `copy-${keyOf(id)}`;
  for (const { task, level, isSummary } of block.rows) {
    const fields: TaskFields = { ...Object.fromEntries(PLAIN.map((field) => [field, task[field]])) };
    fields.custom = Object.fromEntries(Object.entries(task.custom).filter(([key]) => model.customKeys.has(key)));
    if (isSummary || task.kind === "summary") delete fields.kind;
    if (isSummary) Object.assign(fields, { duration_minutes: model.project.minutes_per_day });
    else {
      fields.duration_minutes = task.duration_minutes;
      for (const field of ["optimistic_minutes", "pessimistic_minutes"] as const) if (task[field] !== null) fields[field] = task[field];
    }
    if (!isSummary && task.manual) Object.assign(fields, { manual: true, start: task.start });
    if (!["ASAP", "ALAP"].includes(task.constraint) && task.constraint_date) {
      Object.assign(fields, { constraint: task.constraint, constraint_date: task.constraint_date });
    } else if (task.constraint === "ALAP") fields.constraint = "ALAP";
    if (task.deadline) fields.deadline = task.deadline;
    if (here && task.calendar !== null) fields.calendar = task.calendar;
    if (here && task.deliverable !== null) fields.deliverable = task.deliverable;
    changes.push({ op: "create_task", temp_id: name(task.id), ...outline.place(name(task.id), level), fields });
    const shares = task.resources.map(({ id, name: who, units }) => {
      const known = here ? { id } : model.resources.find((resource) => resource.name.toLowerCase() === who.toLowerCase());
      const resource: Id = known?.id ?? `resource-${who.toLowerCase()}`;
      if (!known && !added.has(who)) changes.push(newResource(model, who));
      added.add(who);
      return { resource, units };
    });
    if (shares.length > 0) changes.push({ op: "assign", id: name(task.id), assignments: shares });
  }
  for (const { source, target, type, lag, lag_unit } of block.links) {
    const link = { source: name(source), target: name(target), type, lag, lag_unit };
    changes.push({ op: "create_link", temp_id: `${link.source}-${link.target}`, ...link });
  }
  return changes;
}
