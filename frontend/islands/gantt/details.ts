import type { Refused } from "./api";
import type { Cursor } from "./cursor";
import { Dependencies } from "./dependencies";
import { part } from "./dom";
import { parseDuration, plural, showDuration, showMoment, showResources } from "./format";
import { type Key, keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import type { PlanSession } from "./session";
import type { Constraint, TaskFields, TaskKind, TaskRow } from "./types";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const FIELDS = [
  "name", "kind", "duration", "percent_complete", "start", "finish", "manual", "constraint", "constraint_date",
  "deadline", "notes",
] as const;
type FieldName = (typeof FIELDS)[number];

/** Fields that only a task without subtasks has of its own. */
const OWN = new Set<FieldName>(["kind", "duration", "percent_complete", "start", "finish"]);
/** Constraints that bind the finish: their date means the close of that day. */
const AT_FINISH = new Set<Constraint>(["MFO", "FNET", "FNLT"]);

class FieldProblem extends Error {
  constructor(readonly field: FieldName, message: string) {
    super(message);
  }
}

/** The panel with every field of one task, and its links. */
export class Details {
  private readonly panel: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly dependencies: Dependencies;
  private key: Key = "";
  private opened = new Map<FieldName, string>();

  constructor(
    root: HTMLElement,
    private readonly model: PlanModel,
    private readonly session: PlanSession,
    private readonly cursor: Cursor,
    private readonly notices: Notices,
  ) {
    this.panel = part(root, "[data-plan-details]");
    this.form = part(this.panel, "form");
    this.dependencies = new Dependencies(this.panel, model, session);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    this.form.addEventListener("input", () => this.showDependentFields());
    for (const button of this.panel.querySelectorAll("[data-plan-details-close]")) {
      button.addEventListener("click", () => this.close());
    }
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.close();
      }
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void this.save();
    });
    cursor.onMove(() => {
      if (this.isOpen && !this.isDirty() && model.tasks.has(cursor.task)) this.fill(cursor.task);
    });
    session.onAnswer(() => this.refresh());
    session.guard(() => (this.isOpen && this.isDirty() ? this.key : null));
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  get holdsFocus(): boolean {
    return this.isOpen && this.panel.contains(document.activeElement);
  }

  open(key: Key): void {
    if (!this.model.tasks.has(key)) return;
    this.panel.hidden = false;
    if (key !== this.key || !this.isDirty()) this.fill(key);
    this.field("name").focus();
  }

  close(): void {
    if (!this.isOpen) return;
    this.panel.hidden = true;
    this.key = "";
    this.session.release();
    this.cursor.focus();
  }

  private field(name: FieldName): Field {
    return this.form.elements.namedItem(name) as Field;
  }

  private value(name: FieldName): string {
    const field = this.field(name);
    return field instanceof HTMLInputElement && field.type === "checkbox" ? String(field.checked) : field.value;
  }

  private isDirty(): boolean {
    return this.model.tasks.has(this.key) && FIELDS.some((name) => this.value(name) !== this.opened.get(name));
  }

  /** Shows the row as it is now, unless it is being edited here. */
  refresh(): void {
    if (!this.isOpen) return;
    const task = this.model.tasks.get(this.key);
    if (!task) this.close();
    else if (!this.isDirty()) this.fill(this.key);
    else this.dependencies.show(task);
  }

  private fill(key: Key): void {
    const task = this.model.tasks.get(key)!;
    const perDay = this.model.project.minutes_per_day;
    this.key = key;
    this.clearProblems();
    const values: Record<FieldName, string> = {
      name: task.name,
      kind: task.kind,
      duration: showDuration(task.duration_minutes, perDay, task.elapsed),
      percent_complete: String(Math.round(task.percent_complete)),
      start: task.start.slice(0, 10),
      finish: task.finish.slice(0, 10),
      manual: String(task.manual),
      constraint: task.constraint,
      constraint_date: task.constraint_date?.slice(0, 10) ?? "",
      deadline: task.deadline?.slice(0, 10) ?? "",
      notes: task.notes,
    };
    for (const name of FIELDS) {
      const field = this.field(name);
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = values[name] === "true";
      else field.value = values[name];
      field.disabled = !this.model.editable || (task.kind === "summary" && OWN.has(name));
    }
    part<HTMLOptionElement>(this.form, 'option[value="summary"]').hidden = task.kind !== "summary";
    this.opened = new Map(FIELDS.map((name) => [name, this.value(name)]));
    this.showFacts(task);
    this.showDependentFields();
    this.dependencies.show(task);
  }

  private showFacts(task: TaskRow): void {
    const perDay = this.model.project.minutes_per_day;
    const below = this.model.children(task.id).length;
    const level = task.kind === "summary" ? `Summary of ${plural(below, "task")}` : `Row ${this.model.number(task.id)}`;
    const baseline = task.baseline_finish ? showMoment(task.baseline_finish) : "No baseline";
    const facts: Record<string, string> = {
      title: task.name,
      place: task.wbs ? `${level} · WBS ${task.wbs}` : level,
      float: showDuration(task.total_float_minutes, perDay, task.elapsed) + (task.critical ? ", critical" : ""),
      free: showDuration(task.free_float_minutes, perDay, task.elapsed),
      baseline,
      resources: showResources(task) || "Nobody assigned",
    };
    for (const [name, text] of Object.entries(facts)) part(this.panel, `[data-plan-fact="${name}"]`).textContent = text;
  }

  /** A date of a constraint is asked for only when the constraint has one. */
  private showDependentFields(): void {
    const constraint = this.value("constraint");
    const wanted = constraint !== "ASAP" && constraint !== "ALAP";
    part(this.form, "[data-plan-constraint-date]").hidden = !wanted;
    part<HTMLButtonElement>(this.panel, "[data-plan-save]").disabled = !this.isDirty();
  }

  private async save(): Promise<void> {
    const task = this.model.tasks.get(this.key);
    if (!task || !this.model.editable) return;
    this.clearProblems();
    let fields: TaskFields;
    try {
      fields = this.changedFields(task);
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      this.complain(error.field, error.message);
      return;
    }
    if (Object.keys(fields).length === 0) return;
    const gesture = {
      rows: [keyOf(task.id)],
      refused: (refusal: Refused) => this.refused(refusal),
      dropped: () => {
        if (this.isOpen && this.model.tasks.has(this.key)) this.fill(this.key);
      },
    };
    const answer = await this.session.send([{ op: "update_task", id: task.id, fields }], gesture);
    if (answer && this.key === keyOf(task.id)) {
      this.fill(this.key);
      this.notices.say(`Saved ${task.name}.`);
    }
  }

  private changedFields(task: TaskRow): TaskFields {
    const { model } = this;
    const fields: TaskFields = {};
    const changed = (name: FieldName): boolean => !this.field(name).disabled && this.value(name) !== this.opened.get(name);
    if (changed("name")) {
      if (!this.value("name").trim()) throw new FieldProblem("name", "A task needs a name.");
      fields.name = this.value("name").trim();
    }
    if (changed("duration")) {
      const read = parseDuration(this.value("duration"), model.project.minutes_per_day);
      if (!read) throw new FieldProblem("duration", "Write 3d, 4h, 30min, 2w or 2ed (elapsed).");
      fields.duration_minutes = read.minutes;
      if (read.elapsed !== task.elapsed) fields.elapsed = read.elapsed;
    }
    if (changed("percent_complete")) {
      const share = Number(this.value("percent_complete"));
      if (!(share >= 0 && share <= 100)) throw new FieldProblem("percent_complete", "From 0 to 100.");
      fields.percent_complete = share;
    }
    for (const edge of ["start", "finish"] as const) {
      if (!changed(edge)) continue;
      if (!this.value(edge)) throw new FieldProblem(edge, "Choose a date.");
      fields[edge] = model.momentOn(this.value(edge), edge === "start" ? "opening" : "closing");
    }
    if (changed("kind")) fields.kind = this.value("kind") as TaskKind;
    if (changed("manual")) fields.manual = this.value("manual") === "true";
    if (changed("deadline")) {
      fields.deadline = this.value("deadline") ? model.momentOn(this.value("deadline"), "closing") : null;
    }
    if (changed("notes")) fields.notes = this.value("notes");
    if (changed("constraint") || changed("constraint_date")) this.readConstraint(fields);
    return fields;
  }

  private readConstraint(fields: TaskFields): void {
    const constraint = this.value("constraint") as Constraint;
    fields.constraint = constraint;
    if (constraint === "ASAP" || constraint === "ALAP") {
      fields.constraint_date = null;
      return;
    }
    const day = this.value("constraint_date");
    if (!day) throw new FieldProblem("constraint_date", "This constraint needs a date.");
    fields.constraint_date = this.model.momentOn(day, AT_FINISH.has(constraint) ? "closing" : "opening");
  }

  private refused(refusal: Refused): void {
    const name = refusal.field === "duration_minutes" ? "duration" : refusal.field;
    const known = FIELDS.find((field) => field === name);
    this.complain(known ?? "name", refusal.message);
  }

  private complain(name: FieldName, message: string): void {
    const field = this.field(name);
    const note = part(this.form, `#${field.id}-problem`);
    note.textContent = message;
    note.hidden = false;
    field.classList.add("is-invalid");
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  private clearProblems(): void {
    for (const name of FIELDS) {
      const field = this.field(name);
      field.classList.remove("is-invalid");
      field.removeAttribute("aria-invalid");
      part(this.form, `#${field.id}-problem`).hidden = true;
    }
  }
}
