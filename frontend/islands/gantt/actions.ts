import type { Ask } from "./ask";
import type { Cursor } from "./cursor";
import { plural } from "./format";
import { keyOf, type PlanModel } from "./model";
import { isoDate, parseDate } from "./moments";
import type { Notices } from "./notices";
import { parseResources, showResources } from "./resources";
import type { PlanSession } from "./session";
import type { Change, Share, TaskRow } from "./types";

/** Actions on the selected rows that need a word more than a key: how much, who, from when to when. */
export class Actions {
  constructor(
    private readonly model: PlanModel,
    private readonly session: PlanSession,
    private readonly cursor: Cursor,
    private readonly ask: Ask,
    private readonly notices: Notices,
  ) {}

  progress(): void {
    const tasks = this.chosen((task) => task.kind !== "summary", "A summary's progress comes from its tasks.");
    if (!tasks) return;
    const value = String(Math.round(tasks[0]!.percent_complete));
    this.ask.open(`Percent complete: ${named(tasks)}`, "Set", [
      { name: "percent", label: "Percent complete", type: "number", value },
    ], async ({ percent }) => {
      const share = Number(percent!.replace("%", "").trim());
      if (!(share >= 0 && share <= 100) || percent === "") return "Enter a number from 0 to 100.";
      return this.send(tasks, tasks.map(({ id }) => ({ op: "update_task", id, fields: { percent_complete: share } })));
    });
  }

  assign(): void {
    const tasks = this.chosen(() => true, "");
    if (!tasks) return;
    if (this.model.resources.length === 0) {
      this.notices.refuse("This project has no resources yet. Add people on the Work tab.", this.cursor.cell());
      return;
    }
    const value = tasks.length === 1 ? showResources(tasks[0]!) : "";
    this.ask.open(`Assign ${named(tasks)}`, "Assign", [
      {
        name: "people", label: "People and units", type: "text", value,
        suggestions: this.model.resources.map(({ name }) => name), hint: "For example: Ana Lima, Jo Park [50%]",
      },
      {
        name: "how", label: "Current assignees", type: "choice", value: tasks.length === 1 ? "instead" : "too",
        choices: [["too", "Keep"], ["instead", "Replace"], ["not", "Remove the people named here"]],
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
    const tasks = this.chosen((task) => task.kind === "task", "Only tasks with a duration can be split.");
    if (!tasks) return;
    const [first] = tasks;
    const [from, to] = [parseDate(first!.start), parseDate(first!.finish)];
    const middle = isoDate(new Date((from.getTime() + to.getTime()) / 2)).slice(0, 10);
    this.ask.open(`Split ${named(tasks)}`, "Split", [
      { name: "at", label: "Last day before the split", type: "date", value: middle },
      { name: "resume", label: "Resume on", type: "date", value: "" },
    ], async ({ at, resume }) => {
      if (!at || !resume) return "Choose both dates.";
      if (resume <= at) return "The resume date must be after the split.";
      const pause = { at: this.model.momentOn(at, "closing"), resume: this.model.momentOn(resume, "opening") };
      return this.send(tasks, tasks.map(({ id }) => ({ op: "split_task", id, ...pause })));
    });
  }

  join(): void {
    const tasks = this.chosen((task) => task.segments.length > 0, "This task isn't split.");
    if (tasks) void this.send(tasks, tasks.map(({ id }) => ({ op: "join_split", id })), true);
  }

  /** What should have been done before a day and was not, goes on from there. */
  moveUnfinished(): void {
    if (!this.model.editable) return;
    const { status_date, today } = this.model.project;
    this.ask.open("Reschedule unfinished work", "Reschedule", [
      {
        name: "to", label: "Reschedule to start after", type: "date", value: (status_date ?? today).slice(0, 10),
        hint: "Unfinished work planned before this date continues from it. Constrained and manually scheduled dates don't move.",
      },
    ], async ({ to }) => {
      if (!to) return "Choose a date.";
      return this.send([], [{ op: "move_unfinished", to: this.model.momentOn(to, "opening") }]);
    });
  }

  /** The selected rows that the action is possible on, or a word why there are none. */
  private chosen(possible: (task: TaskRow) => boolean, reason: string): TaskRow[] | null {
    if (!this.model.editable) return null;
    const rows = this.cursor.selection.rows();
    const tasks = rows.filter(possible);
    if (tasks.length > 0) return tasks;
    this.notices.refuse(rows.length > 0 ? reason : "Select a row first.", this.cursor.cell());
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
