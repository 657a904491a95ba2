import { Conflict, type PlanApi, Refused, Unreachable } from "./api";
import { type Delta, type Key, keyOf, type PlanModel } from "./model";
import type { Notices, Spot } from "./notices";
import type { Answer, Change, Id, News } from "./types";

/** Where the plan is shown: the chart, or nothing where only one task is edited. */
export interface Painter {
  paint(delta: Delta): void;
  restore(keys: Iterable<Key>): void;
  rename(from: Key, to: Key): void;
  flash(keys: Key[]): void;
  markPending(keys: Iterable<Key>): void;
}

/** What the user did, as far as an answer or a refusal has to come back to it. */
export interface Gesture {
  /** Rows to put back when the server refuses. */
  rows: Key[];
  near?: Spot | Element | (() => Element | null) | null;
  /** Takes a refusal over, when there is a better place than a bubble to show it. */
  refused?: (refusal: Refused) => void;
  /** Someone else's version was kept instead. */
  dropped?: () => void;
}

const VERSIONED = new Set(["update_task", "delete_task", "move_task", "split_task", "join_split"]);

type Listener = (answer: Answer, own: Key[]) => void;

/**
 * The conversation with the server: one gesture is one request and one undo step. Gestures wait for
 * each other, so that each is sent with the versions the one before it has left.
 */
export class PlanSession {
  private line: Promise<unknown> = Promise.resolve();
  private readonly listeners: Listener[] = [];
  private readonly waiting = new Map<symbol, Key[]>();
  private readonly editors: (() => Key | null)[] = [];
  private readonly settlers: ((draft: Key, key: Key) => void)[] = [];
  /** What the server made of the temporary ids of rows that were shown before it knew them. */
  private readonly stored = new Map<string, Id>();
  /** Counts gestures sent and answered: news that was asked for before one of them is old. */
  private turn = 0;

  constructor(
    private readonly api: PlanApi,
    private readonly model: PlanModel,
    private readonly chart: Painter,
    private readonly notices: Notices,
  ) {}

  onAnswer(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Called when the server has stored a row that was on the page under a temporary key. */
  onSettle(listener: (draft: Key, key: Key) => void): void {
    this.settlers.push(listener);
  }

  send(changes: Change[], gesture: Gesture): Promise<Answer | null> {
    if (changes.length === 0) return Promise.resolve(null);
    this.notices.clearRefusal();
    return this.inLine(gesture, () => this.api.change(changes.map((change) => this.versioned(change))), () => {
      void this.send(changes, gesture);
    });
  }

  /** A place where a row can be edited says which row that is, so that nobody else's change is slipped under it. */
  guard(editor: () => Key | null): void {
    this.editors.push(editor);
  }

  /** What others have saved since the last answer, or null when there is nothing or an own gesture came first. */
  async listen(): Promise<{ news: News; delta: Delta; held: Key[] } | null> {
    const { turn } = this;
    const news = await this.api.news(this.model.at);
    if (turn !== this.turn || this.waiting.size > 0 || !("tasks" in news)) return null;
    const before = new Set(this.model.held.keys());
    const delta = this.model.mergeNews(news, this.guarded());
    this.chart.paint(delta);
    return { news, delta, held: [...this.model.held.keys()].filter((key) => !before.has(key)) };
  }

  /** Shows what was held back, once an edit has ended: looked at when its own gesture has had time to be sent. */
  release(): void {
    window.setTimeout(() => {
      const delta = this.model.release(this.guarded());
      if (!delta) return;
      this.chart.paint(delta);
      this.chart.flash(delta.tasks);
    });
  }

  private guarded(): Set<Key> {
    const edited = this.editors.map((editor) => editor()).filter((key) => key !== null);
    return new Set([...edited, ...[...this.waiting.values()].flat()]);
  }

  /** Once everything sent so far has been answered: only then is it known what can be undone. */
  async settled(): Promise<void> {
    await this.line;
  }

  step(direction: "undo" | "redo"): Promise<Answer | null> {
    return this.inLine({ rows: [] }, () => this.api.step(direction), () => void this.step(direction));
  }

  private inLine(gesture: Gesture, request: () => Promise<Answer>, again: () => void): Promise<Answer | null> {
    const ticket = Symbol("gesture");
    this.turn += 1;
    this.waiting.set(ticket, gesture.rows);
    this.showWaiting();
    const turn = this.line.then(async () => {
      try {
        const answer = await request();
        this.turn += 1;
        this.waiting.delete(ticket);
        this.accept(answer, gesture);
        return answer;
      } catch (error) {
        this.turn += 1;
        this.waiting.delete(ticket);
        this.showWaiting();
        this.recover(error, gesture, again);
        return null;
      }
    });
    this.line = turn;
    return turn;
  }

  private accept(answer: Answer, gesture: Gesture): void {
    const rows = gesture.rows.map((key) => keyOf(answer.created[key] ?? key));
    this.settle(answer);
    const guarded = this.guarded();
    for (const key of rows) guarded.delete(key);
    const delta = this.model.merge(answer, guarded);
    // A refused or rounded value leaves the row as it was: paint those rows too, the screen may show the wish.
    const stale = rows.filter((key) => !delta.tasks.includes(key));
    this.chart.paint(delta);
    this.chart.restore(stale);
    this.showWaiting();
    for (const listener of this.listeners) listener(answer, rows);
    this.release();
  }

  private settle(answer: Answer): void {
    for (const [draft, id] of Object.entries(answer.created)) {
      if (!this.model.drafts.has(draft)) continue;
      this.stored.set(draft, id);
      this.model.settle(draft, id);
      this.chart.rename(draft, keyOf(id));
      for (const listener of this.settlers) listener(draft, keyOf(id));
    }
  }

  private recover(error: unknown, gesture: Gesture, again: () => void): void {
    this.release();
    if (error instanceof Conflict) {
      const delta = this.model.replace(error.tasks);
      this.chart.paint(delta);
      this.chart.restore(gesture.rows);
      this.notices.conflict(error, again, () => gesture.dropped?.());
      return;
    }
    this.chart.restore(gesture.rows);
    if (error instanceof Refused) {
      if (gesture.refused) gesture.refused(error);
      else this.notices.refuse(error.message, this.spot(gesture));
      this.chart.flash(error.tasks.map(keyOf));
      return;
    }
    if (error instanceof Unreachable) {
      this.notices.toast(error.message, { label: "Reload", run: () => location.reload() }, "bad");
      return;
    }
    this.notices.toast("Something went wrong. Reload the page before you continue.", undefined, "bad");
    throw error;
  }

  private spot({ near }: Gesture): Spot | Element | null {
    return typeof near === "function" ? near() : (near ?? null);
  }

  private showWaiting(): void {
    this.chart.markPending([...this.waiting.values()].flat());
  }

  private versioned(written: Change): Change {
    const change = this.resolved(written);
    if (!VERSIONED.has(change.op) || !("id" in change)) return change;
    const version = this.model.task(change.id)?.version;
    return version === undefined ? change : ({ ...change, version } as Change);
  }

  /** With the ids that the server has given to rows sent before this one. */
  private resolved(change: Change): Change {
    if (this.stored.size === 0) return change;
    const found: Record<string, unknown> = { ...change };
    for (const name of ["id", "parent", "after", "source", "target"]) {
      const id = this.stored.get(String(found[name]));
      if (id !== undefined) found[name] = id;
    }
    return found as unknown as Change;
  }
}
