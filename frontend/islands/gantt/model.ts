import { WorkCalendar } from "./calendar";
import { type Key, keyOf, rowKey } from "./keys";
import { isoDate, parseDate } from "./moments";
import { learnResources } from "./resources";
import type { Answer, Dates, FreshNews, Id, LinkRow, Named, PlanData, Project, Resource, TaskRow, UndoState } from "./types";

export { type Key, keyOf, rowKey };

/** What an answer changed, so that the chart repaints those rows and no others. */
export interface Delta {
  tasks: Key[];
  links: Key[];
  removedTasks: Key[];
  removedLinks: Key[];
  /** Rows were added, removed, moved or renumbered. */
  structure: boolean;
}

const nothing = (): Delta => ({ tasks: [], links: [], removedTasks: [], removedLinks: [], structure: false });

function same(known: object | undefined, told: object): boolean {
  return known !== undefined && JSON.stringify(known) === JSON.stringify(told);
}

/** The plan as last told by the server: what is painted when a gesture is refused. */
export class PlanModel {
  project!: Project;
  calendar!: WorkCalendar;
  undo!: UndoState;
  resources: Resource[] = [];
  /** Colleagues who may be added to the project, once they have been asked for. */
  people: Named[] = [];
  /** Names that were chosen to be new resources although others hold them. */
  private readonly fresh = new Set<string>();
  /** Whom tasks name as owners, whether or not they are still with the firm. */
  private readonly owners = new Map<Key, Named>();
  calendars: Named[] = [];
  deliverables: Named[] = [];
  /** The custom fields that tasks have now: values of others are kept and not copied. */
  customKeys: ReadonlySet<string> = new Set();
  /** The state of the plan that is known here, as the server dates it. */
  at = "";
  /** The page shows a grouped view, in which nothing can be edited. */
  grouped = false;
  /** What is laid beside the plan; null: the agreed baseline, which every row knows. */
  beside: ReadonlyMap<Key, Dates> | null = null;
  /** Rows that others have changed while somebody here was editing them: shown once that edit has ended. */
  readonly held = new Map<Key, TaskRow | null>();
  /** Rows on the page that the server has not stored yet, by their temporary keys. */
  readonly drafts = new Set<Key>();
  readonly tasks = new Map<Key, TaskRow>();
  readonly links = new Map<Key, LinkRow>();
  private readonly childKeys = new Map<Key, Key[]>();
  private readonly outgoing = new Map<Key, Set<Key>>();
  private readonly incoming = new Map<Key, Set<Key>>();
  private sequence: Key[] = [];
  private readonly numbers = new Map<Key, number>();

  /** What the records of a field are chosen from, as the table of fields names the list. */
  named(source: string): Named[] {
    if (source === "people") {
      const present = new Set(this.people.map(({ id }) => keyOf(id)));
      return [...this.people, ...[...this.owners.values()].filter(({ id }) => !present.has(keyOf(id)))];
    }
    return { calendars: this.calendars, deliverables: this.deliverables }[source] ?? [];
  }

  private learnOwners(people: Named[]): void {
    for (const person of people) this.owners.set(keyOf(person.id), person);
  }

  load(plan: PlanData): void {
    this.project = { ...plan.project, finish: plan.project.finish ?? plan.project.start };
    this.calendar = new WorkCalendar(plan.project.calendar);
    this.at = plan.at;
    this.undo = plan.undo;
    this.resources = plan.resources;
    this.calendars = plan.calendars;
    this.deliverables = plan.deliverables;
    this.learnOwners(plan.people);
    this.tasks.clear();
    this.drafts.clear();
    this.links.clear();
    this.outgoing.clear();
    this.incoming.clear();
    for (const task of plan.tasks) this.tasks.set(keyOf(task.id), task);
    for (const link of plan.links) this.addLink(link);
    this.arrange();
  }

  /** Takes the answer to an own gesture; rows in `guarded` that others have edited meanwhile are held back. */
  merge(answer: Answer, guarded: ReadonlySet<Key> = new Set()): Delta {
    // Nothing came in between: every new version is our own.
    const mine = answer.at_before === this.at;
    if (mine) this.at = answer.at;
    const delta = nothing();
    this.learnOwners(answer.people);
    for (const id of answer.deleted_links) this.takeLink(keyOf(id), delta);
    for (const id of answer.deleted_tasks) this.take(keyOf(id), delta);
    for (const task of answer.tasks) {
      if (mine || !this.hold(task, guarded)) this.put(task, delta);
    }
    for (const link of answer.links) this.putLink(link, delta);
    learnResources(this, answer.tasks);
    return this.finish(delta, answer);
  }

