import { element, part } from "./dom";
import { plural } from "./format";
import type { PlanModel } from "./model";
import type { Settings } from "./settings";
import { type Filter, type Grouping, NO_FILTER, type View } from "./view";

const CHECKS = ["critical", "unfinished"] as const;

/** The bar that says which rows are shown. Hidden until it is wanted, and never while rows are hidden. */
export class FilterBar {
  private readonly bar: HTMLElement;
  private readonly text: HTMLInputElement;
  private readonly resource: HTMLSelectElement;
  private readonly late: HTMLSelectElement;
  private readonly grouping: HTMLSelectElement;
  private readonly button: HTMLElement;
  private typing = 0;

  constructor(
    root: HTMLElement,
    private readonly model: PlanModel,
    private readonly view: View,
    private readonly settings: Settings,
    /** The rows to show are others now. */
    private readonly changed: () => void,
  ) {
    this.bar = part(root, "[data-plan-filter]");
    this.text = part(this.bar, "[data-plan-filter-text]");
    this.resource = part(this.bar, "[data-plan-filter-resource]");
    this.late = part(this.bar, "[data-plan-filter-late]");
    this.grouping = part(this.bar, "[data-plan-group]");
    this.button = part(root, "[data-plan-filter-button]");
    this.view.set(settings.filter(String(model.project.id)));
    this.view.grouping = settings.grouping(String(model.project.id));
    this.text.addEventListener("input", () => {
      window.clearTimeout(this.typing);
      this.typing = window.setTimeout(() => this.take(), 150);
    });
    for (const control of this.bar.querySelectorAll("select, input[type=checkbox]")) {
      control.addEventListener("change", () => this.take());
    }
    part(this.bar, "[data-plan-filter-clear]").addEventListener("click", () => this.clear());
    this.button.addEventListener("click", () => (this.bar.hidden || !this.isNeeded ? this.toggle() : this.find()));
    this.bar.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      if (this.text.value) this.clear();
      else this.toggle(false);
    });
    this.fill();
    this.bar.hidden = !this.isNeeded;
    this.show();
  }

  find(): void {
    this.toggle(true);
    this.text.focus();
    this.text.select();
  }

  /** After an answer: the people may be others, and the count is. */
  show(): void {
    const known = [...this.resource.options].map(({ value }) => value);
    const names = this.model.resources.map(({ name }) => name);
    if (names.some((name) => !known.includes(name))) this.fillResources();
    const { size } = this.model.tasks;
    const count = this.view.isFiltered ? `${this.view.count()} of ${plural(size, "row")}` : "";
    const frozen = this.view.grouping === "outline" ? "" : "Group by outline to edit.";
    part(this.bar, "[data-plan-filter-count]").textContent = [count, frozen].filter(Boolean).join(" · ");
    part(this.bar, "[data-plan-filter-clear]").hidden = !this.isNeeded;
    this.button.setAttribute("aria-pressed", String(this.isNeeded));
    this.button.setAttribute("aria-expanded", String(!this.bar.hidden));
  }

  private get isNeeded(): boolean {
    return this.view.isFiltered || this.view.grouping !== "outline";
  }

  private toggle(open = this.bar.hidden): void {
    this.bar.hidden = !open;
    this.show();
    if (open) this.text.focus();
    else this.button.focus();
  }

  private clear(): void {
    this.view.set({ ...NO_FILTER });
    this.view.grouping = "outline";
    this.fill();
    this.tell();
  }

  private take(): void {
    const checks = Object.fromEntries(CHECKS.map((name) => [name, this.check(name).checked])) as Pick<Filter, (typeof CHECKS)[number]>;
    this.view.set({ text: this.text.value, resource: this.resource.value, late: this.late.value, ...checks });
    this.view.grouping = this.grouping.value as Grouping;
    this.tell();
  }

  private tell(): void {
    this.settings.saveView(String(this.model.project.id), this.view.filter, this.view.grouping);
    this.show();
    this.changed();
  }

  private check(name: string): HTMLInputElement {
    return part(this.bar, `[data-plan-filter-only="${name}"]`);
  }

  private fill(): void {
    const { filter, grouping } = this.view;
    this.text.value = filter.text;
    for (const name of CHECKS) this.check(name).checked = filter[name];
    this.late.value = filter.late;
    this.fillResources();
    this.grouping.value = grouping;
  }

  private fillResources(): void {
    const names = this.model.resources.map(({ name }) => name).sort((a, b) => a.localeCompare(b));
    const options = [["", "Anyone"], ...names.map((name) => [name, name])];
    this.resource.replaceChildren(...options.map(([value, words]) => element("option", { value: value! }, words!)));
    this.resource.value = names.includes(this.view.filter.resource) ? this.view.filter.resource : "";
  }
}
