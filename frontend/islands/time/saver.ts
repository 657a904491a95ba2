import { type CellChange, Refused, type SavedCell, type TimeApi } from "./api";

export interface Outcome {
  saved(change: CellChange, cell: SavedCell): void;
  refused(change: CellChange, message: string): void;
  state(waiting: number, isOffline: boolean): void;
}

/** Where typed hours wait until the server has them: they outlive the page and a lost connection. */
export class Waiting {
  constructor(
    private readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem">,
    private readonly name: string,
  ) {}

  all(): CellChange[] {
    try {
      const found: unknown = JSON.parse(this.store.getItem(this.name) ?? "[]");
      return Array.isArray(found) ? (found as CellChange[]) : [];
    } catch {
      return [];
    }
  }

  /** Later hours or a later note of a cell join those that wait; what was seen first stays what is compared with. */
  put(change: CellChange): void {
    const others = this.all().filter((each) => !isSame(each, change));
    const before = this.all().find((each) => isSame(each, change));
    this.write([...others, { ...before, ...change, ...(before?.was === undefined ? {} : { was: before.was }) }]);
  }

  /** Forget `change`, unless something newer was typed into its cell while it was sent. */
  drop(change: CellChange): void {
    this.write(this.all().filter((each) => !(isSame(each, change) && each.minutes === change.minutes && each.note === change.note)));
  }

  private write(changes: CellChange[]): void {
    if (changes.length) this.store.setItem(this.name, JSON.stringify(changes));
    else this.store.removeItem(this.name);
  }
}

const isSame = (one: CellChange, other: CellChange): boolean => one.row === other.row && one.day === other.day;
const retry = 8000;

/** Sends what waits, one after the other in the order in which it was typed. */
export class Saver {
  private running: Promise<void> | null = null;

  constructor(
    private readonly api: Pick<TimeApi, "saveCell">,
    private readonly waiting: Waiting,
    private readonly outcome: Outcome,
  ) {
    addEventListener("online", () => void this.flush());
  }

  save(change: CellChange): void {
    this.waiting.put(change);
    void this.flush();
  }

  get isIdle(): boolean {
    return this.waiting.all().length === 0;
  }

  /** Resolves when everything is sent, or when the server can't be reached. */
  flush(): Promise<void> {
    this.running ??= this.send().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async send(): Promise<void> {
    for (let [change] = this.waiting.all(); change; [change] = this.waiting.all()) {
      this.outcome.state(this.waiting.all().length, false);
      try {
        const cell = await this.api.saveCell(change);
        this.waiting.drop(change);
        this.outcome.saved(change, cell);
      } catch (error) {
        if (!(error instanceof Refused)) {
          this.outcome.state(this.waiting.all().length, true);
          setTimeout(() => void this.flush(), retry);
          return;
        }
        this.waiting.drop(change);
        this.outcome.refused(change, error.message);
      }
    }
    this.outcome.state(0, false);
  }
}
