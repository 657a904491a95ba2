import { ShutOut } from "./api";
import type { PlanChart } from "./chart";
import { plural } from "./format";
import type { Delta, Key, PlanModel } from "./model";
import type { Notices } from "./notices";
import type { PlanSession } from "./session";
import type { FreshNews } from "./types";

const BRISK = 3000;
const CALM = 10_000;
const ASLEEP = 30_000;
const MINUTE = 60_000;

/**
 * What others save appears here. While the page is looked at, it asks every few seconds, less often when nobody does
 * anything, and at once when one comes back to it.
 */
export class Sync {
  private timer = 0;
  private lastAction = Date.now();
  private failures = 0;
  private asking = false;

  constructor(
    private readonly model: PlanModel,
    private readonly chart: PlanChart,
    private readonly session: PlanSession,
    private readonly notices: Notices,
    /** Called when something has changed, before it is told. */
    private readonly changed: () => void,
  ) {
    const stir = (): void => {
      const asleep = Date.now() - this.lastAction > MINUTE;
      this.lastAction = Date.now();
      if (asleep) this.soon(0);
    };
    for (const event of ["pointerdown", "keydown", "wheel"]) document.addEventListener(event, stir, { passive: true });
    for (const event of ["focus", "online"]) window.addEventListener(event, () => this.soon(0));
    document.addEventListener("visibilitychange", () => this.soon(0));
    session.onAnswer((answer) => {
      stir();
      // Others saved in between: what they did is not in the answer.
      if (answer.at !== this.model.at) this.soon(0);
    });
    this.soon(BRISK);
  }

  private soon(delay: number): void {
    window.clearTimeout(this.timer);
    if (document.visibilityState === "visible") this.timer = window.setTimeout(() => void this.ask(), delay);
  }

  private pause(): number {
    const quiet = Date.now() - this.lastAction;
    if (this.failures > 1) return CALM;
    return quiet < 2 * MINUTE ? BRISK : quiet < 10 * MINUTE ? CALM : ASLEEP;
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      const versions = new Map([...this.model.tasks].map(([key, task]) => [key, task.version]));
      const heard = await this.session.listen();
      if (this.failures > 1) this.notices.toast("Reconnected.");
      this.failures = 0;
      if (heard) {
        this.lastAction = Date.now();
        this.changed();
        this.tell(heard.news as FreshNews, heard.delta, heard.held, versions);
      }
    } catch (error) {
      this.failures += 1;
      if (error instanceof ShutOut) {
        this.notices.toast(error.message, { label: "Reload", run: () => location.reload() }, "bad");
        this.asking = false;
        return;
      }
      if (this.failures === 2) this.notices.others("Connection lost. Changes by others will appear when you're back online.");
    }
    this.asking = false;
    this.soon(this.pause());
  }

  private tell(news: FreshNews, delta: Delta, held: Key[], versions: Map<Key, number>): void {
    const who = names(news.by);
    if (held.length > 0) {
      const gone = held.some((key) => this.model.held.get(key) === null);
      const action = gone ? "deleted" : "changed";
      this.notices.others(`${who} just ${action} the row you're editing. You can choose a version when you save.`);
      return;
    }
    this.chart.flash(delta.tasks);
    const edited = delta.tasks.filter((key) => versions.get(key) !== this.model.tasks.get(key)?.version).length;
    const said = [
      edited > 0 ? `changed ${plural(edited, "row")}` : "",
      delta.removedTasks.length > 0 ? `deleted ${plural(delta.removedTasks.length, "row")}` : "",
      edited === 0 && delta.links.length + delta.removedLinks.length > 0 ? "changed links" : "",
    ].filter(Boolean);
    if (said.length > 0) this.notices.others(`${who} ${said.join(" and ")}.`);
    else if (delta.tasks.length > 0) this.notices.others(`${who} changed the plan.`);
  }
}

/** Nobody is named for one's own other window, a baseline or an import. */
function names(by: string[]): string {
  if (by.length === 0) return "Someone";
  return by.length === 1 ? by[0]! : `${by.slice(0, -1).join(", ")} and ${by.at(-1)!}`;
}
