import type { Ask } from "./ask";
import type { Cursor } from "./cursor";
import { parseResources, plural, showResources } from "./format";
import { keyOf, type PlanModel } from "./model";
import { isoDate, parseDate } from "./moments";
import type { Notices } from "./notices";
import type { PlanSession } from "./session";
import type { Change, Share, TaskRow } from "./types";

/** Deeds on the selected rows that need a word more than a key: how much, who, from when to when. */
export class Deeds {
  constructor(
    private readonly model: PlanModel,
    private readonly session: PlanSession,
    private readonly cursor: Cursor,
    private readonly ask: Ask,
    private readonly notices: Notices,
  ) {}

  progress(): void {
    const tasks = this.chosen((task) => task.kind !== "summary", "A summary takes its progress from the tasks inside it.");
    if (!tasks) return;
    const value = String(Math.round(tasks[0]!.percent_complete));
    this.ask.open(`Percent complete of ${named(tasks)}`, "Set", [
      { name: "percent", label: "Percent complete", type: "number", value },
    ], async ({ percent }) => {
      const share = Number(percent!.replace("%", "").trim());
      if (!(share >= 0 && share <= 100) || percent === "") return "Write a number from 0 to 100.";
      return this.send(tasks, tasks.map(({ id }) => ({ op: "update_task", id, fields: { percent_complete: share } })));
    });
  }

  assign(): void {
    const tasks = this.chosen(() => true, "");
    if (!tasks) return;
    if (this.model.resources.length === 0) {
      this.notices.refuse("Nobody works on this project yet: add people on the Work tab.", this.cursor.cell());
      return;
    }
    const value = tasks.length === 1 ? showResources(tasks[0]!) : "";
    this.ask.open(`Who works on ${named(tasks)}`, "Assign", [
      {
        name: "people", label: "Names, with a share where it is not all of their time", type: "text", value,
        suggestions: this.model.resources.map(({ name }) => name), hint: "Such as: Ana Lima, Jo Park 50 %",
      },
      {
        name: "how", label: "Those who work on it already", type: "choice", value: tasks.length === 1 ? "instead" : "too",
        choices: [["too", "stay"], ["instead", "give way"], ["not", "stay, except those named here"]],
      },
    ], async ({ people, how }) => {
      let given: Share[];
      try {
        given = parseResources(this.model, people!);
      } catch (error) {
        return (error as Error).message;
      }
      return this.send(tasks, tasks.map((task) => ({ op: "assign", id: task.id, assignments: staffed(task, given, how!) })));
    });
  }

  /** A pause in the work, from a day until another. */
  interrupt(): void {
    const tasks = this.chosen((task) => task.kind === "task", "Only tasks can be interrupted: choose one with a duration.");
    if (!tasks) return;
    const [first] = tasks;
    const [from, to] = [parseDate(first!.start), parseDate(first!.finish)];
    const middle = isoDate(new Date((from.getTime() + to.getTime()) / 2)).slice(0, 10);
    this.ask.open(`Interrupt ${named(tasks)}`, "Interrupt", [
      { name: "at", label: "The last day of work before the pause", type: "date", value: middle },
      { name: "resume", label: "Goes on from", type: "date", value: "" },
    ], async ({ at, resume }) => {
      if (!at || !resume) return "Choose both days.";
      if (resume <= at) return "Work goes on after the pause began: choose a later day.";
      const pause = { at: this.model.momentOn(at, "closing"), resume: this.model.momentOn(resume, "opening") };
      return this.send(tasks, tasks.map(({ id }) => ({ op: "split_task", id, ...pause })));
    });
  }

  join(): void {
    const tasks = this.chosen((task) => task.segments.length > 0, "It has no pause to take away.");
    if (tasks) void this.send(tasks, tasks.map(({ id }) => ({ op: "join_task", id })), true);
  }

  /** What should have been done before a day and was not, goes on from there. */
  moveUnfinished(): void {
    if (!this.model.editable) return;
    const { status_date, today } = this.model.project;
    this.ask.open("Move unfinished work", "Move", [
      {
        name: "to", label: "Past the status date", type: "date", value: (status_date ?? today).slice(0, 10),
        hint: "Work planned before this day that is not done goes on from it. Dates that were promised or set by hand stay.",
      },
    ], async ({ to }) => {
      if (!to) return "Choose a day.";
      return this.send([], [{ op: "move_unfinished", to: this.model.momentOn(to, "opening") }]);
    });
  }

  /** The selected rows that the deed is possible on, or a word why there are none. */
  private chosen(possible: (task: TaskRow) => boolean, reason: string): TaskRow[] | null {
    if (!this.model.editable) return null;
    const rows = this.cursor.selection.rows();
    const tasks = rows.filter(possible);
    if (tasks.length > 0) return tasks;
    this.notices.refuse(rows.length > 0 ? reason : "Choose a row first.", this.cursor.cell());
    return null;
  }

  private async send(tasks: TaskRow[], changes: Change[], beside = false): Promise<string> {
    let wrong = "";
    const refused = beside ? {} : { refused: (refusal: Error) => { wrong = refusal.message; } };
    const rows = tasks.map(({ id }) => keyOf(id));
    await this.session.send(changes, { rows, near: () => this.cursor.cell(), ...refused });
    return wrong;
  }
}

function named(tasks: TaskRow[]): string {
  return tasks.length === 1 ? `“${tasks[0]!.name}”` : plural(tasks.length, "task");
}

function staffed(task: TaskRow, given: Share[], how: string): Share[] {
  if (how === "instead") return given;
  const named = new Set(given.map(({ resource }) => keyOf(resource)));
  const others = task.resources
    .filter(({ id }) => !named.has(keyOf(id)))
    .map(({ id, units }): Share => ({ resource: id, units }));
  return how === "not" ? others : [...others, ...given];
}