  /** Takes what others have saved; what they edited of the rows in `guarded` is held back. */
  mergeNews(news: FreshNews, guarded: ReadonlySet<Key>): Delta {
    this.at = news.at;
    const delta = nothing();
    const links = new Map(news.links.map((link) => [keyOf(link.id), link]));
    learnResources(this, news.tasks);
    this.learnOwners(news.people);
    for (const key of [...this.links.keys()]) if (!links.has(key)) this.takeLink(key, delta);
    const present = new Set(news.task_ids.map(keyOf));
    for (const key of [...this.tasks.keys()]) {
      if (present.has(key) || this.drafts.has(key)) continue;
      if (guarded.has(key)) this.held.set(key, null);
      else this.take(key, delta);
    }
    for (const task of news.tasks) {
      if (!this.hold(task, guarded) && !same(this.tasks.get(keyOf(task.id)), task)) this.put(task, delta);
    }
    for (const [key, link] of links) if (!same(this.links.get(key), link)) this.putLink(link, delta);
    return this.finish(delta, news);
  }

  /** Shows what was held back of rows that nobody here edits any more. */
  release(guarded: ReadonlySet<Key>): Delta | null {
    const free = [...this.held].filter(([key]) => !guarded.has(key));
    if (free.length === 0) return null;
    const delta = nothing();
    for (const [key, task] of free) {
      this.held.delete(key);
      if (task) this.put(task, delta);
      else this.take(key, delta);
    }
    return this.finish(delta, { project: this.project, undo: this.undo });
  }

  /** Rows that a conflict answer carries: the stored state, painted over ours. */
  replace(rows: TaskRow[]): Delta {
    const delta = nothing();
    for (const task of rows) this.put(task, delta);
    return this.finish(delta, { project: this.project, undo: this.undo });
  }

  addDraft(task: TaskRow): Delta {
    const delta = nothing();
    this.drafts.add(keyOf(task.id));
    this.put(task, delta);
    return this.finish(delta, { project: this.project, undo: this.undo });
  }

  removeDraft(key: Key): Delta {
    const delta = nothing();
    this.drafts.delete(key);
    this.take(key, delta);
    return this.finish(delta, { project: this.project, undo: this.undo });
  }

  /** The server has stored a draft under an id of its own. */
  settle(draft: Key, id: Id): void {
    const task = this.tasks.get(draft)!;
    this.drafts.delete(draft);
    this.tasks.delete(draft);
    this.tasks.set(keyOf(id), { ...task, id });
    this.arrange();
  }

  markFresh(name: string): void {
    this.fresh.add(name.trim().toLowerCase());
  }

  isFresh(name: string): boolean {
    return this.fresh.has(name.trim().toLowerCase());
  }

  private put(task: TaskRow, delta: Delta): void {
    const key = keyOf(task.id);
    const known = this.tasks.get(key);
    if (!known || keyOf(known.parent) !== keyOf(task.parent) || known.order !== task.order) delta.structure = true;
    this.tasks.set(key, task);
    this.held.delete(key);
    delta.tasks.push(key);
  }

  private take(key: Key, delta: Delta): void {
    for (const link of [...(this.outgoing.get(key) ?? []), ...(this.incoming.get(key) ?? [])]) this.takeLink(link, delta);
    this.held.delete(key);
    if (this.tasks.delete(key)) delta.removedTasks.push(key);
  }

  private putLink(link: LinkRow, delta: Delta): void {
    this.addLink(link);
    delta.links.push(keyOf(link.id));
  }

  private takeLink(key: Key, delta: Delta): void {
    if (this.dropLink(key)) delta.removedLinks.push(key);
  }

  /** Computed values may change under an edit; what somebody else decided may not. */
  private hold(task: TaskRow, guarded: ReadonlySet<Key>): boolean {
    const known = this.tasks.get(keyOf(task.id));
    if (!known || known.version === task.version || !guarded.has(keyOf(task.id))) return false;
    this.held.set(keyOf(task.id), task);
    return true;
  }

  private finish(delta: Delta, { project, undo }: Pick<FreshNews, "project" | "undo">): Delta {
    delta.structure ||= delta.removedTasks.length > 0;
    if (delta.structure) this.arrange();
    const { start, finish, version } = project;
    this.project = { ...this.project, start, finish: finish ?? start, version };
    this.undo = undo;
    return delta;
  }

  /** Whether this person may change the plan in the view that is shown. */
  get editable(): boolean {
    return this.project.can_edit && !this.grouped;
  }

  /** The task of a row on the page, in whatever view. */
  rowAt(key: Key): TaskRow | undefined {
    return this.tasks.get(rowKey(key));
  }

  task(id: Id): TaskRow | undefined {
    return this.tasks.get(keyOf(id));
  }

  children(id: Id | null): TaskRow[] {
    return (this.childKeys.get(keyOf(id)) ?? []).map((key) => this.tasks.get(key)!);
  }

  childKeysOf(key: Key): readonly Key[] {
    return this.childKeys.get(key) ?? [];
  }

  /** Row number in the full outline, from 1: how predecessors are written. */
  number(id: Id): number {
    return this.numbers.get(keyOf(id)) ?? 0;
  }

  byNumber(number: number): TaskRow | undefined {
    const key = this.sequence[number - 1];
    return key === undefined ? undefined : this.tasks.get(key);
  }

