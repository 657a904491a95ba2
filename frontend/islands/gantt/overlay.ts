import type { PlanApi } from "./api";
import type { PlanChart } from "./chart";
import { plural } from "./format";
import { keyOf, type PlanModel } from "./model";
import type { Notices } from "./notices";

const AGREED = "baseline-0";

/** What is drawn under the bars: the agreed baseline, another one, or the plan that levelling proposes. */
export class Beside {
  private readonly choices: HTMLInputElement[];

  constructor(
    private readonly root: HTMLElement,
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly api: PlanApi,
    private readonly notices: Notices,
    private readonly shown: () => void,
  ) {
    this.choices = [...root.querySelectorAll<HTMLInputElement>("[data-plan-beside]")];
    for (const choice of this.choices) {
      choice.addEventListener("change", () => {
        choice.closest("details")?.removeAttribute("open");
        void this.show(choice.value);
      });
    }
  }

  /** Links lead here: `?beside=levelling-12`. */
  async openLinked(): Promise<void> {
    const key = new URLSearchParams(location.search).get("beside");
    if (key && this.choices.some((choice) => choice.value === key)) await this.show(key);
  }

  private async show(key: string): Promise<void> {
    const proposed = key.startsWith("levelling-");
    try {
      this.model.beside = key === AGREED ? null : await this.api.beside(key);
    } catch {
      this.notices.toast("The comparison can't be loaded. It may have been deleted.", undefined, "bad");
      return;
    }
    for (const choice of this.choices) choice.checked = choice.value === key;
    const label = this.choices.find((choice) => choice.checked)?.dataset.planBeside ?? "";
    this.root.classList.toggle("plan-beside-proposed", proposed);
    for (const node of this.root.querySelectorAll("[data-plan-beside-name]")) {
      node.textContent = key === AGREED ? "Baseline" : label;
    }
    this.chart.widen();
    this.shown();
    const { beside } = this.model;
    if (!beside) return;
    const others = [...beside].filter(([task, dates]) => {
      const row = this.model.tasks.get(task);
      return row !== undefined && (row.start !== dates.start || row.finish !== dates.finish);
    });
    const verb = proposed ? "would move" : others.length === 1 ? "differs" : "differ";
    this.notices.toast(`${label}: ${plural(others.length, "task")} ${verb}.`);
    // The first of them that is on the page, in the order of the plan.
    const first = this.model.inOrder().find((row) => others.some(([task]) => task === keyOf(row.id)));
    if (proposed && first) this.chart.reveal(keyOf(first.id));
  }
}
