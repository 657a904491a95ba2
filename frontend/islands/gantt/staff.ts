import { element, part } from "./dom";
import { keyOf, type PlanModel } from "./model";
import type { PlanSession } from "./session";
import type { Share, TaskRow } from "./types";

/** Who works on a task, and with what share of their time. */
export class Staff {
  private readonly problem: HTMLElement;
  private readonly form: HTMLFormElement;
  private task: TaskRow | null = null;

  constructor(private readonly panel: HTMLElement, private readonly model: PlanModel, private readonly session: PlanSession) {
    this.problem = part(panel, "[data-plan-link-problem]");
    this.form = part(panel, '[data-plan-add="staff"]');
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const resource = part<HTMLSelectElement>(this.form, "select").value;
      const units = share(part<HTMLInputElement>(this.form, "input").value || "100");
      if (!resource) this.complain("Choose a person.");
      else if (units === null) this.complain("Enter a percentage, such as 50.");
      else this.send([...this.shares(), { resource: Number(resource), units }]);
    });
  }

  show(task: TaskRow): void {
    this.task = task;
    const rows = task.resources.map(({ id, name, units }) => this.row(keyOf(id), name, units));
    const body = part(this.panel, "[data-plan-staff]");
    const held = body.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.place : undefined;
    body.replaceChildren(...rows);
    if (held) body.querySelector<HTMLElement>(`[data-place="${held}"]`)?.focus();
    part(this.panel, '[data-plan-none="staff"]').hidden = rows.length > 0;
    const here = new Set(task.resources.map(({ id }) => keyOf(id)));
    const others = this.model.resources.filter(({ id }) => !here.has(keyOf(id)));
    const choice = part<HTMLSelectElement>(this.form, "select");
    choice.replaceChildren(
      element("option", { value: "" }, others.length > 0 ? "Add person" : "Everyone is assigned"),
      ...others.map(({ id, name }) => element("option", { value: keyOf(id) }, name)),
    );
    this.form.hidden = !this.model.editable;
  }

  private row(key: string, name: string, units: number): HTMLElement {
    const { editable } = this.model;
    const input = element("input", {
      class: "form-control form-control-sm",
      "aria-label": `Units of ${name} (%)`,
      inputmode: "decimal",
      autocomplete: "off",
      "data-place": key,
      onchange: () => {
        const read = share(input.value);
        if (read === null) this.complain(`“${input.value}” isn't a percentage. Enter a number, such as 50.`);
        else this.send(this.shares().map((each) => (keyOf(each.resource) === key ? { ...each, units: read } : each)));
      },
    });
    input.value = `${Math.round(units * 100)}%`;
    input.disabled = !editable;
    const drop = element("button", {
      type: "button",
      class: "btn btn-quiet btn-icon",
      "aria-label": `Unassign ${name}`,
      hidden: !editable,
      onclick: () => this.send(this.shares().filter(({ resource }) => keyOf(resource) !== key)),
    }, "×");
    return element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, input), element("td", {}, drop));
  }

  private shares(): Share[] {
    return (this.task?.resources ?? []).map(({ id, units }) => ({ resource: id, units }));
  }

  private send(assignments: Share[]): void {
    const { task } = this;
    if (!task) return;
    this.complain("");
    const refused = (refusal: Error): void => {
      this.complain(refusal.message);
      this.show(task);
    };
    void this.session.send([{ op: "assign", id: task.id, assignments }], { rows: [keyOf(task.id)], refused }).then((answer) => {
      if (answer) this.form.reset();
    });
  }

  private complain(message: string): void {
    this.problem.textContent = message;
    this.problem.hidden = message === "";
  }
}

function share(text: string): number | null {
  const value = Number(text.replace("%", "").replace(",", ".").trim());
  return value > 0 && value <= 10_000 ? value / 100 : null;
}
