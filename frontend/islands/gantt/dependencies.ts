import { element, part } from "./dom";
import { parseLag, showLag } from "./format";
import { keyOf, type PlanModel } from "./model";
import type { PlanSession } from "./session";
import type { Change, LinkRow, LinkType, TaskRow } from "./types";

type Side = "predecessors" | "successors";

const TYPES: [LinkType, string][] = [
  ["FS", "Finish to start"],
  ["SS", "Start to start"],
  ["FF", "Finish to finish"],
  ["SF", "Start to finish"],
];

function typeChoice(chosen: LinkType, name: string): HTMLSelectElement {
  const options = TYPES.map(([type, words]) => element("option", { value: type, selected: type === chosen, title: words }, type));
  return element("select", { class: "form-select form-select-sm", "aria-label": name }, ...options);
}

/** What a task waits for and what waits for it: the way to draw links without a mouse. */
export class Dependencies {
  private readonly problem: HTMLElement;
  private task: TaskRow | null = null;

  constructor(
    private readonly panel: HTMLElement,
    private readonly model: PlanModel,
    private readonly session: PlanSession,
  ) {
    this.problem = part(panel, "[data-plan-link-problem]");
    for (const side of ["predecessors", "successors"] as const) {
      const form = part<HTMLFormElement>(panel, `[data-plan-add="${side}"]`);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.add(side, form);
      });
      part<HTMLInputElement>(form, 'input[name="task"]').addEventListener("input", (event) => {
        this.suggest(event.target as HTMLInputElement);
      });
    }
  }

  show(task: TaskRow): void {
    if (task.id !== this.task?.id) this.complain("");
    this.task = task;
    for (const side of ["predecessors", "successors"] as const) {
      const rows = this.model[side](task.id).map((link) => this.row(side, link));
      const body = part(this.panel, `[data-plan-links="${side}"]`);
      const held = body.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.place : undefined;
      body.replaceChildren(...rows);
      part(this.panel, `[data-plan-none="${side}"]`).hidden = rows.length > 0;
      if (held) body.querySelector<HTMLElement>(`[data-place="${held}"]`)?.focus();
      part(this.panel, `[data-plan-add="${side}"]`).hidden = !this.model.editable;
    }
  }

  private row(side: Side, link: LinkRow): HTMLElement {
    const other = this.model.task(side === "predecessors" ? link.source : link.target);
    const name = other?.name ?? "";
    const number = other ? this.model.number(other.id) : "";
    const editable = this.model.editable;
    const perDay = this.model.project.minutes_per_day;
    const type = typeChoice(link.type, `Link type for ${name}`);
    const lag = element("input", {
      class: "form-control form-control-sm",
      "aria-label": `Lag for ${name}`,
      placeholder: "0 d",
      autocomplete: "off",
    });
    lag.value = showLag(link, perDay);
    const update = (): void => {
      const read = parseLag(lag.value, perDay);
      if (!read) return this.complain(`“${lag.value}” isn't a lag. Use +2d, -4h, +1ed or +50%.`);
      const chosen = type.value as LinkType;
      if (chosen === link.type && read.lag === link.lag && read.lag_unit === link.lag_unit) return;
      this.send([{ op: "update_link", id: link.id, type: chosen, ...read }]);
    };
    type.addEventListener("change", update);
    lag.addEventListener("change", update);
    type.disabled = lag.disabled = !editable;
    type.dataset.place = `${link.id}-type`;
    lag.dataset.place = `${link.id}-lag`;
    const drop = element("button", {
      type: "button",
      class: "btn btn-quiet btn-icon",
      "aria-label": `Remove link with ${name}`,
      hidden: !editable,
      onclick: () => this.send([{ op: "delete_link", id: link.id }]),
    }, "×");
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, element("span", { class: "plan-link-number" }, String(number)), name),
      element("td", {}, type),
      element("td", {}, lag),
      element("td", {}, drop),
    );
  }

  private add(side: Side, form: HTMLFormElement): void {
    const { task } = this;
    if (!task) return;
    const input = part<HTMLInputElement>(form, 'input[name="task"]');
    const other = this.named(input.value);
    if (!other) return this.complain(input.value.trim() ? `No task “${input.value}” found.` : "Enter a row number or task name.");
    const [source, target] = side === "predecessors" ? [other, task] : [task, other];
    const refusal = this.model.refusal(source.id, target.id);
    if (refusal) return this.complain(refusal);
    const lagField = part<HTMLInputElement>(form, 'input[name="lag"]');
    const lag = parseLag(lagField.value, this.model.project.minutes_per_day);
    if (!lag) return this.complain(`“${lagField.value}” isn't a lag. Use +2d, -4h, +1ed or +50%.`);
    const type = part<HTMLSelectElement>(form, "select").value as LinkType;
    this.send([{ op: "create_link", temp_id: "link", source: source.id, target: target.id, type, ...lag }], () => {
      form.reset();
      input.focus();
    });
  }

  /** By row number, by "number name" as suggested, or by the whole name when only one task bears it. */
  private named(text: string): TaskRow | undefined {
    const wanted = text.trim();
    const number = /^\d+/.exec(wanted)?.[0];
    const byNumber = number ? this.model.byNumber(Number(number)) : undefined;
    if (byNumber && (wanted === number || wanted === `${number} ${byNumber.name}`)) return byNumber;
    const same = this.model.inOrder().filter((task) => task.name.toLowerCase() === wanted.toLowerCase());
    return same.length === 1 ? same[0] : undefined;
  }

  private suggest(input: HTMLInputElement): void {
    const wanted = input.value.trim().toLowerCase();
    const found: TaskRow[] = [];
    for (const task of this.model.inOrder()) {
      if (found.length >= 12) break;
      if (wanted && task.id !== this.task?.id && `${this.model.number(task.id)} ${task.name}`.toLowerCase().includes(wanted)) {
        found.push(task);
      }
    }
    const options = found.map((task) => element("option", { value: `${this.model.number(task.id)} ${task.name}` }));
    part(this.panel, "datalist").replaceChildren(...options);
  }

  private send(changes: Change[], done?: () => void): void {
    this.complain("");
    const rows = this.task ? [keyOf(this.task.id)] : [];
    const refused = (refusal: Error): void => {
      this.complain(refusal.message);
      if (this.task) this.show(this.task);
    };
    void this.session.send(changes, { rows, refused }).then((answer) => {
      if (answer) done?.();
    });
  }

  private complain(message: string): void {
    this.problem.textContent = message;
    this.problem.hidden = message === "";
  }
}
