import { keyOf } from "./keys";
import type { PlanModel } from "./model";
import type { Offer, Offers } from "./suggest";
import type { Change, Id, Share, TaskRow } from "./types";

/** The people on a task as a planner writes them: "Ana Lima, Jo Park [50%]". */

export function showResources(task: TaskRow): string {
  return task.resources.map(({ name, units }) => (units === 1 ? name : `${name} [${Math.round(units * 100)}%]`)).join(", ");
}

interface Written {
  name: string;
  units: number;
  found: { id: Id; name: string } | undefined;
  /** Resources whose name holds what was written, where that is more than one. */
  several: string[];
}

const SHARE = /^(.*?)\s*(?:\[\s*([0-9]+(?:[.,][0-9]+)?)\s*%?\s*\]|\s([0-9]+(?:[.,][0-9]+)?)\s*%)$/;

function readNames(model: PlanModel, text: string): Written[] {
  return text.split(/[,;](?![0-9])/).map((piece) => piece.trim()).filter(Boolean).map((part) => {
    const share = SHARE.exec(part);
    const name = (share?.[1] ?? part).trim();
    const size = Number((share?.[2] ?? share?.[3] ?? "100").replace(",", "."));
    if (!(size > 0 && size <= 10_000)) throw new Error(`“${part}” has no valid units. Use a percentage, such as [50%].`);
    const exact = model.resources.find((resource) => same(resource.name, name));
    const holding = exact || model.isFresh(name) ? [] : model.resources.filter((resource) => holds(resource.name, name));
    const found = exact ?? (holding.length === 1 ? holding[0] : undefined);
    return { name, units: size / 100, found, several: found ? [] : holding.map((resource) => resource.name) };
  });
}

/** Reads what `showResources` writes; "Jo Park 50%" too. Throws the reason. */
export function parseResources(model: PlanModel, text: string): Share[] {
  const shares: Share[] = [];
  for (const { name, units, found, several } of readNames(model, text)) {
    if (several.length > 0) throw new Error(`“${name}” matches several resources: ${several.join(", ")}. Enter the whole name.`);
    if (!found) throw new Error(`No resource on this project is named “${name}”.`);
    if (shares.some(({ resource }) => resource === found.id)) throw new Error(`${found.name} appears twice.`);
    shares.push({ resource: found.id, units });
  }
  return shares;
}

/** The changes that put exactly these people on the task; who is not in the plan yet joins it. */
export function assigned(task: TaskRow, text: string, model: PlanModel): Change[] {
  const changes: Change[] = [];
  const assignments: Share[] = [];
  for (const { name, units, found, several } of readNames(model, text)) {
    if (several.length > 0) throw new Error(`“${name}” matches several resources: ${several.join(", ")}. Enter the whole name.`);
    if (!found && name.length > 200) throw new Error("Use at most 200 characters for a name.");
    const resource = found?.id ?? `resource-${name.toLowerCase()}`;
    if (assignments.some((share) => share.resource === resource)) throw new Error(`${found?.name ?? name} appears twice.`);
    if (!found) changes.push(newResource(model, name));
    assignments.push({ resource, units });
  }
  return [...changes, { op: "assign", id: task.id, assignments }];
}

export function newResource(model: PlanModel, name: string): Change {
  const people = model.people.filter((person) => same(person.name, name));
  const person = people.length === 1 ? { person: people[0]!.id } : {};
  return { op: "create_resource", temp_id: `resource-${name.toLowerCase()}`, name, ...person };
}

/** Who the word at the caret may mean: resources of the plan first, then colleagues, then someone new. */
export function resourceOffers(text: string, caret: number, model: PlanModel): Offers {
  const from = Math.max(text.lastIndexOf(",", caret - 1), text.lastIndexOf(";", caret - 1)) + 1;
  const rest = /[,;]/.exec(text.slice(caret));
  const to = rest ? caret + rest.index : text.length;
  const word = text.slice(from, to).trim();
  if (word.includes("[")) return { from, to, list: [] };
  const others = `${text.slice(0, from)},${text.slice(to)}`.split(/[,;]/).map((part) => (SHARE.exec(part.trim())?.[1] ?? part).trim());
  const free = (name: string): boolean => !others.some((other) => same(other, name));
  const fits = (name: string): boolean => holds(name, word) && free(name);
  const first = (a: { name: string }, b: { name: string }): number =>
    Number(starts(b.name, word)) - Number(starts(a.name, word)) || a.name.localeCompare(b.name);
  const known = model.resources.filter(({ name }) => fits(name)).sort(first);
  if (known.some(({ name }) => same(name, word))) return { from, to, list: [] };
  const list: Offer[] = known.map(({ name }) => ({ text: name, label: name }));
  if (word) {
    const people = model.people.filter(({ name }) => fits(name) && !model.resources.some((resource) => same(resource.name, name)));
    list.push(...people.sort(first).slice(0, 5).map(({ name }) => ({ text: name, label: name, note: "Add to project" })));
    if (!people.some(({ name }) => same(name, word)) && free(word)) {
      list.splice(7);
      list.push({ text: word, label: `Add “${word}”`, note: "New resource", picked: () => model.markFresh(word) });
    }
  }
  return { from, to, list };
}

/** Small letters without accents: who has no "í" on the keyboard finds Lucía too. */
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
const same = (a: string, b: string): boolean => plain(a) === plain(b);
const holds = (name: string, part: string): boolean => plain(name).includes(plain(part));
const starts = (name: string, part: string): boolean => plain(name).startsWith(plain(part));

/** What answers tell of resources that the page does not know yet. */
export function learnResources(model: PlanModel, rows: readonly TaskRow[]): void {
  const known = new Set(model.resources.map(({ id }) => keyOf(id)));
  for (const { id, name } of rows.flatMap((row) => row.resources)) {
    if (known.has(keyOf(id))) continue;
    known.add(keyOf(id));
    model.resources.push({ id, name, kind: "work" });
  }
}
