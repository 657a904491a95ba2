import { rowId } from "./aria";
import type { PlanChart } from "./chart";
import type { Cursor } from "./cursor";
import { element, part } from "./dom";
import { plural, showDay, shortDay } from "./format";
import { type Key, keyOf, type PlanModel } from "./model";
import { parseDate } from "./moments";
import type { Notices } from "./notices";
import type { Answer, MovedTask, Shift } from "./types";

const LISTED = 200;

/** The panel that says what the server's schedule made of a gesture. */
export class MovedPanel {
  private readonly panel: HTMLElement;

  constructor(
    root: HTMLElement,
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly cursor: Cursor,
    private readonly notices: Notices,
  ) {
    this.panel = part(root, "[data-plan-moved]");
    part(this.panel, "[data-plan-moved-close]").addEventListener("click", () => this.dismiss());
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  dismiss(): void {
    const held = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    if (held) this.cursor.focus();
  }

  show(answer: Answer, own: Key[]): void {
    const moved = answer.moved.filter(wasAndIs);
    const others = moved.filter((task) => !own.includes(keyOf(task.id)));
    const finish = this.finishLine(answer);
    this.chart.flash(moved.map((task) => keyOf(task.id)));
    if (others.length === 0 && !finish) {
      this.panel.hidden = true;
      if (moved[0]) this.notices.say(`${moved[0].name}: ${shift(moved[0])}.`);
      return;
    }
    const count = moved.length > 0 ? `${plural(moved.length, "task")} moved` : "";
    const unchanged = finish ? "" : "Project finish unchanged";
    part(this.panel, "[data-plan-moved-finish]").replaceChildren(...(finish ? [finish] : [unchanged]));
    part(this.panel, "[data-plan-moved-count]").textContent = count;
    const rows = moved.slice(0, LISTED).map((task) => this.row(task));
    if (moved.length > LISTED) {
      rows.push(element("li", { class: "plan-moved-more" }, `and ${plural(moved.length - LISTED, "more task")}`));
    }
    part(this.panel, "ul").replaceChildren(...rows);
    part<HTMLDetailsElement>(this.panel, "details").hidden = rows.length === 0;
    this.panel.classList.toggle("plan-moved-above", this.standsLow(own));
    this.panel.hidden = false;
    this.notices.say([part(this.panel, "[data-plan-moved-finish]").textContent, count].filter(Boolean).join(". "));
  }

  /** Whether the row in hand is in the lower half, where the panel would cover it. */
  private standsLow(own: Key[]): boolean {
    const row = own[0] === undefined ? null : document.getElementById(rowId(own[0]));
    if (!row) return false;
    const frame = this.panel.parentElement!.getBoundingClientRect();
    return row.getBoundingClientRect().top > frame.top + frame.height / 2;
  }

  private finishLine(answer: Answer): HTMLElement | null {
    const { finish_before: before, finish_after: after } = answer;
    if (before === null || after === null || before === after) return null;
    const later = after > before;
    const [from, to] = later ? [before, after] : [after, before];
    const minutes = this.model.calendar.minutesBetween(parseDate(from), parseDate(to));
    const days = Math.round((minutes / this.model.project.minutes_per_day) * 10) / 10;
    const amount = days === 0 ? "same day" : `${later ? "+" : "−"}${days} d`;
    return element(
      "span",
      { class: later ? "plan-later" : "plan-sooner" },
      `Finish ${showDay(before)} → ${showDay(after)} (${amount})`,
    );
  }

  private row(task: Shift): HTMLElement {
    const go = (): void => {
      this.chart.reveal(keyOf(task.id));
      this.cursor.moveTo(keyOf(task.id));
    };
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", onclick: go },
        element("span", { class: "plan-moved-name" }, task.name),
        element("span", { class: "plan-moved-dates" }, shift(task)),
      ),
    );
  }
}

function wasAndIs(task: MovedTask): task is Shift {
  return [task.before.start, task.before.finish, task.after.start, task.after.finish].every((date) => date !== null);
}

/** The date that tells most: the start, or the finish when only that moved. */
function shift({ before, after }: Shift): string {
  const edge = before.start.slice(0, 10) === after.start.slice(0, 10) ? "finish" : "start";
  const [from, to] = [before[edge], after[edge]];
  if (from.slice(0, 10) === to.slice(0, 10)) return `${edge} ${shortDay(from)}, ${from.slice(11, 16)} → ${to.slice(11, 16)}`;
  return `${edge} ${shortDay(from)} → ${shortDay(to)}`;
}
