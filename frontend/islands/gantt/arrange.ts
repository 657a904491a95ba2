import { keyOf, type PlanModel } from "./model";
import type { Change, Id, TaskRow } from "./types";

/** Where rows go when they are indented, outdented or moved: the changes, or the reason why not. */

const last = (model: PlanModel, parent: Id | null): Id | null => model.children(parent).at(-1)?.id ?? null;

function byParent(rows: TaskRow[]): Map<string, TaskRow[]> {
  const groups = new Map<string, TaskRow[]>();
  for (const task of rows) groups.set(keyOf(task.parent), [...(groups.get(keyOf(task.parent)) ?? []), task]);
  return groups;
}

/** Each goes under the unselected row above it on its level. */
export function indented(model: PlanModel, rows: TaskRow[]): Change[] | string {
  const chosen = new Set(rows);
  const ends = new Map<Id, Id | null>();
  const changes: Change[] = [];
  for (const task of rows) {
    const siblings = model.children(task.parent);
    const above = siblings.slice(0, siblings.indexOf(task)).findLast((sibling) => !chosen.has(sibling));
    if (!above) continue;
    const after = ends.has(above.id) ? ends.get(above.id)! : last(model, above.id);
    changes.push({ op: "move_task", id: task.id, parent: above.id, after });
    ends.set(above.id, task.id);
  }
  return changes.length > 0 ? changes : "Can't indent: there is no task above on the same level.";
}

/** The rows keep their place on the page: those after them on their level go below them. */
export function outdented(model: PlanModel, rows: TaskRow[]): Change[] | string {
  const changes: Change[] = [];
  for (const group of byParent(rows.filter((task) => task.parent !== null)).values()) {
    const parent = model.task(group[0]!.parent!)!;
    const siblings = model.children(parent.id);
    const chosen = new Set(group);
    let place: Id = parent.id;
    let above: TaskRow | null = null;
    let after: Id | null = null;
    for (const sibling of siblings.slice(siblings.indexOf(group[0]!))) {
      if (chosen.has(sibling)) {
        changes.push({ op: "move_task", id: sibling.id, parent: parent.parent, after: place });
        place = sibling.id;
        above = sibling;
        after = last(model, sibling.id);
      } else if (above) {
        changes.push({ op: "move_task", id: sibling.id, parent: above.id, after });
        after = sibling.id;
      }
    }
  }
  return changes.length > 0 ? changes : "Already at the top level.";
}

/** Each changes places with the unselected row before or after it on its level. */
export function shifted(model: PlanModel, rows: TaskRow[], step: 1 | -1): Change[] | string {
  const changes: Change[] = [];
  for (const group of byParent(rows).values()) {
    const before = model.children(group[0]!.parent);
    const chosen = new Set(group);
    const order = before.slice();
    const places = [...order.keys()];
    for (const place of step < 0 ? places : places.reverse()) {
      const [task, other] = [order[place]!, order[place + step]];
      if (chosen.has(task) && other && !chosen.has(other)) [order[place], order[place + step]] = [other, task];
    }
    order.forEach((task, place) => {
      if (!chosen.has(task) || before[place] === task) return;
      changes.push({ op: "move_task", id: task.id, parent: task.parent, after: order[place - 1]?.id ?? null });
    });
  }
  return changes.length > 0 ? changes : `Already the ${step < 0 ? "first" : "last"} task at this level.`;
}

/** Each waits for the one before it. */
export function chained(model: PlanModel, rows: TaskRow[]): Change[] | string {
  if (rows.length < 2) return "Select at least two tasks to link them in sequence.";
  const changes: Change[] = [];
  for (const [index, target] of rows.entries()) {
    const source = rows[index - 1];
    if (!source || model.predecessors(target.id).some((link) => keyOf(link.source) === keyOf(source.id))) continue;
    const refusal = model.refusal(source.id, target.id);
    if (refusal) return `“${source.name}” and “${target.name}”: ${refusal}`;
    const made = { temp_id: `link-${index}`, source: source.id, target: target.id } as const;
    changes.push({ op: "create_link", ...made, type: "FS", lag: 0, lag_unit: "working" });
  }
  return changes.length > 0 ? changes : "These tasks are already linked.";
}
