import type { Refused } from "./api";
import { Dependencies } from "./dependencies";
import { element, part } from "./dom";
import { constraintMoment, customFields, FIELDS, type PanelField } from "./fields";
import { DATELESS } from "./editors";
import { plural, showDuration, showMoment } from "./format";
import { type Key, keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";
import type { PlanSession } from "./session";
import { Staff } from "./staff";
import type { Constraint, Named, TaskFields, TaskRow } from "./types";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

type FieldName = PanelField["name"];

/** Where the panel gets its task from, and gives the focus back to: the grid's cursor. */
export interface DetailsPlace {
  readonly task: Key;
  onMove(follower: () => void): void;
  focus(): void;
}

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
  private readonly staff: Staff;
  /** Those of every task, and the firm's own. */
  private readonly fields: readonly PanelField[];
  private key: Key = "";
  private opened = new Map<FieldName, string>();

  constructor(
    root: HTMLElement,
    private readonly model: PlanModel,
    private readonly session: PlanSession,
    private readonly cursor: DetailsPlace,
    private readonly notices: Notices,
    /** The panel is all there is of its page: the page closes it. */
    private readonly alone = false,
  ) {
    this.panel = part(root, "[data-plan-details]");
    this.form = part(this.panel, "form");
    const custom = customFields(this.form);
    this.fields = [...FIELDS, ...custom];
    model.customKeys = new Set(custom.map(({ name }) => name.slice("custom_".length)));
    this.dependencies = new Dependencies(this.panel, model, session);
    this.staff = new Staff(this.panel, model, session);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    this.form.addEventListener("input", () => this.showDependentFields());
    this.form.addEventListener("change", () => this.showDependentFields());
    for (const button of this.panel.querySelectorAll("[data-plan-details-close]")) {
      button.addEventListener("click", () => this.close());
    }
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !alone) {
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
    if (!this.alone) this.field("name").focus();
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
    return this.model.tasks.has(this.key) && this.fields.some(({ name }) => this.value(name) !== this.opened.get(name));
  }

  /** Colleagues are known: fields that choose among them have more to offer. */
  offer(people: Named[]): void {
    this.model.people = people;
    const task = this.model.tasks.get(this.key);
    if (!this.isOpen || !task) return;
    for (const { name, choices } of this.fields) {
      const field = this.field(name);
      const chosen = field.value;
      this.fillChoices(field, choices, task);
      field.value = chosen;
    }
  }

  private fillChoices(field: Field, choices: PanelField["choices"], task: TaskRow): void {
    if (!(field instanceof HTMLSelectElement) || !choices) return;
    field.replaceChildren(...choices(this.model, task).map(([value, words]) => element("option", { value }, words)));
  }

  /** Shows the row as it is now, unless it is being edited here. */
  refresh(): void {
    if (!this.isOpen) return;
    const task = this.model.tasks.get(this.key);
    if (!task && this.alone) this.notices.toast("Someone else deleted this task.", undefined, "bad");
    else if (!task) this.close();
    else if (!this.isDirty()) this.fill(this.key);
    else {
      this.dependencies.show(task);
      this.staff.show(task);
    }
  }

  private fill(key: Key): void {
    const task = this.model.tasks.get(key)!;
    this.key = key;
    this.clearProblems();
    for (const { name, open, allowed, choices, only } of this.fields) {
      const field = this.field(name);
      if (only) field.closest<HTMLElement>(".field")!.hidden = task.kind !== only;
      this.fillChoices(field, choices, task);
      const value = open(task, this.model);
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === "true";
      else field.value = value;
      field.disabled = !this.model.editable || !allowed(task);
    }
    this.opened = new Map(this.fields.map(({ name }) => [name, this.value(name)]));
    this.showFacts(task);
    this.showDependentFields();
    this.dependencies.show(task);
    this.staff.show(task);
  }

  /** The task's link, where it is an address of the web: text from files is never followed as it is. */
  private showLink(address: string): void {
    const link = part(this.panel, "[data-plan-link]") as HTMLAnchorElement;
    link.hidden = !/^https?:\/\//i.test(address);
    if (link.hidden) link.removeAttribute("href");
    else link.href = address;
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
    };
    this.showLink(task.hyperlink);
    const comments = this.panel.querySelector<HTMLAnchorElement>("[data-plan-comments]");
    if (comments) comments.search = `?subject=projects.task:${task.id}`;
    for (const [name, text] of Object.entries(facts)) part(this.panel, `[data-plan-fact="${name}"]`).textContent = text;
  }

  /** A date of a constraint is asked for only when the constraint has one. */
  private showDependentFields(): void {
    part(this.form, "[data-plan-constraint-date]").hidden = DATELESS.has(this.value("constraint") as Constraint);
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
      if (this.alone) this.notices.toast("Task saved.");
      else this.notices.say(`Saved ${task.name}.`);
    }
  }

  private changedFields(task: TaskRow): TaskFields {
    const { model } = this;
    const fields: TaskFields = {};
    const changed = (name: FieldName): boolean => !this.field(name).disabled && this.value(name) !== this.opened.get(name);
    for (const { name, read } of this.fields) {
      if (!changed(name)) continue;
      try {
        const found = read(task, this.value(name), model);
        Object.assign(fields, found, found.custom ? { custom: { ...fields.custom, ...found.custom } } : {});
        if (name.startsWith("constraint")) {
          const constraint = this.value("constraint") as Constraint;
          fields.constraint_date = constraintMoment(model, constraint, this.value("constraint_date"));
        }
      } catch (error) {
        const place = name === "constraint" ? "constraint_date" : name;
        throw new FieldProblem(place, (error as Error).message);
      }
    }
    return fields;
  }

  private refused(refusal: Refused): void {
    const known = this.fields.find(({ name }) => name === refusal.field);
    this.complain(known?.name ?? "name", refusal.message);
  }

  private complain(name: FieldName, message: string): void {
    const field = this.field(name);
    // The field may stand in a group that is folded.
    field.closest("details")?.setAttribute("open", "");
    const note = part(this.form, `#${field.id}-problem`);
    note.textContent = message;
    note.hidden = false;
    field.classList.add("is-invalid");
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  private clearProblems(): void {
    for (const { name } of this.fields) {
      const field = this.field(name);
      field.classList.remove("is-invalid");
      field.removeAttribute("aria-invalid");
      part(this.form, `#${field.id}-problem`).hidden = true;
    }
  }
}