  inOrder(): TaskRow[] {
    return this.sequence.map((key) => this.tasks.get(key)!);
  }

  predecessors(id: Id): LinkRow[] {
    return this.linksOf(this.incoming, id);
  }

  successors(id: Id): LinkRow[] {
    return this.linksOf(this.outgoing, id);
  }

  /** A chosen day as a moment of the plan: when work opens that day, or when it closes. */
  momentOn(day: string, edge: "opening" | "closing"): string {
    const date = parseDate(day);
    return isoDate(this.calendar.isWorkingDay(date) ? this.calendar[edge](date) : date);
  }

  /** Where the task lies in what is laid beside the plan. */
  besideOf(task: TaskRow): Dates | null {
    if (this.beside) return this.beside.get(keyOf(task.id)) ?? null;
    const { baseline_start: start, baseline_finish: finish } = task;
    return start && finish ? { start, finish } : null;
  }

  /** First and last moment anything is drawn at. */
  span(): { start: string; finish: string } {
    let { start, finish } = this.project;
    for (const task of this.tasks.values()) {
      if (task.start < start) start = task.start;
      const beside = this.besideOf(task);
      if (beside && beside.start < start) start = beside.start;
      for (const date of [task.finish, beside?.finish, task.deadline]) {
        if (date && date > finish) finish = date;
      }
    }
    return { start, finish };
  }

  isWithin(id: Id, ancestor: Id): boolean {
    for (let key = keyOf(this.task(id)?.parent); key; key = keyOf(this.tasks.get(key)?.parent)) {
      if (key === keyOf(ancestor)) return true;
    }
    return false;
  }

  /**
   * Why a link cannot be drawn, or null. A link onto a summary binds every task below it, and a task
   * moves the summaries above it, so reachability goes down from whatever is bound and up from
   * whatever moves; a summary reached from below moves without binding its other children.
   */
  refusal(source: Id, target: Id): string | null {
    const from = keyOf(source);
    const to = keyOf(target);
    if (from === to) return "A task can't be linked to itself.";
    if (this.isWithin(source, target) || this.isWithin(target, source)) {
      return "A summary can't be linked to its own task.";
    }
    for (const link of this.predecessors(target)) {
      if (keyOf(link.source) === from) return "These two tasks are already linked.";
    }
    const bound = new Set<Key>();
    const moved = new Set<Key>();
    const queue: [Key, boolean][] = [[to, true]];
    while (queue.length > 0) {
      const [key, binds] = queue.pop()!;
      if (bound.has(key) || (!binds && moved.has(key))) continue;
      (binds ? bound : moved).add(key);
      if (key === from) return `Circular dependency: “${this.name(target)}” already leads to “${this.name(source)}”.`;
      if (binds) for (const child of this.childKeysOf(key)) queue.push([child, true]);
      const parent = keyOf(this.tasks.get(key)?.parent);
      if (parent) queue.push([parent, false]);
      for (const link of this.outgoing.get(key) ?? []) queue.push([keyOf(this.links.get(link)!.target), true]);
    }
    return null;
  }

  private name(id: Id): string {
    return this.task(id)?.name ?? "";
  }

  private linksOf(index: Map<Key, Set<Key>>, id: Id): LinkRow[] {
    return [...(index.get(keyOf(id)) ?? [])].map((key) => this.links.get(key)!);
  }

  private addLink(link: LinkRow): void {
    const key = keyOf(link.id);
    this.dropLink(key);
    this.links.set(key, link);
    for (const [index, end] of [[this.outgoing, link.source], [this.incoming, link.target]] as const) {
      const set = index.get(keyOf(end));
      if (set) set.add(key);
      else index.set(keyOf(end), new Set([key]));
    }
  }

  private dropLink(key: Key): boolean {
    const link = this.links.get(key);
    if (!link) return false;
    this.links.delete(key);
    this.outgoing.get(keyOf(link.source))?.delete(key);
    this.incoming.get(keyOf(link.target))?.delete(key);
    return true;
  }

  private arrange(): void {
    this.childKeys.clear();
    for (const [key, task] of this.tasks) {
      const parent = this.tasks.has(keyOf(task.parent)) ? keyOf(task.parent) : "";
      const siblings = this.childKeys.get(parent);
      if (siblings) siblings.push(key);
      else this.childKeys.set(parent, [key]);
    }
    for (const siblings of this.childKeys.values()) {
      siblings.sort((a, b) => this.tasks.get(a)!.order - this.tasks.get(b)!.order);
    }
    this.sequence = [];
    this.numbers.clear();
    const stack = [...this.childKeysOf("")].reverse();
    while (stack.length > 0) {
      const key = stack.pop()!;
      this.sequence.push(key);
      this.numbers.set(key, this.sequence.length);
      const children = this.childKeysOf(key);
      for (let index = children.length - 1; index >= 0; index -= 1) stack.push(children[index]!);
    }
  }
}
